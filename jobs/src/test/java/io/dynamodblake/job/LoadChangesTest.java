package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.export.Window;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.RandomHistory;
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

/** {@code load} of changes into tables of DynamoDB Local, forwards and backwards. */
class LoadChangesTest {
  private static final Instant T0 = IncrementalExport.FROM;
  private static final Instant T1 = T0.plusSeconds(3600);
  private static final Instant T2 = T1.plusSeconds(3600);

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "hidden-secret");

  @TempDir Path temp;

  private final CapturedTerminal terminal = new CapturedTerminal();
  private final DynamoDbClient client = DynamoDbLocalServer.shared().client();
  private int exports;

  @BeforeEach
  void start() {
    SparkTest.session();
  }

  private int run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--endpoint-url=" + DynamoDbLocalServer.shared().endpoint());
    all.add("--region=" + DynamoDbLocalServer.REGION.id());
    return terminal.run(all.toArray(String[]::new));
  }

  private void load(Path from, String table, String... more) {
    List<String> words = new ArrayList<>(List.of("load", from.toString(), table));
    words.addAll(List.of(more));
    assertThat(run(words.toArray(String[]::new))).as(terminal.err()).isZero();
  }

  private void assertHolds(String table, Path full) {
    assertThat(run("compare", full.toString(), "dynamodb://" + table))
        .as(terminal.out() + terminal.err())
        .isZero();
  }

  private IncrementalExport window(Instant from, Instant to) {
    return IncrementalExport.in(temp.resolve("bucket"))
        .exportId("0173199%07d-0a1b2c3d".formatted(exports++))
        .keys("pk")
        .window(from, to);
  }

  private static String image(String pk, int n) {
    return "{\"pk\":{\"S\":\"%s\"},\"n\":{\"N\":\"%d\"}}".formatted(pk, n);
  }

  private void put(String table, String pk, int n) {
    client.putItem(
        put ->
            put.tableName(table)
                .item(Map.of("pk", AttributeValue.fromS(pk), "n", AttributeValue.fromN("" + n))));
  }

  private List<String> items(String table) {
    return client.scan(scan -> scan.tableName(table)).items().stream()
        .map(item -> item.get("pk").s() + item.get("n").n())
        .sorted()
        .toList();
  }

  private void tableOf(String name, Map<String, Integer> items) {
    DynamoDbLocalServer.shared().createTable(name, "pk", "S");
    items.forEach((pk, n) -> put(name, pk, n));
  }

  private Path twoWindows() {
    window(T0, T1)
        .updated(image("a", 1), image("a", 10))
        .deleted(image("b", 2))
        .inserted(image("d", 4))
        .inserted(image("e", 5))
        .write();
    window(T1, T2)
        .updated(image("a", 10), image("a", 11))
        .inserted(image("b", 20))
        .deleted(image("d", 4))
        .write();
    return temp.resolve("bucket/nightly/orders");
  }

  @Test
  void aTableThatGetsTheWindowsOfAHistoryHoldsWhatItsEndHolds() {
    long seed = Long.getLong("properties.seed", new Random().nextLong());
    RandomHistory history = new RandomHistory(seed, temp.resolve("bucket"), 60);
    DynamoDbLocalServer.shared().createTable("changes-history", "pk", "S");
    load(history.full(), "changes-history");
    for (int i = 0; i < 2; i++) {
      load(history.window(), "changes-history", "--state=" + temp.resolve("state"));
    }
    assertHolds("changes-history", history.full());
  }

  @Test
  void ofSeveralWindowsTheLastImageOfAKeyIsWrittenAndBackwardsTheFirst() {
    tableOf("changes-back", Map.of("a", 1, "b", 2, "c", 3));
    Path changes = twoWindows();

    load(changes, "changes-back", "--dry-run", "--json");
    JsonNode plan = Documents.read(terminal.out());
    assertThat(plan.path("changeRecords").asLong()).isEqualTo(7);
    assertThat(plan.path("putItems").asLong()).isEqualTo(3);
    assertThat(plan.path("deletedKeys").asLong()).isEqualTo(1);
    assertThat(items("changes-back")).containsExactly("a1", "b2", "c3");

    load(changes, "changes-back");
    assertThat(terminal.out())
        .contains("  From       changes of 2 exports, %s to %s\n".formatted(T0, T2))
        .contains("  Changes    7 records = 3 items to put + 1 key to delete\n")
        .contains("  Items      4 read = 4 written, in ");
    assertThat(items("changes-back")).containsExactly("a11", "b20", "c3", "e5");

    load(changes, "changes-back", "--reverse", "--check-old-images");
    assertThat(terminal.out())
        .contains(", backwards\n")
        .as("d came and went, so it is as it should be")
        .contains(
            "  Left alone 1 that are as they should be, 0 that somebody else has changed, by ")
        .contains("  Changes    7 records = 2 items to put + 2 keys to delete\n");
    assertThat(items("changes-back")).containsExactly("a1", "b2", "c3");
  }

  @Test
  void whatSomebodyElseHasChangedIsLeftAloneIfAsked() {
    tableOf("changes-checked", Map.of("a", 1, "b", 99, "c", 3, "e", 5));
    Path changes =
        window(T0, T1)
            .updated(image("a", 1), image("a", 10))
            .updated(image("b", 2), image("b", 20))
            .deleted(image("c", 3))
            .deleted(image("gone", 7))
            .inserted(image("d", 4))
            .inserted(image("e", 50))
            .write();

    load(changes, "changes-checked", "--check-old-images", "--max-rcu=none", "--json");
    JsonNode done = Documents.read(terminal.out());
    assertThat(done.path("writtenItems").asLong()).isEqualTo(3);
    assertThat(done.path("unchangedItems").asLong()).isEqualTo(1);
    assertThat(done.path("differentItems").asLong()).isEqualTo(2);
    assertThat(items("changes-checked")).containsExactly("a10", "b99", "d4", "e5");

    load(changes, "changes-checked", "--check-old-images");
    assertThat(terminal.out())
        .contains(
            "  Left alone 4 that are as they should be, 2 that somebody else has changed, by ")
        .contains(" = 0 written");
  }

  @Test
  void changesThatCannotBeWrittenAreRefused() {
    tableOf("changes-refused", Map.of("a", 1));
    Path news = window(T0, T1).view(Window.View.NEW_IMAGE).inserted(image("x", 1)).write();
    assertThat(run("load", news.toString(), "changes-refused", "--reverse")).isEqualTo(3);
    assertThat(terminal.err()).contains("has new images alone, so nobody knows what was before");

    window(T2, T2.plusSeconds(60)).inserted(image("y", 1)).write();
    assertThat(
            run(
                "load",
                temp.resolve("bucket").resolve("nightly/orders").toString(),
                "changes-refused"))
        .isEqualTo(3);
    assertThat(terminal.err()).contains("so they do not follow each other");

    assertThat(
            run("load", news.toString(), "changes-refused", "--delete-missing", "--max-deletes=1"))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot use --delete-missing with changes");

    DynamoDbLocalServer.shared().createTable("changes-other", "id", "S");
    assertThat(run("load", news.toString(), "changes-other")).isEqualTo(3);
    assertThat(terminal.err())
        .contains("a record has other key attributes than the table, which has id:S");

    Path damaged = window(T0, T1).inserted(image("x", 1)).wrongMd5(0).write();
    assertThat(run("load", damaged.toString(), "changes-refused")).isEqualTo(3);
    Path twice = window(T0, T1).inserted(image("x", 1)).inserted(image("x", 2)).write();
    assertThat(run("load", twice.toString(), "changes-refused")).isEqualTo(3);
    assertThat(terminal.err()).contains("1 records are of a key that their export has already");
    assertThat(items("changes-refused")).containsExactly("a1");
  }
}
