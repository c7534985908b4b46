package io.dynamodblake.parquet;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Numbers that columns of a Parquet file carry beside their names, as {@code field_id} of the
 * format: tables of Iceberg know them by these.
 */
public final class FieldIds implements Serializable {
  private static final long serialVersionUID = 1L;

  // how the format names what is between a list or a map and what is in it
  public static final String LIST = "list";
  public static final String ELEMENT = "element";
  public static final String MAP = "key_value";
  public static final String KEY = "key";
  public static final String VALUE = "value";

  private final HashMap<List<String>, Integer> byPath = new HashMap<>();

  /** Takes numbers by the names from the root down, repeated groups of lists and maps included. */
  public FieldIds(Map<List<String>, Integer> byPath) {
    byPath.forEach((path, id) -> this.byPath.put(new ArrayList<>(path), id));
  }

  /** Returns the same columns with their numbers; what has none stays as it is. */
  public MessageType addTo(MessageType schema) {
    return new MessageType(schema.getName(), fields(schema, List.of()));
  }

  private List<Type> fields(GroupType group, List<String> path) {
    List<Type> fields = new ArrayList<>();
    for (Type field : group.getFields()) {
      List<String> own = new ArrayList<>(path);
      own.add(field.getName());
      Type complete =
          field.isPrimitive()
              ? field
              : field.asGroupType().withNewFields(fields(field.asGroupType(), own));
      Integer id = byPath.get(own);
      fields.add(id == null ? complete : complete.withId(id));
    }
    return fields;
  }
}
