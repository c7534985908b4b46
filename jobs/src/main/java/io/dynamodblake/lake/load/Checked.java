package io.dynamodblake.lake.load;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.items.ItemKeys;
import java.io.IOException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.SparkSession;

/**
 * What was checked, all of it, and may be written into a table: items, or changes. {@link
 * LoadWrite} writes it. Driver only.
 */
public abstract sealed class Checked permits CheckedItems, CheckedChanges {
  private final SparkSession spark;
  private final LoadOptions options;
  private final LoadTarget target;
  private final ItemKeys keys;
  private final LoadInput input;
  private final String fingerprint;

  Checked(
      SparkSession spark,
      LoadOptions options,
      LoadTarget target,
      ItemKeys keys,
      LoadInput input,
      String fingerprint) {
    this.spark = spark;
    this.options = options;
    this.target = target;
    this.keys = keys;
    this.input = input;
    this.fingerprint = fingerprint;
  }

  /** Returns what it is and how much. */
  public LoadInput input() {
    return input;
  }

  SparkSession spark() {
    return spark;
  }

  LoadOptions options() {
    return options;
  }

  LoadTarget target() {
    return target;
  }

  /** The keys of the table. */
  ItemKeys keys() {
    return keys;
  }

  /** The same for the same input, another one for others. */
  String fingerprint() {
    return fingerprint;
  }

  /** By what a load that was interrupted knows its input again. */
  String source(LakeFiles files) throws IOException {
    return files.qualify(options.path()) + options.snapshot().map(id -> "#" + id).orElse("");
  }

  /** The lines of the parts that are not done, each with its part. */
  abstract JavaPairRDD<Integer, byte[]> lines(LoadParts parts) throws IOException;

  /**
   * How they are written.
   *
   * @param table name or ARN
   * @param tasks how many write at the same time
   */
  abstract LineWriting writing(String table, int tasks);
}
