package io.dynamodblake.lake.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.lake.write.Apply;
import io.dynamodblake.lake.write.ApplyOptions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.FailingFileSystem;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.RandomHistory;
import io.dynamodblake.testing.StreamEvent;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What leads from one state of a table to a later one, written as an incremental export. */
class ChangesOfComparisonTest extends LakeTest {
  private static final List<KeyAttribute> KEYS = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final Instant MONDAY = Instant.parse("2026-11-16T03:20:00Z");
  private static final Instant TUESDAY = Instant.parse("2026-11-17T03:20:00Z");
  private static final int KEYS_OF_TABLE = 120;

  private String changes() {
    return temp.resolve("changes").toString();
  }

  private static Side side(Object path) {
    return new Side(path.toString(), Optional.empty());
  }

  private ComparisonReport compare(
      Object a, Object b, List<KeyAttribute> keys, Optional<String> changesTo) {
    ComparisonOptions options =
        new ComparisonOptions(
            side(a), side(b), keys, 2, true, ReadOptions.defaults(), 1 << 20, changesTo);
    return new Comparison(spark, options).run(ReadProgress.NONE);
  }

  private WrittenChanges changesBetween(Object a, Object b) {
    return compare(a, b, KEYS, Optional.of(changes())).changes().orElseThrow();
  }

  private RunReport apply(String export) {
    return new Apply(
            spark,
            ApplyOptions.builder(List.of(export), lake().toString())
                .strict(true)
                .comparing(ApplyOptions.OldImages.ALL)
                .allowingEmpty(true)
                .build())
        .run(ReadProgress.NONE);
  }

  private Path export(String id, Instant time, String... lines) {
    return export().exportId(id).exportTime(time).items(List.of(lines), 2).write();
  }

  private Path monday(String... lines) {
    return export("01731727200000-0a1b2c3d", MONDAY, lines);
  }

  private Path tuesday(String... lines) {
    return export("01731813600000-0a1b2c3d", TUESDAY, lines);
  }

  static long[] seeds() {
    Long given = Long.getLong("properties.seed");
    return given != null
        ? new long[] {given}
        : new Random().longs(2L * Integer.getInteger("properties.scale", 1)).toArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatWasWrittenBringsTheEarlierStateToTheLaterOne(long seed) {
    RandomHistory history = new RandomHistory(seed, temp.resolve("bucket"), KEYS_OF_TABLE);
    Path before = history.full();
    flatten(options(before).withKeys(KEYS));
    for (int i = Math.floorMod(seed, 3); i >= 0; i--) {
      history.window();
    }
    Path after = history.full();

    // the earlier state is an export once, and a lake table the other time
    WrittenChanges written = changesBetween(seed % 2 == 0 ? before : lake(), after);
    RunReport applied = apply(written.path());

    assertThat(applied.published()).isTrue();
    assertThat(applied.changes().orElseThrow().inserted()).isEqualTo(written.inserts());
    assertThat(applied.changes().orElseThrow().updated()).isEqualTo(written.updates());
    assertThat(applied.changes().orElseThrow().deleted()).isEqualTo(written.deletes());
    ComparisonReport equal = compare(lake(), after, KEYS, Optional.empty());
    assertThat(equal.equal()).as(equal.toString()).isTrue();
  }

  @Test
  void allDifferencesAreWrittenAndNotOnlyThoseThatAreShown() throws IOException {
    Path before =
        monday(
            item("same", "\"n\":{\"N\":\"1.0\"}"),
            item("changed", "\"n\":{\"N\":\"1\"}"),
            item("retyped", "\"n\":{\"N\":\"1\"}"),
            item("gone"));
    Path after =
        tuesday(
            item("came \\\" \\u00fc", "\"ss\":{\"SS\":[\"b\",\"a\"]}"),
            item("changed", "\"n\":{\"N\":\"2\"}"),
            item("same", "\"n\":{\"N\":\"1\"}"),
            item("retyped", "\"n\":{\"S\":\"1\"}"));

    ComparisonReport report = compare(before, after, KEYS, Optional.of(changes()));
    WrittenChanges written = report.changes().orElseThrow();

    assertThat(report.shown()).hasSize(2);
    assertThat(List.of(written.inserts(), written.updates(), written.deletes()))
        .containsExactly(1L, 2L, 1L);
    JsonNode summary = json(Path.of(written.path().replace("file:", ""), "manifest-summary.json"));
    assertThat(summary.path("exportFromTime").asText()).isEqualTo("2026-11-16T03:20:00.000Z");
    assertThat(summary.path("exportToTime").asText()).isEqualTo("2026-11-17T03:20:00.000Z");
    assertThat(summary.path("outputView").asText()).isEqualTo("NEW_AND_OLD_IMAGES");
    assertThat(summary.path("exportType").asText()).isEqualTo("INCREMENTAL_EXPORT");
    assertThat(summary.path("madeBy").asText()).isEqualTo("dynamodb-lake compare");
    assertThat(summary.path("itemCount").asLong()).isEqualTo(4);
    assertThat(summary.path("tableArn").asText()).endsWith(":table/orders");
    assertThat(filesBelow(temp.resolve("changes")))
        .allMatch(
            file ->
                file.matches("AWSDynamoDB/data/[.]?\\w{26}\\.json\\.gz(\\.crc)?")
                    || file.matches("AWSDynamoDB/\\d{14}-\\w{8}/.*(_started|manifest-).*"));
    List<String> changed =
        spark
            .read()
            .format("dynamodb-export")
            .option("records", "changes")
            .load(written.path())
            .selectExpr("ddb_op", "pk")
            .orderBy("pk")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0) + " " + row.getString(1))
            .toList();
    assertThat(changed)
        .containsExactly("insert came \" ü", "update changed", "delete gone", "update retyped");
  }

  @Test
  void statesThatAreEqualGiveAWindowWithoutChangesWhichMovesTheTableOn() throws IOException {
    String[] items = {item("a"), item("b")};
    Path before = monday(items);
    flatten(options(before).withKeys(KEYS));

    ComparisonReport report = compare(before, tuesday(items), KEYS, Optional.of(changes()));

    assertThat(report.equal()).isTrue();
    assertThat(report.changes().orElseThrow().records()).isZero();
    apply(report.changes().orElseThrow().path());
    assertThat(table().current().facts().time()).contains(TUESDAY);
    assertThat(table().current().snapshot().rows()).isEqualTo(2);
  }

  @Test
  void nightAfterNightGivesAChain() {
    Path before = monday(item("a"), item("b"));
    Path between = tuesday(item("b", "\"n\":{\"N\":\"1\"}"), item("c"));
    Path after =
        export("01731900000000-0a1b2c3d", TUESDAY.plusSeconds(86_400), item("c"), item("d"));
    flatten(options(before).withKeys(KEYS));

    changesBetween(before, between);
    changesBetween(between, after);
    RunReport applied = apply(changes());

    assertThat(applied.changes().orElseThrow().rowsAfter()).isEqualTo(2);
    assertThat(compare(lake(), after, KEYS, Optional.empty()).equal()).isTrue();
  }

  @Test
  void afterAnArchiveTheChainGoesOnWithWhatDiffersFromTheLakeTableItself() throws IOException {
    Path before = monday(item("a"), item("b"));
    flatten(options(before).withKeys(KEYS));
    Instant end = MONDAY.plusSeconds(900);
    // of a key that came and went after that moment no export from then on has a record
    apply(run(MONDAY, end, event("ghost", end.plusSeconds(1))));
    Path after = tuesday(item("b"), item("c"));
    Path between =
        IncrementalExport.in(temp.resolve("bucket"))
            .keys("pk")
            .window(end, TUESDAY)
            .deleted("{\"pk\":{\"S\":\"a\"}}")
            .inserted("{\"pk\":{\"S\":\"c\"}}")
            .write();
    assertThatThrownBy(() -> apply(between.toString()))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("so no export continues it exactly")
        .hasMessageEndingWith(
            "or apply what compare finds between the lake table and one with --changes-to DIR");

    WrittenChanges written = changesBetween(lake(), after);
    RunReport applied = apply(written.path());

    assertThat(applied.changes().orElseThrow().deleted()).isEqualTo(2);
    assertThat(compare(lake(), after, KEYS, Optional.empty()).equal()).isTrue();
    assertThat(table().current().ledger().last().kind()).isEqualTo(LedgerEntry.Kind.WINDOW);
    Path next =
        IncrementalExport.in(temp.resolve("bucket"))
            .exportId("01731900000000-11111111")
            .keys("pk")
            .window(TUESDAY, TUESDAY.plusSeconds(900))
            .inserted("{\"pk\":{\"S\":\"d\"}}")
            .write();
    assertThat(apply(next.toString()).changes().orElseThrow().rowsAfter()).isEqualTo(3);
  }

  @Test
  void whatWasFoundInOtherRowsDoesNotFollowAnArchive() {
    Path before = monday(item("a"), item("b"));
    flatten(options(before).withKeys(KEYS));
    apply(run(MONDAY, MONDAY.plusSeconds(900), event("c", MONDAY.plusSeconds(5))));
    WrittenChanges found = changesBetween(lake(), tuesday(item("a")));
    // of which the next run is nothing that was compared
    apply(
        run(
            MONDAY.plusSeconds(900),
            MONDAY.plusSeconds(1800),
            event("d", MONDAY.plusSeconds(905))));

    assertThatThrownBy(() -> apply(found.path()))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("so no export continues it exactly");
  }

  private static StreamEvent event(String pk, Instant time) {
    String image = "{\"pk\":{\"S\":\"%s\"}}".formatted(pk);
    int number = (int) (time.getEpochSecond() - MONDAY.getEpochSecond());
    return new StreamEvent(image, Optional.empty(), Optional.of(image), time, number, false);
  }

  /** What {@code stream} has written of some time. */
  private String run(Instant from, Instant to, StreamEvent event) {
    return IncrementalExport.in(temp.resolve("archive"))
        .prefix("")
        .exportId("%014d-0a1b2c3d".formatted(from.toEpochMilli()))
        .keys("pk")
        .window(from, to)
        .summaryField("compacted", "false")
        .line(event.ownLine())
        .write()
        .toString();
  }

  @Test
  void anEarlierSnapshotIsOfTheMomentThatItsRunHasRead() throws IOException {
    flatten(options(monday(item("a"))).withKeys(KEYS));
    String first = table().current().snapshot().id();
    flatten(options(tuesday(item("b"))).withKeys(KEYS));

    ComparisonOptions options =
        new ComparisonOptions(
                new Side(lake().toString(), Optional.of(first)),
                side(lake()),
                List.of(),
                0,
                false,
                ReadOptions.defaults(),
                1 << 20)
            .writingChangesTo(changes());
    WrittenChanges written =
        new Comparison(spark, options).run(ReadProgress.NONE).changes().orElseThrow();

    assertThat(written.from()).isEqualTo(MONDAY);
    assertThat(written.to()).isEqualTo(TUESDAY);
    assertThat(written.records()).isEqualTo(2);
  }

  @Test
  void whatIsNotTwoStatesOfOneTableIsRefusedBeforeAnythingIsRead() throws IOException {
    Path before = monday(item("a"));
    Path after = tuesday(item("a"));
    Path other = export().table("others").exportTime(TUESDAY).items(List.of(), 1).write();
    Path again =
        export()
            .exportId("01731813600001-0a1b2c3d")
            .exportTime(TUESDAY)
            .summaryField("tableId", "\"another\"")
            .items(List.of(item("a")), 1)
            .write();
    Path folder = Files.createDirectories(temp.resolve("plain"));
    Files.writeString(folder.resolve("part-0.json"), item("a") + "\n");

    refused(
        after,
        before,
        KEYS,
        "Cannot write changes: B is of 2026-11-16T03:20:00Z, which is not after the moment of A, 2026-11-17T03:20:00Z; changes lead from an earlier state to a later one: give the earlier one first");
    refused(before, before, KEYS, "is not after the moment of A");
    refused(
        before,
        after,
        List.of(),
        "Cannot write changes: neither A nor B knows the keys of the table; give them with --key");
    refused(
        before,
        other,
        KEYS,
        "Cannot write changes: the table of A is arn:aws:dynamodb:eu-west-1:111122223333:table/orders and that of B arn:aws:dynamodb:eu-west-1:111122223333:table/others, and changes are of one table; give two states of one");
    refused(before, again, KEYS, "Cannot write changes: the table id of A is ");
    refused(
        before,
        folder,
        KEYS,
        "Cannot write changes: nobody knows of which moment B is; give an export with its manifests, a lake table made of one, or a live table");
    flatten(options(before).withKeys(KEYS));
    refused(
        lake(),
        after,
        List.of(new KeyAttribute("n", Descriptor.N)),
        "Cannot write changes: the keys of the table are pk:S; leave --key out, or give these");
    Path partial =
        export()
            .exportId("01731813600002-0a1b2c3d")
            .exportTime(TUESDAY)
            .summaryField("partial", "true")
            .items(List.of(item("a")), 1)
            .write();
    refused(before, partial, KEYS, "Cannot write changes: B is not the whole table: ");
    assertThat(temp.resolve("changes")).doesNotExist();
  }

  private void refused(Path a, Path b, List<KeyAttribute> keys, String message) {
    assertThatThrownBy(() -> compare(a, b, keys, Optional.of(changes())))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aKeyWithTwoItemsIsRefusedAndNothingOfTheRunStays() {
    Path before = monday(item("a"), item("b"), item("c"));
    Path after = tuesday(item("a", "\"n\":{\"N\":\"1\"}"), item("a"), item("b"), item("d"));

    assertThatThrownBy(() -> changesBetween(before, after))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Cannot write changes: B has two items of one key");
    assertThat(filesBelow(temp.resolve("changes"))).isEmpty();
  }

  @Test
  void ofARunThatDiesNobodyTakesAnything() throws IOException {
    Path before = monday(item("a"), item("b"));
    Path after = tuesday(item("b", "\"n\":{\"N\":\"1\"}"), item("c"));
    ExportLocator locator =
        new ExportLocator(
            new HadoopObjectStore(spark.sessionState().newHadoopConf()), ReadOptions.defaults());
    try (FailingFileSystem.Settings settings = FailingFileSystem.settings()) {
      for (String place : List.of("/data/", "/manifest-files.json", "/manifest-summary.json")) {
        FailingFileSystem.failsAt(place);
        assertThatThrownBy(
                () -> compare(before, after, KEYS, Optional.of("failing://" + changes())))
            .as(place)
            .rootCause()
            .hasMessageContaining("died");
        FailingFileSystem.works();
        assertThatThrownBy(() -> locator.changes(changes()))
            .as(place)
            .hasMessageContaining("Cannot find an incremental export");
      }
    } finally {
      FailingFileSystem.works();
    }

    WrittenChanges written = changesBetween(before, after);

    assertThat(locator.changes(changes()))
        .singleElement()
        .satisfies(export -> assertThat(export.exportId()).isEqualTo(written.exportId()));
  }

  @Test
  void hashedColumnsCannotGiveTheItemsBack() throws IOException {
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"format":"dynamodb-lake-schema","version":1,"table":"orders","columns":[
          {"name":"pk","attribute":"pk","descriptor":"S","type":"string"},
          {"name":"card","attribute":"card","protect":"hash","descriptor":"S","type":"string"}]}
        """);
    flatten(options(monday(item("a", "\"card\":{\"S\":\"1\"}"))).withSchemaFile(schema.toString()));

    refused(
        lake(),
        tuesday(item("a")),
        KEYS,
        "Cannot write changes: A does not hold the items as they were: ");
  }

  @Test
  void aFilterLetsPassWhatWasAddedAndHardlyAnythingElse() {
    KeyFilter filter = KeyFilter.forKeys(10_000);
    Random random = new Random(1);
    long[] keys = random.longs(10_000).toArray();
    for (long key : keys) {
      filter.add(key);
    }

    KeyFilter both = KeyFilter.forKeys(10_000).or(new KeyFilter(filter.toLongs()));

    for (long key : keys) {
      assertThat(both.passes(key)).isTrue();
    }
    assertThat(random.longs(10_000).filter(both::passes).count()).isLessThan(1_000);
  }
}
