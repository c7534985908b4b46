package io.dynamodblake.schema.entity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One way to tell that an item is of a kind: by a marker, by its keys, or by both at once.
 *
 * @param marker which the item must have
 * @param keys patterns by key attribute, which must all fit, in the order in which they are written
 */
public record EntityMatch(Optional<Marker> marker, Map<String, KeyPattern> keys) {
  public EntityMatch {
    Objects.requireNonNull(marker, "marker is null");
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    if (marker.isEmpty() && keys.isEmpty()) {
      throw new IllegalArgumentException("Neither a marker nor a pattern");
    }
  }

  /** Returns a match by a marker alone. */
  public static EntityMatch ofMarker(String attribute, List<String> values) {
    return new EntityMatch(Optional.of(new Marker(attribute, values)), Map.of());
  }

  /** Returns a match by keys alone. */
  public static EntityMatch ofKeys(Map<String, KeyPattern> keys) {
    return new EntityMatch(Optional.empty(), keys);
  }

  /** Returns the names of the placeholders that have one, in the order of keys and patterns. */
  public List<String> parts() {
    List<String> parts = new ArrayList<>();
    keys.values()
        .forEach(
            pattern ->
                pattern.names().stream().filter(name -> !name.isEmpty()).forEach(parts::add));
    return parts;
  }
}
