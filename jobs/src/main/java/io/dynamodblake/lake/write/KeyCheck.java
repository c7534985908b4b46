package io.dynamodblake.lake.write;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Whether every row has a key of its own. An export of DynamoDB cannot have two items with one key;
 * a folder into which several were merged can. Where a manifest vouches for the items only the key
 * may be wrong, most of all half of it, and one file tells: the items of one partition key lie
 * together. It reads the key columns of what was written and nothing else, and shows no key. Driver
 * only.
 */
record KeyCheck(SparkSession spark, FlattenOptions options) {

  /**
   * Counts.
   *
   * @param contents of the snapshot
   * @throws DataRefusedException if rows share a key and that was not asked for
   */
  void check(SnapshotContents contents, TableSchema schema, ExportManifest export, long rows) {
    if (schema.keys().isEmpty()
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
            .option("basePath", contents.folder())
            .parquet(export.hasManifest() ? longestFile(contents) : contents.folder())
            .groupBy(keys.toArray(org.apache.spark.sql.Column[]::new))
            .agg(count(lit(1)).as("items"))
            .filter(PartitionExpressions.column("items").gt(1));
    Row counted = repeated.agg(count(lit(1)), sum(PartitionExpressions.column("items"))).first();
    if (counted.getLong(0) > 0) {
      throw new DataRefusedException(
          "Cannot publish: %,d items share %,d keys, in %s; %s, or %s to have a row for each of them"
              .formatted(
                  counted.getLong(1),
                  counted.getLong(0),
                  export.root(),
                  export.hasManifest()
                      ? "an export holds no item twice, so give the whole key in %s, such as pk:S,sk:S"
                          .formatted(options.words().of(FlattenKeys.KEY))
                      : "give a folder with one export",
                  options.words().of(FlattenKeys.ALLOW_REPEATED_KEYS)));
    }
  }

  private static String longestFile(SnapshotContents contents) {
    return contents.files().stream()
        .max(Comparator.comparingLong(FileStatus::getLen))
        .map(file -> file.getPath().toString())
        .orElseThrow();
  }
}
