package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.LocalClusterSession;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors in processes of their own find their credentials and the region, and call by
 * themselves.
 */
class ScanOnClusterTest {
  private static final Map<String, String> CREDENTIALS =
      Map.of(
          "spark.executor.extraJavaOptions",
          "-Daws.accessKeyId=test -Daws.secretAccessKey=x",
          "aws.accessKeyId",
          "test",
          "aws.secretAccessKey",
          "x");

  @TempDir Path temp;

  @Test
  void executorsScan() throws Exception {
    try (FakeAws aws = FakeAws.answering(ScanOnClusterTest::answer)) {
      LocalClusterSession.Result result =
          LocalClusterSession.run(
              CREDENTIALS,
              Main.class,
              "scan",
              "Orders",
              "--to=" + temp.resolve("to"),
              "--segments=4",
              "--region=eu-west-1",
              "--endpoint-url=" + aws.address(),
              "--json");

      assertThat(result.exitCode()).as(result.errors()).isZero();
      assertThat(result.output()).contains("\"items\" : 4", "\"tasks\" : 2");
      assertThat(aws.requests().stream().filter(request -> request.operation().equals("Scan")))
          .hasSize(4)
          .allMatch(request -> request.authorization().contains("/eu-west-1/dynamodb/"))
          .allMatch(request -> request.userAgent().endsWith(" scan"));
    }
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(terminal.run("inspect", temp.resolve("to").toString())).as(terminal.err()).isZero();
  }

  @Test
  void executorsKeepWhatTheyReadOfLiveTables() throws Exception {
    try (FakeAws aws = FakeAws.answering(ScanOnClusterTest::answer)) {
      LocalClusterSession.Result result =
          LocalClusterSession.run(
              CREDENTIALS,
              Main.class,
              "compare",
              "dynamodb://Orders",
              "dynamodb://Orders-2",
              "--region=eu-west-1",
              "--endpoint-url=" + aws.address(),
              "--json");

      assertThat(result.exitCode()).as(result.errors()).isEqualTo(6);
      assertThat(result.output()).contains("\"differingKeys\" : 2", "\"path\" : \"of\"");
      assertThat(aws.requests().stream().filter(request -> request.operation().equals("Scan")))
          .as("two segments of each table")
          .hasSize(4);
    }
  }

  private static Answer answer(Request request) {
    String table = request.body().contains("Orders-2") ? "Orders-2" : "Orders";
    String json =
        request.operation().equals("Scan")
            ? "{'Items':[{'pk':{'S':'SEGMENT'},'of':{'S':'TABLE'}}],'ScannedCount':1,'ConsumedCapacity':{'CapacityUnits':0.5}}"
            : "{'Table':{'TableName':'TABLE','TableArn':'arn:aws:dynamodb:eu-west-1:111122223333:table/TABLE','TableId':'id',"
                + "'TableStatus':'ACTIVE','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'ProvisionedThroughput':{'ReadCapacityUnits':400}}}";
    String segment = request.body().replaceAll("(?s).*\"Segment\":(\\d+).*", "$1");
    return Answer.of(json.replace("TABLE", table).replace("SEGMENT", segment).replace('\'', '"'));
  }
}
