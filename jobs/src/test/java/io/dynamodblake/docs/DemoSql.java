package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.testing.DemoExportGenerator;
import io.dynamodblake.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;

/** What the folders of {@code sql/} on the demo export share: the export, statements, queries. */
final class DemoSql {
  // the random part of a run's own would be another one in each build
  private static final String ID = "01731900000000-0a1b2c3d.5b0c9a7e";

  private DemoSql() {}

  /** Writes the demo export below a folder and returns where it is. */
  static String exportIn(Path folder) throws IOException {
    Path export = folder.resolve(DemoExportGenerator.ROOT);
    for (Map.Entry<String, byte[]> object : new DemoExportGenerator().objects().entrySet()) {
      Path file = export.resolve(object.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, object.getValue());
    }
    return export.toString();
  }

  /** The same table where the statements are meant to find it. */
  static TableDefinition onS3(LakeTable table, String folder) {
    TableDefinition local = table.definition("lake");
    Map<String, String> properties = new LinkedHashMap<>(local.properties());
    properties.put(TableDefinition.SNAPSHOT, ID);
    return new TableDefinition(
        local.database(),
        local.table(),
        local.schema(),
        local.partitionColumns(),
        "s3://acme-lake/%s/snapshot=%s".formatted(folder, ID),
        local.layout(),
        local.format(),
        local.delimiter(),
        properties);
  }

  /** A test for each of {@code queries/*.sql}: it gives what stands in {@code results/}. */
  static Stream<DynamicTest> queriesOf(Path folder, SparkSession spark) throws IOException {
    List<Path> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("queries"))) {
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
              Path result = folder.resolve("results").resolve(name + ".txt");
              return DynamicTest.dynamicTest(
                  name, () -> Golden.check(result, result(spark, query, name)));
            });
  }

  private static String result(SparkSession spark, Path query, String name) throws IOException {
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
