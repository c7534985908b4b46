package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.job.inspect.LakeInspection;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.SparkTest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inspect} of a lake table: what it is made of. */
class InspectLakeTest {
  private static final Instant MIDDLE = IncrementalExport.FROM.plusSeconds(3600);
  private static final Instant END = MIDDLE.plusSeconds(3600);

  @TempDir static Path directory;
  private static String lake;

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void applyTwoWindowsAtOnce() {
    Path bucket = directory.resolve("bucket");
    Path full =
        ExportFixture.in(bucket)
            .exportTime(IncrementalExport.FROM)
            .file("{\"Item\":{\"id\":{\"S\":\"a\"}}}", "{\"Item\":{\"id\":{\"S\":\"b\"}}}")
            .write();
    Path first =
        IncrementalExport.in(bucket)
            .window(IncrementalExport.FROM, MIDDLE)
            .inserted("{\"id\":{\"S\":\"c\"}}")
            .deleted("{\"id\":{\"S\":\"a\"}}")
            .write();
    Path second =
        IncrementalExport.in(bucket).window(MIDDLE, END).inserted("{\"id\":{\"S\":\"d\"}}").write();
    lake = directory.resolve("lake").toString();
    run("flatten", full.toString(), "--to", lake, "--table=orders", "--key=id:S");
    run("apply", first.toString(), second.toString(), "--to", lake);
  }

  private static void run(String... words) {
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(terminal.run(words)).as(terminal.err()).isZero();
  }

  @Test
  void itShowsTheFullExportTheWindowsAndTheMomentThatTheTableShows() {
    assertThat(terminal.run("inspect", lake)).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .startsWith("lake table orders of arn:aws:dynamodb:eu-west-1:111122223333:table/orders\n")
        .contains("\n3 rows in ")
        .contains(", 1 snapshot before it\n")
        .containsPattern("\nShows  2026-11-18T05:20:00Z, \\d+ (days|hours|minutes) ago\n")
        .containsPattern("\nMADE OF +EXPORT +TO +READ +NEW +CHANGED +GONE +ROWS\n")
        .containsPattern("\nfull +\\S+ +2026-11-18T03:20:00Z +2 +2\n")
        .containsPattern("\nwindow +\\S+ +2026-11-18T04:20:00Z +2\n")
        .containsPattern("\nwindow +\\S+ +2026-11-18T05:20:00Z +1 +2 +0 +1 +3\n");
  }

  @Test
  void theDocumentHasTheLedger() {
    assertThat(terminal.run("inspect", lake, "--json=-")).as(terminal.err()).isZero();
    JsonNode document = Documents.read(terminal.out());
    assertThat(document.path("tableTime").asText()).isEqualTo("2026-11-18T05:20:00Z");
    assertThat(document.path("rows").asLong()).isEqualTo(3);
    assertThat(document.path("earlierSnapshots").asInt()).isEqualTo(1);
    assertThat(
            StreamSupport.stream(document.path("ledger").spliterator(), false)
                .map(entry -> entry.path("kind").asText()))
        .containsExactly("full", "window", "window");
    assertThat(document.path("ledger").path(2).path("changed").path("deleted").asLong())
        .isEqualTo(1);

    String file = directory.resolve("lake.json").toString();
    assertThat(terminal.run("inspect", lake, "--json", file)).isZero();
    assertThat(terminal.out()).startsWith("lake table orders");
    assertThat(Documents.read(Path.of(file)).path("table").asText()).isEqualTo("orders");
  }

  @Test
  void aLaterExportIsAfterTheLakeTableWhicheverIsNamedFirst() {
    String export =
        ExportFixture.in(directory.resolve("later"))
            .exportTime(END.plusSeconds(60))
            .file("{\"Item\":{\"id\":{\"S\":\"a\"},\"note\":{\"N\":\"1.5\"}}}")
            .write()
            .toString();
    Path html = directory.resolve("against.html");
    Path json = directory.resolve("against.json");
    String appeared = "\nappeared +note +N \\(decimal\\(18,1\\)\\) in 100%\n";

    assertThat(
            terminal.run("inspect", lake, "--against", export, "--html=" + html, "--json=" + json))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.out()).startsWith("lake table orders").containsPattern(appeared);
    assertThat(html).content().contains("<h1><bdi>orders</bdi></h1>", "<td>appeared</td>");
    JsonNode against = Documents.read(json).path("against");
    assertThat(against.path("before").path("items").asLong()).isEqualTo(3);
    assertThat(against.path("after").path("items").asLong()).isEqualTo(1);

    assertThat(terminal.run("inspect", export, "--against", lake)).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("ATTRIBUTE").containsPattern(appeared);
  }

  @Test
  void whatIsForExportsIsRefused() {
    assertThat(terminal.run("inspect", lake, "--show-values=few")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --show-values: values are only shown in files; name one with --html or --json");
    assertThat(terminal.run("inspect", lake, "--show-values=few", "--json=-")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Cannot use --show-values: this is a lake table, of which no values are shown");
    assertThat(terminal.run("inspect", lake, "--html=page.html")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --html: this is a lake table, and what it is made of is shown as text, or with --json");
    assertThat(terminal.run("inspect", lake, "--schema-out=s.json")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --schema-out: this is a lake table, and its schema.json is in its folder _dynamodb");
  }

  @Test
  void ofALongChainTheBeginAndTheLastWindowsAreShown() {
    CurrentPointer current = LakeTable.open(SparkTest.session(), lake).current();
    List<LedgerEntry> entries = new ArrayList<>(current.ledger().entries());
    while (entries.size() < 25) {
      entries.add(entries.get(2));
    }
    CurrentPointer longer =
        new CurrentPointer(
            "orders", TableFacts.UNKNOWN, new Ledger(entries), current.snapshot(), List.of());
    LakeInspection inspection =
        new LakeInspection(
            new Lake(
                new LakeFiles(new Configuration()),
                new LakeLayout("s3://lake/orders"),
                LakePointer.of(longer),
                Optional.empty()));

    List<String> some = inspection.lines(terminal.terminal(), END, false);
    List<String> all = inspection.lines(terminal.terminal(), END, true);

    assertThat(some.stream().filter(line -> line.startsWith("window"))).hasSize(19);
    assertThat(some).contains("… without 5 windows behind the first entry; --all shows them");
    assertThat(some).anyMatch(line -> line.startsWith("full"));
    assertThat(some)
        .contains("Shows  a moment that nobody knows, so no changes can be applied")
        .anyMatch(line -> line.endsWith(", the first one"));
    assertThat(all.stream().filter(line -> line.startsWith("window"))).hasSize(24);
  }
}
