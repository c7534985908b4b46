package io.dynamodblake.schema;

import io.dynamodblake.type.ItemPath;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where in an item the values of a column stand: at an attribute, or inside of the maps that it
 * holds.
 *
 * @param attribute top-level attribute name in DynamoDB, exactly
 * @param inside keys from map to map; empty for the attribute itself
 */
public record Origin(String attribute, List<String> inside) implements Serializable {
  private static final long serialVersionUID = 1L;

  public Origin {
    Objects.requireNonNull(attribute, "attribute is null");
    inside = List.copyOf(inside);
  }

  /** Returns the origin of a whole attribute. */
  public static Origin of(String attribute) {
    return new Origin(attribute, List.of());
  }

  /** Whether it is the attribute itself. */
  public boolean isWhole() {
    return inside.isEmpty();
  }

  /** Returns the name at a depth: of the attribute at 0, of the keys behind it. */
  public String name(int depth) {
    return depth == 0 ? attribute : inside.get(depth - 1);
  }

  /** Returns the origin of an entry of the map that is here. */
  Origin entry(String key) {
    List<String> keys = new ArrayList<>(inside);
    keys.add(key);
    return new Origin(attribute, keys);
  }

  /** Returns the origins of the maps around it, from the attribute on. */
  List<Origin> around() {
    List<Origin> maps = new ArrayList<>();
    for (int depth = 0; depth < inside.size(); depth++) {
      maps.add(new Origin(attribute, inside.subList(0, depth)));
    }
    return maps;
  }

  /** Returns the names from the attribute on with something between them. */
  String joined(String separator) {
    return isWhole() ? attribute : attribute + separator + String.join(separator, inside);
  }

  /** Returns the path as {@code ddb_rescued} and {@code ddb_nulls} have it. */
  public String path() {
    ItemPath path = new ItemPath();
    path.push(attribute);
    inside.forEach(path::push);
    return path.toString();
  }
}
