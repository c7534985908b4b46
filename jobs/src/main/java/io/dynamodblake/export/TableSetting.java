package io.dynamodblake.export;

import java.util.Arrays;
import java.util.Optional;

/** One thing that describes a table beside its items, in the order in which it is told. */
public enum TableSetting {
  /** Partition key and sort key, {@code KeySchema}. */
  KEYS("keySchema", "key schema", true),
  /** Types of the attributes that are keys of the table or of an index, by their names. */
  ATTRIBUTES("attributeDefinitions", "attribute definitions", true),
  /** Name, keys and projection of each. */
  GLOBAL_INDEXES("globalSecondaryIndexes", "global secondary indexes", true),
  /** Name, keys and projection of each. */
  LOCAL_INDEXES("localSecondaryIndexes", "local secondary indexes", true),
  /** Billing mode, what is provisioned, or the maximums on demand; of each index, too. */
  CAPACITY("capacity", "billing and throughput", true),
  /** What can be read and written at once, of the table and of each index. */
  WARM_THROUGHPUT("warmThroughput", "warm throughput", false),
  TABLE_CLASS("tableClass", "table class", true),
  /** Null for the key that DynamoDB owns. */
  ENCRYPTION("encryption", "encryption", true),
  /** Null if it is off. */
  STREAM("stream", "stream", true),
  /** Null if it is off. */
  TIME_TO_LIVE("timeToLive", "time to live", true),
  /** Null if it is off. */
  RECOVERY("pointInTimeRecovery", "point-in-time recovery", true),
  /** Those that a user can set. */
  TAGS("tags", "tags", true),
  /** Null if there is none. */
  POLICY("resourcePolicy", "resource policy", true),
  /** Where they are on: of the table, and of indexes. */
  INSIGHTS("contributorInsights", "contributor insights", true),
  /** Kinesis data streams that get the changes. */
  KINESIS("kinesisStreams", "Kinesis data streams", true),
  DELETION_PROTECTION("deletionProtection", "deletion protection", true),
  /** Null for a table that has no replicas. */
  CONSISTENCY("multiRegionConsistency", "multi-Region consistency", true),
  /** Those in other regions. */
  REPLICAS("replicas", "replicas", true);

  private final String key;
  private final String words;
  private final boolean chosen;

  TableSetting(String key, String words, boolean chosen) {
    this.key = key;
    this.words = words;
    this.chosen = chosen;
  }

  /** Returns its name in documents. */
  public String key() {
    return key;
  }

  /** Returns its name in messages. */
  public String words() {
    return words;
  }

  /** Returns whether it is what somebody has chosen; DynamoDB moves others by itself. */
  public boolean isChosen() {
    return chosen;
  }

  /** Finds one by its name in documents. */
  static Optional<TableSetting> ofKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }
}
