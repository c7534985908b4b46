package io.dynamodblake.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.spark.write.JsonDocuments;
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
abstract class LakeTest {
  @TempDir Path temp;

  final SparkSession spark = SparkTest.session();

  final ExportFixture export() {
    return ExportFixture.in(temp.resolve("bucket"));
  }

  final Path lake() {
    return temp.resolve("lake");
  }

  final FlattenOptions.Builder options(Path export) {
    return FlattenOptions.builder(export.toString(), lake().toString(), "orders");
  }

  final RunReport flatten(FlattenOptions.Builder options) {
    return new Flatten(spark, options.build()).run(ReadProgress.NONE);
  }

  final LakeTable table() {
    return LakeTable.open(spark, lake().toString());
  }

  /** The rows in the order of their partition key, as text. */
  final List<String> rows(String... columns) {
    return table().rows().orderBy("pk").selectExpr(columns).collectAsList().stream()
        // Scala 2.12 and 2.13 call an array differently
        .map(row -> row.toString().replace("ArraySeq(", "WrappedArray("))
        .toList();
  }

  static String item(String pk, String... attributes) {
    StringBuilder line = new StringBuilder("{\"Item\":{\"pk\":{\"S\":\"" + pk + "\"}");
    for (String attribute : attributes) {
      line.append(',').append(attribute);
    }
    return line.append("}}").toString();
  }

  static List<String> items(int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(item("p%06d".formatted(i), "\"n\":{\"N\":\"" + i + "\"}"));
    }
    return lines;
  }

  /** Paths of all files below a folder, relative to it; none if there is no such folder. */
  static List<String> filesBelow(Path folder) {
    return Files.exists(folder) ? Folders.filesBelow(folder) : List.of();
  }

  final List<String> dataFiles() {
    return filesBelow(Path.of(java.net.URI.create(table().snapshotPath()))).stream()
        .filter(file -> !file.startsWith("_"))
        .toList();
  }

  static JsonNode json(Path file) {
    try {
      Optional<JsonNode> tree = JsonDocuments.parseObject(Files.readString(file));
      assertThat(tree).as(file.toString()).isPresent();
      return tree.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The statuses that the run reports of the lake tell, sorted. */
  final List<String> statuses() {
    Path runs = lake().resolve("_dynamodb/runs");
    return filesBelow(runs).stream()
        .map(name -> json(runs.resolve(name)).path("status").asText())
        .sorted()
        .toList();
  }
}
