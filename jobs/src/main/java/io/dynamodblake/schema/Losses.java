package io.dynamodblake.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which columns of a lake table do not hold what the DynamoDB table held, by choice of its user.
 */
public final class Losses {
  private Losses() {}

  /** Returns each such column with the reason; empty if all can be restored. */
  public static List<String> of(TableSchema schema) {
    List<String> losses = new ArrayList<>();
    for (Column column : schema.columns()) {
      reason(column).ifPresent(reason -> losses.add(column.name() + " (" + reason + ")"));
    }
    return losses;
  }

  /** Returns why a column cannot be restored; empty if it can. */
  public static Optional<String> reason(Column column) {
    if (column.dropped()) {
      return Optional.of("dropped");
    }
    return switch (column.protection()) {
      case HASH, HASH_HMAC -> Optional.of("hashed");
      case MASK -> Optional.of("masked");
      case NONE ->
          holdsDouble(column.mapping())
              ? Optional.of("double keeps about 16 of 38 digits")
              : Optional.empty();
    };
  }

  private static boolean holdsDouble(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar.type().kind() == LakeType.Kind.DOUBLE;
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return holdsDouble(sequence.element());
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return holdsDouble(map.value());
    }
    return mapping instanceof ValueMapping.Struct struct
        && struct.fields().stream().anyMatch(field -> holdsDouble(field.mapping()));
  }
}
