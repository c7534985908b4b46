package io.dynamodblake.spark.write;

import io.dynamodblake.conf.ImportSourceKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.Suggestion;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.KeyAttribute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the options of one write say, checked. Keys are read without regard to case. */
final class ImportWriteConf {
  private static final String FILE_SYSTEM_PREFIX = "fs.";
  // how Spark tells a source of its first interface what was given to partitionBy
  private static final String PARTITIONING = "__partition_columns";
  private static final int MOST_KEYS = 2;

  private final Map<String, String> options = new HashMap<>();

  /**
   * Takes options as the user gave them.
   *
   * @throws UsageException if there is one that nobody knows
   */
  ImportWriteConf(Map<String, String> given) {
    Set<String> known =
        ImportSourceKeys.ALL.stream()
            .map(option -> option.key().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    given.forEach(
        (key, text) -> {
          String lower = key.toLowerCase(Locale.ROOT);
          if (lower.equals(PARTITIONING)) {
            throw new UsageException(
                "Cannot partition import files: an import reads all files below a prefix alike;"
                    + " leave partitionBy out");
          }
          if (!known.contains(lower) && !lower.startsWith(FILE_SYSTEM_PREFIX)) {
            throw new UsageException(
                "Unknown option '%s' of dynamodb-import%s".formatted(key, suggestion(lower)));
          }
          options.put(lower, text);
        });
  }

  private static String suggestion(String key) {
    List<String> keys = ImportSourceKeys.ALL.stream().map(Option::key).toList();
    return Suggestion.nearest(key, keys)
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("; it knows " + String.join(", ", keys));
  }

  String path() {
    return find(ImportSourceKeys.PATH)
        .orElseThrow(
            () ->
                new UsageException(
                    "Missing path: give the folder to save(), or as LOCATION or option 'path' in"
                        + " SQL"));
  }

  /** The keys that were given; empty if none were. */
  List<KeyAttribute> keys() {
    List<KeyAttribute> keys = new ArrayList<>();
    for (String text : find(ImportSourceKeys.KEY).orElse(List.of())) {
      try {
        keys.add(KeyAttribute.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException("Cannot read option 'key': " + e.getMessage(), e);
      }
    }
    Set<String> names = new HashSet<>();
    boolean repeated = !keys.stream().allMatch(key -> names.add(key.attribute()));
    if (keys.size() > MOST_KEYS || repeated) {
      throw new UsageException(
          "Cannot read option 'key': a table has a partition key and at most one sort key, with"
              + " different names");
    }
    return keys;
  }

  ImportFormat format() {
    return ImportFormat.ofKey(value(ImportSourceKeys.FORMAT));
  }

  ImportCompression compression() {
    return ImportCompression.ofKey(value(ImportSourceKeys.COMPRESSION));
  }

  Optional<String> schemaPath() {
    return find(ImportSourceKeys.SCHEMA);
  }

  long fileBytes() {
    return value(ImportSourceKeys.TARGET_FILE_SIZE);
  }

  boolean allowLoss() {
    return value(ImportSourceKeys.ALLOW_LOSS);
  }

  Optional<String> table() {
    return find(ImportSourceKeys.TABLE);
  }

  Optional<String> bucket() {
    return find(ImportSourceKeys.IMPORT_BUCKET);
  }

  Optional<String> prefix() {
    return find(ImportSourceKeys.IMPORT_PREFIX);
  }

  Optional<String> indexesPath() {
    return find(ImportSourceKeys.INDEXES);
  }

  /** Reads every option, so that one that cannot be read is told at once. */
  void check() {
    keys();
    ImportSourceKeys.ALL.forEach(this::find);
  }

  /** Hadoop settings of this write alone. */
  Map<String, String> fileSystemSettings() {
    return options.entrySet().stream()
        .filter(option -> option.getKey().startsWith(FILE_SYSTEM_PREFIX))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private <T> Optional<T> find(Option<T> option) {
    String text = options.get(option.key().toLowerCase(Locale.ROOT));
    return text == null
        ? option.defaultValue()
        : Optional.of(option.parse(text, "option '" + option.key() + "'"));
  }

  private <T> T value(Option<T> option) {
    return find(option).orElseThrow();
  }
}
