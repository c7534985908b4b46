package io.dynamodblake.flatten;

/**
 * One node of the encoder tree, the inverse of {@link ValueDecoder}: writes the values of one place
 * as attribute values. What a row tells besides its columns is decided here, once for all kinds of
 * values.
 */
abstract class ValueEncoder {

  /**
   * Writes the value of a place that holds one.
   *
   * @param told what {@code ddb_rescued} and {@code ddb_nulls} say of the place; null for nothing
   */
  final void encode(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
      throws ItemDefectException {
    if (told != null && told.isMarked()) {
      boolean isNull = source.isNull(ordinal);
      if (told.rescued() == null && !isNull) {
        throw encoding.defect("a value is there and in ddb_nulls");
      }
      encoding.writeTold(told);
      return;
    }
    if (source.isNull(ordinal)) {
      throw encoding.defect(
          told == null
              ? "an element is null, and neither ddb_nulls nor ddb_rescued says why"
              : "ddb_nulls or ddb_rescued names a place inside what is null");
    }
    if (told != null && !holdsPlaces()) {
      throw encoding.defect("ddb_nulls or ddb_rescued names a place inside what has none");
    }
    encodeValue(source, ordinal, told, encoding);
  }

  /** Writes an entry of a map, or nothing if the place holds nothing. */
  final void encodeEntry(
      byte[] name, ColumnSource source, int ordinal, Overlay told, Encoding encoding)
      throws ItemDefectException {
    if (told != null || !source.isNull(ordinal)) {
      encoding.writer().name(name, 0, name.length);
      encode(source, ordinal, told, encoding);
    }
  }

  /** Whether there are places inside its values that can be told of. */
  boolean holdsPlaces() {
    return false;
  }

  /** Writes a value that is not null. */
  abstract void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
      throws ItemDefectException;
}
