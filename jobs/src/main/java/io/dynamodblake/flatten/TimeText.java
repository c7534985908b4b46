package io.dynamodblake.flatten;

import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.ValueMapping;

/**
 * A way in which times or dates are written as text: reads them, and writes them in the form that
 * comes back from a column alone. Not safe for use by several threads.
 */
public abstract class TimeText {
  // times outside the years 0001 to 9999 are not portable between engines
  static final long FIRST_MILLI = -62_135_596_800_000L;
  static final long LAST_MILLI = 253_402_300_799_999L;

  /**
   * Returns the way that {@code schema.json} names for a place of type timestamp or date from S.
   */
  public static TimeText of(ValueMapping.Scalar scalar) {
    return switch (scalar.conversion()) {
      case ISO_8601_MILLIS -> new Iso(true);
      case RFC_1123 -> new HttpTime();
      case FORMAT -> new PatternTime(scalar.format());
      case ISO_8601, NONE, EPOCH_SECONDS, EPOCH_MILLIS, EPOCH_MICROS -> new Iso(false);
    };
  }

  /** Whether texts of that conversion are not read by {@link IsoTime}. */
  public static boolean isSpecial(Conversion conversion) {
    return conversion == Conversion.RFC_1123 || conversion == Conversion.FORMAT;
  }

  /**
   * Reads a time.
   *
   * @return {@link IsoTime.Form#CANONICAL} if {@link #writeTime} gives the same text again
   */
  public abstract IsoTime.Form readTime(byte[] bytes, int from, int to);

  /** Returns the milliseconds since the epoch of the last time read; finer digits dropped. */
  public abstract long epochMillis();

  /** Reads a date, as {@link #readTime} reads times. */
  public abstract IsoTime.Form readDate(byte[] bytes, int from, int to);

  /** Returns the days since the epoch of the last date read. */
  public abstract int epochDay();

  /** Writes milliseconds since the epoch; false if no text means just that. */
  abstract boolean writeTime(long millis);

  /** Writes days since the epoch; false if no text means just that. */
  abstract boolean writeDate(int day);

  /** Returns what holds the last text written. */
  abstract byte[] bytes();

  abstract int length();

  static boolean isOutside(long millis) {
    return millis < FIRST_MILLI || millis > LAST_MILLI;
  }

  private static final class Iso extends TimeText {
    private final IsoTime time = new IsoTime();
    private final IsoText text = new IsoText();
    private final boolean threeDigits;

    Iso(boolean threeDigits) {
      this.threeDigits = threeDigits;
    }

    @Override
    public IsoTime.Form readTime(byte[] bytes, int from, int to) {
      IsoTime.Form form = time.readTime(bytes, from, to, threeDigits);
      return isOutside(time.epochMillis()) ? IsoTime.Form.NONE : form;
    }

    @Override
    public long epochMillis() {
      return time.epochMillis();
    }

    @Override
    public IsoTime.Form readDate(byte[] bytes, int from, int to) {
      return time.readDate(bytes, from, to) ? IsoTime.Form.CANONICAL : IsoTime.Form.NONE;
    }

    @Override
    public int epochDay() {
      return time.epochDay();
    }

    @Override
    boolean writeTime(long millis) {
      return text.formatTime(millis, threeDigits);
    }

    @Override
    boolean writeDate(int day) {
      return text.formatDate(day);
    }

    @Override
    byte[] bytes() {
      return text.bytes();
    }

    @Override
    int length() {
      return text.length();
    }
  }
}
