package io.dynamodblake.flatten;

import java.math.BigDecimal;

/**
 * Where column values come from on the way back: one row, one nested struct, one array; the mirror
 * of {@link ColumnSink}. Ordinals are columns of the row, fields of the struct or positions of the
 * array. Only {@link #isNull} may be asked of a null. A nested source is valid until the next one
 * of its kind is asked for, of the same ordinal or, in an array, of any.
 */
public interface ColumnSource {
  /** Counts the fields of a row or struct, or the elements of an array. */
  int size();

  boolean isNull(int ordinal);

  boolean booleanAt(int ordinal);

  /** Returns the value of {@code int} columns and {@code date} columns (days since 1970-01-01). */
  int intAt(int ordinal);

  /**
   * Returns the value of {@code bigint} columns and {@code timestamp} columns (microseconds since
   * 1970-01-01T00:00:00Z).
   */
  long longAt(int ordinal);

  double doubleAt(int ordinal);

  /**
   * Returns a decimal whose precision is at most 18, as its unscaled value at exactly that scale.
   */
  long unscaledAt(int ordinal, int precision, int scale);

  /** Returns a decimal of any precision. */
  BigDecimal decimalAt(int ordinal, int precision, int scale);

  /**
   * Reads the UTF-8 of a {@code string} column.
   *
   * @throws ItemDefectException if the row holds what cannot be such a text
   */
  void textAt(int ordinal, ByteSlice into) throws ItemDefectException;

  /** Reads the bytes of a {@code binary} column. */
  void binaryAt(int ordinal, ByteSlice into);

  ColumnSource structAt(int ordinal, int fields);

  ColumnSource arrayAt(int ordinal);

  /**
   * Returns the keys of a map, all strings.
   *
   * @throws ItemDefectException if the row holds a map that an item cannot have
   */
  ColumnSource mapKeysAt(int ordinal) throws ItemDefectException;

  /** Returns the values of a map in the order of its keys. */
  ColumnSource mapValuesAt(int ordinal);
}
