package io.dynamodblake.bench;

import io.dynamodblake.schema.TableSchema;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What somebody writes who has Spark and no dynamodb-lake, to get rows of a lake table out of it as
 * JSON: lines in another order than that of the files, so that an import does not meet one
 * partition of DynamoDB after the other, gzipped. They are plain JSON and no items: values have no
 * descriptors, which a restore writes for each of them, sets are lists, binaries text and times
 * dates. Nothing is checked, neither keys that come twice, nor sizes, names, numbers or sets;
 * {@code ddb_rescued} and {@code ddb_nulls} are left out; nobody counts what was written.
 */
final class JsonLines {
  private final SparkSession spark;
  private final Path parquet;

  /**
   * @param parquet a folder of Parquet files
   */
  JsonLines(SparkSession spark, Path parquet) {
    this.spark = spark;
    this.parquet = parquet;
  }

  /** Writes the rows into so many files. */
  void write(Path target, int files) {
    rows().repartition(files).write().option("compression", "gzip").json(target.toString());
  }

  private Dataset<Row> rows() {
    return spark.read().parquet(parquet.toString()).drop(TableSchema.RESCUED, TableSchema.NULLS);
  }

  /**
   * Looks whether lines of JSON have the keys of the rows.
   *
   * @param writer who wrote them, for the message
   * @throws IllegalStateException if they have others
   */
  void requireSameKeys(TableSchema schema, Path target, String writer) {
    String key = schema.find(schema.keys().get(0).attribute()).orElseThrow().name();
    Dataset<Row> lines =
        spark
            .read()
            .schema(new StructType().add(key, DataTypes.StringType))
            .json(target.toString());
    if (!sum(lines, key).equals(sum(rows(), key))) {
      throw new IllegalStateException("The lines that " + writer + " wrote have other keys");
    }
  }

  private static Row sum(Dataset<Row> rows, String key) {
    return rows.agg(
            functions.sum(functions.xxhash64(functions.col(key))),
            functions.count(functions.col(key)))
        .head();
  }
}
