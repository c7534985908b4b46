package io.dynamodblake.schema.entity;

import java.util.List;
import java.util.Objects;

/**
 * An attribute that says of what kind an item is.
 *
 * @param attribute its name
 * @param values the texts of which it has one, as they are; values of other types than S never fit
 */
public record Marker(String attribute, List<String> values) {
  public Marker {
    Objects.requireNonNull(attribute, "attribute is null");
    values = List.copyOf(values);
  }
}
