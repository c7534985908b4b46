package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Values at one place of a column that go to {@code ddb_rescued}.
 *
 * @param column name of the column
 * @param path attribute, then {@code .key}, {@code .*} for any key of an open map, {@code []} for
 *     any list element
 * @param values how many, by descriptor; at least one
 * @param exact false where the numbers are upper bounds: the profile knows the range of numbers,
 *     not how many are out of range
 */
public record Rescue(String column, String path, Map<Descriptor, Long> values, boolean exact) {
  public Rescue {
    Objects.requireNonNull(column, "column is null");
    Objects.requireNonNull(path, "path is null");
    values = Collections.unmodifiableMap(new EnumMap<>(values));
  }

  /** Returns how many values would be rescued for whatever reason. */
  public long total() {
    return values.values().stream().mapToLong(Long::longValue).sum();
  }
}
