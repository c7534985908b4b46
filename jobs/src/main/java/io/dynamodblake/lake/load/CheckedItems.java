package io.dynamodblake.lake.load;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.lake.items.ItemSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.SparkSession;

/**
 * Items that {@link LoadCheck} has found sound, all of them, and the table that they may be put
 * into; they are read again by whoever puts them. Driver only.
 */
public final class CheckedItems {
  private final SparkSession spark;
  private final LoadOptions options;
  private final LoadTarget target;
  private final ItemKeys keys;
  private final ItemSet set;
  private final LoadInput input;
  private final String fingerprint;

  CheckedItems(
      SparkSession spark,
      LoadOptions options,
      LoadTarget target,
      ItemKeys keys,
      ItemSet set,
      LoadInput input,
      String fingerprint) {
    this.spark = spark;
    this.options = options;
    this.target = target;
    this.keys = keys;
    this.set = set;
    this.input = input;
    this.fingerprint = fingerprint;
  }

  /** Returns what the items are and how many. */
  public LoadInput input() {
    return input;
  }

  /**
   * Whether they are all of the table that they come from.
   *
   * @throws UncheckedIOException if a file system fails
   */
  public Wholeness wholeness() {
    try {
      return set.wholeness(input.items());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
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

  ItemSet set() {
    return set;
  }

  /** The same for the same items, another one for others. */
  String fingerprint() {
    return fingerprint;
  }
}
