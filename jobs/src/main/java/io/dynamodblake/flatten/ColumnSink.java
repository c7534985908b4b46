package io.dynamodblake.flatten;

import java.math.BigDecimal;

/**
 * Where decoded column values go: one row, one nested struct, one array. Ordinals are columns of
 * the row, fields of the struct or positions of the array. Values arrive in any order, each ordinal
 * at most once. What is not put before the row (struct, array) ends is null; implementations reset
 * themselves when it begins.
 *
 * <p>A nested sink is valid from its {@code begin} to its {@code end}, and a sibling may only begin
 * after that end.
 */
public interface ColumnSink {
  void putNull(int ordinal);

  void putBoolean(int ordinal, boolean value);

  /** Puts the value of {@code int} columns and {@code date} columns (days since 1970-01-01). */
  void putInt(int ordinal, int value);

  /**
   * Puts the value of {@code bigint} columns and {@code timestamp} columns (microseconds since
   * 1970-01-01T00:00:00Z).
   */
  void putLong(int ordinal, long value);

  void putDouble(int ordinal, double value);

  /**
   * Puts a decimal whose precision is at most 18, as its unscaled value at exactly the column's
   * scale.
   */
  void putDecimal(int ordinal, long unscaled, int precision, int scale);

  /** Puts a decimal of any precision; {@code value.scale()} is exactly the column's scale. */
  void putDecimal(int ordinal, BigDecimal value, int precision, int scale);

  /**
   * Puts UTF-8 text for {@code string} columns, raw bytes for {@code binary} ones. The bytes are
   * copied.
   */
  void putBytes(int ordinal, byte[] bytes, int offset, int length);

  ColumnSink beginStruct(int ordinal);

  void endStruct(int ordinal);

  ColumnSink beginArray(int ordinal, int size);

  void endArray(int ordinal);

  /**
   * Begins the keys of a map, as an array of {@code size} strings; to be filled before {@link
   * #beginMapValues}.
   */
  ColumnSink beginMapKeys(int ordinal, int size);

  /** Begins the values of the map in the order of its keys. */
  ColumnSink beginMapValues(int ordinal);

  void endMap(int ordinal);
}
