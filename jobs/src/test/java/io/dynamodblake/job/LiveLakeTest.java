package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.SparkTest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A lake table that follows a table of DynamoDB Local by its stream, command by command. */
class LiveLakeTest {
  private static final String TABLE = "live-lake";
  private static final int KEYS = 60;

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "secret");

  @TempDir Path temp;
  private final CapturedTerminal terminal = new CapturedTerminal();
  private final DynamoDbClient client = DynamoDbLocalServer.shared().client();
  private final Random random = new Random();

  @BeforeEach
  void aTableWithAStream() {
    SparkTest.session();
    DynamoDbLocalServer.shared()
        .createTable(
            TABLE,
            table ->
                table.streamSpecification(
                    stream -> stream.streamEnabled(true).streamViewType("NEW_AND_OLD_IMAGES")),
            "pk",
            "S");
  }

  /** Items come, get other attributes and types, and go. */
  private void write(int times) {
    for (int i = 0; i < times; i++) {
      AttributeValue key = AttributeValue.fromS("k" + random.nextInt(KEYS));
      if (random.nextInt(4) == 0) {
        client.deleteItem(request -> request.tableName(TABLE).key(Map.of("pk", key)));
        continue;
      }
      AttributeValue value =
          switch (random.nextInt(4)) {
            case 0 -> AttributeValue.fromS("text " + i);
            case 1 -> AttributeValue.fromN(i + "." + random.nextInt(100));
            case 2 -> AttributeValue.fromSs(List.of("a", "b" + i));
            default -> AttributeValue.fromN("12345678901234567890123456789012345678");
          };
      client.putItem(
          request ->
              request.tableName(TABLE).item(Map.of("pk", key, "v" + random.nextInt(3), value)));
    }
  }

  private int run(String... words) {
    List<String> arguments = new ArrayList<>(List.of(words));
    if (!words[0].equals("flatten") && !words[0].equals("apply")) {
      arguments.add("--endpoint-url");
      arguments.add(DynamoDbLocalServer.shared().endpoint().toString());
      arguments.add("--region");
      arguments.add(DynamoDbLocalServer.REGION.id());
    }
    return terminal.run(arguments.toArray(String[]::new));
  }

  private void done(String... words) {
    assertThat(run(words)).as(() -> String.join(" ", words) + ": " + terminal.err()).isZero();
  }

  private static void anotherSecond() throws InterruptedException {
    long now = Instant.now().getEpochSecond();
    while (Instant.now().getEpochSecond() == now) {
      Thread.sleep(20);
    }
  }

  @Test
  void theLakeTableEqualsTheTableAfterEachRound() throws InterruptedException {
    String changes = temp.resolve("changes").toString();
    String lake = temp.resolve("lake").toString();
    write(150);
    done("stream", TABLE, "--to", changes); // before the scan, so that nothing falls between
    write(100);
    done("scan", TABLE, "--to", temp.resolve("scan").toString());
    done(
        "flatten",
        temp.resolve("scan").toString(),
        "--to",
        lake,
        "--table",
        "orders",
        "--key",
        "pk:S");

    for (int round = 0; round < 2; round++) {
      write(150);
      anotherSecond(); // a run covers whole seconds, and the archive has to reach behind the scan
      done("stream", TABLE, "--to", changes);
      done("apply", changes, "--to", lake);

      done("compare", lake, "dynamodb://" + TABLE);
    }
    done("apply", changes, "--to", lake);
    assertThat(terminal.out()).contains("already has all these changes");
  }
}
