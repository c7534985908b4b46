package io.dynamodblake.lake.write;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Whether every row has a key of its own. An export of DynamoDB cannot have two items with one key;
 * a folder into which several were merged can. It reads the key columns of what was written and
 * nothing else, and shows no key. Driver only.
 */
record KeyCheck(SparkSession spark, FlattenOptions options) {

  /**
   * Counts.
   *
   * @param folder of the snapshot
   * @throws DataRefusedException if rows share a key and that was not asked for
   */
  void check(String folder, TableSchema schema, ExportManifest export, long rows) {
    if (export.hasManifest()
        || schema.keys().isEmpty()
        || options.format() != OutputFormat.PARQUET
        || options.allowRepeatedKeys()
        || rows == 0) {
      return;
    }
    List<org.apache.spark.sql.Column> keys = new ArrayList<>();
    for (String attribute : schema.keys().stream().map(key -> key.attribute()).toList()) {
      Optional<Column> column = schema.find(attribute).filter(found -> !found.dropped());
      if (column.isEmpty()) {
        return; // whose columns leave out a key cannot be asked for it
      }
      keys.add(PartitionExpressions.column(column.get().name()));
    }
    Dataset<Row> repeated =
        ExactPaths.read(spark)
            .schema(SparkTypes.toStruct(schema))
            .parquet(folder)
            .groupBy(keys.toArray(org.apache.spark.sql.Column[]::new))
            .agg(count(lit(1)).as("items"))
            .filter(PartitionExpressions.column("items").gt(1));
    Row counted = repeated.agg(count(lit(1)), sum(PartitionExpressions.column("items"))).first();
    if (counted.getLong(0) > 0) {
      throw new DataRefusedException(
          "Cannot publish: %,d items share %,d keys, in %s; give a folder with one export, or %s to have a row for each of them"
              .formatted(
                  counted.getLong(1),
                  counted.getLong(0),
                  export.root(),
                  options.words().of(FlattenKeys.ALLOW_REPEATED_KEYS)));
    }
  }
}
