package io.dynamodblake.lake.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignInputTest {
  @TempDir Path temp;

  private final SparkSession spark = SparkTest.session();
  private String folder = "in";
  private Optional<String> schema = Optional.empty();
  private Optional<String> where = Optional.empty();

  private Path input() {
    return temp.resolve(folder);
  }

  private void write(String query) {
    spark.sql(query).coalesce(1).write().mode("overwrite").parquet(input().toString());
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

  private static String set(String name, String attribute, String set, String member, String type) {
    return ("{\"name\":\"%s\",\"attribute\":\"%s\",\"descriptor\":\"%s\",\"type\":\"array\","
            + "\"element\":{\"descriptor\":\"%s\",\"type\":\"%s\"}}")
        .formatted(name, attribute, set, member, type);
  }

  private Restore restore() {
    return new Restore(
        spark,
        RestoreOptions.builder(input().toString(), temp.resolve("out").toString(), "Orders")
            .withSchemaFile(schema)
            .where(where)
            .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
            .compressedAs(ImportCompression.NONE)
            .inBucket(Optional.of("acme-import"))
            .build());
  }

  private RestoreReport run() {
    return restore().run(ReadProgress.NONE);
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

  @Test
  void parquetOfUnknownOriginBecomesItemsByASchemaFile() throws Exception {
    write(
        "SELECT 'a' AS id, array('x', 'y') AS Tags, 1.5D AS price, DATE'2026-11-18' AS day,"
            + " named_struct('firstName', 'Jane', 'age', 7) AS who, CAST(12 AS SMALLINT) AS small,"
            + " CAST(NULL AS STRING) AS nothing, '12345678901234567890123456789012345678' AS big"
            + " UNION ALL SELECT 'b', array('z'), 1e-3D, NULL, NULL, 1, NULL, NULL");
    schema(
        column("id", "pk", "S", "string"),
        set("tags", "Tags", "SS", "S", "string"),
        column("big", "big", "N", "string"));

    RestoreReport report = run();

    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"Tags\":{\"SS\":[\"x\",\"y\"]},\"price\":{\"N\":\"1.5\"},\"day\":{\"S\":\"2026-11-18\"},"
                + "\"who\":{\"M\":{\"firstName\":{\"S\":\"Jane\"},\"age\":{\"N\":\"7\"}}},\"small\":{\"N\":\"12\"},"
                + "\"big\":{\"N\":\"12345678901234567890123456789012345678\"}}}",
            "{\"Item\":{\"pk\":{\"S\":\"b\"},\"Tags\":{\"SS\":[\"z\"]},\"price\":{\"N\":\"0.001\"},\"small\":{\"N\":\"1\"}}}");
    assertThat(report.allRows()).hasValue(2);
    assertThat(report.columns()).contains("pk: S from string", "Tags: SS from array<string>");
  }

  @Test
  void theProposedSchemaIsOneThatRestoresTheSame() throws Exception {
    write(
        "SELECT 'a' AS pk, named_struct('firstName', 'Jane') AS `Who Is`, array(1, 2) AS n,"
            + " map('k', true) AS m");
    TableSchema proposed = restore().propose(ReadProgress.NONE);
    schema =
        Optional.of(
            Files.writeString(temp.resolve("s.json"), TableSchemaJson.toJson(proposed)).toString());
    run();
    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"Who Is\":{\"M\":{\"firstName\":{\"S\":\"Jane\"}}},"
                + "\"n\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},\"m\":{\"M\":{\"k\":{\"BOOL\":true}}}}}");
  }

  @Test
  void theProposedSchemaHasTheKeysThatWereGiven() {
    write("SELECT 'a' AS pk, 1 AS n");
    assertThat(restore().propose(ReadProgress.NONE).keys())
        .containsExactly(new KeyAttribute("pk", Descriptor.S));

    write("SELECT 1 AS pk, 1 AS n");
    assertThatThrownBy(() -> restore().propose(ReadProgress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("key attribute 'pk' is N by the type of its column, not S")
        .hasMessageContaining("give --key pk:N");

    write("SELECT 1 AS id");
    assertThatThrownBy(() -> restore().propose(ReadProgress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("key attribute 'pk' is none of the columns, which are id");
  }

  /** Columns pk, of text, and s, a struct of a half float; by PyArrow 21, which has them. */
  private static final String HALF_FLOATS =
      "UEFSMRUEFQoVDkwVAhUAEgAABRABAAAAYRUAFRIVFiwVAhUQFQYVBhw2ACgBYRgBYQAAAAkgAgAAAAIBAQIAFQQV"
          + "BBUITBUCFQASAAACBAA+FQAVEhUWLBUCFRAVBhUGHBgCAD4YAgA+FgAoAgA+GAIAPgAAAAkgAgAAAAICAQIAFQQZ"
          + "TDUAGAZzY2hlbWEVBAAVDCUCGAJwayUATBwAAAA1AhgBcxUCABUOFQQVAhgBaGz8AAAAFgIZHBksJgAcFQwZNQAG"
          + "EBkYAnBrFQIWAhZuFnYmMiYIHDYAKAFhGAFhABksFQQVABUCABUAFRAVAgA8FgIZBhkmAAIAAAAmABwVDhk1AAYQ"
          + "GSgBcwFoFQIWAhZ8FoQBJqIBJn4cGAIAPhgCAD4WACgCAD4YAgA+ABksFQQVABUCABUAFRAVAgA8KQYZNgAAAgAA"
          + "ABbqARYCJggW+gEAGRwYDEFSUk9XOnNjaGVtYRiMAi8vLy8vOEFBQUFBUUFBQUFBQUFLQUF3QUJnQUZBQWdBQ2dB"
          + "QUFBQUJCQUFNQUFBQUNBQUlBQUFBQkFBSUFBQUFCQUFBQUFJQUFBQmtBQUFBQkFBQUFMVC8vLzhBQUFFTkZBQUFB"
          + "QmdBQUFBRUFBQUFBUUFBQUJBQUFBQUJBQUFBY3dBQUFLai8vLy9jLy8vL0FBQUJBeEFBQUFBVUFBQUFCQUFBQUFB"
          + "QUFBQUJBQUFBYUFBQUFNei8vLzhRQUJRQUNBQUdBQWNBREFBQUFCQUFFQUFBQUFBQUFRVVFBQUFBR0FBQUFBUUFB"
          + "QUFBQUFBQUFnQUFBSEJyQUFBRUFBUUFCQUFBQUFBQUFBQT0AGCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDIx"
          + "LjAuMBksHAAAHAAAACACAABQQVIx";

  @Test
  void aColumnOfATypeThatCameLaterIsNamed() throws Exception {
    Files.createDirectories(input());
    Files.write(input().resolve("later.parquet"), Base64.getDecoder().decode(HALF_FLOATS));

    assertThatThrownBy(() -> restore().propose(ReadProgress.NONE))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot read Parquet: column 's': ")
        .hasMessageContaining("have a program that knows the type write it as another one");
  }

  @Test
  void aColumnOfATypeThatSparkDoesNotReadIsNamed() throws Exception {
    MessageType type =
        Types.buildMessage()
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("pk")
            .optional(PrimitiveTypeName.INT64)
            .as(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.NANOS))
            .named("createdAt")
            .named("schema");
    Files.createDirectories(input());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                new org.apache.hadoop.fs.Path(input().resolve("pandas.parquet").toUri()))
            .withType(type)
            .build()) {
      writer.write(new SimpleGroupFactory(type).newGroup().append("pk", "a"));
    }

    assertThatThrownBy(() -> restore().propose(ReadProgress.NONE))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("column 'createdAt'")
        .hasMessageContaining("NANOS")
        .hasMessageContaining("coerce_timestamps=\"us\"");
  }

  @Test
  void rowsThatAreNoItemsAreCountedWithTheirPlaces() throws Exception {
    write(
        "SELECT 'ok' AS pk, 1D AS d, array('x') AS tags, '1' AS n, '' AS s"
            + " UNION ALL SELECT 'b', double('NaN'), array('x'), '1', ''"
            + " UNION ALL SELECT 'c', double('-Infinity'), array('x'), '1', ''"
            + " UNION ALL SELECT 'd', 1D, array('x', NULL), '1', ''"
            + " UNION ALL SELECT 'e', 1D, CAST(array() AS ARRAY<STRING>), '1', ''"
            + " UNION ALL SELECT 'f', 1D, array('x'), '123456789012345678901234567890123456789', ''"
            + " UNION ALL SELECT 'g', 1D, array('x'), 'secret', ''"
            + " UNION ALL SELECT 'h', 1D, array('x'), '1', CAST(X'ff' AS STRING)"
            + " UNION ALL SELECT 'i', 1D, array('x'), '1', repeat('x', 500000)"
            + " UNION ALL SELECT 'j', 1D, array('x', 'x'), '1', ''");
    schema(
        column("pk", "pk", "S", "string"),
        set("tags", "tags", "SS", "S", "string"),
        column("n", "n", "N", "string"));

    assertThatThrownBy(this::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("9 of 10 rows are no items that DynamoDB takes: ")
        .hasMessageNotContaining("secret");
    List<String> findings = new ArrayList<>();
    LakeTest.json(temp.resolve("out/restore-report.json"))
        .path("checks")
        .path("findings")
        .forEach(finding -> findings.add(finding.asText().replaceAll("part-\\S*", "F")));
    assertThat(findings)
        .contains(
            "a double is NaN or infinite, which DynamoDB does not have, in attribute d (2 rows,"
                + " first F row 2)",
            "NULL in a set, which DynamoDB does not have, in attribute tags (1 row, first F row 4)",
            "a set is empty, which DynamoDB does not have, in attribute tags (1 row, first F row 5)",
            "a number is outside what DynamoDB can hold, in attribute n (1 row, first F row 6)",
            "a text is no number, in attribute n (1 row, first F row 7)",
            "a text is not valid Unicode (1 row, first F row 8)",
            "item is larger than 400 KB (1 row, first F row 9)")
        .hasSize(8)
        .anyMatch(finding -> finding.endsWith("(1 row, first F row 10)"));
    assertThat(temp.resolve("out/data")).doesNotExist();
  }

  @Test
  void aKeyMayBeAmongTheRescuedValues() throws Exception {
    write("SELECT 1 AS n, map('pk', '{\"S\":\"a\"}') AS ddb_rescued");
    schema(column("n", "n", "N", "int"));
    run();
    assertThat(written()).containsExactly("{\"Item\":{\"n\":{\"N\":\"1\"},\"pk\":{\"S\":\"a\"}}}");
  }

  @Test
  void filesThatHaveChangedAreNotTakenForThoseThatWereRestored() throws Exception {
    write("SELECT 'a' AS pk");
    schema(column("pk", "pk", "S", "string"));
    run();
    assertThat(run().status()).isEqualTo(RestoreReport.Status.UNCHANGED);

    try (Stream<Path> files = Files.list(input())) {
      for (Path file : files.filter(name -> name.toString().endsWith(".parquet")).toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L));
      }
    }
    assertThatThrownBy(this::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the folder is not empty");
  }

  @Test
  void rescuedValuesThatAreNoDynamoDbJsonAreFound() throws Exception {
    write("SELECT 'a' AS pk, map('x', '{\"S\":1}') AS ddb_rescued");
    schema(column("pk", "pk", "S", "string"));
    assertThatThrownBy(this::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("a rescued value is not DynamoDB JSON, in attribute x (1 row, first");
  }

  @Test
  void aSchemaThatContradictsTheTypesIsRefusedBeforeAnythingIsRead() throws Exception {
    write("SELECT 'a' AS pk, true AS flag, DATE'2026-11-18' AS day, INTERVAL '1' DAY AS i");
    schema(
        column("pk", "pk", "S", "string"),
        column("flag", "flag", "N", "bigint"),
        column("day", "day", "B", "binary"),
        column("gone", "gone", "S", "string"));
    assertThatThrownBy(this::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("flag is BOOLEAN, of which no N can be made as the schema file says")
        .hasMessageContaining("day is DATE, of which no B can be made as the schema file says")
        .hasMessageContaining("i is interval day, which DynamoDB has no type for")
        .hasMessageContaining("the schema file has gone, which the data has not");
    assertThat(temp.resolve("out")).doesNotExist();

    schema(column("a", "a", "S", "string"), column("b", "a", "S", "string"));
    assertThatThrownBy(this::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("column 'b': another column has the same attribute");
  }

  @Test
  void whatIsNeitherLakeTableNorKnownFormatSaysSo() throws Exception {
    assertThatThrownBy(this::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot open lake table: there is no ");
    write("SELECT 'a' AS pk");
    assertThatThrownBy(this::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("this is no lake table, ")
        .hasMessageContaining(
            "for other Parquet or ORC --schema with a schema file, which --schema-out proposes");

    schema(column("pk", "pk", "S", "string"));
    try (Stream<Path> files = Files.list(input())) {
      files.forEach(file -> file.toFile().delete());
    }
    assertThatThrownBy(this::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read: the folder holds no files, ");
    Files.writeString(input().resolve("x.csv"), "pk\na\n");
    assertThatThrownBy(this::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("neither Parquet nor ORC, file ")
        .hasMessageContaining("x.csv; for CSV give --from-csv");
    Files.delete(input().resolve("x.csv"));
    Files.writeString(input().resolve("x.parquet"), "PAR1 and then nothing that makes sense");
    assertThatThrownBy(this::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot read Parquet: ")
        .hasMessageContaining(" is not a Parquet file")
        .hasMessageEndingWith(
            "; have a program that knows the type write it as another one, and copy damaged files again");
  }

  @Test
  void aFolderWhoseNameLooksLikeAPatternIsReadAndNotItsTwin() throws Exception {
    folder = "in-[1]{x}";
    write("SELECT 'right' AS pk");
    folder = "in-1x";
    write("SELECT 'wrong' AS pk");
    folder = "in-[1]{x}";
    schema(column("pk", "pk", "S", "string"));
    run();
    assertThat(written()).containsExactly("{\"Item\":{\"pk\":{\"S\":\"right\"}}}");
  }

  @Test
  void namesWithBackticksDotsAndLineEndsAreAttributes() throws Exception {
    write("SELECT 'a' AS pk, 1 AS `a b.c``d`, 2 AS `new\nline`, 3 AS `\uD83D\uDE00`");
    schema(column("pk", "pk", "S", "string"));
    run();
    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"a b.c`d\":{\"N\":\"1\"},"
                + "\"new\\nline\":{\"N\":\"2\"},\"\uD83D\uDE00\":{\"N\":\"3\"}}}");
  }

  @Test
  void aConditionThatFailsOnAValueDoesNotShowTheValue() throws Exception {
    write("SELECT 'planted-secret' AS pk");
    schema(column("pk", "pk", "S", "string"));
    for (String failing :
        List.of(
            "to_number(pk, '999') = 1",
            "to_binary(pk, 'hex') = X'00'",
            "pk RLIKE concat('(', pk)",
            "url_decode(concat('%', pk)) = 'x'",
            "from_utc_timestamp(timestamp'2026-01-01', pk) > timestamp'2026-01-01'",
            "from_json(pk, 'a INT', map('mode', 'FAILFAST')).a = 1",
            "from_csv(concat(pk, ',2'), 'a INT', map('mode', 'FAILFAST')).a = 1",
            "to_timestamp('2026', pk) > timestamp'2026-01-01'",
            "str_to_map('a', concat('[', pk)) IS NOT NULL",
            "size(sequence(3, 1, length(pk))) > 1")) {
      where = Optional.of(failing);
      assertThatThrownBy(this::run)
          .as(failing)
          .isInstanceOf(DataRefusedException.class)
          .hasMessageMatching(
              "Cannot restore: Spark cannot read a row, [A-Za-z_.]+, in .*; nothing was written; .*")
          .hasMessageNotContaining("planted-secret");
      assertThat(Files.readString(temp.resolve("out/restore-report.json")))
          .contains("Spark cannot read a row")
          .doesNotContain("planted-secret");
    }
  }

  @Test
  void orcAndPartitionedFoldersAreReadAndPathValuesStayTexts() throws Exception {
    spark
        .sql("SELECT 'a' AS pk, 1 AS n, '007' AS p UNION ALL SELECT 'b', 2, '2026-11-18'")
        .coalesce(1)
        .write()
        .partitionBy("p")
        .orc(input().toString());
    schema(column("pk", "pk", "S", "string"));
    where = Optional.of("p = '007'");
    run();
    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"},\"p\":{\"S\":\"007\"}}}");
  }
}
