package io.dynamodblake.spark.convert;

import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.VarcharType;

/**
 * What values of any type of Spark's become in one attribute, as {@link ForeignColumns} says, and
 * how they are read.
 */
final class ForeignTypes {
  private final String attribute;
  private final List<String> refused;

  /**
   * @param attribute whose values they are
   * @param refused takes why a place cannot become a value
   */
  ForeignTypes(String attribute, List<String> refused) {
    this.attribute = attribute;
    this.refused = refused;
  }

  /** What a place in a row becomes, and how it is read. */
  record Resolved(ValueMapping mapping, ForeignPlace place) {}

  /**
   * What a place becomes; null if it cannot, with the reason among those refused.
   *
   * @param wanted what schema file or metadata say; null if they do not know the place
   * @param strict whether it is refused where the type contradicts that, or taken by its type
   */
  Resolved resolve(ValueMapping wanted, DataType type, String path, int ordinal, boolean strict) {
    DataType stored = type instanceof UserDefinedType<?> own ? own.sqlType() : type;
    if (wanted == null) {
      return byType(null, stored, path, ordinal, strict);
    }
    boolean fits = fits(wanted, stored);
    if (!fits && strict) {
      refused.add(
          "%s is %s, of which no %s can be made as the schema file says"
              .formatted(path, type.sql(), wanted.descriptor()));
      return null;
    }
    if (!fits) {
      return byType(null, stored, path, ordinal, false);
    }
    if (wanted instanceof ValueMapping.Scalar scalar && keepsWanted(scalar, stored)) {
      LakeType lakeType = isText(stored) ? LakeType.STRING : scalar.type();
      return new Resolved(
          lakeType.equals(scalar.type())
              ? scalar
              : ValueMapping.Scalar.of(scalar.descriptor(), lakeType),
          ForeignPlace.plain(ordinal));
    }
    if (wanted instanceof ValueMapping.DynamoJson) {
      return new Resolved(wanted, ForeignPlace.plain(ordinal));
    }
    return byType(wanted, stored, path, ordinal, strict);
  }

  private static boolean fits(ValueMapping wanted, DataType type) {
    if (wanted instanceof ValueMapping.DynamoJson) {
      return isText(type);
    }
    if (wanted instanceof ValueMapping.Sequence) {
      return type instanceof ArrayType;
    }
    if (wanted instanceof ValueMapping.OpenMap) {
      return type instanceof MapType;
    }
    if (wanted instanceof ValueMapping.Struct) {
      return type instanceof StructType;
    }
    return switch (wanted.descriptor()) {
      case S -> isText(type) || isTime(type) || type.equals(DataTypes.DateType);
      case N ->
          isNumber(type)
              || isText(type)
              || wanted instanceof ValueMapping.Scalar scalar
                  && scalar.type().equals(LakeType.TIMESTAMP)
                  && isTime(type);
      case B -> type.equals(DataTypes.BinaryType);
      case BOOL -> type.equals(DataTypes.BooleanType);
      default -> isText(type);
    };
  }

  /** Whether the schema says more of a scalar than its type does. */
  private static boolean keepsWanted(ValueMapping.Scalar wanted, DataType type) {
    return switch (wanted.descriptor()) {
      case N -> isText(type) || isTime(type);
      case S ->
          switch (wanted.conversion()) {
            case ISO_8601_MILLIS, RFC_1123 -> isTime(type);
            case FORMAT ->
                wanted.type().equals(LakeType.DATE)
                    ? type.equals(DataTypes.DateType)
                    : isTime(type);
            default -> false;
          };
      case NULL -> true;
      default -> false;
    };
  }

  private static boolean isText(DataType type) {
    // not only the one string type: in Spark 4 there is one for each collation
    return type instanceof StringType || type instanceof CharType || type instanceof VarcharType;
  }

  private static boolean isTime(DataType type) {
    return type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType);
  }

  private static boolean isNumber(DataType type) {
    return type instanceof NumericType;
  }

  private Resolved byType(
      ValueMapping wanted, DataType type, String path, int ordinal, boolean strict) {
    if (type instanceof StructType struct) {
      return struct((ValueMapping.Struct) wanted, struct, path, ordinal, strict);
    }
    if (type instanceof ArrayType array) {
      ValueMapping.Sequence sequence = (ValueMapping.Sequence) wanted;
      Resolved element =
          resolve(
              sequence == null ? null : sequence.element(),
              array.elementType(),
              path + ".element",
              ForeignPlace.ELEMENT,
              strict);
      return element == null
          ? null
          : new Resolved(
              new ValueMapping.Sequence(
                  sequence == null ? Descriptor.L : descriptor(sequence, element.mapping()),
                  element.mapping()),
              ForeignPlace.of(ordinal, element.place()));
    }
    if (type instanceof MapType map) {
      if (!isText(map.keyType())) {
        refused.add(
            "%s is a map with keys of type %s, and DynamoDB's are text; cast them to string"
                .formatted(path, map.keyType().sql()));
        return null;
      }
      Resolved value =
          resolve(
              wanted == null ? null : ((ValueMapping.OpenMap) wanted).value(),
              map.valueType(),
              path + ".value",
              ForeignPlace.ELEMENT,
              strict);
      return value == null
          ? null
          : new Resolved(
              new ValueMapping.OpenMap(value.mapping()),
              ForeignPlace.ofMap(ordinal, value.place(), attribute));
    }
    return scalar(type, path, ordinal);
  }

  /** A set stays a set if its members were cast to another type that sets have. */
  private static Descriptor descriptor(ValueMapping.Sequence wanted, ValueMapping element) {
    if (!wanted.descriptor().isSet()) {
      return Descriptor.L;
    }
    return switch (element.descriptor()) {
      case S -> Descriptor.SS;
      case N -> Descriptor.NS;
      case B -> Descriptor.BS;
      default -> Descriptor.L;
    };
  }

  private Resolved struct(
      ValueMapping.Struct wanted, StructType struct, String path, int ordinal, boolean strict) {
    if (struct.isEmpty()) {
      refused.add("%s is a struct without fields; drop it".formatted(path));
      return null;
    }
    Set<ValueMapping.Field> used = new HashSet<>();
    Map<String, String> fieldOfAttribute = new LinkedHashMap<>();
    List<ValueMapping.Field> fields = new ArrayList<>();
    List<ForeignPlace> fieldPlaces = new ArrayList<>();
    int refusedBefore = refused.size();
    for (int i = 0; i < struct.length(); i++) {
      StructField field = struct.fields()[i];
      Optional<ValueMapping.Field> told =
          wanted == null ? Optional.empty() : find(wanted, field.name());
      told.ifPresent(used::add);
      String name = told.map(ValueMapping.Field::attribute).orElse(field.name());
      String fieldPath = path + "." + field.name();
      String other = fieldOfAttribute.putIfAbsent(name, fieldPath);
      if (other != null) {
        refused.add("%s and %s have one name".formatted(other, fieldPath));
        continue;
      }
      Resolved resolved =
          resolve(
              told.map(ValueMapping.Field::mapping).orElse(null),
              field.dataType(),
              fieldPath,
              i,
              strict);
      if (resolved != null) {
        fields.add(new ValueMapping.Field(field.name(), name, resolved.mapping()));
        fieldPlaces.add(resolved.place());
      }
    }
    if (wanted != null && strict) {
      String missing =
          wanted.fields().stream()
              .filter(field -> !used.contains(field))
              .map(field -> path + "." + field.name())
              .collect(Collectors.joining(", "));
      if (!missing.isEmpty()) {
        refused.add(
            "the schema file has %s, which the data has not; correct the name or take it out"
                .formatted(missing));
      }
    }
    return refused.size() > refusedBefore
        ? null
        : new Resolved(
            wanted == null ? new ValueMapping.Struct(fields) : wanted.with(fields),
            ForeignPlace.ofStruct(ordinal, struct.length(), fieldPlaces));
  }

  private static Optional<ValueMapping.Field> find(ValueMapping.Struct struct, String name) {
    Optional<ValueMapping.Field> exact =
        struct.fields().stream().filter(field -> field.attribute().equals(name)).findFirst();
    return exact.isPresent()
        ? exact
        : struct.fields().stream().filter(field -> field.name().equalsIgnoreCase(name)).findFirst();
  }

  private Resolved scalar(DataType type, String path, int ordinal) {
    if (isText(type)) {
      return plain(Descriptor.S, LakeType.STRING, ordinal);
    }
    if (type.equals(DataTypes.LongType)) {
      return plain(Descriptor.N, LakeType.BIGINT, ordinal);
    }
    if (type.equals(DataTypes.IntegerType)) {
      return plain(Descriptor.N, LakeType.INT, ordinal);
    }
    if (type.equals(DataTypes.ShortType)) {
      return read(Descriptor.N, LakeType.INT, ordinal, ForeignPlace.Kind.SHORT);
    }
    if (type.equals(DataTypes.ByteType)) {
      return read(Descriptor.N, LakeType.INT, ordinal, ForeignPlace.Kind.BYTE);
    }
    if (type instanceof DecimalType decimal && decimal.scale() >= 0) {
      return plain(Descriptor.N, LakeType.decimal(decimal.precision(), decimal.scale()), ordinal);
    }
    if (type.equals(DataTypes.DoubleType)) {
      return plain(Descriptor.N, LakeType.DOUBLE, ordinal);
    }
    if (type.equals(DataTypes.FloatType)) {
      return read(Descriptor.N, LakeType.DOUBLE, ordinal, ForeignPlace.Kind.FLOAT);
    }
    if (type.equals(DataTypes.BooleanType)) {
      return plain(Descriptor.BOOL, LakeType.BOOLEAN, ordinal);
    }
    if (type.equals(DataTypes.BinaryType)) {
      return plain(Descriptor.B, LakeType.BINARY, ordinal);
    }
    if (type.equals(DataTypes.DateType)) {
      return new Resolved(
          new ValueMapping.Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601),
          ForeignPlace.plain(ordinal));
    }
    if (isTime(type)) {
      ForeignPlace.Kind kind =
          type.equals(DataTypes.TimestampType)
              ? ForeignPlace.Kind.INSTANT
              : ForeignPlace.Kind.CLOCK;
      return read(Descriptor.S, LakeType.STRING, ordinal, kind);
    }
    refused.add(
        "%s is %s, which DynamoDB has no type for; cast or drop it"
            .formatted(path, type.sql().toLowerCase(Locale.ROOT)));
    return null;
  }

  private static Resolved plain(Descriptor descriptor, LakeType type, int ordinal) {
    return new Resolved(ValueMapping.Scalar.of(descriptor, type), ForeignPlace.plain(ordinal));
  }

  private Resolved read(Descriptor descriptor, LakeType type, int ordinal, ForeignPlace.Kind kind) {
    return new Resolved(
        ValueMapping.Scalar.of(descriptor, type), ForeignPlace.read(ordinal, kind, attribute));
  }
}
