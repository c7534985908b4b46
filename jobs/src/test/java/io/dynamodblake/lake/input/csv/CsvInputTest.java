package io.dynamodblake.lake.input.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvInputTest {
  @TempDir Path temp;

  private final SparkSession spark = SparkTest.session();
  private List<KeyAttribute> keys = List.of(new KeyAttribute("OrderId", Descriptor.S));
  private Optional<String> schema = Optional.empty();
  private Optional<String> where = Optional.empty();
  private char delimiter = ',';
  private boolean emptyAbsent;

  private Path file(String name, String text) throws IOException {
    Path file = temp.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void schema(String... columns) throws IOException {
    String text =
        "{\"format\":\"dynamodb-lake-schema\",\"version\":1,\"table\":\"t\",\"keys\":[],\"columns\":["
            + String.join(",", columns)
            + "]}";
    schema = Optional.of(Files.writeString(temp.resolve("schema.json"), text).toString());
  }

  private static String column(String name, String attribute, String descriptor, String type) {
    return "{\"name\":\"%s\",\"attribute\":\"%s\",\"descriptor\":\"%s\",\"type\":\"%s\"}"
        .formatted(name, attribute, descriptor, type);
  }

  private Restore restore(Path input) {
    return new Restore(
        spark,
        RestoreOptions.builder(input.toString(), temp.resolve("out").toString(), "Orders")
            .from(RestoreOptions.Source.CSV)
            .withCsvDelimiter(delimiter)
            .withCsvEmptyAbsent(emptyAbsent)
            .withSchemaFile(schema)
            .where(where)
            .withKeys(keys)
            .compressedAs(ImportCompression.NONE)
            .inBucket(Optional.of("acme-import"))
            .build());
  }

  private RestoreReport run(Path input) {
    return restore(input).run(ReadProgress.NONE);
  }

  /** The lines that were written, sorted. */
  private List<String> items(Path input) throws IOException {
    run(input);
    return written();
  }

  private List<String> written() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(temp.resolve("out/data"))) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    lines.sort(null);
    return lines;
  }

  private String proposed(String... values) throws IOException {
    Path input = file("p.csv", "OrderId,v\n" + numbered(values));
    return TableSchemaJson.toJson(restore(input).propose(ReadProgress.NONE))
        .lines()
        .filter(line -> line.contains("\"v\""))
        .findFirst()
        .orElseThrow()
        .replaceAll(".*\"descriptor\": \"(.*?)\", \"type\": \"(.*?)\".*", "$1 $2");
  }

  private static String numbered(String... values) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      lines.append('o').append(i).append(',').append(values[i]).append('\n');
    }
    return lines.toString();
  }

  @Test
  void aPlainFileBecomesTypedItems() throws Exception {
    Path input =
        file(
            "orders.csv",
            """
            OrderId,OrderDate,Customer,Amount,Paid,Zip
            1001,2026-11-18,"Doe, Jane",99.90,true,00123
            1002,2026-11-19,"say ""hi""
            you",0.05,false,10115
            1003,,"",12345678901234567890123456789012345678.00,,
            """);

    RestoreReport report = run(input);

    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"1001\"},\"OrderDate\":{\"S\":\"2026-11-18\"},\"Customer\":{\"S\":\"Doe,"
                + " Jane\"},\"Amount\":{\"N\":\"99.9\"},\"Paid\":{\"BOOL\":true},\"Zip\":{\"S\":\"00123\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"1002\"},\"OrderDate\":{\"S\":\"2026-11-19\"},\"Customer\":{\"S\":\"say"
                + " \\\"hi\\\"\\nyou\"},\"Amount\":{\"N\":\"0.05\"},\"Paid\":{\"BOOL\":false},\"Zip\":{\"S\":\"10115\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"1003\"},\"Customer\":{\"S\":\"\"},\"Amount\":{\"N\":\"12345678901234567890123456789012345678\"}}}");
    assertThat(report.columns())
        .containsExactly(
            "OrderId: S from string",
            "OrderDate: S from string",
            "Customer: S from string",
            "Amount: N from string",
            "Paid: BOOL from boolean",
            "Zip: S from string");
    JsonNode json = LakeTest.json(temp.resolve("out/restore-report.json")).path("input");
    assertThat(json.path("name").asText()).isEqualTo("CSV file orders.csv");
    assertThat(json.path("rows").asLong()).isEqualTo(3);
  }

  @Test
  void oneValueAmongManyDecidesWhereverItStands() throws Exception {
    String[] values = new String[5_000];
    java.util.Arrays.setAll(values, Integer::toString);
    values[4_321] = "x";
    assertThat(proposed(values)).isEqualTo("S string");
    // absent ones say nothing, and if all are nothing is known
    assertThat(proposed("", "7", "")).isEqualTo("N bigint");
    assertThat(proposed("", "")).isEqualTo("S string");
    assertThat(proposed("\"\"", "7")).isEqualTo("S string");
  }

  @Test
  void whereEveryFieldIsQuotedAnEmptyOneCanBeAbsent() throws Exception {
    Path input =
        file(
            "q.csv",
            "\"OrderId\",\"n\",\"b\",\"s\"\n\"1\",\"7\",\"true\",\"x\"\n\"2\",\"\",\"\",\"\"\n\"3\",\"-0.5\",,\"a\"\"b\"\n");
    assertThat(items(input))
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"1\"},\"n\":{\"S\":\"7\"},\"b\":{\"S\":\"true\"},\"s\":{\"S\":\"x\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"2\"},\"n\":{\"S\":\"\"},\"b\":{\"S\":\"\"},\"s\":{\"S\":\"\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"3\"},\"n\":{\"S\":\"-0.5\"},\"s\":{\"S\":\"a\\\"b\"}}}");

    emptyAbsent = true;
    assertThatThrownBy(() -> run(input))
        .as("another reading of the same file is not done already")
        .hasMessageContaining("out");
    assertThat(FileUtil.fullyDelete(temp.resolve("out").toFile())).isTrue();
    assertThat(items(input))
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"1\"},\"n\":{\"N\":\"7\"},\"b\":{\"BOOL\":true},\"s\":{\"S\":\"x\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"2\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"3\"},\"n\":{\"N\":\"-0.5\"},\"s\":{\"S\":\"a\\\"b\"}}}");
  }

  @Test
  void anEmptyKeyInQuotesIsMissingWhereEmptyIsAbsent() throws Exception {
    emptyAbsent = true;
    Path input = file("k.csv", "\"OrderId\",\"n\"\n\"a\",\"1\"\n\"\",\"2\"\n");
    assertThatThrownBy(() -> run(input))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("key attribute OrderId is missing");
  }

  @Test
  void bytesOfSpreadsheetsAreUnderstood() throws Exception {
    delimiter = ';';
    Path input =
        file(
            "excel.csv",
            "\uFEFFOrderId;Note;Größe\r\n\r\na;\"one\r\ntwo\";1\r\n\"b\";;\"2\"\r\nc; x ;3");
    assertThat(items(input))
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"a\"},\"Note\":{\"S\":\"one\\r\\ntwo\"},\"Größe\":{\"N\":\"1\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"b\"},\"Größe\":{\"N\":\"2\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"c\"},\"Note\":{\"S\":\" x \"},\"Größe\":{\"N\":\"3\"}}}");
  }

  @Test
  void aFolderOfFilesIsReadWholeCompressedOnesToo() throws Exception {
    file("a.csv", "OrderId,n\na,1\n");
    file("_SUCCESS", "");
    Path folder = temp.resolve("in");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write("OrderId,n\nb,2\nc,x\n".getBytes(StandardCharsets.UTF_8));
    }
    Files.write(folder.resolve("b.csv.gz"), bytes.toByteArray());

    assertThat(items(folder))
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"a\"},\"n\":{\"S\":\"1\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"b\"},\"n\":{\"S\":\"2\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"c\"},\"n\":{\"S\":\"x\"}}}");

    file("c.csv", "n,OrderId\n1,d\n");
    assertThatThrownBy(() -> run(folder))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("header: it differs from that of the other files, in ")
        .hasMessageContaining("c.csv");
  }

  @Test
  void theSchemaSaysWhichColumnIsWhichAttributeAndType() throws Exception {
    schema(
        column("order_id", "OrderId", "S", "string"),
        column("at", "created", "S", "timestamp"),
        column("day", "day", "S", "date"),
        column("n", "n", "N", "decimal(5,2)"),
        column("count", "count", "N", "int"),
        column("data", "data", "B", "binary"),
        column("tags", "tags", "SS", "dynamodb-json"),
        column("price", "price", "N", "double"),
        column("gone", "gone", "S", "string").replace("}", ",\"drop\":true}"));
    Path input =
        file(
            "x.csv",
            """
            Order Id,AT,day,n,count,data,tags,price,gone
            007,2026-11-18 03:20:00+01:00,2026-11-18,1.50,-7,AAE=,"{""SS"":[""a"",""b""]}",0.1234567890123456789012345,x
            """);

    assertThat(items(input))
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"007\"},\"created\":{\"S\":\"2026-11-18"
                + " 03:20:00+01:00\"},\"day\":{\"S\":\"2026-11-18\"},\"n\":{\"N\":\"1.5\"},\"count\":{\"N\":\"-7\"},"
                + "\"data\":{\"B\":\"AAE=\"},\"tags\":{\"SS\":[\"a\",\"b\"]},"
                + "\"price\":{\"N\":\"0.1234567890123456789012345\"}}}");
  }

  @Test
  void timesInTheFormThatTheSchemaSaysKeepTheirText() throws Exception {
    schema(
        column("orderid", "OrderId", "S", "string"),
        column("http", "http", "S", "timestamp").replace("}", ",\"from\":\"rfc-1123\"}"),
        column("day", "day", "S", "date").replace("}", ",\"format\":\"d.M.uuuu\"}"));
    assertThatThrownBy(() -> items(file("bad.csv", "OrderId,http,day\na,,31.2.2026\n")))
        .hasMessageContaining(
            "a field is no date in the form that the schema says, in attribute day");
    Path input =
        file("x.csv", "OrderId,http,day\na,\"Tue, 03 Mar 2026 10:11:12 GMT\",03.12.2026\n");

    assertThat(items(input))
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"a\"},\"http\":{\"S\":\"Tue, 03 Mar 2026 10:11:12 GMT\"},"
                + "\"day\":{\"S\":\"03.12.2026\"}}}");
  }

  @Test
  void valuesThatDoNotFitTheSchemaAreCountedWithTheirFirstLine() throws Exception {
    schema(
        column("orderid", "OrderId", "S", "string"),
        column("i", "i", "N", "int"),
        column("d", "d", "N", "decimal(3,1)"),
        column("b", "b", "BOOL", "boolean"),
        column("x", "x", "B", "binary"),
        column("t", "t", "S", "date"),
        column("j", "j", "L", "dynamodb-json"));
    Path input =
        file(
            "bad.csv",
            """
            OrderId,i,d,b,x,t,j
            a,2147483648,,,,,
            b,,1.25,,,,

            c,,,secret,,,
            d,,,,*,,
            "e
            e",,,,,2026-02-30,
            f,,,,,,[1]
            g,1e2,99.9,TRUE,,2026-02-28,"{""L"":[]}"
            h,1
            i,secret,,,,,
            j,,,,,,,
            k,a"b,,,,,
            l,123456789012345678901234567890123456789,,,,,
            """);

    assertThatThrownBy(() -> run(input))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot restore: 11 of 12 rows are no items that DynamoDB takes: ")
        .hasMessageNotContaining("secret");
    List<String> findings = new ArrayList<>();
    LakeTest.json(temp.resolve("out/restore-report.json"))
        .path("checks")
        .path("findings")
        .forEach(finding -> findings.add(finding.asText()));
    assertThat(findings)
        .containsExactlyInAnyOrder(
            "a field is no int, in attribute i (1 row, first bad.csv line 2)",
            "a field is no decimal(3,1), in attribute d (1 row, first bad.csv line 3)",
            "a field is no boolean (true or false), in attribute b (1 row, first bad.csv line 5)",
            "a field is no base64, in attribute x (1 row, first bad.csv line 6)",
            "a field is no date, in attribute t (1 row, first bad.csv line 7)",
            "a value of type dynamodb-json is not DynamoDB JSON, in attribute j (1 row, first bad.csv"
                + " line 9)",
            "a line has 2 fields where the header has 7 (1 row, first bad.csv line 11)",
            "a field is no number, in attribute i (1 row, first bad.csv line 12)",
            "a line has 8 fields where the header has 7 (1 row, first bad.csv line 13)",
            "a field without quotes has one inside, in column 'i' (1 row, first bad.csv line 14)",
            "a field is no number that DynamoDB can hold, in attribute i (1 row, first bad.csv line"
                + " 15)");
  }

  @Test
  void keysAreCheckedAsEverywhere() throws Exception {
    Path input = file("k.csv", "OrderId,n\na,1\n,2\na,3\n\"\",4\n");
    assertThatThrownBy(() -> run(input))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("key attribute OrderId is missing (1 row, first k.csv line 3)")
        .hasMessageContaining("key attribute OrderId is empty (1 row, first k.csv line 5)")
        .hasMessageContaining("several items have the same key");

    keys = List.of(new KeyAttribute("orderid", Descriptor.S));
    assertThatThrownBy(() -> run(input))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot restore: key attribute 'orderid' is none of the columns, which are OrderId, n");
  }

  @Test
  void theDeclaredTypeOfAKeyGoesBeforeTheLooksOfItsValues() throws Exception {
    keys = List.of(new KeyAttribute("OrderId", Descriptor.S), new KeyAttribute("n", Descriptor.N));
    assertThat(items(file("k.csv", "OrderId,n\n1,1.10\n2,1.1\n")))
        .containsExactly(
            "{\"Item\":{\"OrderId\":{\"S\":\"1\"},\"n\":{\"N\":\"1.1\"}}}",
            "{\"Item\":{\"OrderId\":{\"S\":\"2\"},\"n\":{\"N\":\"1.1\"}}}");
  }

  @Test
  void aConditionTakesRowsByTypeAndHidesNoBadLine() throws Exception {
    where = Optional.of("amount > 9 AND orderid <> 'b'");
    assertThat(items(file("w.csv", "OrderId,Amount\na,10.5\nb,11\nc,9\nd,\n")))
        .containsExactly("{\"Item\":{\"OrderId\":{\"S\":\"a\"},\"Amount\":{\"N\":\"10.5\"}}}");
    assertThat(LakeTest.json(temp.resolve("out/restore-report.json")).path("input").path("allRows"))
        .hasToString("4");

    try (Stream<Path> written = Files.walk(temp.resolve("out"))) {
      written.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
    Path bad = file("bad.csv", "OrderId,Amount\na,10.5\nb\n");
    assertThatThrownBy(() -> run(bad))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(
            "a line has 1 field where the header has 2 (1 row, first bad.csv line 3)");
  }

  private record Bad(byte[] bytes, String says) {
    Bad(String text, String says) {
      this(text.getBytes(StandardCharsets.UTF_8), says);
    }
  }

  @Test
  void filesThatAreNoSoundCsvAreRefusedWithTheirLine() throws Exception {
    byte[] latin = "OrderId,n\na,1\nb,2\n\u00fc,3\n".getBytes(StandardCharsets.ISO_8859_1);
    String long64k = "x".repeat(70_000);
    byte[] far =
        ("OrderId,n\n" + long64k + ",1\n\u00e4\u00f6").getBytes(StandardCharsets.ISO_8859_1);
    List<Bad> all =
        List.of(
            new Bad("", "the file is empty, and its first line should name the columns, in "),
            new Bad("\n\n", "the file is empty, and its first line should name the columns, in "),
            new Bad("OrderId,n\n", "Cannot restore: there is a header and no line below it, in "),
            new Bad("OrderId,OrderId\na,b\n", "header: column 'OrderId' is there twice, in "),
            new Bad("OrderId,,n\na,b,c\n", "header: column 2 of 3 has no name, in "),
            new Bad("OrderId;n\na;b\n", "it is one name with ';' in it; give --csv-delimiter ';'"),
            new Bad("OrderId\tn\na\tb\n", "with 'tab' in it; give --csv-delimiter 'tab'"),
            new Bad("OrderId,n\ra,1\rb,2\r", "the text should be UTF-8 with lines ending in LF or"),
            new Bad(latin, "it is not UTF-8; convert it first, at line 4 of "),
            new Bad(far, "it is not UTF-8; convert it first, at line 3 of "),
            new Bad(
                "OrderId,n\na,1\n".getBytes(StandardCharsets.UTF_16),
                "it is not UTF-8; convert it first, at line 1 of "),
            new Bad(
                "OrderId,n\na,1\n".getBytes(Charset.forName("UTF-16LE")),
                "holds control characters; the text should be UTF-8"),
            new Bad(
                "OrderId,n\na,1\n\"b\"c,2\n",
                "something follows the closing quote of a field; double quotes inside fields, at"
                    + " line 3 of "),
            new Bad(
                "OrderId,n\na,1\n\"b,2\nc,3\n",
                "the quotes of a field are never closed, at line 3 of "),
            new Bad(
                "OrderId,n\na,\"" + "x".repeat(5_000_000),
                "a field is longer than 4,194,304 characters"));
    for (Bad bad : all) {
      Path input = file("bad.csv", "");
      Files.write(input, bad.bytes());
      assertThatThrownBy(() -> run(input))
          .isInstanceOf(DataRefusedException.class)
          .hasMessageContaining(bad.says())
          .hasMessageContaining("bad.csv");
    }
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void schemasThatDoNotGoWithTheFileAreRefusedBeforeItIsRead() throws Exception {
    Path input = file("s.csv", "OrderId,a,b,c,d\n");
    schema(
        column("orderid", "OrderId", "S", "string"),
        column("a", "x", "N", "timestamp").replace("}", ",\"from\":\"epoch-seconds\"}"),
        "{\"name\":\"b\",\"attribute\":\"b\",\"descriptor\":\"SS\",\"type\":\"array\","
            + "\"element\":{\"descriptor\":\"S\",\"type\":\"string\"}}",
        column("c", "c", "S", "string").replace("}", ",\"protect\":\"hash\"}"),
        column("e", "e", "S", "string"));
    assertThatThrownBy(() -> run(input))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot restore with this schema: ")
        .hasMessageContaining("a: a timestamp from N is no value of a CSV field")
        .hasMessageContaining(
            "b: SS is no value of a CSV field; give it \"type\": \"dynamodb-json\"")
        .hasMessageContaining("c is to be protected, which is for flatten")
        .hasMessageContaining("'d' is in the header and not in the schema; add it")
        .hasMessageContaining("e is in the schema and not in the header; take it out");

    schema(column("a", "a", "S", "string"), column("b", "a", "S", "string"));
    assertThatThrownBy(() -> run(input))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("column 'b': another column has the same attribute");

    schema = Optional.of(temp.resolve("none.json").toString());
    assertThatThrownBy(() -> run(input))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read --schema: there is no file ");
    schema = Optional.empty();
    assertThatThrownBy(() -> run(temp.resolve("none.csv")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read: there is no file or folder ");
  }
}
