package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String ARN =
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:lake/hash-key-a1b2c3";

  @RegisterExtension
  final AwsSystemProperties properties = AwsSystemProperties.withKeys("AKIDKEYS", "not-a-secret");

  private static byte[] read(Answer answer) throws IOException {
    try (FakeAws aws =
        FakeAws.answering(
            request -> {
              assertThat(request.operation()).isEqualTo("GetSecretValue");
              assertThat(request.authorization()).contains("/eu-central-1/secretsmanager/");
              assertThat(request.body()).contains("\"SecretId\":\"" + ARN + "\"");
              return answer;
            })) {
      return read(aws.address());
    }
  }

  private static byte[] read(URI address) {
    AwsSettings settings =
        new AwsSettings(
            "", "", "", "eu-central-1", Map.of("secrets-manager", address), false, false);
    try (AwsClients clients = new AwsClients(settings, "dynamodb-lake/test flatten")) {
      return new Secrets(clients, Pauses.REAL).read(ARN);
    }
  }

  @Test
  void textIsReadAsItsUtf8AndBytesAsTheyAre() throws IOException {
    assertThat(read(Answer.of("{\"SecretString\":\"gr\\u00fcn\\n\"}")))
        .isEqualTo("gr\u00fcn\n".getBytes(StandardCharsets.UTF_8));
    assertThat(read(Answer.of("{\"SecretBinary\":\"AP+A\"}")))
        .containsExactly(0, (byte) 0xff, (byte) 0x80);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"SecretString\":\"\"}", "{\"SecretBinary\":\"\"}"})
  void secretWithoutAValueIsSaidAsSuch(String answer) {
    assertThatThrownBy(() -> read(Answer.of(answer)))
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot read secret lake/hash-key-a1b2c3: it is empty, in eu-central-1; store a value in it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ResourceNotFoundException | Secrets Manager can't find the specified secret. | there is no such secret in eu-central-1, or it has no value; check its ARN
          AccessDeniedException | User: arn:aws:iam::111122223333:user/me is not authorized | no permission for secretsmanager:GetSecretValue; allow it
          AccessDeniedException | Access to KMS is not allowed | no permission for kms:Decrypt; allow it
          InvalidRequestException | It was marked for deletion. | InvalidRequestException: It was marked for deletion.
          """)
  void refusalNamesTheSecretAndTheWayOut(String code, String text, String reason) {
    assertThatThrownBy(() -> read(Answer.error(400, code, text)))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageStartingWith("Cannot read secret lake/hash-key-a1b2c3: " + reason)
        .hasMessageNotContaining("user/me");
  }

  @Test
  void onlyTheArnOfASecretIsOne() {
    assertThat(Secrets.isSecret(ARN)).isTrue();
    assertThat(Secrets.isSecret(ARN.replace("aws:", "aws-cn:"))).isTrue();
    for (String other :
        new String[] {
          "lake/hash-key",
          "arn:aws:ssm:eu-west-1:111122223333:parameter/key",
          "arn:aws:secretsmanager:eu-west-1:1111:secret:a",
          "arn:aws:secretsmanager:eu-west-1:111122223333:secret:",
          ARN + " "
        }) {
      assertThat(Secrets.isSecret(other)).as(other).isFalse();
    }
  }
}
