package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.S3MockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code import} and {@code imports --errors} against a service that says what a test wants. */
class ImportCommandTest extends AwsCommandTest {
  private static void restored(
      Path folder, S3MockServer s3, String prefix, int files, int bytes, String status)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("restore-report.json"),
        "{'format':'dynamodb-lake/restore-report','status':'%s','output':{'data':'file:%s/data','files':%d,'bytes':%d,'items':2}}"
            .formatted(status, folder, files, bytes)
            .replace('\'', '"'));
    Files.writeString(
        folder.resolve("import-table.json"),
        "{'ClientToken':'t','S3BucketSource':{'S3Bucket':'%s','S3KeyPrefix':'%s'},'InputFormat':'DYNAMODB_JSON','TableCreationParameters':{'TableName':'Orders-1','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}}"
            .formatted(s3.bucket(), prefix)
            .replace('\'', '"'));
  }

  private void importing(String status, String more) {
    String description =
        "{'ImportTableDescription':{'ImportArn':'%s','ImportStatus':'%s','TableArn':'%s'%s}}";
    answer("ImportTable", description.formatted(IMPORT, "IN_PROGRESS", TABLE, ""));
    answer("DescribeImport", description.formatted(IMPORT, status, TABLE, more));
  }

  @Test
  void importIsStartedWhenTheBucketHoldsTheFilesAndIsCounted(@TempDir Path folder)
      throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    Path data = Files.writeString(folder.resolve("part-0.json"), "0123456789");
    Path directory = folder.resolve("restored");
    restored(directory, s3, "import-1/data/part-", 1, 10, "done");
    try (SessionSettings settings = new SessionSettings(s3)) {
      importing("COMPLETED", ",'ProcessedItemCount':2,'ImportedItemCount':2,'ErrorCount':0");
      assertThat(run("import", directory.toString())).isEqualTo(2);
      assertThat(terminal.err())
          .contains(
              "restore wrote 1 file with 10 bytes, but s3://"
                  + s3.bucket()
                  + "/import-1/data/ holds 0 files")
          .contains("aws s3 sync " + directory + "/data s3://" + s3.bucket() + "/import-1/data/");
      assertThat(aws.requests()).isEmpty();

      upload(s3, data, "import-1/data/part-0.json");
      assertThat(run("import", directory.toString())).as(terminal.err()).isZero();
      assertThat(terminal.out())
          .contains(
              "Imported  table Orders-1", "2 imported + 0 refused = 2 processed", "hours old");
      assertThat(request("ImportTable").body())
          .contains("\"ClientToken\":\"t\"", "import-1/data/part-\"");

      importing("COMPLETED", ",'ProcessedItemCount':0,'ImportedItemCount':0,'ErrorCount':0");
      assertThat(run("import", directory.toString())).isEqualTo(4);
      assertThat(terminal.err())
          .contains("DynamoDB counted 0 items imported and 0 processed, but restore wrote 2");

      importing(
          "FAILED",
          ",'ProcessedItemCount':2,'ImportedItemCount':1,'ErrorCount':1,'FailureCode':'ItemValidationError','CloudWatchLogGroupArn':'arn:aws:logs:eu-west-1:111122223333:log-group:/aws-dynamodb/imports:*'");
      answer("GetLogEvents", "{'events':[{'message':'Missing the key pk'}]}");
      assertThat(run("import", directory.toString())).isEqualTo(4);
      assertThat(terminal.err())
          .contains(
              "DynamoDB refused 1 item",
              "1 of 2 are in the table",
              "stream 01732000000000-c4d4e311/error: imports --errors --arn " + IMPORT);
      assertThat(run("import", directory.toString(), "--errors", "--resume", IMPORT)).isEqualTo(4);
      assertThat(terminal.err()).contains("The first reasons: Missing the key pk");
      assertThat(run("imports", "--errors", "--arn", IMPORT)).isZero();
      assertThat(terminal.out())
          .contains("  Refused    Missing the key pk\n", "FAILED, ItemValidationError");

      importing("FAILED", ",'FailureCode':'S3AccessDenied','FailureMessage':'no'");
      assertThat(run("import", directory.toString())).isEqualTo(5);
      assertThat(terminal.err())
          .contains("ended as FAILED with S3AccessDenied (no); allow s3:GetObject");

      answers.put(
          "ImportTable", Answer.error(400, "ResourceInUseException", "Table already exists"));
      assertThat(run("import", directory.toString())).isEqualTo(5);
      assertThat(terminal.err()).contains("it exists in eu-west-1");
    }
  }

  private static final String SETTINGS =
      "{'format':'dynamodb-lake/table-settings','formatVersion':1,'tableArn':'%s','describedAt':'2026-11-18T03:20:00Z','settings':%s,'notKnown':{}}";

  private static void described(Path file, String settings) throws IOException {
    Files.writeString(file, SETTINGS.formatted(TABLE, settings).replace('\'', '"'));
  }

  @Test
  void tableGetsTheSettingsOfAnotherOneAfterItsImport(@TempDir Path folder) throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    Path data = Files.writeString(folder.resolve("part-0.json"), "0123456789");
    Path directory = folder.resolve("restored");
    restored(directory, s3, "import-2/data/part-", 1, 10, "done");
    upload(s3, data, "import-2/data/part-0.json");
    described(
        directory.resolve("table.json"),
        "{'localSecondaryIndexes':[{'IndexName':'by-day'}],'timeToLive':{'AttributeName':'expires'},'tags':{'team':'shop'}}");
    importing("COMPLETED", ",'ProcessedItemCount':2,'ImportedItemCount':2,'ErrorCount':0");
    answers.put("DescribeTable", Answer.error(400, "ResourceNotFoundException", "no such table"));
    try (SessionSettings settings = new SessionSettings(s3)) {
      assertThat(run("import", directory.toString(), "--settings=same", "--dry-run"))
          .as(terminal.err())
          .isZero();
      assertThat(terminal.out())
          .contains(
              "Would import  table Orders-1\n",
              "  Would set  time to live: by expires\n             tags: team\n",
              "  Left       local secondary indexes: no import makes local index by-day");
      assertThat(operations()).containsExactly("DescribeTable");
      assertThat(run("import", directory.toString(), "--settings=same", "--dry-run", "--json"))
          .isZero();
      JsonNode forecast = Documents.read(terminal.out());
      assertThat(forecast.at("/settings/set/0/setting").asText()).isEqualTo("timeToLive");
      assertThat(forecast.at("/settings/left/0/setting").asText())
          .isEqualTo("localSecondaryIndexes");

      answer(
          "DescribeTable",
          "{'Table':{'TableName':'Orders-1','TableArn':'%s','TableStatus':'ACTIVE','KeySchema':[]}}"
              .formatted(TABLE));
      answer("DescribeTimeToLive", "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
      answer("ListTagsOfResource", "{'Tags':[{'Key':'team','Value':'shop'}]}");
      answer("UpdateTimeToLive", "{}");
      assertThat(run("import", directory.toString(), "--settings=same", "--json"))
          .as(terminal.err())
          .isZero();
      assertThat(terminal.err())
          .contains(
              "Warning: local secondary indexes: no import makes local index by-day",
              "Set time to live: by expires");
      JsonNode done = Documents.read(terminal.out());
      assertThat(done.path("importedItems").asInt()).isEqualTo(2);
      assertThat(done.at("/settings/set")).hasSize(1);
      assertThat(request("UpdateTimeToLive").body())
          .contains("\"AttributeName\":\"expires\"", "\"Enabled\":true");
      assertThat(operations()).doesNotContain("TagResource");

      answers.put("UpdateTimeToLive", Answer.error(400, "AccessDeniedException", "no"));
      assertThat(run("import", directory.toString(), "--settings=same")).isEqualTo(5);
      assertThat(terminal.err())
          .contains(
              "Cannot set 1 of 1 settings of table Orders-1",
              "no permission for dynamodb:UpdateTimeToLive",
              "go on with dynamodb-lake import "
                  + directory
                  + " --resume "
                  + IMPORT
                  + " --settings same");
    }
  }

  @Test
  void settingsThatAreWrongAreRefusedBeforeAnythingIsStarted(@TempDir Path folder)
      throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    restored(folder, s3, "import-3/data/part-", 0, 0, "done");
    try (SessionSettings settings = new SessionSettings(s3)) {
      assertThat(run("import", folder.toString(), "--settings=same")).isEqualTo(2);
      assertThat(terminal.err())
          .contains(
              "Cannot use --settings same: there is no "
                  + folder
                  + "/table.json; restore keeps it there");
      assertThat(run("import", folder.toString(), "--settings=other.json")).isEqualTo(2);
      assertThat(terminal.err()).contains("Cannot use --settings: there is no file other.json");
      described(folder.resolve("table.json"), "{'replicas':[{'RegionNam':'x'}]}");
      assertThat(run("import", folder.toString(), "--settings=same")).isEqualTo(2);
      assertThat(terminal.err())
          .contains(
              "table.json, settings.replicas: the service knows no such member, at RegionNam");
      assertThat(run("import", folder.toString(), "--settings=same", "--detach")).isEqualTo(2);
      assertThat(terminal.err()).contains("Cannot use --settings with --detach");
    }
    assertThat(operations()).doesNotContain("ImportTable");
  }

  @Test
  void folderThatRestoreDidNotFinishIsRefused(@TempDir Path folder) throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    restored(folder, s3, "x/", 1, 1, "running");
    assertThat(run("import", folder.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("restore did not come to its end, it says running");
    restored(folder, s3, "x", 1, 1, "done");
    assertThat(run("import", folder.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("a prefix that ends with a slash, or with /part-");
    Files.writeString(folder.resolve("import-table.json"), "{");
    assertThat(run("import", folder.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("this is no JSON document");
    assertThat(aws.requests()).isEmpty();
  }
}
