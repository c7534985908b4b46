package io.dynamodblake.schema;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many different texts there are: exactly, with how often each occurs, while they are few and
 * short; else by a HyperLogLog of {@link #REGISTERS} registers, which is within a few percent. Both
 * depend on the set of texts alone, so they merge in any order with the same result. Not safe for
 * use by several threads.
 */
public final class DistinctTexts {
  /** Most different texts that are remembered. */
  public static final int MOST_FEW = 20;

  /** Longest text that is remembered, in bytes of UTF-8. */
  public static final int LONGEST_FEW = 64;

  private static final int INDEX_BITS = 10;
  static final int REGISTERS = 1 << INDEX_BITS;
  private static final double BIAS = 0.7213 / (1 + 1.079 / REGISTERS);
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[][] texts = new byte[4][]; // null once there are many
  private long[] hashes = new long[4];
  private long[] counts = new long[4];
  private int size;
  private int last; // the text before: neighbours are often alike
  private byte[] registers; // null while there are few

  /** Takes in a text, as UTF-8. */
  public void observe(byte[] bytes, int start, int end) {
    long hash = hash(bytes, start, end);
    if (registers != null) {
      register(hash);
    } else {
      add(bytes, start, end, hash, 1);
    }
  }

  /** Adds everything the other one has seen. */
  public void merge(DistinctTexts other) {
    if (other.registers != null) {
      if (registers == null) {
        forget();
      }
      for (int i = 0; i < REGISTERS; i++) {
        registers[i] = (byte) Math.max(registers[i], other.registers[i]);
      }
      return;
    }
    for (int i = 0; i < other.size; i++) {
      if (registers != null) {
        register(other.hashes[i]);
      } else {
        add(other.texts[i], 0, other.texts[i].length, other.hashes[i], other.counts[i]);
      }
    }
  }

  private void add(byte[] bytes, int start, int end, long hash, long count) {
    if (last < size && is(last, bytes, start, end, hash)) {
      counts[last] += count;
      return;
    }
    for (int i = 0; i < size; i++) {
      if (is(i, bytes, start, end, hash)) {
        counts[i] += count;
        last = i;
        return;
      }
    }
    if (size == MOST_FEW || end - start > LONGEST_FEW) {
      forget();
      register(hash);
      return;
    }
    if (size == texts.length) {
      texts = Arrays.copyOf(texts, size * 2);
      hashes = Arrays.copyOf(hashes, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    texts[size] = Arrays.copyOfRange(bytes, start, end);
    hashes[size] = hash;
    counts[size] = count;
    last = size++;
  }

  private boolean is(int index, byte[] bytes, int start, int end, long hash) {
    return hashes[index] == hash
        && Arrays.equals(texts[index], 0, texts[index].length, bytes, start, end);
  }

  private void forget() {
    registers = new byte[REGISTERS];
    for (int i = 0; i < size; i++) {
      register(hashes[i]);
    }
    texts = null;
    hashes = null;
    counts = null;
    size = 0;
  }

  private void register(long hash) {
    int index = (int) (hash >>> Long.SIZE - INDEX_BITS);
    // one bit is set below, so that the rank ends
    int rank = Long.numberOfLeadingZeros(hash << INDEX_BITS | 1L << INDEX_BITS - 1) + 1;
    if (rank > registers[index]) {
      registers[index] = (byte) rank;
    }
  }

  /** The same in every JVM: registers of several are merged. */
  private static long hash(byte[] bytes, int start, int end) {
    long hash = end - start;
    int index = start;
    for (; end - index >= Long.BYTES; index += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(bytes, index)) * MIX;
      hash ^= hash >>> 32;
    }
    long tail = 0;
    for (; index < end; index++) {
      tail = tail << Byte.SIZE | bytes[index] & 0xff;
    }
    hash = (hash ^ tail) * MIX;
    hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
    return hash ^ hash >>> 33;
  }

  /** Returns whether all different texts are known. */
  public boolean areFew() {
    return registers == null;
  }

  /** Returns how many different texts there are: exactly if they are few, else estimated. */
  public long number() {
    if (registers == null) {
      return size;
    }
    double sum = 0;
    int zeros = 0;
    for (byte register : registers) {
      sum += Math.scalb(1.0, -register);
      zeros += register == 0 ? 1 : 0;
    }
    double estimate = BIAS * REGISTERS * REGISTERS / sum;
    if (estimate <= 2.5 * REGISTERS && zeros > 0) {
      estimate = REGISTERS * Math.log((double) REGISTERS / zeros);
    }
    return Math.round(estimate);
  }

  /**
   * Returns how often each text occurs, in code-point order; empty where there are many. Customer
   * values: not for logs.
   */
  public SortedMap<String, Long> few() {
    TreeMap<String, Long> few = new TreeMap<>(ColumnNames.CODE_POINT_ORDER);
    for (int i = 0; i < size; i++) {
      // what is no UTF-8 may read alike
      few.merge(new String(texts[i], StandardCharsets.UTF_8), counts[i], Long::sum);
    }
    return Collections.unmodifiableSortedMap(few);
  }

  void write(DataOutput out) throws IOException {
    out.writeBoolean(registers == null);
    if (registers == null) {
      VarInts.write(out, size);
      for (int index : order()) {
        VarInts.write(out, texts[index].length);
        out.write(texts[index]);
        VarInts.write(out, counts[index]);
      }
      return;
    }
    int used = 0;
    for (byte register : registers) {
      used += register == 0 ? 0 : 1;
    }
    VarInts.write(out, used); // of small sets most are zero
    int before = -1;
    for (int i = 0; i < REGISTERS; i++) {
      if (registers[i] != 0) {
        VarInts.write(out, i - before - 1L);
        out.writeByte(registers[i]);
        before = i;
      }
    }
  }

  static DistinctTexts read(DataInput in) throws IOException {
    DistinctTexts distinct = new DistinctTexts();
    if (in.readBoolean()) {
      for (long i = VarInts.read(in); i > 0; i--) {
        byte[] text = new byte[(int) VarInts.read(in)];
        in.readFully(text);
        distinct.add(text, 0, text.length, hash(text, 0, text.length), VarInts.read(in));
      }
      return distinct;
    }
    distinct.forget();
    int index = -1;
    for (long i = VarInts.read(in); i > 0; i--) {
      index += (int) VarInts.read(in) + 1;
      distinct.registers[index] = in.readByte();
    }
    return distinct;
  }

  private Integer[] order() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (left, right) -> Arrays.compareUnsigned(texts[left], texts[right]));
    return order;
  }

  /** Compares by content: of the same texts they are equal, however they were merged. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DistinctTexts that
        && Arrays.equals(registers, that.registers)
        && few().equals(that.few());
  }

  @Override
  public int hashCode() {
    return few().hashCode() + Arrays.hashCode(registers);
  }
}
