package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.FakeAws.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flatten --hash-key} with the ARN of a secret. */
class SecretHashKeyTest extends AwsCommandTest {
  private static final String KEY = "a-key-of-more-than-32-random-bytes-0123456789";
  private static final String ARN =
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:lake/hash-key-a1b2c3";

  @TempDir Path temp;

  private int flatten(String hashKey) throws IOException {
    Path schema =
        Files.writeString(
            temp.resolve("schema.json"),
            "{\"format\":\"dynamodb-lake-schema\",\"version\":1,\"table\":\"t\",\"columns\":[{\"name\":\"ssn\","
                + "\"attribute\":\"ssn\",\"protect\":\"hash-hmac\",\"descriptor\":\"S\",\"type\":\"string\"}]}");
    Path export = Files.createDirectories(temp.resolve("export"));
    Files.writeString(export.resolve("a.json"), "{\"Item\":{\"ssn\":{\"S\":\"123\"}}}\n");
    return run(
        "flatten",
        export.toString(),
        "--to=" + temp.resolve("lake"),
        "--table=t",
        "--schema=" + schema,
        "--hash-key=" + hashKey);
  }

  @Test
  void secretIsTheSameKeyAsAFileWithItsTextAndIsShownNowhere() throws IOException {
    answer("GetSecretValue", "{'SecretString':'%s'}".formatted(KEY));
    assertThat(flatten(ARN)).as(terminal.err()).isZero();
    assertThat(request("GetSecretValue").authorization())
        .as("the region is the secret's")
        .contains("/eu-central-1/secretsmanager/");
    Path file = Files.writeString(temp.resolve("hash.key"), KEY + "\n");
    assertThat(flatten(file.toString())).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("Unchanged");

    assertThat(terminal.out() + terminal.err()).doesNotContain(KEY);
    try (Stream<Path> files = Files.walk(temp.resolve("lake")).filter(Files::isRegularFile)) {
      List<Path> all = files.toList();
      assertThat(all).isNotEmpty();
      for (Path each : all) {
        assertThat(Files.readString(each, StandardCharsets.ISO_8859_1)).doesNotContain(KEY);
      }
    }
  }

  @Test
  void secretThatCannotBeAKeyIsNamedAndNotShown() throws IOException {
    answer("GetSecretValue", "{'SecretString':'hunter2'}");
    assertThat(flatten(ARN)).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use hash key: it has 7 bytes, and fewer than 32 can be guessed, in " + ARN)
        .doesNotContain("hunter2");

    answers.put("GetSecretValue", Answer.error(400, "AccessDeniedException", "no"));
    assertThat(flatten(ARN)).isEqualTo(5);
    assertThat(terminal.err())
        .contains("Cannot read secret lake/hash-key-a1b2c3: no permission for secretsmanager:Get");
    assertThat(temp.resolve("lake")).as("nothing was begun").doesNotExist();
  }

  @Test
  void arnOfSomethingElseIsWrongUsageBeforeAnythingIsAsked() throws IOException {
    assertThat(flatten("arn:aws:ssm:eu-west-1:111122223333:parameter/key")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --hash-key 'arn:aws:ssm:eu-west-1:111122223333:parameter/key': give a")
        .contains("arn:aws:secretsmanager:eu-west-1:111122223333:secret:name-a1b2c3");
    assertThat(
            run(
                "export",
                "Orders-1",
                "--bucket=b-1",
                "--then-flatten=lake",
                "--hash-key=arn:aws:ssm:eu-west-1:111122223333:parameter/key"))
        .isEqualTo(2);
    assertThat(aws.requests()).isEmpty();
  }
}
