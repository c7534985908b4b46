package io.dynamodblake.lake.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogInputTest {
  @TempDir Path temp;

  private final SparkSession spark = SparkTest.newSession();
  private final List<String> made = new ArrayList<>();
  private Optional<String> schema = Optional.empty();
  private Optional<String> where = Optional.empty();
  private String out = "out";
  private OnBadRecord onInvalid = OnBadRecord.FAIL;

  @AfterEach
  void drop() {
    for (int i = made.size() - 1; i >= 0; i--) {
      spark.sql("DROP " + made.get(i));
    }
  }

  private void table(String name, String definition) {
    spark.sql("CREATE TABLE " + name + " " + definition);
    made.add("TABLE " + name);
  }

  private void view(String name, String query) {
    spark.sql("CREATE VIEW " + name + " AS " + query);
    made.add("VIEW " + name);
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

  private Restore restore(String table) {
    return new Restore(
        spark,
        RestoreOptions.builder(table, temp.resolve(out).toString(), "Orders")
            .from(RestoreOptions.Source.TABLE)
            .withSchemaFile(schema)
            .where(where)
            .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
            .compressedAs(ImportCompression.NONE)
            .inBucket(Optional.of("acme-import"))
            .onInvalid(onInvalid)
            .build());
  }

  private RestoreReport run(String table) {
    return restore(table).run(ReadProgress.NONE);
  }

  private List<String> written() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(temp.resolve(out + "/data"))) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    lines.sort(null);
    return lines;
  }

  @Test
  void aTableBecomesItemsByASchemaFileWhateverItsFormat() throws Exception {
    schema(
        column("id", "pk", "S", "string"),
        "{\"name\":\"tags\",\"attribute\":\"Tags\",\"descriptor\":\"SS\",\"type\":\"array\","
            + "\"element\":{\"descriptor\":\"S\",\"type\":\"string\"}}");
    for (String format : List.of("parquet", "orc", "json")) {
      table(
          "catalog_" + format,
          "USING "
              + format
              + " PARTITIONED BY (part) AS SELECT 'a' AS id, array('x', 'y') AS tags, 1.50BD AS"
              + " price, DATE'2026-11-18' AS day, 7 AS part UNION ALL SELECT 'b', NULL, NULL, NULL, 8");

      out = "out-" + format;
      RestoreReport report = run("catalog_" + format);

      assertThat(written())
          .as(format)
          .containsExactly(
              "{\"Item\":{\"pk\":{\"S\":\"a\"},\"Tags\":{\"SS\":[\"x\",\"y\"]},\"price\":{\"N\":\"1.5\"},"
                  + "\"day\":{\"S\":\"2026-11-18\"},\"part\":{\"N\":\"7\"}}}",
              "{\"Item\":{\"pk\":{\"S\":\"b\"},\"part\":{\"N\":\"8\"}}}");
      assertThat(report.input()).isEqualTo("table catalog_" + format);
      assertThat(report.columns())
          .contains("pk: S from string", "Tags: SS from array<string>", "part: N from int");
      assertThat(run("catalog_" + format).status()).isEqualTo(RestoreReport.Status.UNCHANGED);
    }
  }

  @Test
  void aTableOfADatabaseIsChosenFromByACondition() throws Exception {
    spark.sql("CREATE DATABASE catalog_sales");
    made.add("DATABASE catalog_sales");
    table(
        "catalog_sales.orders", "USING parquet AS SELECT id AS n, string(id) AS pk FROM range(9)");
    schema(column("pk", "pk", "S", "string"));
    where = Optional.of("n > 6");

    RestoreReport report = run("spark_catalog.catalog_sales.orders");

    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"n\":{\"N\":\"7\"},\"pk\":{\"S\":\"7\"}}}",
            "{\"Item\":{\"n\":{\"N\":\"8\"},\"pk\":{\"S\":\"8\"}}}");
    assertThat(report.allRows()).hasValue(9);
    assertThat(report.rows()).isEqualTo(2);
  }

  @Test
  void whatChangedInTheTableIsNotTakenForRestoredAlready() throws Exception {
    table("catalog_changing", "USING parquet AS SELECT 'a' AS pk");
    schema(column("pk", "pk", "S", "string"));
    run("catalog_changing");
    spark.sql("INSERT INTO catalog_changing VALUES ('b')");
    assertThatThrownBy(() -> run("catalog_changing"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the folder is not empty");
  }

  @Test
  void rowsThatAreNoItemsAreToldWithTheirFiles() throws Exception {
    table(
        "catalog_bad",
        "USING parquet AS SELECT /*+ COALESCE(1) */ 'a' AS pk, 1D AS d UNION ALL SELECT '', 1D"
            + " UNION ALL SELECT 'c', double('NaN')");
    schema(column("pk", "pk", "S", "string"));
    assertThatThrownBy(() -> run("catalog_bad"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("2 of 3 rows are no items that DynamoDB takes: ")
        .hasMessageMatching("(?s).*NaN or infinite.*\\(1 row, first part-\\S+ row \\d\\).*");

    view("catalog_view", "SELECT pk, d * 1 AS d FROM catalog_bad WHERE pk <> ''");
    assertThatThrownBy(() -> run("catalog_view"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("1 of 2 rows are no items")
        .hasMessageMatching("(?s).*NaN or infinite.*\\(1 row, first part-\\S+parquet\\).*");

    view("catalog_sums", "SELECT pk, sum(d) AS d FROM catalog_bad WHERE pk <> '' GROUP BY pk");
    assertThatThrownBy(() -> run("catalog_sums"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("(1 row, first somewhere)");

    onInvalid = OnBadRecord.QUARANTINE;
    out = "aside";
    RestoreReport report = run("catalog_sums");
    assertThat(report.quarantined()).isEqualTo(1);
    assertThat(written()).hasSize(1);
    // what a view reads from may change without a file that tells
    assertThat(run("catalog_sums").status()).isEqualTo(RestoreReport.Status.UNCHANGED);
  }

  @Test
  void linesThatATextTableDoesNotUnderstandAreNotReadAsNull() throws Exception {
    Path lines = Files.createDirectories(temp.resolve("lines"));
    Files.writeString(lines.resolve("a.csv"), "a,1\nb,planted-secret\n");
    table("catalog_csv", "(pk STRING, n INT) USING csv LOCATION '" + lines.toUri() + "'");
    schema(column("pk", "pk", "S", "string"));
    assertThatThrownBy(() -> run("catalog_csv"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Cannot restore: Spark cannot read a row, ")
        .hasMessageContaining(", in catalog_csv")
        .hasMessageNotContaining("planted-secret");
    assertThat(Files.readString(temp.resolve("out/restore-report.json")))
        .doesNotContain("planted-secret");
    assertThat(temp.resolve("out/data")).doesNotExist();

    table(
        "catalog_lenient",
        "(pk STRING, n INT) USING csv OPTIONS (mode 'PERMISSIVE') LOCATION '"
            + lines.toUri()
            + "'");
    out = "lenient";
    run("catalog_lenient");
    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}",
            "{\"Item\":{\"pk\":{\"S\":\"b\"}}}");
  }

  @Test
  void aTableThatIsNotThereOrHasNoSchemaFileIsWrongUsage() throws Exception {
    assertThatThrownBy(() -> run("catalog_none"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "table catalog_none does not say which attributes its columns are; give --schema");
    schema(column("pk", "pk", "S", "string"));
    assertThatThrownBy(() -> run("no_such_base.catalog_none"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "Cannot restore: there is no table or view no_such_base.catalog_none in the catalogs");
    for (String name : List.of("a..b", "no-such", "", "x y")) {
      assertThatThrownBy(() -> run(name))
          .as(name)
          .isInstanceOf(UsageException.class)
          .hasMessageMatching("Cannot restore: \\[[A-Z_.]+] .*, in table " + name);
    }
    assertThatThrownBy(() -> run("a.b.c.d"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot restore: ")
        .hasMessageContaining("a.b.c.d");
    table("catalog_other", "USING parquet AS SELECT 'a' AS id, true AS flag");
    schema(column("pk", "pk", "S", "string"), column("flag", "flag", "N", "bigint"));
    assertThatThrownBy(() -> run("catalog_other"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("flag is BOOLEAN, of which no N can be made as the schema file says")
        .hasMessageContaining("the schema file has pk, which the data has not")
        .hasMessageContaining(", in table catalog_other");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void theProposedSchemaIsOneThatRestoresTheTable() throws Exception {
    spark.sql(
        "CREATE TEMPORARY VIEW catalog_temporary AS SELECT 'a' AS pk, map('k', 1) AS `The Map`");
    String proposed =
        TableSchemaJson.toJson(restore("catalog_temporary").propose(ReadProgress.NONE));
    schema = Optional.of(Files.writeString(temp.resolve("s.json"), proposed).toString());
    run("catalog_temporary");
    assertThat(written())
        .containsExactly(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"The Map\":{\"M\":{\"k\":{\"N\":\"1\"}}}}}");
    // no file tells whether such a view has changed
    assertThatThrownBy(() -> run("catalog_temporary"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the folder is not empty");
  }
}
