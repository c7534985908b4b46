package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SpreadsheetNotes;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class CsvTest extends LakeTest {

  private static final List<String> PK = List.of("pk");

  private Path only() throws Exception {
    assertThat(dataFiles()).hasSize(1);
    return Path.of(URI.create(table().snapshotPath())).resolve(dataFiles().get(0));
  }

  private String onlyFile() throws Exception {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(only()))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void valuesFollowRfc4180() throws Exception {
    RunReport report =
        flatten(
            options(
                    export()
                        .file(
                            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"s\":{\"S\":\"say \\\"hi\\\", you\"},"
                                + "\"b\":{\"B\":\"AAH/\"},\"d\":{\"N\":\"0.0000001\"},"
                                + "\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},"
                                + "\"m\":{\"M\":{\"x\":{\"S\":\"y\"}}},\"t\":{\"BOOL\":true}}}",
                            "{\"Item\":{\"pk\":{\"S\":\"b\"},\"s\":{\"S\":\"\"},"
                                + "\"d\":{\"N\":\"12\"}}}",
                            "{\"Item\":{\"pk\":{\"S\":\"c\"},\"s\":{\"S\":\"two\\nlines\"},"
                                + "\"t\":{\"NULL\":true}}}",
                            "{\"Item\":{\"pk\":{\"S\":\"d\"},\"s\":{\"S\":\" \\\\ spaced \"}}}")
                        .write())
                .as(OutputFormat.CSV));

    assertThat(report.counts().rowsWritten()).isEqualTo(4);
    assertThat(dataFiles().get(0)).endsWith(".csv.gz");
    assertThat(onlyFile())
        .isEqualTo(
            """
            b,d,l,m,pk,s,t,ddb_rescued,ddb_nulls
            AAH/,0.0000001,"[1,2]","{""x"":""y""}",a,"say ""hi"", you",true,,
            ,12.0000000,,,b,"",,,
            ,,,,c,"two
            lines",,,"[""t""]"
            ,,,,d, \\ spaced ,,,
            """);
    assertThat(rows("pk", "s"))
        .containsExactly("[a,say \"hi\", you]", "[b,]", "[c,two\nlines]", "[d, \\ spaced ]");
    assertThat(table().rows().where("s IS NULL").count()).isZero();
    assertThat(table().ddl()).contains("OpenCSVSerde").contains("'skip.header.line.count' = '1'");
  }

  @Test
  void timesAreIsoAndLongBinaryIsOneLine() throws Exception {
    Path export =
        export()
            .file(
                item(
                    "a",
                    "\"at\":{\"S\":\"2026-11-18T03:20:00Z\"}",
                    "\"big\":{\"B\":\"" + "QUJD".repeat(100) + "\"}"))
            .write();
    flatten(options(export).as(OutputFormat.CSV).partitionedBy(List.of("hour(at)")));

    assertThat(onlyFile())
        .startsWith("at,big,pk,ddb_rescued,ddb_nulls\n")
        .contains("2026-11-18T03:20:00.000Z," + "QUJD".repeat(100) + ",a,");
    assertThat(dataFiles().get(0)).startsWith("at_hour=2026-11-18-03/");
    assertThat(rows("pk", "at_hour")).containsExactly("[a,2026-11-18-03]");
  }

  @Test
  void rowsAreCountedWhateverTheirTextHolds() {
    List<String> lines = new ArrayList<>();
    String[] texts = {
      "", "\\n", "\\r\\n", "\\\"", "\\\"\\\"", ",", "\\n\\n\\\",\\n", "#", "\\\\", "\\u0000"
    };
    for (int i = 0; i < 200; i++) {
      String text = texts[i % texts.length] + texts[(i / texts.length) % texts.length];
      lines.add(item("p%03d".formatted(i), "\"s\":{\"S\":\"" + text + "\"}"));
    }

    RunReport report = flatten(options(export().items(lines, 3).write()).as(OutputFormat.CSV));

    assertThat(report.counts().rowsWritten()).isEqualTo(200);
    assertThat(rows("pk", "length(s)").get(11)).isEqualTo("[p011,2]");
  }

  private static final List<String> HOSTILE =
      List.of(
          "",
          "=1+1",
          "'=1+1",
          "''=1",
          "'",
          "'x",
          "-5",
          "+49 30",
          "@sum",
          "\ttab",
          "\rreturn",
          "\nline",
          "two\r\nlines",
          "\r",
          "\n",
          "x\r",
          "\"",
          "\"\"",
          "say \"hi\"",
          ",",
          ";",
          "|",
          "a;b,c|d:e f",
          " ",
          " x ",
          "\u0000",
          "\u0000x",
          "x\u0000",
          "#x",
          "\\",
          "\\\"",
          "\\n",
          "\uFF1D1",
          "\uFEFF",
          "\u00e9\u20ac\ud83d\ude00",
          "null",
          "NULL",
          "{\"a\":1}");

  private Path hostile() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < HOSTILE.size(); i++) {
      String text = "{\"S\":\"" + escaped(HOSTILE.get(i)) + "\"}";
      lines.add(
          item(
              "p%02d".formatted(i),
              "\"first\":" + text,
              "\"z\":" + text,
              "\"n\":{\"N\":\"" + (i - 20) + "\"}",
              "\"wide\":{\"N\":\"-1." + i + "1E100\"}"));
    }
    return export().items(lines, 3).write();
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars().forEach(unit -> escaped.append("\\u%04x".formatted(unit)));
    return escaped.toString();
  }

  /** Fields of RFC 4180 by a reader that knows nothing of Spark's; nothing is null. */
  private static List<List<String>> parsed(String text, char delimiter) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      StringBuilder field = new StringBuilder();
      boolean quoted = text.charAt(i) == '"';
      if (quoted) {
        i++;
        while (text.charAt(i) != '"' || text.startsWith("\"\"", i)) {
          field.append(text.charAt(i));
          i += text.charAt(i) == '"' ? 2 : 1;
        }
        i++;
      } else {
        while (text.charAt(i) != delimiter && text.charAt(i) != '\n') {
          assertThat(text.charAt(i)).as("in a field without quotes").isNotIn('"', '\r');
          field.append(text.charAt(i++));
        }
      }
      record.add(quoted || !field.isEmpty() ? field.toString() : null);
      boolean ends = text.charAt(i) == '\n';
      assertThat(ends || text.charAt(i) == delimiter).as("a field ends at %s", i).isTrue();
      i++;
      if (ends) {
        records.add(record);
        record = new ArrayList<>();
      }
    }
    assertThat(record).as("the last line ends").isEmpty();
    return records;
  }

  private List<String> texts(String column) {
    return table().rows().orderBy("pk").select(column).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void everyTextIsReadByOthersAsItIsAndWithAnotherDelimiter() throws Exception {
    CsvDialect dialect = new CsvDialect(' ', false, false, false);
    flatten(options(hostile()).asCsv(new CsvFiles(dialect, OptionalInt.of(1))).sortedBy(PK));

    List<List<String>> records = parsed(Files.readString(only()), ' ');

    assertThat(records.get(0))
        .containsExactly("first", "n", "pk", "wide", "z", "ddb_rescued", "ddb_nulls");
    assertThat(records.subList(1, records.size()))
        .extracting(record -> record.get(0))
        .containsExactlyElementsOf(HOSTILE);
    assertThat(records.subList(1, records.size()))
        .extracting(record -> record.get(4))
        .containsExactlyElementsOf(HOSTILE);
    assertThat(texts("first")).containsExactlyElementsOf(HOSTILE);
    assertThat(texts("z")).containsExactlyElementsOf(HOSTILE);
  }

  @Test
  void formulasAreTextToOthersAndWhatTheyWereToUs() throws Exception {
    CsvDialect dialect = new CsvDialect('\t', false, true, true);
    RunReport report =
        flatten(options(hostile()).asCsv(new CsvFiles(dialect, OptionalInt.of(1))).sortedBy(PK));

    String text = Files.readString(only());
    assertThat(text).startsWith("\uFEFFfirst\tn\tpk\t");
    List<List<String>> records = parsed(text.substring(1), '\t');
    List<List<String>> rows = records.subList(1, records.size());
    for (int i = 0; i < HOSTILE.size(); i++) {
      String was = HOSTILE.get(i);
      String bare = was.replaceFirst("^'+", "");
      boolean runs = !bare.isEmpty() && "=+-@\t\r\n\0\uFF1D".indexOf(bare.charAt(0)) >= 0;
      assertThat(rows.get(i).get(0)).isEqualTo(runs ? "'" + was : was);
      assertThat(rows.get(i).get(1)).as("a number").isEqualTo(String.valueOf(i - 20));
      assertThat(rows.get(i).get(3)).as("a number that is text").startsWith("-1");
    }
    assertThat(texts("first")).containsExactlyElementsOf(HOSTILE);
    assertThat(texts("z")).containsExactlyElementsOf(HOSTILE);
    assertThat(report.schema().notes())
        .contains(
            "Cells that begin like a formula have an apostrophe before them, which their items have not: 28, in first 14, z 14");
    assertThat(table().ddl()).contains("'separatorChar' = '\\u0009'");
  }

  @Test
  void anEarlierSnapshotIsReadAsItWasWritten() throws Exception {
    Path export = hostile();
    CsvDialect dialect = new CsvDialect(';', false, true, true);
    flatten(options(export).asCsv(new CsvFiles(dialect, OptionalInt.empty())));
    String earlier = table().current().snapshot().id();

    flatten(options(export).as(OutputFormat.CSV).replacing(true));

    assertThat(dataFiles()).allMatch(file -> file.endsWith(".csv.gz"));
    assertThat(texts("first")).containsExactlyElementsOf(HOSTILE);
    assertThat(
            spark
                .read()
                .format("dynamodb-lake")
                .option("snapshot", earlier)
                .load(lake().toString())
                .orderBy("pk")
                .select("first")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyElementsOf(HOSTILE);
  }

  @Test
  void oneFileHasTheRowsInTheirOrder() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add(item("p%02d".formatted((i * 37) % 60), "\"even\":{\"BOOL\":" + (i % 2 == 0) + "}"));
    }
    Path export = export().items(lines, 6).write();
    CsvFiles one = new CsvFiles(CsvDialect.USUAL, OptionalInt.of(1));
    flatten(options(export).asCsv(one).withTargetFileBytes(1024));
    List<String> keys =
        parsed(onlyFile(), ',').stream().skip(1).map(record -> record.get(1)).toList();
    // the fixture deals the lines out to its files
    List<String> asRead = new ArrayList<>();
    for (int file = 0; file < 6; file++) {
      for (int i = file; i < 60; i += 6) {
        asRead.add("p%02d".formatted((i * 37) % 60));
      }
    }
    assertThat(keys).containsExactlyElementsOf(asRead);

    flatten(options(export).asCsv(one).sortedBy(PK).partitionedBy(List.of("even")).replacing(true));
    assertThat(dataFiles()).hasSize(2).allMatch(file -> file.startsWith("even="));
    assertThat(texts("pk")).hasSize(60).isSorted();
  }

  @Test
  void whatExcelDoesNotShowIsTold() throws Exception {
    String most = "x".repeat(32_767);
    String emoji = escaped("\ud83d\ude00");
    Path export =
        export()
            .file(
                item("a", "\"s\":{\"S\":\"" + most + "\"}"),
                item(
                    "b",
                    "\"s\":{\"S\":\"" + most + "y\"}",
                    "\"l\":{\"L\":[{\"S\":\"" + most + "\"}]}"),
                item("c", "\"s\":{\"S\":\"" + emoji.repeat(16_384) + "\"}"),
                item("d", "\"s\":{\"S\":\"" + escaped("\u20ac").repeat(32_000) + "\"}"))
            .write();
    CsvFiles one = new CsvFiles(CsvDialect.USUAL, OptionalInt.of(1));

    assertThat(flatten(options(export).asCsv(one)).schema().notes())
        .contains(
            "Excel takes 32,767 characters in a cell and does not show the others where they belong; longer cells: 3, in l 1, s 2");
    assertThat(
            new SpreadsheetNotes(4, 4, Integer.MAX_VALUE / 2)
                .of(
                    spark,
                    SnapshotContents.list(
                        new LakeFiles(new Configuration()), table().snapshotPath()),
                    SparkTypes.toStruct(table().schema()),
                    List.of(),
                    CsvDialect.USUAL))
        .containsExactly(
            "Excel opens 4 columns and leaves out the others; there are 5",
            "Excel opens 4 rows of a file, its header among them, and leaves out the others; 1 of 1 files have more, the longest 5");
    assertThat(flatten(options(export).as(OutputFormat.CSV).replacing(true)).schema().notes())
        .as("nobody said that people are to open it")
        .noneMatch(note -> note.contains("Excel"));
  }

  @Test
  void halfASurrogatePairIsNoTextThatCsvCouldHold() {
    Path export =
        export().file(item("a"), item("b", "\"s\":{\"S\":\"x" + escaped("\ud800") + "\"}")).write();

    RunReport report = flatten(options(export).as(OutputFormat.CSV).quarantiningAtMost(1));

    assertThat(report.counts().quarantined()).isEqualTo(1);
    assertThat(texts("pk")).containsExactly("a");
  }

  @Test
  void anEmptyExportIsAHeader() throws Exception {
    flatten(options(export().emptyFile().write()).as(OutputFormat.CSV));

    assertThat(onlyFile()).isEqualTo("ddb_rescued,ddb_nulls\n");
    assertThat(table().rows().count()).isZero();
  }
}
