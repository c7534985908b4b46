package io.dynamodblake.spark.convert;

import io.dynamodblake.flatten.ByteSlice;
import io.dynamodblake.flatten.ColumnSource;
import io.dynamodblake.flatten.IsoText;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.type.ItemPath;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Reads foreign rows as {@link ForeignColumns} says: columns in its order, values in the lake's
 * types. To be pointed at each row.
 */
public final class ForeignSource implements RowColumns, ColumnSource {
  private final ForeignPlace[] places; // null in arrays, whose elements have one place
  private final ForeignPlace element;
  private final IsoText text;
  private final RowSource plain = RowSource.forRows();
  private SpecializedGetters values;
  private int size;

  ForeignSource(ForeignPlace[] places) {
    this(places, null, new IsoText());
  }

  private ForeignSource(ForeignPlace[] places, ForeignPlace element, IsoText text) {
    this.places = places;
    this.element = element;
    this.text = text;
  }

  @Override
  public void row(InternalRow row) {
    point(row, places.length);
  }

  @Override
  public ColumnSource columns() {
    return this;
  }

  private void point(SpecializedGetters newValues, int newSize) {
    values = newValues;
    size = newSize;
    plain.point(newValues, newSize);
  }

  private ForeignPlace place(int ordinal) {
    return places == null ? element : places[ordinal];
  }

  private int at(int ordinal) {
    return places == null ? ordinal : places[ordinal].ordinal();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean isNull(int ordinal) {
    int at = at(ordinal);
    return at == ForeignPlace.NOWHERE || values.isNullAt(at);
  }

  @Override
  public boolean booleanAt(int ordinal) {
    return values.getBoolean(at(ordinal));
  }

  @Override
  public int intAt(int ordinal) {
    int at = at(ordinal);
    return switch (place(ordinal).kind()) {
      case BYTE -> values.getByte(at);
      case SHORT -> values.getShort(at);
      default -> values.getInt(at);
    };
  }

  @Override
  public long longAt(int ordinal) {
    return values.getLong(at(ordinal));
  }

  @Override
  public double doubleAt(int ordinal) {
    int at = at(ordinal);
    // the double with the same digits, not the one with the same bits
    return place(ordinal).kind() == ForeignPlace.Kind.FLOAT
        ? Double.parseDouble(Float.toString(values.getFloat(at)))
        : values.getDouble(at);
  }

  @Override
  public long unscaledAt(int ordinal, int precision, int scale) {
    return plain.unscaledAt(at(ordinal), precision, scale);
  }

  @Override
  public BigDecimal decimalAt(int ordinal, int precision, int scale) {
    return plain.decimalAt(at(ordinal), precision, scale);
  }

  @Override
  public void textAt(int ordinal, ByteSlice into) throws ItemDefectException {
    ForeignPlace place = place(ordinal);
    int at = at(ordinal);
    boolean instant = place.kind() == ForeignPlace.Kind.INSTANT;
    if (!instant && place.kind() != ForeignPlace.Kind.CLOCK) {
      plain.textAt(at, into);
      return;
    }
    if (!text.formatMicros(values.getLong(at), instant)) {
      throw new ItemDefectException(
          "a timestamp is outside the years 0001 to 9999, in attribute "
              + ItemPath.ofAttribute(place.attribute()));
    }
    into.set(text.bytes(), 0, text.length());
  }

  @Override
  public void binaryAt(int ordinal, ByteSlice into) {
    plain.binaryAt(at(ordinal), into);
  }

  @Override
  public ColumnSource structAt(int ordinal, int fields) {
    ForeignPlace place = place(ordinal);
    if (place.kind() == ForeignPlace.Kind.PLAIN) {
      return plain.structAt(at(ordinal), fields);
    }
    ForeignSource struct = new ForeignSource(place.fields(), null, text);
    struct.point(values.getStruct(at(ordinal), place.width()), fields);
    return struct;
  }

  @Override
  public ColumnSource arrayAt(int ordinal) {
    ForeignPlace place = place(ordinal);
    return place.kind() == ForeignPlace.Kind.PLAIN
        ? plain.arrayAt(at(ordinal))
        : elements(values.getArray(at(ordinal)), place.element());
  }

  @Override
  public ColumnSource mapKeysAt(int ordinal) throws ItemDefectException {
    ForeignPlace place = place(ordinal);
    if (place.kind() == ForeignPlace.Kind.MAP) {
      ArrayData keys = values.getMap(at(ordinal)).keyArray();
      int count = keys.numElements();
      if (count > 1) {
        Set<UTF8String> seen = new HashSet<>(count * 2);
        for (int i = 0; i < count; i++) {
          if (!seen.add(keys.getUTF8String(i))) {
            throw new ItemDefectException(
                "a map has a key twice, in attribute " + ItemPath.ofAttribute(place.attribute()));
          }
        }
      }
    }
    return plain.mapKeysAt(at(ordinal));
  }

  @Override
  public ColumnSource mapValuesAt(int ordinal) {
    ForeignPlace place = place(ordinal);
    return place.kind() == ForeignPlace.Kind.PLAIN
            || place.element().kind() == ForeignPlace.Kind.PLAIN
        ? plain.mapValuesAt(at(ordinal))
        : elements(values.getMap(at(ordinal)).valueArray(), place.element());
  }

  private ForeignSource elements(ArrayData array, ForeignPlace place) {
    ForeignSource elements = new ForeignSource(null, place, text);
    elements.point(array, array.numElements());
    return elements;
  }
}
