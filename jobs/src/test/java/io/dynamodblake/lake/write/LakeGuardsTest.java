package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What may not replace a good table, and what may not stand in for its files. */
class LakeGuardsTest extends LakeTest {
  private static final String NEWER = "01731990000000-0a1b2c3d";
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private ExportFixture newer() {
    return export().exportId(NEWER).exportTime(Instant.parse("2026-11-19T03:20:00Z"));
  }

  /** Data files of the fixture's export without its manifests. */
  private static Path bare(Path export) {
    return export.resolve("data");
  }

  private void stillHolds(String... pks) {
    assertThat(rows("pk")).containsExactly(pks);
    assertThat(statuses()).contains("published");
  }

  @Test
  void whoDoesNotSayOfWhichTableItIsReplacesNoneThatIsKnown() {
    flatten(options(newer().file(item("a")).write()));
    Path bare = bare(export().file(item("b")).write());

    assertThatThrownBy(() -> flatten(options(bare)))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot write lake table: it holds arn:\\S+, and nothing says of which table the input is, at .*"
                + "; give the export with its manifests, or --assume-table if it is of that table");

    stillHolds("[a]");
  }

  @Test
  void whatIsKnownOfTheTableIsCarriedOverAndGuardsItAfterwards() {
    flatten(options(newer().file(item("a")).write()));
    TableFacts known = table().current().facts();
    assertThat(known.arn()).isPresent();

    flatten(options(bare(export().file(item("b")).write())).assumingTable(true));

    assertThat(rows("pk")).containsExactly("[b]");
    assertThat(table().current().facts()).isEqualTo(known);
    Path older = export().exportId("01731800000000-0a1b2c3d").file(item("c")).write();
    assertThatThrownBy(() -> flatten(options(older))).hasMessageContaining("older than");
    Path other =
        ExportFixture.in(temp.resolve("other"))
            .table("Other")
            .exportId("01731999000000-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-20T03:20:00Z"))
            .file(item("d"))
            .write();
    assertThatThrownBy(() -> flatten(options(other))).hasMessageContaining("the export is of arn");
  }

  @Test
  void aRunOfBadLinesOnlyIsRefusedWhateverIsAllowed() {
    flatten(options(export().file(item("a")).write()));
    Path bad = newer().file("no item", "none either").write();

    assertThatThrownBy(() -> flatten(options(bad).quarantiningAtMost(1000).allowingEmpty(true)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Cannot publish: none of the 2 lines is an item");

    stillHolds("[a]");
    assertThat(statuses()).containsExactly("failed", "published");
  }

  @Test
  void aTableWithRowsBecomesEmptyOnRequestOnly() {
    flatten(options(export().file(item("a")).write()));
    Path empty = newer().emptyFile().write();

    assertThatThrownBy(() -> flatten(options(empty)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the input holds no item and the lake table has 1 rows")
        .hasMessageEndingWith("give --allow-empty");
    stillHolds("[a]");

    flatten(options(empty).allowingEmpty(true));
    assertThat(rows("pk")).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyEmptyTableCanBeOpenedRestoredAndCompared() {
    return Stream.of(List.<String>of(), List.of("bucket(4,pk)"), List.of("pk"))
        .map(
            partitions ->
                DynamicTest.dynamicTest(
                    partitions.toString(),
                    () -> {
                      Path folder = Files.createTempDirectory(temp, "empty");
                      Path schema = Files.writeString(folder.resolve("schema.json"), SCHEMA);
                      String lake = folder.resolve("lake").toString();
                      Path export = ExportFixture.in(folder).emptyFile().write();
                      FlattenOptions options =
                          FlattenOptions.builder(export.toString(), lake, "orders")
                              .withSchemaFile(schema.toString())
                              .partitionedBy(partitions)
                              .build();
                      new Flatten(spark, options).run(ReadProgress.NONE);

                      assertThat(LakeTable.open(spark, lake).rows().count()).isZero();
                      assertThat(new Flatten(spark, options).run(ReadProgress.NONE).status())
                          .isEqualTo(RunReport.Status.UNCHANGED);
                      RestoreOptions restore =
                          RestoreOptions.builder(lake, folder.resolve("import").toString(), "Copy")
                              .inBucket(Optional.of("acme-import"))
                              .build();
                      assertThat(new Restore(spark, restore).run(ReadProgress.NONE).items())
                          .isZero();
                    }));
  }

  private static final String SCHEMA =
      """
      {"format": "dynamodb-lake-schema", "version": 1, "table": "orders",
       "keys": [{"attribute": "pk", "descriptor": "S"}],
       "columns": [{"name": "pk", "attribute": "pk", "descriptor": "S", "type": "string"}]}
      """;

  @Test
  void itemsThatShareAKeyAreCountedWhereAnExportCannotVouchForThem() {
    Path merged = bare(export().file(item("a"), item("b")).file(item("a"), item("c")).write());

    assertThatThrownBy(() -> flatten(options(merged).withKeys(PK)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot publish: 2 items share 1 keys, in .*; give a folder with one export, or"
                + " --allow-repeated-keys to have a row for each of them");
    assertThatThrownBy(this::table).hasMessageContaining("there is no");

    flatten(options(merged).withKeys(PK).allowingRepeatedKeys(true));
    assertThat(rows("pk")).containsExactly("[a]", "[a]", "[b]", "[c]");
  }

  @Test
  void halfOfAKeyIsNoticedWhereAnExportVouchesForItsItems() {
    Path export =
        export()
            .file(
                item("a", "\"sk\":{\"S\":\"1\"}"),
                item("a", "\"sk\":{\"S\":\"2\"}"),
                item("b", "\"sk\":{\"S\":\"1\"}"))
            .write();

    assertThatThrownBy(() -> flatten(options(export).withKeys(PK)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot publish: 2 items share 1 keys, in .*; an export holds no item twice, so give the"
                + " whole key in --key, such as pk:S,sk:S, or --allow-repeated-keys to have a row"
                + " for each of them");
    assertThatThrownBy(this::table).hasMessageContaining("there is no");

    flatten(options(export).withKeys(PK).allowingRepeatedKeys(true));
    Path next = export().exportId("01731999999999-0a1b2c3d").file(item("a"), item("a")).write();
    assertThatThrownBy(() -> flatten(options(next)))
        .as("a table whose keys may not be changed any more")
        .hasMessageContaining("so flatten into another folder and give the whole key in --key");
  }

  @Test
  void keysThatOnlyLookEqualInTheirColumnsAreTold() throws IOException {
    Path schema =
        Files.writeString(
            temp.resolve("times.json"),
            """
            {"format": "dynamodb-lake-schema", "version": 1, "table": "orders",
             "keys": [{"attribute": "at", "descriptor": "S"}, {"attribute": "n", "descriptor": "N"}],
             "columns": [
               {"name": "at", "attribute": "at", "descriptor": "S", "type": "timestamp", "from": "iso-8601"},
               {"name": "n", "attribute": "n", "descriptor": "N", "type": "bigint"}]}
            """);
    String zulu = "{\"Item\":{\"at\":{\"S\":\"2026-11-18T03:20:00Z\"},\"n\":{\"N\":\"%s\"}}}";
    String offset = zulu.replace("03:20:00Z", "04:20:00+01:00");
    List<String> items =
        List.of(
            zulu.formatted("1"),
            offset.formatted("1"),
            zulu.formatted("0.5"),
            zulu.formatted("0.7"),
            offset.formatted("0.7"));
    Path merged = bare(export().file(items.toArray(String[]::new)).write());
    assertThat(flatten(options(merged).withSchemaFile(schema.toString())).counts().rowsWritten())
        .isEqualTo(5);

    String[] once = items.toArray(String[]::new);
    Path twice = bare(export().file(once).file(once).write());
    assertThatThrownBy(
            () -> flatten(options(twice).withSchemaFile(schema.toString()).replacing(true)))
        .hasMessageStartingWith("Cannot publish: 10 items share 5 keys, in ");
  }

  // ---- files in the place of others

  private record Exchange(String name, Damage damage, String message) {}

  private interface Damage {
    void on(Path snapshot, Path earlier) throws IOException;
  }

  private static Path file(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(name -> name.toString().endsWith(".parquet")).sorted().findFirst().get();
    }
  }

  private static void swap(Path one, Path other) throws IOException {
    Path aside = one.resolveSibling("_aside");
    Files.move(one, aside);
    Files.move(other, one);
    Files.move(aside, other);
  }

  @TestFactory
  Stream<DynamicTest> filesThatAreNotThoseOfTheSnapshotAreRefusedByAllWhoRead() {
    return Stream.of(
            new Exchange(
                "partition folders exchanged",
                (snapshot, earlier) -> swap(snapshot.resolve("kind=x"), snapshot.resolve("kind=y")),
                ""),
            new Exchange(
                "partition folder renamed",
                (snapshot, earlier) ->
                    Files.move(snapshot.resolve("kind=x"), snapshot.resolve("kind=z")),
                "was not published with it"),
            new Exchange(
                "file of the snapshot before under the name of this one's",
                (snapshot, earlier) ->
                    Files.copy(
                        file(earlier.resolve("kind=x")),
                        file(snapshot.resolve("kind=x")),
                        StandardCopyOption.REPLACE_EXISTING),
                ""),
            new Exchange(
                "file of the snapshot before beside this one's",
                (snapshot, earlier) ->
                    Files.copy(
                        file(earlier.resolve("kind=x")), snapshot.resolve("kind=x/part-9.parquet")),
                "was not published with it"),
            new Exchange(
                "file gone",
                (snapshot, earlier) -> Files.delete(file(snapshot.resolve("kind=y"))),
                "1 of its 2 files are gone, such as kind=y/part-"),
            new Exchange(
                "partition folder hidden",
                (snapshot, earlier) ->
                    Files.move(snapshot.resolve("kind=x"), snapshot.resolve(".kind=x")),
                "1 of its 2 files are gone, such as kind=x/part-"),
            new Exchange(
                "partition folder moved into another one",
                (snapshot, earlier) ->
                    Files.move(snapshot.resolve("kind=x"), snapshot.resolve("kind=y/kind=x")),
                "was not published with it"),
            new Exchange(
                "folder of other files, whose name is none of a partition",
                (snapshot, earlier) ->
                    Files.copy(
                        file(earlier.resolve("kind=x")),
                        Files.createDirectory(snapshot.resolve("backup")).resolve("a.parquet")),
                "file backup/a.parquet was not published with it"),
            new Exchange(
                "file renamed within its folder",
                (snapshot, earlier) ->
                    Files.move(
                        file(snapshot.resolve("kind=x")),
                        snapshot.resolve("kind=x/renamed.parquet")),
                "file kind=x/renamed.parquet was not published with it"),
            new Exchange(
                "partition folder in the place of another one by a link",
                (snapshot, earlier) -> {
                  Files.move(snapshot.resolve("kind=x"), snapshot.resolve("_aside"));
                  Files.createSymbolicLink(snapshot.resolve("kind=x"), earlier.resolve("kind=x"));
                },
                ""),
            new Exchange(
                "list of the files changed",
                (snapshot, earlier) ->
                    Files.writeString(
                        snapshot.resolve("_files.json"),
                        Files.readString(snapshot.resolve("_files.json"))
                            .replace("kind=x", "kind=z")),
                "the list of its files is gone or was changed"),
            new Exchange(
                "snapshots in each other's place, and the pointer's fingerprints, too",
                LakeGuardsTest::swapSnapshots,
                "the list of its files is gone or was changed"),
            new Exchange(
                "list of the files gone",
                (snapshot, earlier) -> Files.delete(snapshot.resolve("_files.json")),
                "the list of its files is gone or was changed"))
        .map(exchange -> DynamicTest.dynamicTest(exchange.name(), () -> check(exchange)));
  }

  private static void swapSnapshots(Path snapshot, Path earlier) throws IOException {
    Path aside = snapshot.resolveSibling("aside");
    Files.move(snapshot, aside);
    Files.move(earlier, snapshot);
    Files.move(aside, earlier);
    Path pointer = snapshot.resolveSibling("_dynamodb/current.json");
    String text = Files.readString(pointer);
    List<String> fingerprints =
        Pattern.compile("(?<=\"filesFingerprint\" : \")[^\"]*")
            .matcher(text)
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(fingerprints).hasSize(2);
    Files.writeString(
        pointer,
        text.replace(fingerprints.get(0), "aside")
            .replace(fingerprints.get(1), fingerprints.get(0))
            .replace("aside", fingerprints.get(1)));
  }

  private void check(Exchange exchange) throws IOException {
    Path folder = Files.createTempDirectory(temp, "exchanged");
    String lake = folder.resolve("lake").toString();
    Path last = null;
    Path snapshot = null;
    Path earlier = null;
    for (String id : List.of("01731900000000-0a1b2c3d", NEWER)) {
      // rows of one form: whatever tells the files apart, their lengths need not
      last =
          ExportFixture.in(folder)
              .exportId(id)
              .file(
                  "{\"Item\":{\"pk\":{\"S\":\"%s1\"},\"kind\":{\"S\":\"x\"}}}"
                      .formatted(id.charAt(6)),
                  "{\"Item\":{\"pk\":{\"S\":\"%s2\"},\"kind\":{\"S\":\"y\"}}}"
                      .formatted(id.charAt(6)))
              .write();
      new Flatten(spark, partitioned(last, lake)).run(ReadProgress.NONE);
      earlier = snapshot;
      snapshot = Path.of(java.net.URI.create(LakeTable.open(spark, lake).snapshotPath()));
    }
    exchange.damage().on(snapshot, earlier);

    Path target = folder.resolve("import");
    RestoreOptions restore =
        RestoreOptions.builder(lake, target.toString(), "Copy")
            .inBucket(Optional.of("acme-import"))
            .withKeys(PK)
            .build();
    assertThatThrownBy(() -> new Restore(spark, restore).run(ReadProgress.NONE))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(exchange.message());
    assertThat(target.resolve("import-table.json")).doesNotExist();
    Path export = last;
    assertThatThrownBy(() -> new Flatten(spark, partitioned(export, lake)).run(ReadProgress.NONE))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(exchange.message());
  }

  private static FlattenOptions partitioned(Path export, String lake) {
    return FlattenOptions.builder(export.toString(), lake, "orders")
        .partitionedBy(List.of("kind"))
        .withKeys(PK)
        .build();
  }
}
