package io.dynamodblake.ml;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** What tests of training sets share: options that are sensible until a test changes one. */
abstract class TrainingTest extends LakeTest {
  /** Options that tests change one by one. */
  protected static final class Wanted {
    boolean history;
    String label = "label";
    TrainingOptions.LabelKind kind = TrainingOptions.LabelKind.AUTO;
    Optional<String> labels = Optional.empty();
    Optional<String> timeColumn = Optional.empty();
    boolean knownByLake;
    Optional<Duration> maxAge = Optional.empty();
    Optional<String> where = Optional.empty();
    List<Instant> asOf = List.of();
    Optional<Duration> horizon = Optional.empty();
    List<String> features = List.of();
    List<String> exclude = List.of();
    List<String> mapKeys = List.of();
    List<String> carried = List.of();
    List<String> group = List.of();
    int maxCategories = 1000;
    SplitRule split = SplitRule.ofGroup("dynamodb-lake", List.of("80", "10", "10"));
    TrainingOptions.Format format = TrainingOptions.Format.PARQUET;
    boolean encoded;
    long rowsPerFile = 500_000;
    boolean replace;

    TrainingOptions in(Path lake, Path set) {
      return new TrainingOptions(
          new TrainingOptions.Source(
              lake.toString(), history, Optional.empty(), timeColumn, knownByLake, maxAge, where),
          new TrainingOptions.Labels(label, kind, labels, "label_time", asOf, horizon),
          new TrainingOptions.Columns(features, exclude, mapKeys, carried, group, maxCategories),
          split,
          new TrainingOptions.Output(set.toString(), format, encoded, rowsPerFile, replace));
    }
  }

  /** The folder of the lake table. */
  protected Path from() {
    return lake();
  }

  protected final Path set() {
    return temp.resolve("set");
  }

  protected final TrainingReport make(Wanted wanted) {
    return make(wanted, set());
  }

  protected final TrainingReport make(Wanted wanted, Path set) {
    return new TrainingSet(spark, wanted.in(from(), set)).run(ReadProgress.NONE);
  }

  protected final JsonNode manifest() {
    return json(set().resolve("manifest.json"));
  }

  /** All files of a set with their bytes. */
  protected static TreeMap<String, List<Byte>> contents(Path set) throws Exception {
    TreeMap<String, List<Byte>> contents = new TreeMap<>();
    for (String file : filesBelow(set)) {
      List<Byte> bytes = new ArrayList<>();
      for (byte b : Files.readAllBytes(set.resolve(file))) {
        bytes.add(b);
      }
      contents.put(file, bytes);
    }
    return contents;
  }

  /** The rows of a split as text, in their order in the files. */
  protected final List<String> rowsOf(String split, String... columns) {
    return spark
        .read()
        .parquet(set().resolve("data").toString() + "/" + split + "-*")
        .selectExpr(columns)
        .collectAsList()
        .stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  protected static JsonNode feature(JsonNode document, String list, String name) {
    for (JsonNode node : document.path(list)) {
      if (node.path("name").asText().equals(name)) {
        return node;
      }
    }
    throw new AssertionError("no " + name);
  }
}
