package io.dynamodblake.aws;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What is read of a table. Travels to executors.
 *
 * @param table name or ARN
 * @param consistent strongly consistent reads
 * @param attributes top-level attributes to read; empty for all
 * @param filter a filter expression, or empty
 * @param filterNames names behind its {@code #placeholders}
 * @param filterValues values behind its {@code :placeholders}, each in DynamoDB JSON
 */
public record ScanOrder(
    String table,
    boolean consistent,
    List<String> attributes,
    String filter,
    Map<String, String> filterNames,
    Map<String, String> filterValues)
    implements Serializable {

  public ScanOrder {
    attributes = List.copyOf(attributes);
    filterNames = Map.copyOf(filterNames);
    filterValues = Map.copyOf(filterValues);
  }

  /** Returns the order of nothing but the keys of all items, eventually consistent. */
  public static ScanOrder ofKeys(String table, List<String> keyAttributes) {
    return new ScanOrder(table, false, keyAttributes, "", Map.of(), Map.of());
  }

  /** Returns whether anything of the table is left out. */
  public boolean isPartial() {
    return !attributes.isEmpty() || !filter.isEmpty();
  }
}
