package io.dynamodblake.parquet;

import io.dynamodblake.flatten.ColumnSink;
import java.math.BigDecimal;

/**
 * Takes the values of a row, of a struct, or of the elements of a list or map. It is one class for
 * all three, because the decoders' calls then go straight into it: every value of every item comes
 * this way, and calls that have to look for their method first would cost more than what they do.
 */
final class PlaceSink implements ColumnSink {
  // one of these
  private final RowPlaces row;
  private final StructPlace struct;
  private final Elements elements;

  /** The repetition level of the value that {@link #next} was called for. */
  private int repetition;

  private PlaceSink(RowPlaces row, StructPlace struct, Elements elements) {
    this.row = row;
    this.struct = struct;
    this.elements = elements;
  }

  static PlaceSink of(RowPlaces row) {
    return new PlaceSink(row, null, null);
  }

  static PlaceSink of(StructPlace struct) {
    return new PlaceSink(null, struct, null);
  }

  static PlaceSink of(Elements elements) {
    return new PlaceSink(null, null, elements);
  }

  /** The place of an ordinal, which is about to get a value. */
  private Place next(int ordinal) {
    if (row != null) {
      return row.next(ordinal);
    }
    if (struct != null) {
      repetition = struct.repetition();
      return struct.next(ordinal);
    }
    Place element = elements.next(ordinal);
    repetition = elements.repetition();
    return element;
  }

  /** The place of an ordinal that has got one. */
  private Place opened(int ordinal) {
    return row != null
        ? row.place(ordinal)
        : struct != null ? struct.field(ordinal) : elements.element();
  }

  @Override
  public void putNull(int ordinal) {
    // what is not there when the row, the struct or the list ends is null
  }

  private ColumnBuffer column(int ordinal) {
    return (ColumnBuffer) next(ordinal);
  }

  @Override
  public void putBoolean(int ordinal, boolean value) {
    ColumnBuffer column = column(ordinal);
    column.addBoolean(repetition, value);
  }

  @Override
  public void putInt(int ordinal, int value) {
    ColumnBuffer column = column(ordinal);
    column.addLong(repetition, value);
  }

  @Override
  public void putLong(int ordinal, long value) {
    ColumnBuffer column = column(ordinal);
    column.addLong(repetition, value);
  }

  @Override
  public void putDouble(int ordinal, double value) {
    ColumnBuffer column = column(ordinal);
    column.addDouble(repetition, value);
  }

  @Override
  public void putDecimal(int ordinal, long unscaled, int precision, int scale) {
    ColumnBuffer column = column(ordinal);
    column.addDecimal(repetition, unscaled);
  }

  @Override
  public void putDecimal(int ordinal, BigDecimal value, int precision, int scale) {
    ColumnBuffer column = column(ordinal);
    column.addDecimal(repetition, value.unscaledValue());
  }

  @Override
  public void putBytes(int ordinal, byte[] bytes, int offset, int length) {
    ColumnBuffer column = column(ordinal);
    column.addBytes(repetition, bytes, offset, length);
  }

  @Override
  public ColumnSink beginStruct(int ordinal) {
    StructPlace struct = (StructPlace) next(ordinal);
    return struct.begin(repetition);
  }

  @Override
  public void endStruct(int ordinal) {
    ((StructPlace) opened(ordinal)).end();
  }

  @Override
  public ColumnSink beginArray(int ordinal, int size) {
    ListPlace list = (ListPlace) next(ordinal);
    return list.begin(repetition, size);
  }

  @Override
  public void endArray(int ordinal) {
    ((ListPlace) opened(ordinal)).end();
  }

  @Override
  public ColumnSink beginMapKeys(int ordinal, int size) {
    MapPlace map = (MapPlace) next(ordinal);
    return map.beginKeys(repetition, size);
  }

  @Override
  public ColumnSink beginMapValues(int ordinal) {
    return ((MapPlace) opened(ordinal)).beginValues();
  }

  @Override
  public void endMap(int ordinal) {
    ((MapPlace) opened(ordinal)).end();
  }
}
