package io.dynamodblake.schema.entity;

import java.util.List;
import java.util.Locale;

/** Names that people give to keys, in letters only. */
final class UsualNames {
  private static final List<String> PARTITION_KEYS =
      List.of("pk", "partitionkey", "hashkey", "id", "key");
  private static final List<String> SORT_KEYS = List.of("sk", "sortkey", "rangekey");

  private UsualNames() {}

  private static String letters(String attribute) {
    return attribute.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  /** The keys among the attributes of an item, by their names; none if no name is usual. */
  static List<String> keys(List<String> attributes) {
    String partitionKey = first(PARTITION_KEYS, attributes);
    String sortKey = first(SORT_KEYS, attributes);
    if (partitionKey == null) {
      return List.of();
    }
    return sortKey == null ? List.of(partitionKey) : List.of(partitionKey, sortKey);
  }

  private static String first(List<String> usual, List<String> attributes) {
    for (String name : usual) {
      for (String attribute : attributes) {
        if (letters(attribute).equals(name)) {
          return attribute;
        }
      }
    }
    return null;
  }

  /** Order of preference among the keys of two parts of a table that have been told differently. */
  static int rank(List<String> keys) {
    return keys.isEmpty()
        ? PARTITION_KEYS.size()
        : PARTITION_KEYS.indexOf(letters(keys.get(0))) - keys.size();
  }
}
