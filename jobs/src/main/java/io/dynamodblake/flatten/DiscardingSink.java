package io.dynamodblake.flatten;

import java.math.BigDecimal;

/** Takes values of columns that nobody asked for, whose misfits somebody did. */
final class DiscardingSink implements ColumnSink {
  @Override
  public void putNull(int ordinal) {}

  @Override
  public void putBoolean(int ordinal, boolean value) {}

  @Override
  public void putInt(int ordinal, int value) {}

  @Override
  public void putLong(int ordinal, long value) {}

  @Override
  public void putDouble(int ordinal, double value) {}

  @Override
  public void putDecimal(int ordinal, long unscaled, int precision, int scale) {}

  @Override
  public void putDecimal(int ordinal, BigDecimal value, int precision, int scale) {}

  @Override
  public void putBytes(int ordinal, byte[] bytes, int offset, int length) {}

  @Override
  public ColumnSink beginStruct(int ordinal) {
    return this;
  }

  @Override
  public void endStruct(int ordinal) {}

  @Override
  public ColumnSink beginArray(int ordinal, int size) {
    return this;
  }

  @Override
  public void endArray(int ordinal) {}

  @Override
  public ColumnSink beginMapKeys(int ordinal, int size) {
    return this;
  }

  @Override
  public ColumnSink beginMapValues(int ordinal) {
    return this;
  }

  @Override
  public void endMap(int ordinal) {}
}
