package io.dynamodblake.spark.write;

import io.dynamodblake.conf.ImportSourceKeys;
import io.dynamodblake.conf.SourceSettings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.schema.KeyAttribute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the options of one write say, checked. Keys are read without regard to case. */
final class ImportWriteConf {
  private static final Words WORDS = Words.IMPORT_SOURCE;
  // how Spark tells a source of its first interface what was given to partitionBy
  private static final String PARTITIONING = "__partition_columns";
  private static final int MOST_KEYS = 2;

  private final SourceSettings options;

  /**
   * Takes options as the user gave them.
   *
   * @throws UsageException if there is one that nobody knows
   */
  ImportWriteConf(Map<String, String> given) {
    if (given.keySet().stream().anyMatch(PARTITIONING::equalsIgnoreCase)) {
      throw new UsageException(
          "Cannot partition import files: an import reads all files below a prefix alike;"
              + " leave partitionBy out");
    }
    options = new SourceSettings(WORDS, given, Set.of());
  }

  String path() {
    return options
        .find(ImportSourceKeys.PATH)
        .orElseThrow(
            () ->
                new UsageException(
                    "Missing path: give the folder to save(), or as LOCATION or option 'path' in"
                        + " SQL"));
  }

  /** The keys that were given; empty if none were. */
  List<KeyAttribute> keys() {
    List<KeyAttribute> keys = new ArrayList<>();
    for (String text : options.find(ImportSourceKeys.KEY).orElse(List.of())) {
      try {
        keys.add(KeyAttribute.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException(
            "Cannot read %s: %s".formatted(WORDS.of(ImportSourceKeys.KEY), e.getMessage()), e);
      }
    }
    Set<String> names = new HashSet<>();
    boolean repeated = !keys.stream().allMatch(key -> names.add(key.attribute()));
    if (keys.size() > MOST_KEYS || repeated) {
      throw new UsageException(
          "Cannot read %s: a table has a partition key and at most one sort key, with different names"
              .formatted(WORDS.of(ImportSourceKeys.KEY)));
    }
    return keys;
  }

  ImportFormat format() {
    return ImportFormat.ofKey(options.value(ImportSourceKeys.FORMAT));
  }

  ImportCompression compression() {
    return ImportCompression.ofKey(options.value(ImportSourceKeys.COMPRESSION));
  }

  Optional<String> schemaPath() {
    return options.find(ImportSourceKeys.SCHEMA);
  }

  long fileBytes() {
    return options.value(ImportSourceKeys.TARGET_FILE_SIZE);
  }

  boolean allowLoss() {
    return options.value(ImportSourceKeys.ALLOW_LOSS);
  }

  Optional<String> table() {
    return options.find(ImportSourceKeys.TABLE);
  }

  Optional<String> bucket() {
    return options.find(ImportSourceKeys.IMPORT_BUCKET);
  }

  Optional<String> prefix() {
    return options.find(ImportSourceKeys.IMPORT_PREFIX);
  }

  Optional<String> indexesPath() {
    return options.find(ImportSourceKeys.INDEXES);
  }

  /** Reads every option, so that one that cannot be read is told at once. */
  void check() {
    keys();
    ImportSourceKeys.ALL.forEach(options::find);
  }

  /** Hadoop settings of this write alone. */
  Map<String, String> fileSystemSettings() {
    return options.fileSystemSettings();
  }
}
