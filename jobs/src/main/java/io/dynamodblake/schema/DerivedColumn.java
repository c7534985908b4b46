package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A column of text that repeats a part of a key, for queries: no attribute of the item, so that it
 * is never written back. It stands behind all others.
 *
 * @param name column name, as {@link Column} has it
 * @param part what the rules that tell items apart call it
 * @param attributes the keys that it is a part of
 */
public record DerivedColumn(String name, String part, List<String> attributes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public DerivedColumn {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(part, "part is null");
    attributes = List.copyOf(attributes);
  }

  /** Returns the column as others see it that only ask for its name and type. */
  Column asColumn() {
    return Column.of(name, name, ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING));
  }
}
