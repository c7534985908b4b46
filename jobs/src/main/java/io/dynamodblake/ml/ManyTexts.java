package io.dynamodblake.ml;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * The most frequent texts of features that have more than one task may keep, all features in one
 * shuffle. Driver only.
 */
final class ManyTexts {
  private ManyTexts() {}

  /** A text and how often it occurs in each split. */
  record Counted(String text, long train, long validation, long test) {
    long in(int split) {
      return split == SplitRule.TRAIN ? train : split == SplitRule.VALIDATION ? validation : test;
    }
  }

  /**
   * What is known of one feature.
   *
   * @param top most frequent in train first
   * @param right how many rows of train are right if each is guessed by the others with its text
   */
  record Found(List<Counted> top, long right) {}

  /**
   * Counts.
   *
   * @param rows with the split, the class, and the features
   * @param features names of their columns
   * @param majority the most frequent class of train
   */
  static Map<String, Found> of(
      Dataset<Row> rows, List<String> features, int majority, int mostValues) {
    Map<String, Found> found = new HashMap<>();
    if (features.isEmpty()) {
      return found;
    }
    Column[] pairs =
        features.stream()
            .map(name -> struct(lit(name).as("feature"), col(name).as("text")))
            .toArray(Column[]::new);
    Column inTrain = col("split").equalTo(SplitRule.TRAIN);
    Dataset<Row> byClass =
        rows.select(col("split"), col("class"), explode(array(pairs)).as("pair"))
            .select(col("split"), col("class"), col("pair.feature"), col("pair.text"))
            .filter(functions.length(col("text")).leq(Vocabulary.LONGEST))
            .groupBy("feature", "text", "class")
            .agg(
                count(inTrain).as("train"),
                count(col("split").equalTo(SplitRule.VALIDATION)).as("validation"),
                count(col("split").equalTo(SplitRule.TEST)).as("test"));
    Column most = functions.sort_array(functions.collect_list(col("train")), false);
    Dataset<Row> byText =
        byClass
            .groupBy("feature", "text")
            .agg(
                sum("train").as("train"),
                sum("validation").as("validation"),
                sum("test").as("test"),
                most.as("most"),
                sum(when(col("class").equalTo(majority), col("train")).otherwise(0)).as("majority"))
            .persist(StorageLevel.DISK_ONLY());
    try {
      for (String feature : features) {
        found.put(feature, new Found(new ArrayList<>(), 0));
      }
      top(byText, mostValues, found);
      right(byText, found);
      return found;
    } finally {
      byText.unpersist();
    }
  }

  private static Column count(Column condition) {
    return sum(when(condition, 1L).otherwise(0L));
  }

  private static void top(Dataset<Row> byText, int mostValues, Map<String, Found> found) {
    byText
        .filter(col("train").gt(0))
        .withColumn(
            "rank",
            row_number()
                .over(
                    Window.partitionBy("feature").orderBy(col("train").desc(), col("text").asc())))
        .filter(col("rank").leq(mostValues))
        .orderBy("feature", "rank")
        .select("feature", "text", "train", "validation", "test")
        .collectAsList()
        .forEach(
            row ->
                found
                    .get(row.getString(0))
                    .top()
                    .add(
                        new Counted(
                            row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4))));
  }

  /** As {@link Foretelling} has it for what one task can keep. */
  private static void right(Dataset<Row> byText, Map<String, Found> found) {
    Column first = col("most").getItem(0);
    Column second = functions.coalesce(col("most").getItem(1), lit(0L));
    Column right =
        when(col("train").equalTo(1), col("majority"))
            .when(first.minus(1).gt(second), first)
            .otherwise(0L);
    byText
        .groupBy("feature")
        .agg(sum(right))
        .collectAsList()
        .forEach(
            row ->
                found.compute(
                    row.getString(0), (name, was) -> new Found(was.top(), row.getLong(1))));
  }
}
