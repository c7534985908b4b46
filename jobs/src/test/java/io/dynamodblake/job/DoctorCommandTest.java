package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.S3MockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code doctor}, of an account where all is well, and where one thing after the other is not. */
class DoctorCommandTest extends AwsCommandTest {
  private static final String CALLER = "arn:aws:sts::111122223333:assumed-role/lake/nightly";
  private static final String KEY = "arn:aws:kms:eu-west-1:111122223333:key/k-1";

  @TempDir Path folder;

  @BeforeEach
  void wellConfigured() {
    answers.put("GetCallerIdentity", Answer.of(identity()));
    answer(
        "ListExports",
        "{'ExportSummaries':[{'ExportArn':'%s','ExportStatus':'COMPLETED','ExportType':'FULL_EXPORT'}]}"
            .formatted(EXPORT));
    answer("GetDatabase", "{'Database':{'Name':'shop'}}");
    key("Enabled");
    answers.put(
        "GenerateDataKey",
        Answer.error(412, "DryRunOperationException", "The request would have succeeded"));
  }

  private static String identity() {
    return "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>%s</Arn><UserId>AROA:nightly</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        .formatted(CALLER);
  }

  private void key(String state) {
    answer("DescribeKey", "{'KeyMetadata':{'Arn':'%s','KeyState':'%s'}}".formatted(KEY, state));
  }

  private int doctor(String... options) {
    List<String> words = new ArrayList<>(List.of("doctor", "--json", "--timeout=5m"));
    words.addAll(List.of(options));
    return run(words.toArray(String[]::new));
  }

  private JsonNode check(String name) {
    for (JsonNode check : Documents.read(terminal.out()).path("checks")) {
      if (check.path("check").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError("no check of " + name + " in " + terminal.out());
  }

  private void assertCheck(String name, String result, String... says) {
    JsonNode check = check(name);
    assertThat(check.path("result").asText()).as(check.toString()).isEqualTo(result);
    assertThat(check.path("finding").asText() + "; " + check.path("remedy").asText())
        .contains(says);
  }

  @Test
  void whereAllIsWellNothingIsMissingAndNothingWasChanged() {
    assertThat(
            doctor(
                "Orders-1",
                "--database=shop",
                "--kms-key=alias/lake",
                "--place=" + folder,
                "--probe"))
        .as(terminal.out())
        .isZero();

    assertThat(Documents.read(terminal.out()).path("failed").asInt()).isZero();
    assertCheck("Java modules", "ok", "open to Spark");
    assertCheck("Spark", "ok", "");
    assertCheck("S3A", "ok", "");
    assertCheck("temporary files", "ok", "");
    assertCheck("Region", "ok", "eu-west-1");
    assertCheck("credentials", "ok", CALLER);
    assertCheck("table Orders-1", "ok", TABLE, "keys pk:S");
    assertCheck("point-in-time recovery", "ok", "on, reaches back to 2024-11-18T03:20:00Z");
    assertCheck("exports", "ok", "1 in the last 90 days, the last one COMPLETED");
    assertCheck("database shop", "ok", "there");
    assertCheck("KMS key", "ok", KEY + ", may be used");
    assertCheck("list " + folder, "ok", "can be listed, and is empty");
    assertCheck("write " + folder, "ok", "written, replaced under a condition and deleted");
    assertThat(folder).isEmptyDirectory();
    assertThat(operations())
        .containsExactly(
            "GetCallerIdentity",
            "DescribeTable",
            "DescribeContinuousBackups",
            "ListExports",
            "GetDatabase",
            "DescribeKey",
            "GenerateDataKey");
    assertThat(request("GenerateDataKey").body()).contains("\"DryRun\":true");
    assertThat(request("DescribeKey").authorization()).contains("/eu-west-1/kms/aws4_request");
  }

  @Test
  void eachLineHasItsRemedy() {
    answer(
        "DescribeContinuousBackups",
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':{'PointInTimeRecoveryStatus':'DISABLED'}}}");
    CapturedTerminal wide = new CapturedTerminal(400);
    int code =
        wide.run("doctor", "Orders-1", "--endpoint-url=" + aws.address(), "--region=eu-west-1");
    assertThat(code).isEqualTo(5);
    assertThat(wide.out().lines())
        .anyMatch(line -> line.matches("ok +Java modules +open to Spark"))
        .anyMatch(
            line ->
                line.matches(
                    "fail +point-in-time recovery +off, and every export needs it; switch it on with export --enable-pitr .*"))
        .anyMatch(line -> line.startsWith("1 failed, "));
  }

  @Test
  void whatAServiceRefusesIsAFailureAndTheOthersAreLookedAt() {
    answers.put(
        "ListExports",
        Answer.error(
            400,
            "AccessDeniedException",
            "User: %s is not authorized to perform: dynamodb:ListExports on resource: %s"
                .formatted(CALLER, TABLE)));
    answers.put("GetDatabase", Answer.error(400, "EntityNotFoundException", "none"));
    key("PendingDeletion");
    assertThat(doctor("Orders-1", "--database=shop", "--kms-key=" + KEY)).isEqualTo(5);
    assertCheck("exports", "fail", "no permission for dynamodb:ListExports on " + TABLE);
    assertCheck("database shop", "warn", "there is none", "register makes it");
    assertCheck("KMS key", "fail", "it is in the state PendingDeletion; enable it");

    answers.put("DescribeKey", Answer.error(400, "NotFoundException", "Alias is not found"));
    assertThat(doctor("--kms-key=alias/lake")).isEqualTo(5);
    assertCheck("KMS key", "fail", "use key alias/lake: there is no such key in eu-west-1");
    key("Enabled");
    answers.put(
        "GenerateDataKey",
        Answer.error(
            400, "AccessDeniedException", "is not authorized to perform: kms:GenerateDataKey"));
    assertThat(doctor("--kms-key=alias/lake")).isEqualTo(5);
    assertCheck("KMS key", "fail", "no permission for kms:GenerateDataKey");
  }

  @Test
  void whatRestsOnAnotherCheckIsSkippedWhereThatFails() {
    answers.put("DescribeTable", Answer.error(400, "ResourceNotFoundException", "not found"));
    assertThat(doctor("Orders-1")).isEqualTo(5);
    assertCheck("table Orders-1", "fail", "there is no such table in eu-west-1");
    assertCheck("point-in-time recovery", "skipped", "the table cannot be asked");
    assertCheck("exports", "skipped", "the table cannot be asked");

    answers.put(
        "GetCallerIdentity",
        new Answer(
            403,
            "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>"));
    assertThat(doctor("Orders-1", "--database=shop")).isEqualTo(5);
    assertCheck("credentials", "fail", "the AWS credentials have expired; log in again");
    assertCheck("table Orders-1", "skipped", "nobody knows who asks");
    assertCheck("database shop", "skipped", "nobody knows who asks");
  }

  @Test
  void withoutAnAccountThereAreWarningsUnlessOneIsNeeded() {
    properties.clearKeys();
    assertThat(terminal.run("doctor", "--json", "--timeout=5m")).as(terminal.err()).isZero();
    assertCheck("Region", "warn", "Cannot tell the AWS region; give --region");
    assertThat(terminal.out()).doesNotContain("credentials");
    assertThat(doctor()).isZero();
    assertCheck("credentials", "warn", "no AWS credentials were found");
    assertThat(doctor("Orders-1")).isEqualTo(5);
    assertCheck("credentials", "fail", "no AWS credentials were found");
    assertThat(terminal.run("doctor", "Orders!")).isEqualTo(2);
    assertThat(aws.requests()).isEmpty();
  }

  @Test
  void aServiceThatDoesNotAnswerIsNotWaitedForAndTheNextIsLookedAt() {
    Examination examination = new Examination(Duration.ofSeconds(1));
    CountDownLatch never = new CountDownLatch(1);
    boolean fine =
        examination.remote(
            "silent",
            true,
            () -> {
              never.await();
              return Diagnosis.ok("");
            });
    examination.local("next", () -> Diagnosis.ok("looked at"));

    assertThat(fine).isFalse();
    assertThat(examination.findings())
        .extracting(Examination.Finding::check)
        .containsExactly("silent", "next");
    Diagnosis outcome = examination.findings().get(0).outcome();
    assertThat(outcome.grade()).isEqualTo(Diagnosis.Grade.FAIL);
    assertThat(outcome.text()).isEqualTo("no answer within 1 seconds");
    assertThat(outcome.remedy().orElseThrow()).contains("longer with --timeout");
  }

  @Test
  void placesOnS3AreListedAndWrittenTo() throws IOException {
    S3MockServer s3 = S3MockServer.shared();
    String place = s3.path("doctor-" + UUID.randomUUID());
    Path file = Files.writeString(folder.resolve("file"), "x");
    try (SessionSettings settings = new SessionSettings(s3)) {
      upload(s3, file, place.substring(s3.path("").length()) + "/file");
      assertThat(doctor("--place=" + place, "--probe")).as(terminal.out()).isZero();
      assertCheck("list " + place, "ok", "can be listed");
      assertCheck("write " + place, "ok", "replaced under a condition");
      assertThat(doctor("--place=s3a://no-such-bucket-of-anybody/x", "--probe")).isEqualTo(5);
      assertCheck(
          "list s3a://no-such-bucket-of-anybody/x",
          "fail",
          "Cannot find bucket no-such-bucket-of-anybody");
      assertCheck("write s3a://no-such-bucket-of-anybody/x", "skipped", "it cannot be listed");
    }
  }

  @Test
  void placeThatCannotBeWrittenToIsAFailure() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(doctor("--place=" + file.resolve("below"), "--probe")).isEqualTo(5);
    assertThat(check("write " + file.resolve("below")).path("result").asText()).isEqualTo("fail");
    assertThat(doctor("--place=" + folder.resolve("new"))).isZero();
    assertCheck("list " + folder.resolve("new"), "ok", "there is no such folder yet");
    assertThat(folder.resolve("new")).doesNotExist();
    assertThat(doctor("--place=" + folder.resolve("new/er"), "--probe")).isZero();
    assertCheck("write " + folder.resolve("new/er"), "ok", "written");
    assertThat(folder.resolve("new")).as("what was made is taken away").doesNotExist();
  }

  // ---- this machine

  @ParameterizedTest
  @CsvSource({
    "3.5.9, 3.5.9, OK",
    "3.5.6-amzn-1, 3.5.9, OK",
    "4.1.3, 3.5.9, FAIL",
    "of an unknown version, 3.5.9, FAIL"
  })
  void sparkHasToBeOfTheLineThatTheJarIsBuiltFor(
      String running, String built, Diagnosis.Grade grade) {
    assertThat(LocalChecks.spark(running, built).grade()).isEqualTo(grade);
  }

  @ParameterizedTest
  @CsvSource({
    "3.4.3, OK",
    "3.4.2, OK",
    "3.10.0, OK",
    "4.0.0-alpha, OK",
    "3.4.1-amzn-2, WARN",
    "3.3.6, WARN"
  })
  void hadoopBefore342WritesWithoutConditions(String version, Diagnosis.Grade grade) {
    assertThat(LocalChecks.hadoop(version).grade()).isEqualTo(grade);
  }

  @Test
  void closedModulesAreNamedWithTheFlagThatOpensThem() throws IOException {
    Diagnosis other = LocalChecks.modules(Object.class.getModule(), List.of("sun.net.www"));
    assertThat(other.grade()).isEqualTo(Diagnosis.Grade.WARN);
    assertThat(other.remedy().orElseThrow())
        .contains("--add-opens=java.base/sun.net.www=ALL-UNNAMED");
    // one that Spark cannot do without
    assertThat(LocalChecks.modules(Driver.class.getModule(), LocalChecks.PACKAGES).grade())
        .isEqualTo(Diagnosis.Grade.FAIL);
    String launcher = Files.readString(Path.of("../bin/dynamodb-lake"));
    assertThat(LocalChecks.PACKAGES).allMatch(name -> launcher.contains(" " + name));
  }

  @Test
  void anotherJavaIsAWarningAndATemporaryFolderHasToBeThere() {
    assertThat(LocalChecks.java(17).grade()).isEqualTo(Diagnosis.Grade.OK);
    assertThat(LocalChecks.java(25).grade()).isEqualTo(Diagnosis.Grade.WARN);
    assertThat(LocalChecks.temporary(folder.resolve("none")).text()).contains("written to");
    assertThat(LocalChecks.temporary(folder).grade()).isEqualTo(Diagnosis.Grade.OK);
  }
}
