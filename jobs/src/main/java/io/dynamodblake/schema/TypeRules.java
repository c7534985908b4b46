package io.dynamodblake.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a kind of table allows its columns to become. */
public enum TypeRules {
  /** Files that are written anew where a type changes: numbers widen as far as they are exact. */
  LAKE,
  /**
   * A table of Iceberg, whose files stay as they are: int becomes bigint, a decimal gets more
   * digits before its point, and nothing else changes its type ("Schema Evolution" in Iceberg's
   * specification). Decimals get all their 38 digits at once, because they cannot get more behind
   * the point.
   */
  ICEBERG;

  /** Returns how a column, or a field inside of one, begins that was planned so. */
  ValueMapping first(ValueMapping planned) {
    return this == LAKE ? planned : wide(planned);
  }

  private static ValueMapping wide(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      LakeType type = scalar.type();
      return type.kind() == LakeType.Kind.DECIMAL
          ? scalar.withType(LakeType.decimal(LakeType.MOST_PRECISION, type.scale()))
          : scalar;
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return new ValueMapping.Sequence(sequence.descriptor(), wide(sequence.element()));
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return new ValueMapping.OpenMap(wide(map.value()));
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return struct.with(
          struct.fields().stream()
              .map(
                  field ->
                      new ValueMapping.Field(
                          field.name(), field.attribute(), wide(field.mapping())))
              .toList());
    }
    return mapping;
  }

  /**
   * Returns what becomes of a column that would be wanted otherwise: the wish as far as it is
   * allowed, and what there is beyond; values that do not fit are rescued then.
   */
  ValueMapping next(ValueMapping existing, ValueMapping wanted) {
    return this == LAKE ? wanted : allowed(existing, wanted);
  }

  private static ValueMapping allowed(ValueMapping existing, ValueMapping wanted) {
    if (existing.equals(wanted)) {
      return wanted;
    }
    if (existing instanceof ValueMapping.Scalar old && wanted instanceof ValueMapping.Scalar next) {
      return old.type().equals(next.type()) || widens(old.type(), next.type()) ? next : old;
    }
    if (existing instanceof ValueMapping.Sequence old
        && wanted instanceof ValueMapping.Sequence next) {
      return new ValueMapping.Sequence(next.descriptor(), allowed(old.element(), next.element()));
    }
    if (existing instanceof ValueMapping.OpenMap old
        && wanted instanceof ValueMapping.OpenMap next) {
      return new ValueMapping.OpenMap(allowed(old.value(), next.value()));
    }
    if (existing instanceof ValueMapping.Struct old && wanted instanceof ValueMapping.Struct next) {
      return allowed(old, next);
    }
    // both are texts: what was NULL only may hold something now
    return isText(existing) && isText(wanted) ? wanted : existing;
  }

  private static ValueMapping allowed(ValueMapping.Struct existing, ValueMapping.Struct wanted) {
    Map<String, ValueMapping> known = new HashMap<>();
    existing.fields().forEach(field -> known.put(field.attribute(), field.mapping()));
    List<ValueMapping.Field> fields = new ArrayList<>();
    for (ValueMapping.Field field : wanted.fields()) {
      ValueMapping old = known.get(field.attribute());
      fields.add(
          new ValueMapping.Field(
              field.name(),
              field.attribute(),
              old == null ? wide(field.mapping()) : allowed(old, field.mapping())));
    }
    return wanted.with(fields);
  }

  private static boolean isText(ValueMapping mapping) {
    return mapping instanceof ValueMapping.DynamoJson
        || mapping instanceof ValueMapping.Scalar scalar && scalar.type().equals(LakeType.STRING);
  }

  private static boolean widens(LakeType from, LakeType to) {
    return switch (from.kind()) {
      case INT -> to.kind() == LakeType.Kind.BIGINT;
      case DECIMAL ->
          to.kind() == LakeType.Kind.DECIMAL
              && to.scale() == from.scale()
              && to.precision() > from.precision();
      case STRING, BIGINT, DOUBLE, BOOLEAN, BINARY, DATE, TIMESTAMP -> false;
    };
  }
}
