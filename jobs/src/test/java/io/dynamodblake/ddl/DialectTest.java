package io.dynamodblake.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.CatalogKeys;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.plans.logical.CreateTable;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DialectTest {
  private static final Path GOLDEN = Path.of("src/test/resources/ddl/dialects");
  private static final Map<String, TableDefinition> TABLES = AthenaDdlTest.definitions();
  private static final List<String> SHOWN =
      List.of("orders", "orders-partitioned-registered", "hostile-names");

  @TestFactory
  List<DynamicTest> scriptsEqualTheirGoldenFiles() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Dialect dialect : Dialect.values()) {
      for (String table : dialect == Dialect.ATHENA ? List.<String>of() : SHOWN) {
        String file = table + "." + dialect.key() + (dialect == Dialect.POLARS ? ".py" : ".sql");
        tests.add(
            DynamicTest.dynamicTest(
                file, () -> Golden.check(GOLDEN.resolve(file), dialect.script(TABLES.get(table)))));
      }
    }
    return tests;
  }

  @Test
  void theNamesAreThoseOfTheOption() {
    assertThat(Dialect.names()).isEqualTo(CatalogKeys.DIALECT.choices());
    assertThat(Dialect.names())
        .allSatisfy(name -> assertThat(Dialect.of(name).key()).isEqualTo(name));
  }

  @TestFactory
  List<DynamicTest> sparkTakesItsStatementsAndSeesTheTypesOfTheSchema() {
    return SHOWN.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      List<String> statements = statements(SparkSql.script(TABLES.get(name)));
                      statements.forEach(SparkGrammar::parse);
                      CreateTable create = (CreateTable) SparkGrammar.parse(statements.get(2));
                      assertThat(create.tableSchema().fields())
                          .extracting(StructField::name)
                          .endsWith(
                              TABLES.get(name).partitionColumns().stream()
                                  .map(column -> column.name())
                                  .toArray(String[]::new));
                      for (StructField field : create.tableSchema().fields()) {
                        if (!TABLES.get(name).isPartitionColumn(field.name())) {
                          assertThat(SparkGrammar.expected(TABLES.get(name).schema()).fields())
                              .contains(field);
                        }
                      }
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> rawScriptsEqualTheirGoldenFiles() {
    Profile profile =
        RawExportDdlTest.profile(
            """
            {"pk":{"S":"a"},"Total":{"N":"1.5"},"exact":{"N":"1E+60"},"data":{"B":"AA=="},"Id":{"S":"x"},
             "addr":{"M":{"zip \\"code\\"":{"S":"1"},"date":{"NULL":true}}},"ok":{"BOOL":true},
             "lines":{"L":[{"M":{"sku":{"S":"s"},"a.b":{"N":"1"}}},{"S":"free"}]},
             "nothing":{"L":[]},"empty":{"M":{}},"none":{"NULL":true},"open":{"M":{%s}}}"""
                .replace("\n", "")
                .formatted(
                    IntStream.range(0, 1_000)
                        .mapToObj("\"k%d\":{\"N\":\"1\"}"::formatted)
                        .collect(Collectors.joining(","))),
            "{\"pk\":{\"S\":\"b\"},\"Total\":{\"S\":\"n/a\"},\"id\":{\"N\":\"1\"},\"two\\nlines\":{\"S\":\"\"}}");
    TableSchema schema = SchemaPlanner.plan(profile, PlanOptions.of("orders", List.of())).schema();
    return Stream.of(Dialect.DUCKDB, Dialect.POLARS)
        .map(
            dialect ->
                DynamicTest.dynamicTest(
                    dialect.key(),
                    () ->
                        Golden.check(
                            GOLDEN.resolve(
                                "raw."
                                    + (dialect == Dialect.POLARS ? "py" : dialect.key() + ".sql")),
                            dialect
                                .raw("lake", "raw_orders", profile, schema, RawExportDdlTest.DATA)
                                .orElseThrow())))
        .toList();
  }

  @Test
  void aColumnOfWhatAnEngineCannotReadIsLeftOutThoughItsRarerValuesStandInTheItem() {
    String keys =
        IntStream.range(0, 1_000)
            .mapToObj("\"k%d\":{\"N\":\"1\"}"::formatted)
            .collect(Collectors.joining(","));
    Profile profile =
        RawExportDdlTest.profile(
            "{\"a\":{\"M\":{%s}}}".formatted(keys), "{\"a\":{\"M\":{}}}", "{\"a\":{\"S\":\"x\"}}");
    TableSchema schema = SchemaPlanner.plan(profile, PlanOptions.of("orders", List.of())).schema();

    assertThat(PolarsScan.raw("orders", profile, schema, RawExportDdlTest.DATA))
        .contains("\"a\": pl.Struct({\"S\": pl.String})", "Left out: a (a map of any keys)")
        .doesNotContain(".alias(\"a\")");
    assertThat(DuckDbSql.raw("lake", "orders", profile, schema, RawExportDdlTest.DATA))
        .contains("\"Item\".\"a\".\"M\" AS \"a\"");
  }

  @Test
  void enginesWithAReaderOfTheirOwnHaveNoStatementForAnUntouchedExport() {
    Profile profile = RawExportDdlTest.profile("{\"pk\":{\"S\":\"a\"}}");
    TableSchema schema = SchemaPlanner.plan(profile, PlanOptions.of("orders", List.of())).schema();

    assertThat(List.of(Dialect.SPARK, Dialect.TRINO, Dialect.REDSHIFT))
        .allSatisfy(
            dialect ->
                assertThat(dialect.raw("lake", "orders", profile, schema, RawExportDdlTest.DATA))
                    .isEmpty());
  }

  @Test
  void redshiftTakesAHundredPartitionsAStatement() {
    TableDefinition table = TABLES.get("orders-partitioned-registered");
    List<PartitionLayout.Partition> partitions =
        IntStream.range(0, 250)
            .mapToObj(
                number ->
                    new PartitionLayout.Partition(
                        List.of("v" + number, "1"), table.location() + "status=v" + number))
            .toList();

    String script =
        RedshiftSql.script(table.withLayout(new PartitionLayout.Registered(partitions)));

    assertThat(script.split("ALTER TABLE", -1)).hasSize(4);
    assertThat(script.split("PARTITION \\(", -1)).hasSize(251);
  }

  @Test
  void redshiftDoesNotCopyWhatStandsInTheNamesOfFoldersOnly() {
    TableDefinition table = TABLES.get("orders-partitioned-registered");
    assertThat(table.partitionColumns())
        .allSatisfy(
            column -> assertThat(column.transform()).isEqualTo(PartitionField.Transform.IDENTITY));

    assertThat(RedshiftSql.script(table)).doesNotContain("COPY \"").contains("Without COPY");
    assertThat(RedshiftSql.script(TABLES.get("orders"))).contains("COPY \"orders\"");
  }

  @Test
  void aFolderIsNoPattern() {
    assertThat(StandardSql.files("s3://lake/a[1]*/", "*.gz")).isEqualTo("s3://lake/a[[]1][*]/*.gz");
    assertThat(StandardSql.files("file:/tmp/lake/", "*.gz")).isEqualTo("/tmp/lake/*.gz");
    assertThat(StandardSql.files("file:///tmp/lake/", "*.gz")).isEqualTo("/tmp/lake/*.gz");
  }

  @Test
  void filesOfCsvHaveStatementsForAthenaOnly() {
    assertThat(Dialect.ATHENA.script(TABLES.get("orders-csv"))).contains("OpenCSVSerde");
    assertThatThrownBy(() -> Dialect.DUCKDB.script(TABLES.get("orders-csv")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("duckdb");
  }

  private static List<String> statements(String script) {
    return List.of(script.replaceAll("(?m)^--.*\n", "").strip().split(";\\s*(\n|$)"));
  }
}
