package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Commands that are killed in processes of their own, as by kill -9, and run again. */
class KilledRunTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "secret");

  @TempDir Path temp;

  private final CapturedTerminal terminal = new CapturedTerminal();
  private final DynamoDbClient client = DynamoDbLocalServer.shared().client();

  @BeforeEach
  void start() {
    SparkTest.session();
  }

  private static List<String> arguments(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--endpoint-url=" + DynamoDbLocalServer.shared().endpoint());
    all.add("--region=" + DynamoDbLocalServer.REGION.id());
    return all;
  }

  /** Runs a command until so many documents lie in a folder, and kills it. */
  private Set<String> kill(Path above, String folder, int documents, List<String> arguments)
      throws Exception {
    List<String> settings = new ArrayList<>(List.of("-Dspark.master=local[2]"));
    properties.keys().forEach((key, value) -> settings.add("-D" + key + "=" + value));
    Instant limit = Instant.now().plusSeconds(120);
    try (ChildProcess run = ChildProcess.spark(temp, settings, Main.class, arguments)) {
      while (documents(above, folder).size() < documents) {
        assertThat(run.isAlive()).as(run.output() + run.errors()).isTrue();
        assertThat(Instant.now()).as(run.errors()).isBefore(limit);
        Thread.sleep(20);
      }
      assertThat(run.isAlive()).as("in the middle of its work").isTrue();
    } // killed here, as kill -9 does
    return documents(above, folder);
  }

  private static Set<String> documents(Path above, String folder) throws IOException {
    if (!Files.exists(above)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(above)) {
      return files
          .map(Path::toString)
          .filter(file -> file.contains(folder) && file.endsWith(".json"))
          .collect(Collectors.toSet());
    } catch (java.io.UncheckedIOException e) {
      // somebody has replaced a file meanwhile
      return Set.of();
    }
  }

  @Test
  void aKilledScanGoesOnAndItsResultIsWhole() throws Exception {
    DynamoDbLocalServer.shared().createTable("killed-scan", "pk", "S");
    Map<String, String> wanted = new TreeMap<>();
    for (int batch = 0; batch < 12; batch++) {
      List<WriteRequest> writes = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        String pk = "key-" + batch + "-" + i;
        String line =
            "{\"Item\":{\"pk\":{\"S\":\"%s\"},\"v\":{\"S\":\"%s\"}}}".formatted(pk, pk.repeat(300));
        wanted.put(pk, line);
        writes.add(
            WriteRequest.builder()
                .putRequest(
                    put ->
                        put.item(
                            Map.of(
                                "pk",
                                AttributeValue.fromS(pk),
                                "v",
                                AttributeValue.fromS(pk.repeat(300)))))
                .build());
      }
      client.batchWriteItem(request -> request.requestItems(Map.of("killed-scan", writes)));
    }
    Path to = temp.resolve("to");
    String[] scan = {"scan", "killed-scan", "--to=" + to, "--segments=10"};
    List<String> slowly = arguments(scan);
    slowly.add("--max-rcu=10");

    Set<String> markers = kill(to, "_scan/segments/", 3, slowly);

    Path export = Folders.only(to.resolve("AWSDynamoDB"));
    assertThat(export.resolve("manifest-summary.json")).doesNotExist();
    Map<Path, FileTime> finished = new TreeMap<>();
    for (String marker : markers) {
      Path file = export.resolve("data/" + Documents.read(Path.of(marker)).path("file").asText());
      finished.put(file, Files.getLastModifiedTime(file));
    }
    assertThat(Folders.filesBelow(export.resolve("data")).size()).isGreaterThan(finished.size());

    List<String> again = arguments(scan);
    again.addAll(List.of("--max-rcu=none", "--json"));
    assertThat(terminal.run(again.toArray(String[]::new))).as(terminal.err()).isZero();
    JsonNode report = MAPPER.readTree(terminal.out());
    assertThat(report.path("segmentsOfEarlierRuns").asInt()).isEqualTo(markers.size());
    assertThat(report.path("items").asInt()).isEqualTo(wanted.size());
    assertThat(Folders.only(to.resolve("AWSDynamoDB"))).isEqualTo(export);
    for (Map.Entry<Path, FileTime> file : finished.entrySet()) {
      assertThat(Files.getLastModifiedTime(file.getKey())).isEqualTo(file.getValue());
    }
    Set<String> left = new HashSet<>(Folders.filesBelow(export));
    assertThat(left.removeIf(file -> file.matches("data/[a-z0-9]{26}\\.json\\.gz"))).isTrue();
    assertThat(left)
        .containsExactlyInAnyOrder(
            "_started",
            "_scan/scan.json",
            "_scan/report.json",
            "table.json",
            "manifest-files.json",
            "manifest-files.md5",
            "manifest-summary.json",
            "manifest-summary.md5");
    assertThat(Folders.filesBelow(export.resolve("data"))).hasSize(10);
    assertThat(
            RestoredItems.differences(
                RestoredItems.byKey(List.copyOf(wanted.values())),
                RestoredItems.byKey(RestoredItems.lines(export.resolve("data")))))
        .isEmpty();
    assertThat(terminal.run("inspect", to.toString())).as(terminal.err()).isZero();
  }

  @Test
  void aKilledLoadGoesOnWithThePartsThatAreLeft() throws Exception {
    DynamoDbLocalServer.shared().createTable("killed-load", "pk", "S");
    Path source = Files.createDirectories(temp.resolve("source"));
    writeItems(source, 600, 0);
    Path state = temp.resolve("state");
    String[] load = {"load", source.toString(), "killed-load", "--state=" + state};
    List<String> slowly = arguments(load);
    slowly.add("--max-wcu=60");

    Set<String> markers = kill(state, "/parts/", 2, slowly);

    Map<String, Long> earlier = new TreeMap<>();
    for (String marker : markers) {
      JsonNode part = Documents.read(Path.of(marker));
      earlier.put(marker, part.path("items").asLong());
    }
    Documents.read(Path.of(markers.iterator().next()).resolve("../../load.json").normalize());
    long done = earlier.values().stream().mapToLong(Long::longValue).sum();
    assertThat(done).isBetween(1L, 599L);
    Set<String> before = keys("killed-load");
    assertThat(before.size()).isGreaterThanOrEqualTo((int) done);
    Path copy = temp.resolve("copy");
    for (String file : Folders.filesBelow(state)) {
      Files.createDirectories(copy.resolve(file).getParent());
      Files.copy(state.resolve(file), copy.resolve(file));
    }
    // whoever puts them again brings them back
    before.forEach(
        key ->
            client.deleteItem(
                delete ->
                    delete.tableName("killed-load").key(Map.of("pk", AttributeValue.fromS(key)))));

    List<String> again = arguments(load);
    again.add("--json");
    assertThat(terminal.run(again.toArray(String[]::new))).as(terminal.err()).isZero();
    JsonNode report = MAPPER.readTree(terminal.out());
    assertThat(report.path("itemsOfEarlierRuns").asLong()).isEqualTo(done);
    assertThat(report.path("writtenItems").asLong()).isEqualTo(600 - done);
    Set<String> after = keys("killed-load");
    assertThat(after).hasSize((int) (600 - done));
    Set<String> all = new HashSet<>(before);
    all.addAll(after);
    assertThat(all).as("nothing is forgotten").hasSize(600);
    assertThat(Folders.filesBelow(state))
        .as("a load that came to its end leaves nothing")
        .isEmpty();

    assertThat(terminal.run(again.toArray(String[]::new))).as(terminal.err()).isZero();
    assertThat(MAPPER.readTree(terminal.out()).path("writtenItems").asLong()).isEqualTo(600);
    assertThat(keys("killed-load")).hasSize(600);
    assertOtherItemsBeginAnew(source, copy);
  }

  /** As many items, as long, and in a file of the same name: only their values tell. */
  private void assertOtherItemsBeginAnew(Path source, Path state) throws IOException {
    writeItems(source, 600, 1);
    String[] load = {"load", source.toString(), "killed-load", "--state=" + state};
    assertThat(terminal.run(arguments(load).toArray(String[]::new))).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("  Items      600 read = 600 written, in ")
        .contains("  Note       A load that was interrupted was of other items");
    assertThat(Folders.filesBelow(state)).isEmpty();
    assertThat(client.scan(scan -> scan.tableName("killed-load")).items())
        .hasSize(600)
        .allMatch(item -> item.get("v").n().equals("1"));
  }

  private static void writeItems(Path folder, int items, int value) throws IOException {
    Files.write(
        folder.resolve("part-1.json"),
        IntStream.range(0, items)
            .mapToObj(
                i ->
                    "{\"Item\":{\"pk\":{\"S\":\"key-%d\"},\"v\":{\"N\":\"%d\"}}}"
                        .formatted(i, value))
            .toList());
  }

  private Set<String> keys(String table) {
    return client.scanPaginator(scan -> scan.tableName(table)).items().stream()
        .map(item -> item.get("pk").s())
        .collect(Collectors.toSet());
  }
}
