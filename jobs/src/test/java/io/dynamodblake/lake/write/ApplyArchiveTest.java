package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.json.PlainFields;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.StreamEvent;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What archives that others made of a stream do to a lake table, and which it does not take. */
class ApplyArchiveTest extends LakeTest {
  private static final Instant T0 = IncrementalExport.FROM;
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private int events;

  @BeforeEach
  void aTableOfThreeItems() {
    flatten(
        options(export().file(item("a", n(1)), item("b", n(2)), item("c", n(3))).write())
            .withKeys(PK));
  }

  private static String n(long value) {
    return "\"n\":{\"N\":\"%d\"}".formatted(value);
  }

  private static Optional<String> image(String pk, long value) {
    return Optional.of("{\"pk\":{\"S\":\"%s\"},%s}".formatted(pk, n(value)));
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private StreamEvent event(long second, String pk, Optional<String> old, Optional<String> next) {
    return new StreamEvent(
        "{\"pk\":{\"S\":\"%s\"}}".formatted(pk),
        old,
        next,
        T0.plusSeconds(second),
        events++,
        false);
  }

  private Path archive() {
    return temp.resolve("archive");
  }

  private void file(String name, String text) {
    file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void file(String name, byte[] bytes) {
    try {
      Path path = archive().resolve(name);
      Files.createDirectories(path.getParent());
      Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunReport apply(UnaryOperator<ApplyOptions.Builder> more) {
    List<String> paths = List.of(archive().toString());
    return new Apply(spark, more.apply(ApplyOptions.builder(paths, lake().toString())).build())
        .run(ReadProgress.NONE);
  }

  private RunReport apply() {
    return apply(options -> options);
  }

  private static UnaryOperator<ApplyOptions.Builder> late(String lateness, boolean fail) {
    return options ->
        options.readingArchives(
            new ArchiveOptions(Duration.parse(lateness), fail, false, Optional.empty()));
  }

  private void refused(Class<? extends Exception> how, String... parts) {
    String before = table().snapshotPath();
    assertThatThrownBy(this::apply)
        .isInstanceOf(how)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    assertThat(table().snapshotPath()).isEqualTo(before);
  }

  // ---- what is applied

  @Test
  void objectsOfFirehoseAreAppliedWhereverTheyLieAndNotTwice() {
    StreamEvent a = event(5, "a", image("a", 1), image("a", 10));
    StreamEvent b = event(6, "b", image("b", 2), none());
    StreamEvent d = event(7, "d", none(), image("d", 4));
    file(
        "year=2026/month=11/orders-1",
        ExportFixture.gzip((d.lambdaRecord() + a.lambdaRecord()).getBytes(StandardCharsets.UTF_8)));
    file("2026/11/18/03/orders-2", a.lambdaRecord() + "\n" + b.lambdaRecord());
    file("_temporary/x", "not read");

    RunReport report = apply();

    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[c,3]", "[d,4]");
    RunReport.Archive archive = report.archive().orElseThrow();
    assertThat(archive.form()).isEqualTo("DynamoDB Streams");
    assertThat(archive.repeated()).isEqualTo(1);
    assertThat(archive.files()).isEqualTo(2);
    assertThat(report.schema().notes())
        .anyMatch(note -> note.contains("that no change is missing, nobody can prove"));
    assertThat(table().current().facts().time()).contains(T0.plusSeconds(7));
    LedgerEntry last = table().current().ledger().last();
    assertThat(last.kind()).isEqualTo(LedgerEntry.Kind.ARCHIVE);
    assertThat(lake().resolve("_dynamodb/changes/" + last.runId() + ".json")).exists();
    assertThat(apply().status()).isEqualTo(RunReport.Status.UNCHANGED);
  }

  @Test
  void whatComesLateFindsItsPlaceAmongWhatCameInTime() {
    StreamEvent first = event(60, "a", image("a", 1), image("a", 10));
    StreamEvent second = event(120, "a", image("a", 10), image("a", 11));
    file("1", second.kinesisRecord(true));
    apply();
    assertThat(rows("pk", "n")).contains("[a,11]");

    file("2", first.kinesisRecord(true)); // older than what the row has
    RunReport report = apply();

    assertThat(rows("pk", "n")).contains("[a,11]");
    assertThat(report.archive().orElseThrow().files()).isEqualTo(2);
    assertThat(table().current().facts().time()).contains(T0.plusSeconds(120));
  }

  @Test
  void whatComesTooLateIsRefusedOrCounted() {
    StreamEvent old = event(60, "a", image("a", 1), image("a", 10));
    file("1", event(7200, "b", image("b", 2), image("b", 20)).lambdaRecord());
    apply();
    file("2", old.lambdaRecord());

    refused(
        ExportFormatException.class,
        "1 changes came later than the 15 minutes that are allowed, such as one of 2026-11-18T03:21:00Z in 2",
        "give --lateness 120m to put them in order with what the lake table has taken, or --on-late count to leave them out");

    RunReport counted = apply(late("PT15M", false));
    assertThat(counted.archive().orElseThrow().late()).isEqualTo(1);
    assertThat(rows("pk", "n")).contains("[a,1]", "[b,20]");
  }

  @Test
  void givenMoreTimeWhatCameTooLateIsPutInOrder() {
    StreamEvent old = event(60, "a", image("a", 1), image("a", 10));
    file("1", event(7200, "b", image("b", 2), image("b", 20)).lambdaRecord());
    apply();
    file("2", old.lambdaRecord());

    apply(late("PT2H", true));

    assertThat(rows("pk", "n")).contains("[a,10]", "[b,20]");
  }

  @Test
  void whatIsOlderThanTheTableIsLeftOut() {
    file(
        "1",
        event(-7200, "z", none(), image("z", 1)).lambdaRecord()
            + event(1, "a", image("a", 1), image("a", 10)).lambdaRecord());

    RunReport report = apply();

    assertThat(report.archive().orElseThrow().older()).isEqualTo(1);
    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]");
  }

  @Test
  void aKeyOfWhichARecordCameAHundredThousandTimesIsOneChange() {
    String record = event(5, "a", image("a", 1), image("a", 10)).lambdaRecord();
    file("1.gz", ExportFixture.gzip(record.repeat(100_000).getBytes(StandardCharsets.UTF_8)));

    RunReport report = apply();

    assertThat(report.archive().orElseThrow().repeated()).isEqualTo(99_999);
    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[b,2]", "[c,3]");
  }

  @Test
  void changesOfOneMillisecondAreCountedWhereNothingNumbersThem() {
    file(
        "1",
        event(5, "a", image("a", 1), image("a", 10)).kinesisRecord(false)
            + event(5, "a", image("a", 10), image("a", 11)).kinesisRecord(false));

    RunReport report = apply();

    assertThat(report.archive().orElseThrow().ties()).isEqualTo(1);
    assertThat(report.schema().notes())
        .anyMatch(note -> note.contains("set the precision of the Kinesis data stream"));
  }

  // ---- what is not

  @Test
  void anArchiveThatEndsBeforeTheTableIsRefused() {
    file("1", event(-1, "a", image("a", 1), image("a", 10)).lambdaRecord());

    refused(
        ExportFormatException.class,
        "its last change is of 2026-11-18T03:19:59Z and the lake table shows 2026-11-18T03:20:00Z");
  }

  @Test
  void recordsOfTheFutureAreRefused() {
    StreamEvent future =
        new StreamEvent(
            "{\"pk\":{\"S\":\"a\"}}",
            none(),
            image("a", 1),
            Instant.now().plus(Duration.ofDays(2)),
            0,
            false);
    file("1", future.lambdaRecord());

    refused(ExportFormatException.class, "which is in the future");
  }

  @Test
  void recordsOfSeveralStreamsFormsAndTablesAreRefused() {
    StreamEvent a = event(5, "a", image("a", 1), image("a", 10));
    file("1", a.lambdaRecord());
    file("2", a.lambdaRecord(StreamEvent.STREAM.replace("2026-11-01", "2026-11-02")));
    refused(ExportFormatException.class, "its records are of several streams (arn:aws:dynamodb:");

    file("2", a.kinesisRecord(true));
    refused(
        ExportFormatException.class,
        "its records are in several forms (DynamoDB Streams, Kinesis Data Streams)");

    file("2", a.lambdaRecord(StreamEvent.STREAM.replace("table/orders", "table/other")));
    refused(
        ExportFormatException.class,
        "it has changes of arn:aws:dynamodb:eu-west-1:111122223333:table/other and the lake table is of");

    file("1", a.kinesisRecord(true));
    file("2", a.kinesisRecord(true).replace("\"orders\"", "\"other\""));
    refused(ExportFormatException.class, "it has changes of table other and the lake table is of");
  }

  @Test
  void recordsWithoutNewImagesAndThoseThatFirehoseCouldNotDeliverAreRefused() {
    String whole = event(5, "a", none(), image("a", 10)).lambdaRecord();
    String keys =
        whole
            .replace(",\"NewImage\":" + image("a", 10).orElseThrow(), "")
            .replace("NEW_AND_OLD_IMAGES", "KEYS_ONLY");
    file("1", keys);
    refused(
        ExportFormatException.class,
        "records of the view KEYS_ONLY do not say what an item is after a change");

    file("1", whole + "{\"attemptsMade\":4,\"errorCode\":\"S3.x\",\"rawData\":\"e30=\"}");
    refused(ExportFormatException.class, "1 holds records that Firehose could not deliver");
  }

  @Test
  void anArchiveThatIsCutOffFailsOrIsSetAsideFromThereOn() {
    String a = event(5, "a", image("a", 1), image("a", 10)).lambdaRecord();
    String b = event(6, "b", image("b", 2), none()).lambdaRecord();
    file("1", a + b.substring(0, 50));
    refused(
        DataRefusedException.class,
        "Cannot read change: the file ends within an object, in document 2 at byte offset %d of 1"
            .formatted(a.length()));

    RunReport report = apply(options -> options.onBadRecord(OnBadRecord.QUARANTINE));

    assertThat(report.counts().quarantined()).isEqualTo(1);
    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[b,2]", "[c,3]");
    assertThat(report.output().quarantinePath()).isPresent();
  }

  @Test
  void theTableTakesOneArchiveAndItsFilesDoNotChange() {
    StreamEvent a = event(5, "a", image("a", 1), image("a", 10));
    file("1", a.lambdaRecord());
    apply();

    file("1", a.lambdaRecord() + "\n");
    refused(ExportFormatException.class, "file 1 had ", "files of an archive must not change");

    assertThatThrownBy(
            () ->
                new Apply(
                        spark,
                        ApplyOptions.builder(
                                List.of(
                                    export().write().getParent().toString(), archive().toString()),
                                lake().toString())
                            .build())
                    .run(ReadProgress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is the archive of a stream, which is applied alone");
  }

  @Test
  void aFileThatIsNeededAgainHasToBeThere() throws IOException {
    file("1", event(5, "a", image("a", 1), image("a", 10)).lambdaRecord());
    apply();
    Files.delete(archive().resolve("1"));
    file("2", event(6, "b", image("b", 2), none()).lambdaRecord());

    refused(
        ExportFormatException.class,
        "file 1 is gone, which has changes from around the moment that the lake table shows");
  }

  // ---- what time to live has deleted

  private static Stream<Arguments> formsThatSayWhoDeleted() {
    return Stream.of(
        Arguments.of("lines of Lambda", form(StreamEvent::lambdaRecord)),
        Arguments.of(
            "events of Lambda", form(event -> "{\"Records\":[" + event.lambdaRecord() + "]}")),
        Arguments.of("arrays of Pipes", form(event -> "[" + event.lambdaRecord() + "]")),
        Arguments.of("dumps of the SDK", form(StreamEvent::dumpedRecord)),
        Arguments.of("Kinesis", form(event -> event.kinesisRecord(true))),
        Arguments.of(
            "Kinesis within Lambda",
            form(
                event ->
                    "{\"Records\":[{\"eventSource\":\"aws:kinesis\",\"kinesis\":{\"data\":\"%s\"}}]}"
                        .formatted(
                            Base64.getEncoder()
                                .encodeToString(
                                    event.kinesisRecord(false).getBytes(StandardCharsets.UTF_8))))),
        Arguments.of("plain JSON", form(StreamEvent::plainRecord)));
  }

  private static Function<StreamEvent, String> form(Function<StreamEvent, String> form) {
    return form;
  }

  private StreamEvent expired(long second, String pk, long value) {
    return new StreamEvent(
        "{\"pk\":{\"S\":\"%s\"}}".formatted(pk),
        image(pk, value),
        none(),
        T0.plusSeconds(second),
        events++,
        true);
  }

  private static ApplyOptions.Builder keeping(ApplyOptions.Builder options) {
    return options
        .strict(true)
        .readingArchives(new ArchiveOptions(Duration.ofMinutes(15), true, true, Optional.empty()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formsThatSayWhoDeleted")
  void rowsOfExpiredItemsStayOnRequestAsTheyWereLast(
      String name, Function<StreamEvent, String> form) {
    file(
        "1",
        Stream.of(
                event(5, "a", image("a", 1), image("a", 10)),
                expired(6, "a", 10),
                expired(7, "b", 2),
                event(8, "c", image("c", 3), none()),
                event(9, "d", none(), image("d", 4)),
                expired(10, "d", 4),
                expired(11, "never-seen", 5))
            .map(form)
            .collect(Collectors.joining("\n")));

    RunReport.Archive archive = apply(ApplyArchiveTest::keeping).archive().orElseThrow();

    assertThat(rows("pk", "n")).as(name).containsExactly("[a,10]", "[b,2]", "[d,4]");
    assertThat(archive.passedOver()).isEqualTo(4);
    assertThat(archive.kept()).isEqualTo(3);
    assertThat(lastEntry().changed().orElseThrow().kept()).isEqualTo(3);
  }

  private LedgerEntry lastEntry() {
    return table().current().ledger().last();
  }

  @Test
  void withoutTheRequestTheDeleteOfAnExpiredItemIsADelete() {
    file("1", expired(5, "a", 1).lambdaRecord());

    RunReport report = apply();

    assertThat(rows("pk", "n")).containsExactly("[b,2]", "[c,3]");
    assertThat(report.archive().orElseThrow().passedOver()).isZero();
    assertThat(lastEntry().changed().orElseThrow().kept()).isZero();
  }

  @Test
  void aFullExportTakesTheRowsOfExpiredItemsAwayOnlyIfThatIsSaid() {
    file("1", expired(5, "a", 1).lambdaRecord());
    apply(ApplyArchiveTest::keeping);
    FlattenOptions.Builder later =
        options(
                export()
                    .exportId("01731999999999-ffffffff")
                    .exportTime(T0.plusSeconds(3600))
                    .file(item("b", n(2)), item("c", n(3)))
                    .write())
            .withKeys(PK);

    assertThatThrownBy(() -> flatten(later))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "it keeps rows of items that time to live has deleted, which no full export has")
        .hasMessageContaining("choose another folder for the export, or give ");
    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,2]", "[c,3]");

    flatten(later.replacing(true));
    assertThat(rows("pk", "n")).containsExactly("[b,2]", "[c,3]");
    assertThat(table().current().ledger().kept()).isZero();
  }

  // ---- plain JSON

  @Test
  void plainJsonIsReadByTheColumnsOfTheTable() {
    flattenTyped();
    file(
        "2026-11-18/1731900005000.jsonl",
        """
        {"eventName":"MODIFY","timestamp":%1$d,"keys":{"pk":"a"},"newImage":{"pk":"a","n":5,"s":["x","y"],"b":{"type":"Buffer","data":[65,65,69,61]},"t":null},"oldImage":null}
        {"eventName":"REMOVE","timestamp":%1$d,"keys":{"pk":"b"},"newImage":null,"oldImage":{"pk":"b"}}
        {"eventName":"MODIFY","timestamp":%1$d,"keys":{"pk":"a"},"newImage":{"pk":"a","n":"6","s":["z"],"b":"AAE="},"oldImage":null}"""
            .formatted(T0.getEpochSecond() + 5));

    RunReport report = apply();

    assertThat(rows("pk", "n", "array_join(s, '|')", "hex(b)"))
        .containsExactly("[a,6,z,0001]", "[c,3,null,null]");
    assertThat(report.archive().orElseThrow().form()).isEqualTo("plain JSON");
    assertThat(report.schema().notes())
        .contains("Nothing in the archive says of which table it is");
  }

  @Test
  void whatPlainJsonHasLostNeverReplacesWhatTheRowHas() {
    flattenTyped();
    file(
        "1.jsonl",
        """
        {"event":"MODIFY","ts":%1$d,"Keys":{"pk":"a"},"after":{"pk":"a","n":5,"s":{}}}
        {"event":"MODIFY","ts":%1$d,"Keys":{"pk":"b"},"after":{"pk":"b","n":12345678901234568000}}
        {"event":"INSERT","ts":%1$d,"Keys":{"pk":"d"},"after":{"pk":"d","n":9007199254740994}}
        """
            .formatted(T0.getEpochSecond() + 5));

    RunReport report =
        apply(
            options ->
                options.readingArchives(
                    new ArchiveOptions(
                        Duration.ofMinutes(15),
                        true,
                        false,
                        Optional.of(new PlainFields("event", "ts", "Keys", "after", "before")))));

    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,2]", "[c,3]", "[d,9007199254740994]");
    RunReport.Archive archive = report.archive().orElseThrow();
    assertThat(archive.lossy()).isEqualTo(2);
    assertThat(archive.losses())
        .containsEntry("numbers with more digits than plain JSON keeps", 2L)
        .containsEntry("sets of which nothing is left", 1L);
  }

  private void flattenTyped() {
    flatten(
        options(
                export()
                    .exportId("01731900000000-ffffffff")
                    .file(
                        item("a", n(1), "\"s\":{\"SS\":[\"q\"]}", "\"b\":{\"B\":\"AAE=\"}"),
                        item("b", n(2)),
                        item("c", n(3)))
                    .write())
            .replacing(true)
            .withKeys(PK));
  }
}
