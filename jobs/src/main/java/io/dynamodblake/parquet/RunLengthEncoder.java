package io.dynamodblake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Parquet's hybrid of run lengths and bit packing, for levels and dictionary indexes. A run of
 * equal values costs the same however long it is.
 */
final class RunLengthEncoder {
  private static final int GROUP = 8;
  private static final int MOST_GROUPS_OF_A_RUN = 63; // what one byte of header can say
  private static final int INITIAL_BYTES = 32;
  private static final int NO_HEADER = -1;
  private static final int MOST_BITS_OF_WORDS = 16; // of a number, four of which are a word then
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final MemoryGauge gauge;
  private int bitWidth;
  private byte[] bytes = new byte[0];
  private int length;

  private int value;
  private int repeats; // of the value, since the last packed group
  private final int[] group = new int[GROUP]; // values that are not yet part of a run
  private int grouped;
  private int headerAt = NO_HEADER; // of the packed run begun
  private int packedGroups;

  RunLengthEncoder(int bitWidth, MemoryGauge gauge) {
    this.bitWidth = bitWidth;
    this.gauge = gauge;
  }

  /** Bits that hold the values from 0 to {@code largest}. */
  static int bitWidth(int largest) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
  }

  /** Forgets everything. */
  void reset(int newBitWidth) {
    bitWidth = newBitWidth;
    length = 0;
    repeats = 0;
    grouped = 0;
    headerAt = NO_HEADER;
    packedGroups = 0;
  }

  void reset() {
    reset(bitWidth);
  }

  void add(int next) {
    if (repeats > 0 && next == value) {
      if (++repeats >= GROUP) {
        return; // a run of its own, written when it ends
      }
    } else {
      endRepeats();
      value = next;
      repeats = 1;
    }
    group[grouped++] = next;
    if (grouped == GROUP) {
      packGroup();
    }
  }

  void add(int next, int times) {
    int left = times;
    while (left > 0 && (repeats < GROUP || next != value)) {
      add(next);
      left--;
    }
    repeats += left;
  }

  private void endRepeats() {
    if (repeats >= GROUP) {
      endPackedRun();
      writeVarInt(repeats << 1);
      writeValue();
      grouped = 0; // the group held the first of them and nothing else
      repeats = 0;
    }
  }

  private void packGroup() {
    if (packedGroups == MOST_GROUPS_OF_A_RUN) {
      endPackedRun();
    }
    ensure(1 + Math.max(bitWidth, 2 * Long.BYTES));
    if (headerAt == NO_HEADER) {
      headerAt = length++;
    }
    if (bitWidth <= MOST_BITS_OF_WORDS) {
      packWords();
    } else {
      packBytes();
    }
    packedGroups++;
    grouped = 0;
    repeats = 0; // part of the packed run now
  }

  /** The group in two words, of which the bytes behind those that count are written over. */
  private void packWords() {
    int half = 4 * bitWidth; // bits of four numbers
    long low = fourFrom(0);
    long high = fourFrom(4);
    boolean full = half == Long.SIZE;
    LONG.set(bytes, length, full ? low : low | high << half);
    LONG.set(bytes, length + Long.BYTES, full ? high : high >>> 1 >>> Long.SIZE - 1 - half);
    length += bitWidth;
  }

  private long fourFrom(int first) {
    return group[first]
        | (long) group[first + 1] << bitWidth
        | (long) group[first + 2] << 2 * bitWidth
        | (long) group[first + 3] << 3 * bitWidth;
  }

  private void packBytes() {
    long bits = 0;
    int held = 0;
    for (int i = 0; i < GROUP; i++) {
      bits |= (long) group[i] << held;
      held += bitWidth;
      while (held >= Byte.SIZE) {
        bytes[length++] = (byte) bits;
        bits >>>= Byte.SIZE;
        held -= Byte.SIZE;
      }
    }
  }

  private void endPackedRun() {
    if (headerAt != NO_HEADER) {
      bytes[headerAt] = (byte) (packedGroups << 1 | 1);
      headerAt = NO_HEADER;
      packedGroups = 0;
    }
  }

  /** Ends the last run; nothing may be added before the next reset. */
  void finish() {
    endRepeats();
    if (grouped > 0) {
      Arrays.fill(group, grouped, GROUP, 0);
      packGroup();
    }
    endPackedRun();
  }

  private void writeVarInt(int number) {
    ensure(5);
    int rest = number;
    while ((rest & ~0x7f) != 0) {
      bytes[length++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  private void writeValue() {
    ensure(Integer.BYTES);
    for (int bit = 0; bit < bitWidth; bit += Byte.SIZE) {
      bytes[length++] = (byte) (value >>> bit);
    }
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      int capacity = Math.max(INITIAL_BYTES, Math.max(length + more, bytes.length * 2));
      gauge.add(capacity - bytes.length);
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  /** Bytes written, the runs begun not counted. */
  int length() {
    return length;
  }

  /** Gives its memory back. */
  void release() {
    reset(bitWidth);
    gauge.add(-bytes.length);
    bytes = new byte[0];
  }
}
