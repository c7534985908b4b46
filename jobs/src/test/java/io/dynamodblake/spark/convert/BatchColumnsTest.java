package io.dynamodblake.spark.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.flatten.ByteSlice;
import io.dynamodblake.flatten.ColumnSource;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.execution.vectorized.Dictionary;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class BatchColumnsTest {
  private static final int ROWS = 7;

  @Property(tries = 100)
  void valuesOfABatchAreThoseOfItsRows(@ForAll long seed) throws ItemDefectException {
    Random random = new Random(seed);
    StructType type = UnsafeRowSinkTest.randomStruct(random, 4);
    UnsafeProjection projection = UnsafeProjection.create(type);
    BatchRow batch = new BatchRow();
    BatchColumns columns = new BatchColumns();
    for (int batches = 0; batches < 2; batches++) {
      List<InternalRow> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        rows.add((InternalRow) UnsafeRowSinkTest.randomValue(random, type));
      }
      batch.begin(vectors(type, rows), ROWS);
      for (int i = 0; i < ROWS; i++) {
        batch.at(i);
        InternalRow expected = projection.apply(rows.get(i)).copy();
        assertThat(projection.apply(batch).copy()).as("Spark's view").isEqualTo(expected);
        assertThat(projection.apply(batch.copy()).copy()).as("a copy").isEqualTo(expected);
        columns.row(batch);
        assertThat(projection.apply(read(columns.columns(), type)).copy()).isEqualTo(expected);
        columns.row(rows.get(i));
        assertThat(projection.apply(read(columns.columns(), type)).copy()).isEqualTo(expected);
      }
    }
  }

  @Property(tries = 30)
  void manyColumnsBecomeTheItemsThatTheyBecomeOneByOne(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    int width = 50 + random.nextInt(100);
    List<Column> attributes = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      attributes.add(Column.of("a" + i, "a" + i, Scalar.of(Descriptor.S, LakeType.STRING)));
    }
    TableSchema schema = new TableSchema("wide", List.of(), attributes);
    StructType type = SparkTypes.toStruct(schema).add("place", DataTypes.StringType);
    List<InternalRow> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int share = random.nextInt(width); // from rows without any value to those with all
      Object[] values = new Object[width + 3];
      for (int column = 0; column < width; column++) {
        values[column] = random.nextInt(width) < share ? text("v" + random.nextInt()) : null;
      }
      if (random.nextInt(3) == 0) {
        values[0] = null;
        values[width + 1] = new GenericArrayData(new Object[] {text("a0")});
      }
      values[width + 2] = text("file");
      rows.add(new GenericInternalRow(values));
    }
    BatchRow batch = new BatchRow();
    BatchColumns columns = new BatchColumns();
    batch.begin(vectors(type, rows), ROWS);
    for (int i = 0; i < ROWS; i++) {
      batch.at(i);
      columns.row(batch);
      String item = item(schema, columns.columns());
      columns.row(rows.get(i));
      assertThat(item).isEqualTo(item(schema, columns.columns()));
    }
  }

  @Test
  void theNextBatchMayHaveAnotherDictionary() throws ItemDefectException {
    OnHeapColumnVector texts = new OnHeapColumnVector(4, DataTypes.StringType);
    WritableColumnVector references = texts.reserveDictionaryIds(4);
    for (int i = 0; i < 4; i++) {
      references.putInt(i, i % 2);
    }
    BatchRow batch = new BatchRow();
    BatchColumns columns = new BatchColumns();
    List<String> read = new ArrayList<>();
    for (String dictionary : List.of("one", "other")) {
      texts.setDictionary(new Texts(dictionary));
      batch.begin(new WritableColumnVector[] {texts}, 4);
      for (int i = 0; i < 4; i++) {
        batch.at(i);
        columns.row(batch);
        ByteSlice text = new ByteSlice();
        columns.columns().textAt(0, text);
        read.add(new String(text.bytes(), text.offset(), text.length(), StandardCharsets.UTF_8));
      }
    }
    assertThat(read)
        .containsExactly("one0", "one1", "one0", "one1", "other0", "other1", "other0", "other1");
  }

  private record Texts(String prefix) implements Dictionary {
    @Override
    public int decodeToInt(int id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long decodeToLong(int id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public float decodeToFloat(int id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double decodeToDouble(int id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] decodeToBinary(int id) {
      return (prefix + id).getBytes(StandardCharsets.UTF_8);
    }
  }

  private static UTF8String text(String value) {
    return UTF8String.fromString(value);
  }

  private static String item(TableSchema schema, ColumnSource row) throws ItemDefectException {
    JsonItemWriter writer = new JsonItemWriter();
    ItemEncoder.forSchema(schema).encode(row, writer);
    return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
  }

  // ---- into vectors

  private static WritableColumnVector[] vectors(StructType type, List<InternalRow> rows) {
    WritableColumnVector[] vectors = OnHeapColumnVector.allocateColumns(rows.size(), type);
    for (InternalRow row : rows) {
      appendFields(vectors, type, row);
    }
    return vectors;
  }

  private static void appendFields(
      WritableColumnVector[] vectors, StructType type, InternalRow row) {
    for (int i = 0; i < vectors.length; i++) {
      DataType field = type.fields()[i].dataType();
      append(vectors[i], field, row.isNullAt(i) ? null : row.get(i, field));
    }
  }

  private static void append(WritableColumnVector vector, DataType type, Object value) {
    if (value == null) {
      appendNull(vector, type);
    } else if (type instanceof StructType struct) {
      vector.appendStruct(false);
      appendFields(children(vector, struct.size()), struct, (InternalRow) value);
    } else if (type instanceof ArrayType array) {
      ArrayData elements = (ArrayData) value;
      vector.appendArray(elements.numElements());
      appendElements(vector.getChild(0), array.elementType(), elements);
    } else if (type instanceof MapType map) {
      MapData entries = (MapData) value;
      vector.appendArray(entries.numElements());
      appendElements(vector.getChild(0), map.keyType(), entries.keyArray());
      appendElements(vector.getChild(1), map.valueType(), entries.valueArray());
    } else if (value instanceof Decimal number) {
      if (number.precision() <= Decimal.MAX_INT_DIGITS()) {
        vector.appendInt((int) number.toUnscaledLong());
      } else if (number.precision() <= Decimal.MAX_LONG_DIGITS()) {
        vector.appendLong(number.toUnscaledLong());
      } else {
        byte[] bytes = number.toJavaBigDecimal().unscaledValue().toByteArray();
        vector.appendByteArray(bytes, 0, bytes.length);
      }
    } else if (value instanceof UTF8String string) {
      vector.appendByteArray(string.getBytes(), 0, string.numBytes());
    } else if (value instanceof byte[] bytes) {
      vector.appendByteArray(bytes, 0, bytes.length);
    } else if (value instanceof Long number) {
      vector.appendLong(number);
    } else if (value instanceof Integer number) {
      vector.appendInt(number);
    } else if (value instanceof Double number) {
      vector.appendDouble(number);
    } else {
      vector.appendBoolean((Boolean) value);
    }
  }

  private static void appendNull(WritableColumnVector vector, DataType type) {
    if (type instanceof StructType struct) {
      vector.appendStruct(true); // which gives the fields their nulls
      return;
    }
    vector.appendNull();
  }

  private static WritableColumnVector[] children(WritableColumnVector vector, int count) {
    WritableColumnVector[] children = new WritableColumnVector[count];
    Arrays.setAll(children, vector::getChild);
    return children;
  }

  private static void appendElements(
      WritableColumnVector vector, DataType type, ArrayData elements) {
    for (int i = 0; i < elements.numElements(); i++) {
      append(vector, type, elements.isNullAt(i) ? null : elements.get(i, type));
    }
  }

  // ---- and out of a source

  private static InternalRow read(ColumnSource source, StructType type) throws ItemDefectException {
    Object[] values = new Object[type.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = read(source, i, type.fields()[i].dataType());
    }
    return new GenericInternalRow(values);
  }

  private static Object read(ColumnSource source, int ordinal, DataType type)
      throws ItemDefectException {
    if (source.isNull(ordinal)) {
      return null;
    }
    if (type instanceof StructType struct) {
      return read(source.structAt(ordinal, struct.size()), struct);
    }
    if (type instanceof ArrayType array) {
      return elements(source.arrayAt(ordinal), array.elementType());
    }
    if (type instanceof MapType map) {
      ColumnSource keys = source.mapKeysAt(ordinal);
      ColumnSource values = source.mapValuesAt(ordinal);
      return new ArrayBasedMapData(
          elements(keys, map.keyType()), elements(values, map.valueType()));
    }
    if (type instanceof DecimalType decimal) {
      int precision = decimal.precision();
      return precision <= Decimal.MAX_LONG_DIGITS()
          ? Decimal.apply(
              source.unscaledAt(ordinal, precision, decimal.scale()), precision, decimal.scale())
          : Decimal.apply(source.decimalAt(ordinal, precision, decimal.scale()));
    }
    ByteSlice slice = new ByteSlice();
    if (type.equals(DataTypes.StringType)) {
      source.textAt(ordinal, slice);
      return UTF8String.fromBytes(slice.bytes(), slice.offset(), slice.length());
    }
    if (type.equals(DataTypes.BinaryType)) {
      source.binaryAt(ordinal, slice);
      return Arrays.copyOfRange(slice.bytes(), slice.offset(), slice.offset() + slice.length());
    }
    if (type.equals(DataTypes.LongType) || type.equals(DataTypes.TimestampType)) {
      return source.longAt(ordinal);
    }
    if (type.equals(DataTypes.IntegerType) || type.equals(DataTypes.DateType)) {
      return source.intAt(ordinal);
    }
    return type.equals(DataTypes.DoubleType)
        ? (Object) source.doubleAt(ordinal)
        : (Object) source.booleanAt(ordinal);
  }

  private static GenericArrayData elements(ColumnSource source, DataType type)
      throws ItemDefectException {
    Object[] elements = new Object[source.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = read(source, i, type);
    }
    return new GenericArrayData(elements);
  }
}
