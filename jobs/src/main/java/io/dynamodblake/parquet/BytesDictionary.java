package io.dynamodblake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Distinct texts or binaries. */
final class BytesDictionary extends Dictionary {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final boolean withLengths; // in the plain encoding
  private byte[] data = new byte[0];
  private int[] ends = new int[0]; // of the entries in the data
  private int[] hashes = new int[0];

  BytesDictionary(boolean withLengths, int mostBytes, MemoryGauge gauge) {
    super(mostBytes, gauge);
    this.withLengths = withLengths;
  }

  /** The entry of a value, which is made if need be, or {@link #REFUSED}. */
  int find(byte[] bytes, int offset, int length, long seen) {
    prepare();
    int hash = hash(bytes, offset, length);
    int slot = slot(hash);
    int entry = entryAt(slot);
    while (entry >= 0) {
      if (hashes[entry] == hash && holds(entry, bytes, offset, length)) {
        return entry;
      }
      slot = following(slot);
      entry = entryAt(slot);
    }
    int entryBytes = withLengths ? Integer.BYTES + length : length;
    if (!takes(seen, entryBytes)) {
      return REFUSED;
    }
    append(hash, bytes, offset, length);
    return occupy(slot, entryBytes);
  }

  private boolean holds(int entry, byte[] bytes, int offset, int length) {
    return Arrays.equals(data, start(entry), end(entry), bytes, offset, offset + length);
  }

  private void append(int hash, byte[] bytes, int offset, int length) {
    int entry = size();
    int start = start(entry);
    if (start + length > data.length) {
      int capacity = Math.max(Math.max(64, start + length), 2 * data.length);
      gauge().add(capacity - data.length);
      data = Arrays.copyOf(data, capacity);
    }
    if (entry == ends.length) {
      int capacity = Math.max(8, 2 * ends.length);
      gauge().add(2L * Integer.BYTES * (capacity - ends.length));
      ends = Arrays.copyOf(ends, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
    }
    System.arraycopy(bytes, offset, data, start, length);
    ends[entry] = start + length;
    hashes[entry] = hash;
  }

  /** Holds the bytes of all entries. */
  byte[] data() {
    return data;
  }

  int start(int entry) {
    return entry == 0 ? 0 : ends[entry - 1];
  }

  int end(int entry) {
    return ends[entry];
  }

  private static int hash(byte[] bytes, int offset, int length) {
    long hash = length;
    int position = offset;
    int end = offset + length;
    for (; position + Long.BYTES <= end; position += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(bytes, position)) * MIX;
      hash ^= hash >>> 32;
    }
    long rest = 0;
    for (; position < end; position++) {
      rest = rest << Byte.SIZE | bytes[position] & 0xff;
    }
    hash = (hash ^ rest) * MIX;
    return (int) (hash >>> 32) ^ (int) (hash >>> 52);
  }

  @Override
  int hashOf(int entry) {
    return hashes[entry];
  }

  @Override
  void writePlain(PageCompressor page) {
    if (!withLengths) {
      page.put(data, 0, start(size()));
      return;
    }
    for (int entry = 0; entry < size(); entry++) {
      int length = end(entry) - start(entry);
      page.ensure(Integer.BYTES);
      page.putInt(length);
      page.put(data, start(entry), length);
    }
  }

  @Override
  void release() {
    super.release();
    gauge().add(-data.length - 2L * Integer.BYTES * ends.length);
    data = new byte[0];
    ends = new int[0];
    hashes = new int[0];
  }
}
