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
  private static final String KEYS = "-Daws.accessKeyId=test -Daws.secretAccessKey=x";

  @TempDir Path temp;

  @Test
  void executorsScan() throws Exception {
    try (FakeAws aws = FakeAws.answering(ScanOnClusterTest::answer)) {
      LocalClusterSession.Result result =
          LocalClusterSession.run(
              Map.of(
                  "spark.executor.extraJavaOptions",
                  KEYS,
                  "aws.accessKeyId",
                  "test",
                  "aws.secretAccessKey",
                  "x"),
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

  private static Answer answer(Request request) {
    String json =
        request.operation().equals("Scan")
            ? "{'Items':[{'pk':{'S':'a'}}],'ScannedCount':1,'ConsumedCapacity':{'CapacityUnits':0.5}}"
            : "{'Table':{'TableName':'Orders','TableArn':'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders','TableId':'id',"
                + "'TableStatus':'ACTIVE','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'ProvisionedThroughput':{'ReadCapacityUnits':400}}}";
    return Answer.of(json.replace('\'', '"'));
  }
}
