package io.dynamodblake.flatten;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** An entry of an item, or of a map whose entries have columns of their own; see {@link Map}. */
abstract class UnnestedEncoder {
  private final String key;
  final byte[] name;

  private UnnestedEncoder(String key) {
    this.key = key;
    this.name = key.getBytes(StandardCharsets.UTF_8);
  }

  final String key() {
    return key;
  }

  /** Whether some column has a value. */
  abstract boolean isThere(ColumnSource row);

  /**
   * Writes name and value, or nothing if there is none.
   *
   * @param told what {@code ddb_rescued} and {@code ddb_nulls} say of the place; null for nothing
   */
  abstract void encode(ColumnSource row, Overlay told, Encoding encoding)
      throws ItemDefectException;

  /** An entry that has one column. */
  static final class Leaf extends UnnestedEncoder {
    private final ValueEncoder value;
    private final int ordinal;

    Leaf(String key, ValueEncoder value, int ordinal) {
      super(key);
      this.value = value;
      this.ordinal = ordinal;
    }

    @Override
    boolean isThere(ColumnSource row) {
      return !row.isNull(ordinal);
    }

    @Override
    void encode(ColumnSource row, Overlay told, Encoding encoding) throws ItemDefectException {
      value.encodeEntry(name, row, ordinal, told, encoding);
    }
  }

  /** The inverse of {@link UnnestedDecoder}. */
  static final class Map extends UnnestedEncoder {
    private final UnnestedEncoder[] entries;

    Map(String key, List<UnnestedEncoder> entries) {
      super(key);
      this.entries = entries.toArray(UnnestedEncoder[]::new);
    }

    @Override
    boolean isThere(ColumnSource row) {
      for (UnnestedEncoder entry : entries) {
        if (entry.isThere(row)) {
          return true;
        }
      }
      return false;
    }

    @Override
    void encode(ColumnSource row, Overlay told, Encoding encoding) throws ItemDefectException {
      boolean there = isThere(row);
      if (told == null && !there) {
        return;
      }
      encoding.writer().name(name, 0, name.length);
      if (told != null && told.isMarked()) {
        if (there) {
          throw encoding.defect(
              "a value is in a column, and the map around it in ddb_nulls or ddb_rescued");
        }
        encoding.writeTold(told);
        return;
      }
      encoding.writer().beginMap();
      for (UnnestedEncoder entry : entries) {
        entry.encode(row, told == null ? null : told.take(entry.key()), encoding);
      }
      if (told != null) {
        encoding.writeLeft(told, false);
      }
      encoding.writer().endMap();
    }
  }
}
