package io.dynamodblake.spark.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.flatten.ColumnSink;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** The sink against Spark's own projection of rows built the slow way, byte for byte. */
class UnsafeRowSinkTest {
  private static final int MOST_DEPTH = 4;

  @Property(tries = 150)
  void writesWhatSparkWouldWriteInWhateverOrderFieldsArrive(@ForAll long seed) {
    Random random = new Random(seed);
    StructType type = randomStruct(random, MOST_DEPTH);
    UnsafeRowSink sink = UnsafeRowSink.forSchema(type);
    UnsafeProjection projection = UnsafeProjection.create(type);
    for (int i = 0; i < 5; i++) {
      InternalRow expected = (InternalRow) randomValue(random, type);
      sink.begin();
      putFields(random, sink, type, expected);
      UnsafeRow actual = sink.row().copy();
      // projecting copies nested values as they are and orders the top level
      UnsafeRow projected = projection.apply(actual).copy();
      assertThat(projected).isEqualTo(projection.apply(expected).copy());
    }
  }

  @Test
  void equalStructsAreEqualBytesWhateverTheOrderOfTheirFields() {
    StructType place =
        new StructType()
            .add("city", "string")
            .add("amount", "decimal(38,2)")
            .add("zip", "string")
            .add("tags", "array<string>");
    StructType type = new StructType().add("place", place);
    UnsafeRowSink sink = UnsafeRowSink.forSchema(type);
    List<UnsafeRow> rows = new ArrayList<>();
    for (int[] order : new int[][] {{0, 2, 3}, {3, 2, 0}, {2, 0, 3}}) {
      sink.begin();
      ColumnSink struct = sink.beginStruct(0);
      for (int ordinal : order) {
        if (ordinal == 3) {
          ColumnSink tags = struct.beginArray(3, 2);
          putText(tags, 0, "a tag of more than eight bytes");
          tags.putNull(1);
          struct.endArray(3);
        } else {
          putText(struct, ordinal, "text " + ordinal);
        }
      }
      sink.endStruct(0);
      rows.add(sink.row().copy());
    }

    assertThat(rows.get(1)).isEqualTo(rows.get(0));
    assertThat(rows.get(2)).isEqualTo(rows.get(0));
    assertThat(rows.get(0).getStruct(0, 4).isNullAt(1)).isTrue();
  }

  @Test
  void aRowDoesNotRememberTheOneBefore() {
    StructType type = new StructType().add("a", "string").add("b", "bigint").add("c", "boolean");
    UnsafeRowSink sink = UnsafeRowSink.forSchema(type);
    sink.begin();
    putText(sink, 0, "before");
    sink.putLong(1, 7);
    sink.putBoolean(2, true);
    assertThat(sink.row().anyNull()).isFalse();

    sink.begin();
    sink.putLong(1, 8);
    UnsafeRow row = sink.row();

    assertThat(row.isNullAt(0)).isTrue();
    assertThat(row.getLong(1)).isEqualTo(8);
    assertThat(row.isNullAt(2)).isTrue();
  }

  @Test
  void moreFieldsThanOneWordOfNullBits() {
    StructType type = new StructType();
    for (int i = 0; i < 130; i++) {
      type = type.add("c" + i, "bigint");
    }
    UnsafeRowSink sink = UnsafeRowSink.forSchema(type);
    sink.begin();
    sink.putLong(64, 1);
    sink.putLong(129, 2);
    UnsafeRow row = sink.row();

    assertThat(row.isNullAt(63)).isTrue();
    assertThat(row.getLong(64)).isEqualTo(1);
    assertThat(row.isNullAt(128)).isTrue();
    assertThat(row.getLong(129)).isEqualTo(2);
  }

  @Test
  void thirtyTwoLevelsOfStructsListsAndMaps() {
    DataType inner = DataTypes.StringType;
    for (int level = 0; level < 32; level++) {
      inner =
          switch (level % 3) {
            case 0 -> new StructType().add("x", inner).add("y", "string");
            case 1 -> DataTypes.createArrayType(inner);
            default -> DataTypes.createMapType(DataTypes.StringType, inner);
          };
    }
    StructType type = new StructType().add("deep", inner);
    Random random = new Random(32);
    InternalRow expected = new GenericInternalRow(new Object[] {fullValue(random, inner)});
    UnsafeRowSink sink = UnsafeRowSink.forSchema(type);
    sink.begin();
    putFields(random, sink, type, expected);

    assertThat(sink.row().copy()).isEqualTo(UnsafeProjection.create(type).apply(expected));
  }

  private static void putText(ColumnSink sink, int ordinal, String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    sink.putBytes(ordinal, bytes, 1, bytes.length - 2);
  }

  // ---- the slow, obvious way

  private static void putFields(Random random, ColumnSink sink, StructType type, InternalRow row) {
    List<Integer> ordinals = new ArrayList<>();
    for (int ordinal = 0; ordinal < type.size(); ordinal++) {
      ordinals.add(ordinal);
    }
    Collections.shuffle(ordinals, random);
    for (int ordinal : ordinals) {
      DataType fieldType = type.fields()[ordinal].dataType();
      put(random, sink, ordinal, fieldType, row.get(ordinal, fieldType));
    }
  }

  private static void put(
      Random random, ColumnSink sink, int ordinal, DataType type, Object value) {
    if (value == null) {
      if (random.nextBoolean()) {
        sink.putNull(ordinal); // the same as not putting it
      }
    } else if (type instanceof StructType struct) {
      putFields(random, sink.beginStruct(ordinal), struct, (InternalRow) value);
      sink.endStruct(ordinal);
    } else if (type instanceof ArrayType array) {
      GenericArrayData elements = (GenericArrayData) value;
      ColumnSink elementSink = sink.beginArray(ordinal, elements.numElements());
      putElements(random, elementSink, array.elementType(), elements);
      sink.endArray(ordinal);
    } else if (type instanceof MapType map) {
      ArrayBasedMapData entries = (ArrayBasedMapData) value;
      ColumnSink keys = sink.beginMapKeys(ordinal, entries.numElements());
      putElements(random, keys, map.keyType(), (GenericArrayData) entries.keyArray());
      ColumnSink values = sink.beginMapValues(ordinal);
      putElements(random, values, map.valueType(), (GenericArrayData) entries.valueArray());
      sink.endMap(ordinal);
    } else {
      putScalar(sink, ordinal, type, value);
    }
  }

  private static void putElements(
      Random random, ColumnSink sink, DataType type, GenericArrayData elements) {
    for (int i = 0; i < elements.numElements(); i++) {
      put(random, sink, i, type, elements.array()[i]);
    }
  }

  private static void putScalar(ColumnSink sink, int ordinal, DataType type, Object value) {
    if (type instanceof DecimalType decimal) {
      BigDecimal digits = ((Decimal) value).toJavaBigDecimal();
      if (digits.unscaledValue().bitLength() < 63) {
        long unscaled = digits.unscaledValue().longValueExact();
        sink.putDecimal(ordinal, unscaled, decimal.precision(), decimal.scale());
      } else {
        sink.putDecimal(ordinal, digits, decimal.precision(), decimal.scale());
      }
    } else if (value instanceof UTF8String text) {
      sink.putBytes(ordinal, text.getBytes(), 0, text.numBytes());
    } else if (value instanceof byte[] bytes) {
      sink.putBytes(ordinal, bytes, 0, bytes.length);
    } else if (value instanceof Long number) {
      sink.putLong(ordinal, number);
    } else if (value instanceof Integer number) {
      sink.putInt(ordinal, number);
    } else if (value instanceof Double number) {
      sink.putDouble(ordinal, number);
    } else {
      sink.putBoolean(ordinal, (Boolean) value);
    }
  }

  // ---- random types and values

  static StructType randomStruct(Random random, int depth) {
    StructType type = new StructType();
    int fields = 1 + random.nextInt(6);
    for (int i = 0; i < fields; i++) {
      type = type.add(new StructField("f" + i, randomType(random, depth), true, emptyMetadata()));
    }
    return type;
  }

  private static org.apache.spark.sql.types.Metadata emptyMetadata() {
    return org.apache.spark.sql.types.Metadata.empty();
  }

  private static DataType randomType(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 15 : 10)) {
      case 0, 1 -> DataTypes.StringType;
      case 2 -> DataTypes.LongType;
      case 3 -> DataTypes.IntegerType;
      case 4 -> DataTypes.DoubleType;
      case 5 -> DataTypes.BooleanType;
      case 6 -> DataTypes.BinaryType;
      case 7 -> random.nextBoolean() ? DataTypes.DateType : DataTypes.TimestampType;
      case 8 -> DataTypes.createDecimalType(1 + random.nextInt(18), 0);
      case 9 -> DataTypes.createDecimalType(38, random.nextInt(38));
      case 10, 11 -> randomStruct(random, depth - 1);
      case 12, 13 -> DataTypes.createArrayType(randomType(random, depth - 1));
      default -> DataTypes.createMapType(DataTypes.StringType, randomType(random, depth - 1));
    };
  }

  static Object randomValue(Random random, DataType type) {
    return fullValue(random, type);
  }

  static Object valueOrNull(Random random, DataType type) {
    return random.nextInt(4) == 0 ? null : fullValue(random, type);
  }

  private static Object fullValue(Random random, DataType type) {
    if (type instanceof StructType struct) {
      Object[] values = new Object[struct.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = valueOrNull(random, struct.fields()[i].dataType());
      }
      return new GenericInternalRow(values);
    }
    if (type instanceof ArrayType array) {
      return elements(random, array.elementType(), random.nextInt(4), true);
    }
    if (type instanceof MapType map) {
      int size = random.nextInt(4);
      return new ArrayBasedMapData(
          elements(random, map.keyType(), size, false),
          elements(random, map.valueType(), size, true));
    }
    if (type instanceof DecimalType decimal) {
      int bits = random.nextInt(decimal.precision() * 3) + 1;
      BigInteger unscaled = new BigInteger(bits, random);
      unscaled = random.nextBoolean() ? unscaled : unscaled.negate();
      BigDecimal value = new BigDecimal(unscaled, decimal.scale());
      return Decimal.apply(value, decimal.precision(), decimal.scale());
    }
    if (type.equals(DataTypes.StringType)) {
      return UTF8String.fromString("é".repeat(random.nextInt(12)) + random.nextInt());
    }
    if (type.equals(DataTypes.BinaryType)) {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      return bytes;
    }
    if (type.equals(DataTypes.LongType) || type.equals(DataTypes.TimestampType)) {
      return random.nextLong();
    }
    if (type.equals(DataTypes.IntegerType) || type.equals(DataTypes.DateType)) {
      return random.nextInt();
    }
    if (type.equals(DataTypes.DoubleType)) {
      return random.nextDouble();
    }
    return random.nextBoolean();
  }

  private static GenericArrayData elements(
      Random random, DataType type, int size, boolean withNulls) {
    Object[] values = new Object[size];
    for (int i = 0; i < size; i++) {
      values[i] = withNulls ? valueOrNull(random, type) : fullValue(random, type);
    }
    return new GenericArrayData(values);
  }
}
