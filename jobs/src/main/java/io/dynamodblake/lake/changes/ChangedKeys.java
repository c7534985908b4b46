package io.dynamodblake.lake.changes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.util.sketch.BloomFilter;

/**
 * What tells of a key that it surely did not change, for a bit more than a byte a changed key. It
 * spares the rows of all other keys the way through a shuffle; it is wrong about one in a hundred
 * of them, and about none that did change. Its memory is bounded: of very many changed keys it
 * knows less, and more rows go the long way.
 */
final class ChangedKeys implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double BITS_A_KEY = 10; // one in a hundred
  private static final long LEAST_BITS = 1 << 10;
  private static final long MOST_BITS = 1L << 29; // 64 MiB

  private final byte[] filter; // null if it lets all pass
  private transient volatile BloomFilter opened; // tasks of one process share it

  private ChangedKeys() {
    this.filter = null;
  }

  /** Returns what knows nothing, so that every key may have changed. */
  static ChangedKeys any() {
    return new ChangedKeys();
  }

  private ChangedKeys(BloomFilter filter) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      filter.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.filter = bytes.toByteArray();
  }

  /** Collects keys, in one thread. */
  static final class Builder {
    private final BloomFilter filter;

    /**
     * @param keys how many there will be at most, about; the same for all that are merged
     */
    Builder(long keys) {
      long expected = Math.max(1, keys);
      double wanted = expected * BITS_A_KEY;
      long bits = (long) Math.max(LEAST_BITS, Math.min(MOST_BITS, wanted));
      this.filter = BloomFilter.create(expected, bits);
    }

    void add(long keyHash) {
      filter.putLong(keyHash);
    }

    ChangedKeys build() {
      return new ChangedKeys(filter);
    }
  }

  /** Returns the keys of both; they were built for the same number. */
  ChangedKeys or(ChangedKeys other) {
    try {
      return new ChangedKeys(open().mergeInPlace(other.open()));
    } catch (Exception e) {
      // checked in the one line of Spark and not in the other
      throw new IllegalStateException("Cannot merge filters of one size", e);
    }
  }

  /** Whether a key may be among them, by its {@link KeyHash}. */
  boolean mayHave(long keyHash) {
    return filter == null || open().mightContainLong(keyHash);
  }

  private BloomFilter open() {
    if (opened == null) {
      try {
        opened = BloomFilter.readFrom(new ByteArrayInputStream(filter));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return opened;
  }
}
