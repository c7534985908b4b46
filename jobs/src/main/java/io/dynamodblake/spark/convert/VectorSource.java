package io.dynamodblake.spark.convert;

import io.dynamodblake.flatten.ByteSlice;
import io.dynamodblake.flatten.ColumnSource;
import io.dynamodblake.flatten.PresentColumns;
import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.sql.vectorized.ColumnarRow;

/**
 * Reads values of the rows, structs and arrays of a batch out of Spark's column vectors. Of those
 * that Spark's own readers fill, no value becomes an object but wide decimals, and a text of a
 * dictionary is taken out of it once a batch. A struct or array is one object for all rows, and
 * valid until the next one of its place is asked for.
 */
final class VectorSource implements PresentColumns {
  private static final ColumnVector[] NONE = {};

  private final Batch batch;
  private final boolean array; // whose elements are those of one vector
  private ColumnVector owner; // that the vectors are children of
  private ColumnVector[] vectors = NONE;
  private int first;
  private int size;
  private BatchRow row; // null but for rows

  private VectorSource[] nested = {}; // by ordinal, one for all elements of an array
  private VectorSource[] mapValues = {};
  private Texts[] texts = {};

  private VectorSource(Batch batch, boolean array) {
    this.batch = batch;
    this.array = array;
  }

  /** What all sources of a task have in common. */
  private static final class Batch {
    int number;
  }

  /** Makes a source for rows, to be pointed at each of them. */
  static VectorSource forRows() {
    return new VectorSource(new Batch(), false);
  }

  /** Points at a row. */
  void row(BatchRow newRow) {
    row = newRow;
    batch.number = newRow.batch();
    first = newRow.index();
    if (vectors != newRow.vectors()) {
      become(newRow.vectors());
    }
  }

  private void become(ColumnVector[] newVectors) {
    vectors = newVectors;
    size = newVectors.length;
    if (texts.length < size) {
      texts = Arrays.copyOf(texts, size);
      nested = Arrays.copyOf(nested, size);
      mapValues = Arrays.copyOf(mapValues, size);
    }
  }

  private ColumnVector vector(int ordinal) {
    return vectors[array ? 0 : ordinal];
  }

  private int at(int ordinal) {
    return array ? first + ordinal : first;
  }

  @Override
  public boolean knowsPresent() {
    return row != null && row.isSparse();
  }

  @Override
  public int presentCount() {
    return row.presentCount();
  }

  @Override
  public int present(int index) {
    return row.present(index);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean isNull(int ordinal) {
    return vector(ordinal).isNullAt(at(ordinal));
  }

  @Override
  public boolean booleanAt(int ordinal) {
    return vector(ordinal).getBoolean(at(ordinal));
  }

  @Override
  public int intAt(int ordinal) {
    return vector(ordinal).getInt(at(ordinal));
  }

  @Override
  public long longAt(int ordinal) {
    return vector(ordinal).getLong(at(ordinal));
  }

  @Override
  public double doubleAt(int ordinal) {
    return vector(ordinal).getDouble(at(ordinal));
  }

  @Override
  public long unscaledAt(int ordinal, int precision, int scale) {
    ColumnVector vector = vector(ordinal);
    if (vector instanceof WritableColumnVector) {
      return precision <= Decimal.MAX_INT_DIGITS()
          ? vector.getInt(at(ordinal))
          : vector.getLong(at(ordinal));
    }
    return vector.getDecimal(at(ordinal), precision, scale).toUnscaledLong();
  }

  @Override
  public BigDecimal decimalAt(int ordinal, int precision, int scale) {
    return vector(ordinal).getDecimal(at(ordinal), precision, scale).toJavaBigDecimal();
  }

  @Override
  public void textAt(int ordinal, ByteSlice into) {
    ColumnVector vector = vector(ordinal);
    int at = at(ordinal);
    if (vector instanceof WritableColumnVector written && written.hasDictionary()) {
      byte[] text = texts(array ? 0 : ordinal).text(written, at, batch.number);
      into.set(text, 0, text.length);
      return;
    }
    RowSource.point(into, vector.getUTF8String(at));
  }

  private Texts texts(int ordinal) {
    Texts known = texts[ordinal];
    if (known == null) {
      known = new Texts();
      texts[ordinal] = known;
    }
    return known;
  }

  @Override
  public void binaryAt(int ordinal, ByteSlice into) {
    ColumnVector vector = vector(ordinal);
    int at = at(ordinal);
    if (vector instanceof WritableColumnVector) {
      RowSource.point(into, vector.getUTF8String(at)); // which is the bytes, where they lie
    } else {
      byte[] bytes = vector.getBinary(at);
      into.set(bytes, 0, bytes.length);
    }
  }

  @Override
  public ColumnSource structAt(int ordinal, int fields) {
    ColumnVector vector = vector(ordinal);
    int at = at(ordinal);
    if (!(vector instanceof WritableColumnVector)) {
      ColumnarRow struct = vector.getStruct(at);
      return RowSource.of(struct, fields);
    }
    VectorSource struct = nested(nested, ordinal, false);
    if (struct.owner != vector) {
      ColumnVector[] children = new ColumnVector[fields];
      for (int i = 0; i < fields; i++) {
        children[i] = vector.getChild(i);
      }
      struct.owner = vector;
      struct.become(children);
    }
    struct.first = at;
    return struct;
  }

  @Override
  public ColumnSource arrayAt(int ordinal) {
    ColumnVector vector = vector(ordinal);
    int at = at(ordinal);
    if (vector instanceof WritableColumnVector written) {
      return elements(nested(nested, ordinal, true), written, 0, at);
    }
    ColumnarArray elements = vector.getArray(at);
    return RowSource.of(elements, elements.numElements());
  }

  @Override
  public ColumnSource mapKeysAt(int ordinal) {
    ColumnVector vector = vector(ordinal);
    int at = at(ordinal);
    if (vector instanceof WritableColumnVector written) {
      return elements(nested(nested, ordinal, true), written, 0, at);
    }
    ColumnarMap map = vector.getMap(at);
    return RowSource.of(map.keyArray(), map.numElements());
  }

  @Override
  public ColumnSource mapValuesAt(int ordinal) {
    ColumnVector vector = vector(ordinal);
    int at = at(ordinal);
    if (vector instanceof WritableColumnVector written) {
      return elements(nested(mapValues, ordinal, true), written, 1, at);
    }
    ColumnarMap map = vector.getMap(at);
    return RowSource.of(map.valueArray(), map.numElements());
  }

  private VectorSource nested(VectorSource[] all, int ordinal, boolean ofArray) {
    int index = array ? 0 : ordinal;
    VectorSource known = all[index];
    if (known == null) {
      known = new VectorSource(batch, ofArray);
      all[index] = known;
    }
    return known;
  }

  private static VectorSource elements(
      VectorSource source, WritableColumnVector vector, int child, int at) {
    if (source.owner != vector) {
      source.owner = vector;
      source.become(new ColumnVector[] {vector.getChild(child)});
    }
    source.first = vector.getArrayOffset(at);
    source.size = vector.getArrayLength(at);
    return source;
  }

  /** Texts of one dictionary, as far as they were asked for in a batch. */
  private static final class Texts {
    private byte[][] texts = new byte[16][];
    private int[] batches = new int[16];

    byte[] text(WritableColumnVector vector, int at, int batch) {
      int reference = vector.getDictionaryIds().getDictId(at);
      if (reference >= texts.length) {
        int length = Math.max(reference + 1, 2 * texts.length);
        texts = Arrays.copyOf(texts, length);
        batches = Arrays.copyOf(batches, length);
      }
      if (batches[reference] != batch) {
        // a next batch may have another dictionary
        batches[reference] = batch;
        texts[reference] = vector.getUTF8String(at).getBytes();
      }
      return texts[reference];
    }
  }
}
