package io.dynamodblake.lake.compare;

import java.util.Comparator;

/**
 * A key that differs: its digest, and how often each side has it.
 *
 * @param high the first 64 bits of the digest
 * @param low the 64 bits that follow
 */
record DifferingKey(long high, long low, long inA, long inB) {
  static final Comparator<DifferingKey> ORDER =
      Comparator.comparingLong(DifferingKey::high).thenComparingLong(DifferingKey::low);

  private static final int SHOWN_DIGITS = 16;

  /** Whether each side has one item of the key, so that the two can be paired. */
  boolean isPair() {
    return inA == 1 && inB == 1;
  }

  /** The whole digest in hex digits. */
  String name() {
    return name(high, low);
  }

  /** As much of it as people are shown. */
  String shortName() {
    return name().substring(0, SHOWN_DIGITS);
  }

  static String name(long high, long low) {
    return "%016x%016x".formatted(high, low);
  }
}
