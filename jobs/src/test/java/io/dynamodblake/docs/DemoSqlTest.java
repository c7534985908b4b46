package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.ddl.RawExportDdl;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.testing.DemoExportGenerator;
import io.dynamodblake.testing.Golden;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes {@code sql/demo/} again: flattens the demo export as its README says, compares the
 * statements, runs every query and compares what it gives.
 */
class DemoSqlTest {
  private static final Path SQL = Path.of("../sql/demo");
  // the random part of a run's own would be another one in each build
  private static final String ID = "01731900000000-0a1b2c3d.5b0c9a7e";
  private static final String S3 = "s3://acme-lake/orders/snapshot=";
  private static final List<KeyAttribute> KEYS =
      List.of(new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.S));

  @TempDir static Path temp;

  private static SparkSession spark;
  private static LakeTable observed;
  private static LakeTable edited;
  private static RunReport lastReport;

  @BeforeAll
  static void flattenTheDemoExport() throws IOException {
    spark = SparkTest.newSession();
    Path export = temp.resolve(DemoExportGenerator.ROOT);
    for (Map.Entry<String, byte[]> object : new DemoExportGenerator().objects().entrySet()) {
      Path file = export.resolve(object.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, object.getValue());
    }
    observed = flatten(FlattenOptions.builder(export.toString(), folder("observed"), "orders"));
    edited =
        flatten(
            FlattenOptions.builder(export.toString(), folder("edited"), "orders")
                .withSchemaFile(SQL.resolve("schema.json").toAbsolutePath().toString())
                .partitionedBy(List.of("month(createdAt)"))
                .sortedBy(List.of("pk", "sk")));
    edited.rows().createOrReplaceTempView("orders");
  }

  private static String folder(String name) {
    return temp.resolve(name).toString();
  }

  private static LakeTable flatten(FlattenOptions.Builder options) {
    FlattenOptions built = options.withKeys(KEYS).inDatabase("lake").build();
    lastReport = new Flatten(spark, built).run(ReadProgress.NONE);
    return LakeTable.open(spark, built.target());
  }

  @Test
  void theStatementsAreThoseOfTheGoldenFiles() throws IOException {
    Golden.check(SQL.resolve("athena-observed.sql"), AthenaDdl.script(onS3(observed)));
    Golden.check(SQL.resolve("athena.sql"), AthenaDdl.script(onS3(edited)));
    Golden.check(
        SQL.resolve("athena-raw.sql"),
        RawExportDdl.script(
            "lake",
            "orders_raw",
            profile(),
            "s3://acme-exports/nightly/orders/" + DemoExportGenerator.ROOT + "data/"));
  }

  /** The same table where the statements are meant to find it. */
  private static TableDefinition onS3(LakeTable table) {
    TableDefinition local = table.definition("lake");
    Map<String, String> properties = new LinkedHashMap<>(local.properties());
    properties.put(TableDefinition.SNAPSHOT, ID);
    return new TableDefinition(
        local.database(),
        local.table(),
        local.schema(),
        local.partitionColumns(),
        S3 + ID,
        local.layout(),
        local.format(),
        properties);
  }

  private static Profile profile() {
    ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    new DemoExportGenerator()
        .objects()
        .forEach(
            (path, stored) -> {
              if (path.startsWith("data/")) {
                for (byte[] line : lines(stored)) {
                  try {
                    scanner.scan(line, 0, line.length, tape);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                  observer.observe(tape, line.length);
                }
              }
            });
    return observer.profile();
  }

  private static List<byte[]> lines(byte[] gzipped) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.getBytes(StandardCharsets.UTF_8))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theEditedSchemaTakesEveryValueButThoseOfMixedTypes() {
    assertThat(lastReport.counts().rowsWritten()).isEqualTo(observed.rows().count());
    assertThat(lastReport.counts().rescuedByColumn()).containsOnlyKeys("qty");
  }

  @TestFactory
  Stream<DynamicTest> everyQueryGivesWhatItGave() throws IOException {
    List<Path> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(SQL.resolve("queries"))) {
      files
          .filter(file -> file.toString().endsWith(".sql"))
          .filter(file -> !file.toString().endsWith(".spark.sql"))
          .sorted()
          .forEach(queries::add);
    }
    assertThat(queries).isNotEmpty();
    return queries.stream()
        .map(
            query -> {
              String name = query.getFileName().toString().replace(".sql", "");
              return DynamicTest.dynamicTest(
                  name,
                  () ->
                      Golden.check(
                          SQL.resolve("results").resolve(name + ".txt"), result(query, name)));
            });
  }

  private static String result(Path query, String name) throws IOException {
    // Where Athena's dialect and Spark's differ there is a twin.
    Path twin = query.resolveSibling(name + ".spark.sql");
    String sql = Files.readString(Files.exists(twin) ? twin : query);
    Dataset<Row> rows = spark.sql(sql.strip().replaceAll(";$", ""));
    StringBuilder text = new StringBuilder(String.join(" | ", rows.columns())).append('\n');
    for (Row row : rows.collectAsList()) {
      StringJoiner line = new StringJoiner(" | ");
      for (int i = 0; i < row.size(); i++) {
        line.add(text(row.get(i)));
      }
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static String text(Object value) {
    // A java.sql.Timestamp would show itself in the machine's time zone.
    return value instanceof Timestamp time ? time.toInstant().toString() : String.valueOf(value);
  }
}
