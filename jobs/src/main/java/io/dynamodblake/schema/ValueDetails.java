package io.dynamodblake.schema;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link ValueProfile} only knows where somebody asked ({@link ProfileLimits#details}): how
 * numbers, lengths and times are spread, how many different texts there are, and what they look
 * like. A place needs at most some 12 KB for it, whatever the number of values. It merges in any
 * order with the same result.
 */
public final class ValueDetails {
  /** What the values are whose spread is known. */
  public enum Spread {
    /** N values. */
    NUMBERS,
    /** Bytes of UTF-8 of S values. */
    TEXT_BYTES,
    /** Bytes of B values. */
    BINARY_BYTES,
    /** Elements of lists, members of sets, entries of maps. */
    PARTS,
    /** Milliseconds since the epoch of texts that are dates or times. */
    TEXT_TIMES
  }

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18
  };

  private final Histogram[] spreads = new Histogram[Spread.values().length];
  private final long[] forms = new long[TextKind.values().length];
  private long trues;
  private DistinctTexts texts;

  // ---- filling

  /**
   * Takes in an N that is {@code unscaled} times ten to the minus {@code scale}.
   *
   * @param scale 0 to 18
   */
  public void number(long unscaled, int scale) {
    number(scale == 0 ? (double) unscaled : (double) unscaled / POWERS[scale]);
  }

  /** Takes in an N. */
  public void number(double number) {
    of(Spread.NUMBERS).observe(number);
  }

  /** Takes in an S that is no date or time. */
  public void text(byte[] bytes, int start, int end, TextKind form) {
    if (texts == null) {
      texts = new DistinctTexts();
    }
    texts.observe(bytes, start, end);
    of(Spread.TEXT_BYTES).observe(end - start);
    forms[form.ordinal()]++;
  }

  /**
   * Takes in an S that is a date or time.
   *
   * @param epochMillis since the epoch
   */
  public void time(byte[] bytes, int start, int end, TextKind form, long epochMillis) {
    text(bytes, start, end, form);
    of(Spread.TEXT_TIMES).observe((double) epochMillis);
  }

  /** Takes in a B. */
  public void binary(int length) {
    of(Spread.BINARY_BYTES).observe(length);
  }

  /** Takes in a BOOL. */
  public void bool(boolean value) {
    trues += value ? 1 : 0;
  }

  /** Takes in an L, M or set of that many parts. */
  public void container(int parts) {
    of(Spread.PARTS).observe(parts);
  }

  private Histogram of(Spread spread) {
    Histogram histogram = spreads[spread.ordinal()];
    if (histogram == null) {
      histogram = new Histogram();
      spreads[spread.ordinal()] = histogram;
    }
    return histogram;
  }

  void merge(ValueDetails other) {
    for (int i = 0; i < spreads.length; i++) {
      if (spreads[i] == null) {
        spreads[i] = other.spreads[i];
      } else if (other.spreads[i] != null) {
        spreads[i].merge(other.spreads[i]);
      }
    }
    for (int i = 0; i < forms.length; i++) {
      forms[i] += other.forms[i];
    }
    trues += other.trues;
    if (texts == null) {
      texts = other.texts;
    } else if (other.texts != null) {
      texts.merge(other.texts);
    }
  }

  // ---- reading

  /** Returns how values are spread; empty where there are none. */
  public Optional<Histogram> spread(Spread spread) {
    return Optional.ofNullable(spreads[spread.ordinal()]);
  }

  /** Returns how many texts look like that. */
  public long count(TextKind form) {
    return forms[form.ordinal()];
  }

  /** Returns how many BOOL are true. */
  public long trues() {
    return trues;
  }

  /** Returns how many different texts there are; empty where there is no S. */
  public Optional<DistinctTexts> texts() {
    return Optional.ofNullable(texts);
  }

  // ---- travelling

  void write(DataOutput out) throws IOException {
    int parts = texts == null ? 0 : 1 << spreads.length;
    for (int i = 0; i < spreads.length; i++) {
      parts |= spreads[i] == null ? 0 : 1 << i;
    }
    VarInts.write(out, parts);
    for (Histogram spread : spreads) {
      if (spread != null) {
        spread.write(out);
      }
    }
    VarInts.write(out, trues);
    if (texts != null) {
      texts.write(out);
      for (long count : forms) {
        VarInts.write(out, count);
      }
    }
  }

  static ValueDetails read(DataInput in) throws IOException {
    ValueDetails details = new ValueDetails();
    long parts = VarInts.read(in);
    for (int i = 0; i < details.spreads.length; i++) {
      details.spreads[i] = (parts >> i & 1) != 0 ? Histogram.read(in) : null;
    }
    details.trues = VarInts.read(in);
    if (parts >> details.spreads.length != 0) {
      details.texts = DistinctTexts.read(in);
      for (int i = 0; i < details.forms.length; i++) {
        details.forms[i] = VarInts.read(in);
      }
    }
    return details;
  }

  /** Compares by content: details of the same values are equal, however they were merged. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ValueDetails that
        && Arrays.equals(spreads, that.spreads)
        && Arrays.equals(forms, that.forms)
        && trues == that.trues
        && Objects.equals(texts, that.texts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(forms);
  }
}
