package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * What all texts at one place have in common as far as they are times, dates, or the words true and
 * false. What one text is not, all of them are not, so most places are done with after their first
 * text. Merges in any order with the same result, and is as large for a million texts as for one.
 */
public final class TextForms {
  /** A date alone, {@code 2026-11-18}. */
  public static final int DATE = 1;

  /** {@code Tue, 03 Mar 2026 10:11:12 GMT}, just so. */
  public static final int RFC_1123 = 1 << 1;

  /** A {@code T} or a blank between date and time. */
  public static final int LETTER_T = 1 << 2;

  public static final int BLANK = 1 << 3;
  public static final int SECONDS = 1 << 4;
  public static final int NO_SECONDS = 1 << 5;

  /** What stands behind the time: Z, nothing, {@code +01:00}, {@code +0100}, {@code +01}. */
  public static final int ZULU = 1 << 6;

  public static final int NO_OFFSET = 1 << 7;
  public static final int OFFSET_COLON = 1 << 8;
  public static final int OFFSET_DIGITS = 1 << 9;
  public static final int OFFSET_HOURS = 1 << 10;

  /** Three fractional digits, all zero. */
  public static final int ZERO_MILLIS = 1 << 11;

  /** Digits that are not zero behind the third. */
  public static final int FINER = 1 << 12;

  /** {@code -00:00}. */
  public static final int NEGATIVE_ZERO = 1 << 13;

  /** Shifted by the number of fractional digits, 0 to 9. */
  public static final int FRACTION = 1 << 16;

  /** The words true and false, as they are written. */
  public static final int LOWER = 1;

  public static final int TITLE = 2;
  public static final int UPPER = 4;

  private static final int SEPARATORS = LETTER_T | BLANK;
  private static final int OFFSETS = OFFSET_COLON | OFFSET_DIGITS | OFFSET_HOURS;
  private static final int ENDS = ZULU | NO_OFFSET | OFFSETS;
  private static final int FRACTIONS = 0x3ff * FRACTION;

  private long times;
  private int shapes;
  private long earliest = Long.MAX_VALUE;
  private long latest = Long.MIN_VALUE;
  private int leastOffset = Integer.MAX_VALUE;
  private int mostOffset = Integer.MIN_VALUE;
  private boolean anyButTime;
  private long words;
  private int spellings;
  private boolean anyButWord;

  // ---- filling

  /** Whether another text could still tell anything. */
  public boolean isOpen() {
    return !anyButTime || !anyButWord;
  }

  /** Whether all texts so far are times. */
  public boolean mayBeTimes() {
    return !anyButTime;
  }

  /** Whether all texts so far are true or false. */
  public boolean mayBeWords() {
    return !anyButWord;
  }

  /**
   * Observes a time, or a date as its midnight.
   *
   * @param shape the constants of this class that say how it is written
   * @param offsetMinutes east of Greenwich, as it is written
   */
  public void time(int shape, long epochMillis, int offsetMinutes) {
    if (!anyButTime) {
      times++;
      shapes |= shape;
      earliest = Math.min(earliest, epochMillis);
      latest = Math.max(latest, epochMillis);
      leastOffset = Math.min(leastOffset, offsetMinutes);
      mostOffset = Math.max(mostOffset, offsetMinutes);
    }
  }

  /** Observes a text that is no time. */
  public void noTime() {
    anyButTime = true;
    times = 0;
    shapes = 0;
    earliest = Long.MAX_VALUE;
    latest = Long.MIN_VALUE;
    leastOffset = Integer.MAX_VALUE;
    mostOffset = Integer.MIN_VALUE;
  }

  /** Observes true or false, in that spelling. */
  public void word(int spelling) {
    if (!anyButWord) {
      words++;
      spellings |= spelling;
    }
  }

  /** Observes a text that is neither true nor false. */
  public void noWord() {
    anyButWord = true;
    words = 0;
    spellings = 0;
  }

  void merge(TextForms other) {
    if (other.anyButTime) {
      noTime();
    } else if (!anyButTime) {
      times += other.times;
      shapes |= other.shapes;
      earliest = Math.min(earliest, other.earliest);
      latest = Math.max(latest, other.latest);
      leastOffset = Math.min(leastOffset, other.leastOffset);
      mostOffset = Math.max(mostOffset, other.mostOffset);
    }
    if (other.anyButWord) {
      noWord();
    } else if (!anyButWord) {
      words += other.words;
      spellings |= other.spellings;
    }
  }

  // ---- reading

  /** Returns how many texts are times: all, or none. */
  public long times() {
    return times;
  }

  /** Returns how many texts are true or false, written in one way: all, or none. */
  public long words() {
    return Integer.bitCount(spellings) == 1 ? words : 0;
  }

  /** Returns the first moment in milliseconds since the epoch, if there are times. */
  public long earliest() {
    return earliest;
  }

  /** Returns the last moment, as {@link #earliest}. */
  public long latest() {
    return latest;
  }

  /**
   * Returns the mapping of which every one of the texts comes back as it was; empty if they are no
   * times, or there is none.
   */
  public Optional<ValueMapping.Scalar> mapping() {
    if (times == 0) {
      return Optional.empty();
    }
    if (shapes == DATE) {
      return Optional.of(scalar(LakeType.DATE, Conversion.ISO_8601));
    }
    if (shapes == RFC_1123) {
      return Optional.of(scalar(LakeType.TIMESTAMP, Conversion.RFC_1123));
    }
    return defect().isEmpty() ? Optional.of(iso()) : Optional.empty();
  }

  /** Says why {@link #mapping} is empty although all texts are times. */
  public String defect() {
    if (shapes == DATE || shapes == RFC_1123) {
      return "";
    }
    boolean oneForm =
        (shapes & (DATE | RFC_1123)) == 0
            && Integer.bitCount(shapes & SEPARATORS) == 1
            && Integer.bitCount(shapes & (SECONDS | NO_SECONDS)) == 1
            && Integer.bitCount(shapes & ENDS) == 1;
    if (!oneForm) {
      return "times in more than one form";
    }
    if ((shapes & OFFSETS) != 0 && leastOffset != mostOffset || (shapes & NEGATIVE_ZERO) != 0) {
      return "times at more than one offset from UTC";
    }
    if ((shapes & FINER) != 0) {
      return "times finer than a millisecond";
    }
    boolean oneFraction = Integer.bitCount(shapes & FRACTIONS) == 1 || isCanonical();
    return oneFraction ? "" : "times with more and with fewer fractional digits";
  }

  /** Whether it is UTC with as many fractional digits as are needed, none or three. */
  private boolean isCanonical() {
    int fractions = shapes & FRACTIONS;
    return isIsoUtc()
        && (shapes & ZERO_MILLIS) == 0
        && (fractions & ~(FRACTION | FRACTION << 3)) == 0;
  }

  private boolean isIsoUtc() {
    return (shapes & (LETTER_T | SECONDS | ZULU)) == (LETTER_T | SECONDS | ZULU);
  }

  private ValueMapping.Scalar iso() {
    int fractions = shapes & FRACTIONS;
    if (isIsoUtc() && fractions == FRACTION << 3) {
      return scalar(LakeType.TIMESTAMP, Conversion.ISO_8601_MILLIS);
    }
    if (isCanonical()) {
      return scalar(LakeType.TIMESTAMP, Conversion.ISO_8601);
    }
    StringBuilder pattern = new StringBuilder("uuuu-MM-dd");
    pattern.append((shapes & BLANK) != 0 ? " " : "'T'").append("HH:mm");
    pattern.append((shapes & SECONDS) != 0 ? ":ss" : "");
    int digits = Integer.numberOfTrailingZeros(fractions / FRACTION);
    pattern.append(digits == 0 ? "" : "." + "S".repeat(digits));
    pattern.append(
        switch (shapes & ENDS) {
          case ZULU -> "X";
          case OFFSET_COLON -> "xxx";
          case OFFSET_DIGITS -> "xx";
          case OFFSET_HOURS -> "x";
          default -> "";
        });
    int offset = (shapes & OFFSETS) == 0 ? 0 : leastOffset;
    return ValueMapping.Scalar.of(
        LakeType.TIMESTAMP,
        new TimeFormat(
            pattern.toString(), java.time.ZoneOffset.ofTotalSeconds(offset * 60).getId()));
  }

  private static ValueMapping.Scalar scalar(LakeType type, Conversion conversion) {
    return new ValueMapping.Scalar(Descriptor.S, type, conversion);
  }

  /** Whether the texts do not say what they are relative to, so that UTC is an assumption. */
  public boolean isLocal() {
    return (shapes & NO_OFFSET) != 0;
  }

  // ---- travelling

  private static final int NO_TIMES = 1;
  private static final int NO_WORDS = 2;

  void write(DataOutput out) throws IOException {
    VarInts.write(out, (anyButTime ? NO_TIMES : 0) | (anyButWord ? NO_WORDS : 0));
    if (!anyButTime) {
      VarInts.write(out, times);
      VarInts.write(out, shapes);
      VarInts.write(out, earliest);
      VarInts.write(out, latest);
      VarInts.write(out, leastOffset);
      VarInts.write(out, mostOffset);
    }
    if (!anyButWord) {
      VarInts.write(out, words);
      VarInts.write(out, spellings);
    }
  }

  static TextForms read(DataInput in) throws IOException {
    TextForms forms = new TextForms();
    long none = VarInts.read(in);
    forms.anyButTime = (none & NO_TIMES) != 0;
    forms.anyButWord = (none & NO_WORDS) != 0;
    if (!forms.anyButTime) {
      forms.times = VarInts.read(in);
      forms.shapes = (int) VarInts.read(in);
      forms.earliest = VarInts.read(in);
      forms.latest = VarInts.read(in);
      forms.leastOffset = (int) VarInts.read(in);
      forms.mostOffset = (int) VarInts.read(in);
    }
    if (!forms.anyButWord) {
      forms.words = VarInts.read(in);
      forms.spellings = (int) VarInts.read(in);
    }
    return forms;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextForms that
        && times == that.times
        && shapes == that.shapes
        && earliest == that.earliest
        && latest == that.latest
        && leastOffset == that.leastOffset
        && mostOffset == that.mostOffset
        && anyButTime == that.anyButTime
        && words == that.words
        && spellings == that.spellings
        && anyButWord == that.anyButWord;
  }

  @Override
  public int hashCode() {
    return Objects.hash(times, shapes, words, spellings);
  }
}
