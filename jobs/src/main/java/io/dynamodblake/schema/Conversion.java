package io.dynamodblake.schema;

/** How a scalar attribute value becomes a column value where the types alone do not say it. */
public enum Conversion {
  /**
   * As it is: S to string, N to bigint, decimal, int, double or string, B to binary, BOOL to
   * boolean.
   */
  NONE("none"),
  /**
   * S such as {@code 2026-11-18T03:20:00Z}, or {@code 2026-11-18} for dates; fraction and offset
   * optional.
   */
  ISO_8601("iso-8601"),
  /**
   * S as JavaScript's {@code toISOString} writes it: always three fractional digits and {@code Z}.
   */
  ISO_8601_MILLIS("iso-8601-millis"),
  /**
   * S as HTTP and JavaScript's {@code toUTCString} write it: {@code Tue, 03 Mar 2026 10:11:12 GMT}.
   */
  RFC_1123("rfc-1123"),
  /** S in the pattern of a {@link TimeFormat}. */
  FORMAT("format"),
  /** N in seconds since 1970-01-01T00:00:00Z; up to three fractional digits fit. */
  EPOCH_SECONDS("epoch-seconds"),
  /** N in milliseconds since 1970-01-01T00:00:00Z. */
  EPOCH_MILLIS("epoch-millis"),
  /** N in microseconds since 1970-01-01T00:00:00Z; whole milliseconds fit. */
  EPOCH_MICROS("epoch-micros");

  private final String key;

  Conversion(String key) {
    this.key = key;
  }

  /** Returns the word used in {@code schema.json}. */
  public String key() {
    return key;
  }
}
