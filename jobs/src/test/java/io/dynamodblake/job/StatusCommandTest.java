package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.PlainFileSystem;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} of folders with lake tables in them, all of which are made of a few real ones. */
class StatusCommandTest {
  private static final Instant SHOWN = Instant.parse("2026-11-18T03:20:00Z");
  private static final String CHECKPOINT =
      """
      {"format":"dynamodb-lake/stream-checkpoint","formatVersion":1,"tableArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders",
       "tableId":"id","streamArn":"s","view":"NEW_AND_OLD_IMAGES","generation":3,"runId":"r","coveredTo":"%s","shards":[]}
      """;

  @TempDir static Path made;
  private static Path single;
  private static Path iceberg;
  private static Path entities;

  @TempDir Path lakes;
  private final CapturedTerminal terminal = new CapturedTerminal(160);

  @BeforeAll
  static void flatten() throws IOException {
    String export =
        ExportFixture.in(made.resolve("bucket"))
            .exportTime(SHOWN)
            .file("{\"Item\":{\"pk\":{\"S\":\"a\"}}}", "{\"Item\":{\"pk\":{\"S\":\"b\"}}}")
            .write()
            .toString();
    single = flattened("orders", export, "--key=pk:S");
    iceberg = flattened("kept_by_iceberg", export, "--key=pk:S", "--format=iceberg");
    String shop = DemoExport.copyTo(made.resolve("shop-export")).toString();
    entities = flattened("shop", shop, "--key=pk:S,sk:S", "--entities=auto");
  }

  private static Path flattened(String table, String export, String... options) {
    Path lake = made.resolve("lake-" + table);
    List<String> words = new ArrayList<>(List.of("flatten", export, "--to=" + lake));
    words.add("--table=" + table);
    words.addAll(List.of(options));
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(terminal.run(words.toArray(String[]::new))).as(terminal.err()).isZero();
    return lake;
  }

  private Path copy(Path table, String folder) throws IOException {
    Path to = lakes.resolve(folder);
    for (String file : Folders.filesBelow(table)) {
      Files.createDirectories(to.resolve(file).getParent());
      Files.copy(table.resolve(file), to.resolve(file));
    }
    return to;
  }

  /** A copy that shows another moment, to which it was brought by what is said. */
  private Path showing(String folder, Optional<Instant> time, LedgerEntry.Kind kind)
      throws IOException {
    Path to = copy(single, folder);
    Path path = to.resolve("_dynamodb/current.json");
    CurrentPointer now = CurrentPointer.fromJson(Files.readString(path), path.toString());
    LedgerEntry first = now.ledger().last();
    LedgerEntry last =
        new LedgerEntry(
            kind,
            "e2",
            first.to(),
            time,
            Optional.empty(),
            0,
            "f",
            first.runId(),
            first.publishedAt(),
            first.rows(),
            Optional.empty());
    Ledger ledger = kind == LedgerEntry.Kind.FULL ? now.ledger() : now.ledger().and(List.of(last));
    TableFacts facts = new TableFacts(now.facts().arn(), now.facts().id(), time);
    Files.writeString(
        path,
        new CurrentPointer(now.table(), facts, ledger, now.snapshot(), now.earlier()).toJson());
    return to;
  }

  private int status(String... options) {
    List<String> words = new ArrayList<>(List.of("status", lakes.toString()));
    words.addAll(List.of(options));
    return terminal.run(words.toArray(String[]::new));
  }

  private StatusReport report(Optional<Duration> maxAge, Instant now) throws IOException {
    LakeFiles files = new LakeFiles(new Configuration());
    LakeSearch found = LakeSearch.below(files, lakes.toString(), 3);
    return new StatusReport(files.qualify(lakes.toString()), found, maxAge, now);
  }

  /** The line of a table, with single spaces. */
  private String line(StatusReport report, String table) {
    return report.lines(terminal.terminal()).stream()
        .map(line -> line.replaceAll(" +", " "))
        .filter(line -> line.startsWith(table + " "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyKindOfTableIsFoundWhereverItLies() throws IOException {
    copy(single, "eu/orders");
    copy(iceberg, "eu/iceberg");
    copy(entities, "shop");
    Files.createDirectories(lakes.resolve("exports/AWSDynamoDB/data"));
    Files.createDirectories(lakes.resolve("others/day=1/x"));

    assertThat(status("--json")).as(terminal.err()).isZero();

    JsonNode document = Documents.read(terminal.out());
    assertThat(document.path("tables").findValuesAsText("root"))
        .extracting(root -> root.replace("file:" + lakes + "/", ""))
        .containsExactly("eu/iceberg", "eu/orders", "shop");
    JsonNode orders = document.path("tables").get(1);
    assertThat(orders.path("table").asText()).isEqualTo("orders");
    assertThat(orders.path("tableTime").asText()).isEqualTo(SHOWN.toString());
    assertThat(orders.path("rows").asLong()).isEqualTo(2);
    assertThat(orders.path("bytes").asLong()).isPositive();
    assertThat(orders.at("/lastRun/command").asText()).isEqualTo("flatten");
    assertThat(orders.at("/lastRun/status").asText()).isEqualTo("published");
    assertThat(orders.has("nextWindow")).as("nobody keeps it by increments").isFalse();
    assertThat(orders.has("fault")).isFalse();
    assertThat(document.path("tables").get(0).path("iceberg").isObject()).isTrue();

    JsonNode shop = document.path("tables").get(2);
    assertThat(shop.path("entities").findValuesAsText("table"))
        .hasSizeGreaterThan(1)
        .allMatch(name -> name.startsWith("shop_"));
    long rows = 0;
    for (JsonNode entity : shop.path("entities")) {
      rows += entity.path("rows").asLong();
    }
    assertThat(shop.path("rows").asLong()).isEqualTo(rows);
    assertThat(document.path("deeperFolders").asInt()).isZero();
  }

  @Test
  void theFolderOfATableOrOfOneOfSeveralIsEnough() throws IOException {
    Path order = copy(entities, "shop").resolve("order");
    assertThat(terminal.run("status", order.toString())).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("\norder  2").contains("1 lake table, 0 broken\n");

    Path alone = copy(single, "one");
    assertThat(terminal.run("status", alone.toString())).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("Lake tables under file:" + alone)
        .contains("flatten published");
  }

  @Test
  void whatIsOlderThanAllowedIsNamedAndEndsWith3() throws IOException {
    Instant now = Instant.now();
    showing("fresh", Optional.of(now.minus(Duration.ofHours(2))), LedgerEntry.Kind.FULL);
    assertThat(status("--max-age=26h")).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("1 lake table, 0 not known to be younger than 26 h");

    showing("stale", Optional.of(now.minus(Duration.ofDays(9))), LedgerEntry.Kind.WINDOW);
    showing("sometime", Optional.empty(), LedgerEntry.Kind.FULL);
    assertThat(status("--max-age=26h", "--json")).isEqualTo(3);
    assertThat(terminal.err())
        .contains("2 are not known to be younger than 26 h (sometime, stale)")
        .doesNotContain("fresh,", "fresh)", "broken (");
    assertThat(Documents.read(terminal.out()).path("tables").findValuesAsText("old"))
        .containsExactly("false", "true", "true");
    assertThat(status()).as("nobody asked for an age").isZero();
    assertThat(Documents.read(temporary("--max-age=26h")).path("exitCode").asInt()).isEqualTo(3);
  }

  /** The report of a run, which schedulers read. */
  private Path temporary(String option) {
    Path report = lakes.resolve("_report.json");
    status(option, "--report=" + report);
    return report;
  }

  @Test
  void brokenTablesAreRowsWithTheirFaultAndTheOthersAreShown() throws IOException {
    copy(single, "whole");
    Path damaged = copy(single, "damaged").resolve("_dynamodb/current.json");
    Files.writeString(damaged, Files.readString(damaged).substring(0, 100));
    Path gone = copy(single, "gone");
    LakeFiles files = new LakeFiles(new Configuration());
    files.deleteFolder(Folders.snapshot(gone, "").toString());
    Files.delete(copy(single, "never").resolve("_dynamodb/current.json"));
    files.deleteFile(copy(entities, "shop").resolve("_dynamodb/current.json").toString());

    assertThat(status()).isEqualTo(3);

    assertThat(terminal.err()).contains("4 are broken (damaged, gone, never, shop)");
    assertThat(terminal.out())
        .contains("\nwhole  ")
        .contains("damaged: Cannot read the lake table's pointer: not a whole document")
        .contains("gone: Cannot read the current snapshot: it is gone, file:" + gone)
        .contains("never: Cannot open lake table: there is no file:" + lakes)
        .contains("5 lake tables, 4 broken");
  }

  @Test
  void aRunThatFailedOrStillRunsIsTold() throws IOException {
    Path failed = copy(single, "failed");
    Files.writeString(
        failed.resolve("_dynamodb/runs/99991118T032000Z-00000001.json"),
        "{\"command\":\"apply\",\"status\":\"failed\",\"error\":\"Cannot apply: a gap\",\"startedAt\":\"2026-11-18T03:20:00Z\",\"finishedAt\":\"2026-11-18T03:21:00Z\"}");
    Path running = copy(single, "running");
    Files.writeString(
        running.resolve("_dynamodb/runs/99991118T032000Z-00000001.json"),
        "{\"command\":\"apply\",\"status\":\"running\",\"startedAt\":\"2026-11-18T03:20:00Z\"}");

    StatusReport report = report(Optional.empty(), SHOWN.plus(Duration.ofMinutes(181)));

    assertThat(line(report, "failed"))
        .startsWith("failed " + SHOWN + " 3 h 2 ")
        .endsWith("apply failed, 3 h ago");
    assertThat(line(report, "running")).endsWith("apply running since 3 h");
    assertThat(report.lines(terminal.terminal()))
        .contains("failed: the last run failed. Cannot apply: a gap");
    assertThat(report.complaint()).isEmpty();
  }

  @Test
  void windowsThatATableLacksAreCounted() throws IOException {
    showing("increments", Optional.of(SHOWN), LedgerEntry.Kind.WINDOW);
    showing("archived", Optional.of(SHOWN), LedgerEntry.Kind.ARCHIVE);
    showing("fraction", Optional.of(SHOWN.plusMillis(5)), LedgerEntry.Kind.WINDOW);

    assertThat(line(report(Optional.empty(), SHOWN.plus(Duration.ofMinutes(5))), "increments"))
        .endsWith(" in 10 min");
    assertThat(line(report(Optional.empty(), SHOWN.plus(Duration.ofHours(20))), "increments"))
        .endsWith(" 1 window");
    assertThat(line(report(Optional.empty(), SHOWN.plus(Duration.ofHours(60))), "increments"))
        .endsWith(" 3 windows");
    StatusReport late = report(Optional.empty(), SHOWN.plus(Duration.ofDays(36)));
    assertThat(line(late, "increments")).endsWith(" a full export");
    assertThat(line(late, "archived")).endsWith(" its archive");
    assertThat(line(late, "fraction")).endsWith(" none: no whole second");

    JsonNode next =
        Documents.read(report(Optional.empty(), SHOWN.plus(Duration.ofHours(60))).toJson())
            .path("tables")
            .get(2)
            .path("nextWindow");
    assertThat(next.path("exportFromTime").asText()).isEqualTo(SHOWN.toString());
    assertThat(next.path("exportToTime").asText()).isEqualTo("2026-11-19T03:20:00Z");
    assertThat(next.path("windows").asInt()).isEqualTo(3);
    assertThat(next.path("reachableUntil").asText()).isEqualTo("2026-12-23T03:20:00Z");
  }

  @Test
  void archivesOfStreamsAreShownAsFarAsTheyAreRead() throws IOException {
    Path state = Files.createDirectories(lakes.resolve("changes/_dynamodb-stream"));
    Files.writeString(state.resolve("Orders.json"), CHECKPOINT.formatted(SHOWN));

    StatusReport report = report(Optional.of(Duration.ofHours(1)), SHOWN.plusSeconds(7_200));

    assertThat(line(report, "changes")).isEqualTo("changes Orders " + SHOWN + " 2 h old");
    assertThat(report.complaint().orElseThrow())
        .contains("1 is not known to be younger than 60 min (changes of Orders)");
    assertThat(Documents.read(report.toJson()).at("/archives/0/coveredTo").asText())
        .isEqualTo(SHOWN.toString());

    Files.writeString(state.resolve("Orders.json"), "{");
    assertThat(status()).isEqualTo(3);
    assertThat(terminal.out()).contains("changes: Cannot continue the stream: the checkpoint ");
  }

  @Test
  void foldersThatAreTooDeepAreToldAndNothingAtAllIsWrongUsage() throws IOException {
    copy(single, "a/b/c/d/deep");
    assertThat(status()).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Cannot find lake tables: there is none")
        .contains("or look deeper with --depth");
    copy(single, "orders");
    assertThat(status()).isZero();
    assertThat(terminal.out())
        .contains("1 lake table, 0 broken\n1 folder deeper down was not looked at; --depth");
    assertThat(status("--depth=5")).isZero();
    assertThat(terminal.out()).contains("2 lake tables").doesNotContain("deeper");
    assertThat(terminal.run("status", lakes.resolve("none").toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("check the place").doesNotContain("--depth");
  }

  @Test
  void manyTablesOnS3AreReadWithoutAListingOfTheirData() throws IOException {
    S3MockServer s3 = S3MockServer.shared();
    String prefix = "status-" + UUID.randomUUID();
    try (AwsCommandTest.SessionSettings settings = new AwsCommandTest.SessionSettings(s3)) {
      for (int i = 0; i < 3; i++) {
        AwsCommandTest.upload(s3, single, prefix + "/orders" + i);
      }
      assertThat(terminal.run("status", s3.path(prefix))).as(terminal.err()).isZero();
      assertThat(terminal.out()).contains("\norders0  ", "\norders2  ", "3 lake tables, 0 broken");
    }
  }

  /** The local disk, where it is noted what is listed. */
  public static final class NotingFileSystem extends PlainFileSystem {
    private static final List<String> LISTED = new CopyOnWriteArrayList<>();

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      LISTED.add(path.toUri().getPath());
      return super.listStatus(path);
    }
  }

  @Test
  void ofATableOnlyTheReportsAreListed() throws IOException {
    for (int i : IntStream.range(0, 40).toArray()) {
      copy(single, "table" + i);
    }
    SparkTest.session().conf().set("fs.plain.impl", NotingFileSystem.class.getName());
    // another class may have opened one of that scheme before
    SparkTest.session().conf().set("fs.plain.impl.disable.cache", "true");
    try {
      assertThat(terminal.run("status", "plain:" + lakes)).as(terminal.err()).isZero();
    } finally {
      SparkTest.session().conf().unset("fs.plain.impl");
      SparkTest.session().conf().unset("fs.plain.impl.disable.cache");
    }
    assertThat(terminal.out()).contains("40 lake tables");
    assertThat(NotingFileSystem.LISTED)
        .hasSize(41)
        .allMatch(path -> path.equals(lakes.toString()) || path.endsWith("/_dynamodb/runs"));
  }
}
