package io.dynamodblake.lake.compare;

/**
 * Which keys may differ: a bit for each of so many parts of all keys, by the digest of the key. A
 * few that do not differ pass, too. It takes 8 MiB at most, however many keys there are.
 */
final class KeyFilter {
  private static final int LEAST_BITS = 1 << 16;
  private static final int MOST_BITS = 1 << 26;
  private static final int BITS_PER_KEY = 16;

  private final long[] words; // a power of two

  /** A filter as {@link #toLongs} tells it; one without a word takes nothing. */
  KeyFilter(long[] words) {
    this.words = words;
  }

  /** Makes an empty filter that is large enough for so many keys, or as large as may be. */
  static KeyFilter forKeys(long keys) {
    long bits = LEAST_BITS;
    while (bits < MOST_BITS && bits / BITS_PER_KEY < keys) {
      bits <<= 1;
    }
    return new KeyFilter(new long[(int) (bits / Long.SIZE)]);
  }

  /** Makes one that nobody asks anything. */
  static KeyFilter none() {
    return new KeyFilter(new long[0]);
  }

  /** The filter as an array, which every serializer knows; it goes on changing. */
  long[] toLongs() {
    return words;
  }

  /** Lets a key pass. */
  void add(long high) {
    if (words.length > 0) {
      words[word(high)] |= 1L << high;
    }
  }

  boolean passes(long high) {
    return (words[word(high)] & 1L << high) != 0;
  }

  private int word(long high) {
    return (int) (high >>> Long.numberOfTrailingZeros(Long.SIZE)) & words.length - 1;
  }

  /** Lets pass what another one of the same size lets pass, too. */
  KeyFilter or(KeyFilter other) {
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.words[i];
    }
    return this;
  }
}
