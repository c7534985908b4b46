package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.SparkTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stream} against a service that has one shard, which is closed. */
class StreamCommandTest extends AwsCommandTest {
  private static final String STREAM = TABLE + "/stream/2026-11-01T00:00:00.000";

  @TempDir Path temp;

  @BeforeEach
  void serve() {
    SparkTest.session();
    table("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}");
    answer(
        "DescribeStream",
        "{'StreamDescription':{'StreamArn':'%s','StreamStatus':'ENABLED','CreationRequestDateTime':1.7319E9,'Shards':[{'ShardId':'shard-1','SequenceNumberRange':{'StartingSequenceNumber':'100','EndingSequenceNumber':'200'}}]}}"
            .formatted(STREAM));
    answer("GetShardIterator", "{'ShardIterator':'i'}");
    answer(
        "GetRecords",
        "{'Records':[%s,%s,%s]}"
            .formatted(
                record("INSERT", 101, "'NewImage':{'pk':{'S':'a'}},", ""),
                record(
                    "MODIFY", 102, "'NewImage':{'pk':{'S':'a'}},'OldImage':{'pk':{'S':'a'}},", ""),
                record(
                    "REMOVE",
                    103,
                    "'OldImage':{'pk':{'S':'a'}},",
                    ",'userIdentity':{'Type':'Service','PrincipalId':'dynamodb.amazonaws.com'}")));
  }

  private void table(String stream) {
    answer(
        "DescribeTable",
        "{'Table':{'TableName':'Orders-1','TableArn':'%s','TableId':'id','TableStatus':'ACTIVE','LatestStreamArn':'%s',"
                .formatted(TABLE, STREAM)
            + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]"
            + (stream.isEmpty() ? "" : "," + stream)
            + "}}");
  }

  private static String record(String event, int number, String images, String more) {
    return "{'eventID':'e%d','eventName':'%s','dynamodb':{'ApproximateCreationDateTime':1.731990000E9,'Keys':{'pk':{'S':'a'}},%s'SequenceNumber':'000000000000000000%d'}%s}"
        .formatted(number, event, images, number, more);
  }

  private int stream(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "stream";
    all[1] = "Orders-1";
    all[2] = "--to=" + temp.resolve("to");
    System.arraycopy(words, 0, all, 3, words.length);
    return run(all);
  }

  @Test
  void saysWhatItHasRead() {
    assertThat(stream()).as(terminal.err()).isZero();

    assertThat(terminal.out())
        .startsWith("Read  stream of table Orders-1\n")
        .contains("3: 1 insert, 1 update, 1 delete, 1 of them by time to live")
        .contains("1 of 1, in 1 page")
        .containsPattern("Export +file:.*/to/AWSDynamoDB/\\d{14}-[0-9a-f]{8}\n");
  }

  @Test
  void printsTheReportAndTellsOthersOfTheRun() throws Exception {
    assertThat(stream("--json", "--metrics=emf", "--report=" + temp.resolve("report.json")))
        .isZero();

    JsonNode report = Documents.read(terminal.out());
    assertThat(report.path("records").asInt()).isEqualTo(3);
    assertThat(report.path("expired").asInt()).isEqualTo(1);
    assertThat(report.path("shardsEnded").asInt()).isEqualTo(1);
    JsonNode told = Documents.read(Files.readString(temp.resolve("report.json")));
    assertThat(told.path("table").asText()).isEqualTo("Orders-1");
    assertThat(told.at("/counts/items").asInt()).isEqualTo(3);
    assertThat(told.path("dataTime")).isEqualTo(report.path("coveredTo"));
    assertThat(terminal.err()).contains("\"DataAgeSeconds\":");
  }

  @Test
  void aStreamThatIsOffIsWrongUsageAndNothingIsWritten() {
    table("");

    assertThat(stream()).isEqualTo(2);

    assertThat(terminal.err())
        .contains("it is off; switch it on with: aws dynamodb update-table --table-name Orders-1");
    assertThat(temp.resolve("to")).doesNotExist();
    assertThat(operations()).containsOnly("DescribeTable");
  }

  @Test
  void aGapIsExitCodeThree() {
    assertThat(stream()).isZero();
    answer(
        "DescribeStream",
        "{'StreamDescription':{'StreamArn':'%s','StreamStatus':'ENABLED','CreationRequestDateTime':1.7319E9,'Shards':[{'ShardId':'shard-9','ParentShardId':'shard-8'}]}}"
            .formatted(STREAM));

    assertThat(stream()).isEqualTo(3);

    assertThat(terminal.err())
        .contains("shard shard-9 continues shard shard-8, which was never read")
        .contains("export --from 20")
        .contains("/to/_dynamodb-stream/Orders-1.json away");
  }

  @Test
  void aRefusalOfTheServiceIsExitCodeFiveAndLeavesNothing() {
    answers.put("GetRecords", Answer.error(400, "AccessDeniedException", "no"));

    assertThat(stream()).isEqualTo(5);

    assertThat(terminal.err()).contains("no permission for dynamodb:GetRecords");
    assertThat(temp.resolve("to/_dynamodb-stream/Orders-1.json")).doesNotExist();
    assertThat(temp.resolve("to/AWSDynamoDB"))
        .satisfiesAnyOf(
            folder -> assertThat(folder).doesNotExist(),
            folder ->
                assertThat(folder.resolve("data"))
                    .satisfiesAnyOf(
                        data -> assertThat(data).doesNotExist(),
                        data -> assertThat(data).isEmptyDirectory()));
  }
}
