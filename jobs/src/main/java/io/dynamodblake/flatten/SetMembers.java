package io.dynamodblake.flatten;

import io.dynamodblake.type.NameHash;
import java.util.Arrays;

/** The members of the set that is being written, to find one that stands there twice. */
final class SetMembers {
  private static final int FREE = 0;
  private static final int SMALLEST = 64;
  private static final int LARGEST_KEPT = 1024;

  private byte[] bytes = new byte[256];
  private int size;
  private int[] ends = new int[16];
  private int[] hashes = new int[16];
  private int count;
  private int[] table = new int[SMALLEST]; // number of a member from 1, or FREE

  void begin() {
    size = 0;
    count = 0;
    if (table.length > LARGEST_KEPT) {
      table = new int[SMALLEST]; // else one large set would slow down all after it
    } else {
      Arrays.fill(table, FREE);
    }
  }

  int count() {
    return count;
  }

  /** Adds a member; false if it is there already. */
  boolean add(byte[] from, int offset, int length) {
    int hash = NameHash.of(from, offset, offset + length);
    int slot = hash & (table.length - 1);
    for (; table[slot] != FREE; slot = (slot + 1) & (table.length - 1)) {
      int member = table[slot] - 1;
      if (hashes[member] == hash
          && Arrays.equals(bytes, start(member), ends[member], from, offset, offset + length)) {
        return false;
      }
    }
    keep(from, offset, length, hash);
    table[slot] = count;
    if (count * 2 > table.length) {
      grow();
    }
    return true;
  }

  private int start(int member) {
    return member == 0 ? 0 : ends[member - 1];
  }

  private void keep(byte[] from, int offset, int length, int hash) {
    if (bytes.length - size < length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, length)));
    }
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      hashes = Arrays.copyOf(hashes, count * 2);
    }
    ends[count] = size;
    hashes[count++] = hash;
  }

  private void grow() {
    table = new int[table.length * 2];
    for (int member = 0; member < count; member++) {
      int slot = hashes[member] & (table.length - 1);
      while (table[slot] != FREE) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = member + 1;
    }
  }
}
