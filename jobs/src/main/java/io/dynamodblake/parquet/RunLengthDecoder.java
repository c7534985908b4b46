package io.dynamodblake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Reads what {@link RunLengthEncoder} writes, and any other writer's hybrid of run lengths and bit
 * packing: all numbers of a page at once, a run by filling it, packed ones eight at a time.
 */
final class RunLengthDecoder {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int GROUP = 8;
  private static final int MOST_HEADER_BITS = 35; // of an unsigned int in groups of seven

  private final byte[] bytes;
  private final int end;
  private int pos;

  private RunLengthDecoder(byte[] bytes, int start, int end) {
    if (start < 0 || end < start || end > bytes.length) {
      throw new ParquetDecodingException("A page is shorter than it says");
    }
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
  }

  /**
   * Reads numbers from {@code bytes[start, end)}.
   *
   * @param bitWidth bits of each, from 0 to 32
   * @param into gets them; those that do not fit into 31 bits are negative
   * @throws ParquetDecodingException if there are not as many
   */
  static void read(byte[] bytes, int start, int end, int bitWidth, int count, int[] into) {
    if (bitWidth < 0 || bitWidth > Integer.SIZE) {
      throw new ParquetDecodingException("Numbers of %d bits".formatted(bitWidth));
    }
    if (bitWidth == 0) {
      Arrays.fill(into, 0, count, 0); // with or without a word about it
      return;
    }
    RunLengthDecoder decoder = new RunLengthDecoder(bytes, start, end);
    int done = 0;
    while (done < count) {
      done += decoder.readRun(bitWidth, count - done, into, done);
    }
  }

  /** Reads a run, or as much of it as is wanted; returns how many numbers it had. */
  private int readRun(int bitWidth, int wanted, int[] into, int at) {
    int header = readHeader();
    int times = header >>> 1;
    if ((header & 1) == 0) {
      int now = Math.min(times, wanted);
      Arrays.fill(into, at, at + now, readValue(bitWidth));
      return now;
    }
    long length = (long) times * bitWidth;
    // who writes the last group may leave out the bytes of numbers that are not there
    int now = (int) Math.min((long) times * GROUP, wanted);
    if ((long) now * bitWidth > (long) (end - pos) * Byte.SIZE) {
      throw new ParquetDecodingException("A page ends within its numbers");
    }
    unpack(bitWidth, now, into, at);
    pos = (int) Math.min(end, pos + length);
    return now;
  }

  private int readHeader() {
    int header = 0;
    for (int shift = 0; shift < MOST_HEADER_BITS; shift += 7) {
      byte next = next();
      header |= (next & 0x7f) << shift;
      if (next >= 0) {
        return header;
      }
    }
    throw new ParquetDecodingException("A run of numbers is longer than any");
  }

  private byte next() {
    if (pos >= end) {
      throw new ParquetDecodingException("A page ends within its numbers");
    }
    return bytes[pos++];
  }

  private int readValue(int bitWidth) {
    int value = 0;
    for (int shift = 0; shift < bitWidth; shift += Byte.SIZE) {
      value |= (next() & 0xff) << shift;
    }
    return value;
  }

  private void unpack(int bitWidth, int count, int[] into, int at) {
    long mask = (1L << bitWidth) - 1;
    long bit = (long) pos * Byte.SIZE;
    for (int i = 0; i < count; i++, bit += bitWidth) {
      int from = (int) (bit >>> 3);
      long word = from + Long.BYTES <= bytes.length ? (long) LONG.get(bytes, from) : rest(from);
      into[at + i] = (int) (word >>> (bit & 7) & mask);
    }
  }

  /** The last bytes, where there are no eight. */
  private long rest(int from) {
    long word = 0;
    for (int i = bytes.length - 1; i >= from; i--) {
      word = word << Byte.SIZE | bytes[i] & 0xff;
    }
    return word;
  }
}
