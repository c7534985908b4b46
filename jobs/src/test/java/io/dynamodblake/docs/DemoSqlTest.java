package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.ddl.RawExportDdl;
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
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
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
    String export = DemoSql.exportIn(temp);
    observed = flatten(FlattenOptions.builder(export, folder("observed"), "orders"));
    edited =
        flatten(
            FlattenOptions.builder(export, folder("edited"), "orders")
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
    Golden.check(
        SQL.resolve("athena-observed.sql"), AthenaDdl.script(DemoSql.onS3(observed, "orders")));
    Golden.check(SQL.resolve("athena.sql"), AthenaDdl.script(DemoSql.onS3(edited, "orders")));
    Golden.check(
        SQL.resolve("athena-raw.sql"),
        RawExportDdl.script(
            "lake",
            "orders_raw",
            profile(),
            "s3://acme-exports/nightly/orders/" + DemoExportGenerator.ROOT + "data/"));
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
    return DemoSql.queriesOf(SQL, spark);
  }
}
