package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.util.List;
import java.util.Locale;

/** Which types of {@code schema.json} values of a descriptor can become. */
final class MappingTypes {
  static final String ARRAY = "array";
  static final String STRUCT = "struct";
  static final String MAP = "map";
  static final String JSON = "json";
  static final String DYNAMO_JSON = "dynamodb-json";

  private MappingTypes() {}

  /** The words of {@code from} that go with a type; none if it takes no such word. */
  static List<Conversion> conversions(Descriptor descriptor, LakeType type) {
    if (type.kind() == LakeType.Kind.DATE) {
      return List.of(Conversion.ISO_8601);
    }
    if (type.kind() != LakeType.Kind.TIMESTAMP) {
      return List.of();
    }
    return descriptor == Descriptor.S
        ? List.of(Conversion.ISO_8601, Conversion.ISO_8601_MILLIS, Conversion.RFC_1123)
        : List.of(Conversion.EPOCH_SECONDS, Conversion.EPOCH_MILLIS, Conversion.EPOCH_MICROS);
  }

  /** The types of one value each; none for descriptors that hold several. */
  static List<LakeType.Kind> scalars(Descriptor descriptor) {
    return switch (descriptor) {
      case S -> List.of(LakeType.Kind.STRING, LakeType.Kind.TIMESTAMP, LakeType.Kind.DATE);
      case N ->
          List.of(
              LakeType.Kind.BIGINT,
              LakeType.Kind.INT,
              LakeType.Kind.DECIMAL,
              LakeType.Kind.DOUBLE,
              LakeType.Kind.STRING,
              LakeType.Kind.TIMESTAMP);
      case B -> List.of(LakeType.Kind.BINARY);
      case BOOL -> List.of(LakeType.Kind.BOOLEAN);
      case NULL -> List.of(LakeType.Kind.STRING);
      case L, M, SS, NS, BS -> List.of();
    };
  }

  /** All types, as messages list them. */
  static String words(Descriptor descriptor) {
    return switch (descriptor) {
      case L, SS, NS, BS -> "array or " + DYNAMO_JSON;
      case M -> "struct, map or " + DYNAMO_JSON;
      case S, N, B, BOOL, NULL ->
          String.join(
                  ", ",
                  scalars(descriptor).stream()
                      .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                      .toList())
              + (descriptor == Descriptor.S ? ", " + JSON : "")
              + " or "
              + DYNAMO_JSON;
    };
  }
}
