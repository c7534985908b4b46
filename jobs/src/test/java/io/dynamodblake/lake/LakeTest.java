package io.dynamodblake.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of whole runs share: a bucket for exports, a folder for the lake, short ways to run
 * and look.
 */
public abstract class LakeTest {
  protected @TempDir Path temp;

  protected final SparkSession spark = SparkTest.session();

  protected final ExportFixture export() {
    return ExportFixture.in(temp.resolve("bucket"));
  }

  protected final Path lake() {
    return temp.resolve("lake");
  }

  protected final FlattenOptions.Builder options(Path export) {
    return FlattenOptions.builder(export.toString(), lake().toString(), "orders");
  }

  protected final RunReport flatten(FlattenOptions.Builder options) {
    return new Flatten(spark, options.build()).run(ReadProgress.NONE);
  }

  protected final LakeTable table() {
    return LakeTable.open(spark, lake().toString());
  }

  /** The rows in the order of their partition key, as text. */
  protected final List<String> rows(String... columns) {
    return table().rows().orderBy("pk").selectExpr(columns).collectAsList().stream()
        // Scala 2.12 and 2.13 call an array differently
        .map(row -> row.toString().replace("ArraySeq(", "WrappedArray("))
        .toList();
  }

  protected static String item(String pk, String... attributes) {
    StringBuilder line = new StringBuilder("{\"Item\":{\"pk\":{\"S\":\"" + pk + "\"}");
    for (String attribute : attributes) {
      line.append(',').append(attribute);
    }
    return line.append("}}").toString();
  }

  protected static List<String> items(int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(item("p%06d".formatted(i), "\"n\":{\"N\":\"" + i + "\"}"));
    }
    return lines;
  }

  /** Paths of all files below a folder, relative to it; none if there is no such folder. */
  protected static List<String> filesBelow(Path folder) {
    return Files.exists(folder) ? Folders.filesBelow(folder) : List.of();
  }

  protected final List<String> dataFiles() {
    return filesBelow(Path.of(java.net.URI.create(table().snapshotPath()))).stream()
        .filter(file -> !file.startsWith("_"))
        .toList();
  }

  public static JsonNode json(Path file) {
    try {
      Optional<JsonNode> tree = JsonDocuments.parseObject(Files.readString(file));
      assertThat(tree).as(file.toString()).isPresent();
      return Documents.isOurs(tree.get()) ? Documents.checked(tree.get()) : tree.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The statuses that the run reports of the lake tell, sorted. */
  protected final List<String> statuses() {
    Path runs = lake().resolve("_dynamodb/runs");
    return filesBelow(runs).stream()
        .map(name -> json(runs.resolve(name)).path("status").asText())
        .sorted()
        .toList();
  }
}
