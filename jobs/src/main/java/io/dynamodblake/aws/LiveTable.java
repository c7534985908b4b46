package io.dynamodblake.aws;

import java.util.List;

/**
 * A table that exists and can be used.
 *
 * @param id changes when the table is dropped and made again
 * @param keys partition key and then sort key, such as {@code pk:S}
 */
public record LiveTable(String name, String arn, String id, List<String> keys) {
  public LiveTable {
    keys = List.copyOf(keys);
  }

  /** Returns the names of the key attributes alone. */
  public List<String> keyAttributes() {
    return keys.stream().map(key -> key.substring(0, key.lastIndexOf(':'))).toList();
  }
}
