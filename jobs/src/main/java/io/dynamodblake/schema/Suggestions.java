package io.dynamodblake.schema;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a person would make of a table that the planner has proposed: times of what is written as
 * texts and numbers, maps where keys are data, keys, partitions, an order. The planner does none of
 * it unasked, because only its owner can know; all of it loses nothing.
 *
 * @param schema the proposal with everything in it that a schema can say
 * @param retyped places with another type in it, in the order of the columns
 * @param noted places that are worth to be known, and stay as they are
 * @param keys that the schema has, where nobody named any; empty if they cannot be told
 * @param layout how the rows might be arranged
 */
public record Suggestions(
    TableSchema schema,
    List<Retyped> retyped,
    List<Noted> noted,
    List<KeyAttribute> keys,
    Layout layout) {

  public Suggestions {
    Objects.requireNonNull(schema, "schema is null");
    Objects.requireNonNull(layout, "layout is null");
    retyped = List.copyOf(retyped);
    noted = List.copyOf(noted);
    keys = List.copyOf(keys);
  }

  /**
   * A place that could have another type, of which all its values come back as they were.
   *
   * @param path attribute, then {@code .key}, {@code .*} for any key of an open map, {@code []} for
   *     elements and members
   * @param values how many there are: all that are not NULL
   * @param why a clause for people that says what they all are
   */
  public record Retyped(String path, ValueMapping mapping, long values, String why) {
    /** Returns the type and how it is made, such as {@code timestamp from epoch-seconds}. */
    public String becomes() {
      if (!(mapping instanceof ValueMapping.Scalar scalar)) {
        return "map";
      }
      return scalar.conversion() == Conversion.FORMAT
          ? "%s in the form %s%s"
              .formatted(
                  scalar.type().sql(),
                  scalar.format().pattern(),
                  scalar.format().isUtc() ? "" : " at " + scalar.format().offset())
          : "%s from %s".formatted(scalar.type().sql(), scalar.conversion().key());
    }
  }

  /** A place that is worth to be known. */
  public record Noted(String path, long values, String what) {}

  /**
   * How rows might be arranged.
   *
   * @param partitionBy as {@code --partition-by} takes it; empty if partitions would be too small
   * @param partitions how many there would be, at most
   * @param sortBy as {@code --sort-by} takes it; empty if nothing is known to be looked for
   */
  public record Layout(Optional<String> partitionBy, long partitions, List<String> sortBy) {
    public Layout {
      sortBy = List.copyOf(sortBy);
    }
  }

  /** Returns how an attribute becomes a timestamp of which all its values come back. */
  public Optional<ValueMapping.Scalar> timestamp(String attribute) {
    return retyped.stream()
        .filter(place -> place.path().equals(attribute))
        .map(Retyped::mapping)
        .filter(ValueMapping.Scalar.class::isInstance)
        .map(ValueMapping.Scalar.class::cast)
        .filter(scalar -> scalar.type().equals(LakeType.TIMESTAMP))
        .findFirst();
  }

  /** Whether there is nothing to say. */
  public boolean isEmpty() {
    return retyped.isEmpty()
        && noted.isEmpty()
        && keys.isEmpty()
        && layout.partitionBy().isEmpty()
        && layout.sortBy().isEmpty();
  }

  /** Whether the schema differs from the one proposed. */
  public boolean changeSchema() {
    return !retyped.isEmpty() || !keys.isEmpty();
  }
}
