package io.dynamodblake.parquet;

import io.dynamodblake.flatten.ColumnSink;
import java.math.BigDecimal;

/** What the sinks of rows, structs and elements have in common. */
abstract class PlaceSink implements ColumnSink {
  /** The repetition level of the value that {@link #next} was called for. */
  int repetition;

  /** The place of an ordinal, which is about to get a value. */
  abstract Place next(int ordinal);

  /** The place of an ordinal that has got one. */
  abstract Place opened(int ordinal);

  private ColumnBuffer column(int ordinal) {
    return (ColumnBuffer) next(ordinal);
  }

  @Override
  public final void putBoolean(int ordinal, boolean value) {
    ColumnBuffer column = column(ordinal);
    column.addBoolean(repetition, value);
  }

  @Override
  public final void putInt(int ordinal, int value) {
    ColumnBuffer column = column(ordinal);
    column.addLong(repetition, value);
  }

  @Override
  public final void putLong(int ordinal, long value) {
    ColumnBuffer column = column(ordinal);
    column.addLong(repetition, value);
  }

  @Override
  public final void putDouble(int ordinal, double value) {
    ColumnBuffer column = column(ordinal);
    column.addDouble(repetition, value);
  }

  @Override
  public final void putDecimal(int ordinal, long unscaled, int precision, int scale) {
    ColumnBuffer column = column(ordinal);
    column.addDecimal(repetition, unscaled);
  }

  @Override
  public final void putDecimal(int ordinal, BigDecimal value, int precision, int scale) {
    ColumnBuffer column = column(ordinal);
    column.addDecimal(repetition, value.unscaledValue());
  }

  @Override
  public final void putBytes(int ordinal, byte[] bytes, int offset, int length) {
    ColumnBuffer column = column(ordinal);
    column.addBytes(repetition, bytes, offset, length);
  }

  @Override
  public final ColumnSink beginStruct(int ordinal) {
    StructPlace struct = (StructPlace) next(ordinal);
    return struct.begin(repetition);
  }

  @Override
  public final void endStruct(int ordinal) {
    ((StructPlace) opened(ordinal)).end();
  }

  @Override
  public final ColumnSink beginArray(int ordinal, int size) {
    ListPlace list = (ListPlace) next(ordinal);
    return list.begin(repetition, size);
  }

  @Override
  public final void endArray(int ordinal) {
    ((ListPlace) opened(ordinal)).end();
  }

  @Override
  public final ColumnSink beginMapKeys(int ordinal, int size) {
    MapPlace map = (MapPlace) next(ordinal);
    return map.beginKeys(repetition, size);
  }

  @Override
  public final ColumnSink beginMapValues(int ordinal) {
    return ((MapPlace) opened(ordinal)).beginValues();
  }

  @Override
  public final void endMap(int ordinal) {
    ((MapPlace) opened(ordinal)).end();
  }
}
