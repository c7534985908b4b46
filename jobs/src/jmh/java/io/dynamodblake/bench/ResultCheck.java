package io.dynamodblake.bench;

import io.dynamodblake.schema.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Proves that two sides of a benchmark did the same work, reading what both wrote with Spark: equal
 * types, as many rows, the same sum of hashes in the columns and over whole rows, and no value
 * rescued.
 */
final class ResultCheck {
  /** More would only repeat, slowly, what the sum over whole rows says. */
  private static final int MOST_COLUMNS = 100;

  private final SparkSession spark;

  ResultCheck(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * Compares.
   *
   * @param other who wrote the second, for messages
   * @throws IllegalStateException naming what differs
   */
  void requireEqual(Path ours, Path theirs, String other) {
    Dataset<Row> left = spark.read().parquet(ours.toString());
    long rescued = left.filter(functions.col(TableSchema.RESCUED).isNotNull()).count();
    if (rescued > 0) {
      throw new IllegalStateException(rescued + " generated items do not fit their schema");
    }
    left = left.drop(TableSchema.RESCUED, TableSchema.NULLS);
    Dataset<Row> right =
        spark.read().parquet(theirs.toString()).drop(TableSchema.RESCUED, TableSchema.NULLS);
    if (!left.schema().simpleString().equals(right.schema().simpleString())) {
      throw new IllegalStateException(
          "Types differ from those of "
              + other
              + ":\n"
              + left.schema().treeString()
              + right.schema().treeString());
    }
    List<String> sums = new ArrayList<>();
    Row leftSums = checksums(left, sums);
    Row rightSums = checksums(right, new ArrayList<>());
    for (int i = 0; i < sums.size(); i++) {
      if (!leftSums.get(i).equals(rightSums.get(i))) {
        throw new IllegalStateException(
            "Results differ from those of " + other + " in " + sums.get(i));
      }
    }
  }

  private static Row checksums(Dataset<Row> rows, List<String> names) {
    List<Column> columns = new ArrayList<>();
    List<Column> sums = new ArrayList<>();
    for (String name : rows.columns()) {
      Column column = functions.col(name);
      columns.add(column);
      if (columns.size() > MOST_COLUMNS) {
        continue;
      }
      sums.add(sum(column));
      names.add("the values of " + name);
      sums.add(functions.count(column));
      names.add("the number of values of " + name);
    }
    sums.add(sum(columns.toArray(new Column[0])));
    names.add("whole rows");
    sums.add(functions.count(functions.lit(1)));
    names.add("the number of rows");
    return rows.agg(sums.get(0), sums.subList(1, sums.size()).toArray(new Column[0])).head();
  }

  private static Column sum(Column... columns) {
    return functions.sum(functions.xxhash64(columns)); // wraps around, and is as good a sum
  }
}
