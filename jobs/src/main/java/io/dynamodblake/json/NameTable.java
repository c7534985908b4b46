package io.dynamodblake.json;

import io.dynamodblake.type.NameHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The attribute names that somebody waits for, found by the bytes of a line without making strings
 * of them. Names get the numbers 0, 1, ... in the order they are given. Immutable; safe for use by
 * several threads.
 */
public final class NameTable {
  private final byte[][] names;
  private final int[] hashes;
  private final int[] slots; // number + 1, or 0
  private final int mask;

  /** Makes a table in which each name has its place in the list as its number. */
  public NameTable(List<String> names) {
    int count = names.size();
    this.names = new byte[count][];
    this.hashes = new int[count];
    this.slots = new int[Math.max(4, Integer.highestOneBit(Math.max(1, count)) * 4)];
    this.mask = slots.length - 1;
    for (int i = 0; i < count; i++) {
      byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
      this.names[i] = name;
      hashes[i] = NameHash.of(name, 0, name.length);
      int slot = hashes[i] & mask;
      while (slots[slot] != 0) {
        if (Arrays.equals(this.names[slots[slot] - 1], name)) {
          throw new IllegalArgumentException("Name given twice, at " + i);
        }
        slot = (slot + 1) & mask;
      }
      slots[slot] = i + 1;
    }
  }

  /** Returns how many names there are. */
  public int size() {
    return names.length;
  }

  /**
   * Returns the number of the name of a node, or -1.
   *
   * @param expected the number to try first, usually the one after the last found; any value is
   *     allowed
   */
  public int find(ItemTape tape, int node, int expected) {
    return find(
        tape.nameBytes(node),
        tape.nameStart(node),
        tape.nameEnd(node),
        tape.nameHash(node),
        expected);
  }

  int find(byte[] bytes, int start, int end, int hash, int expected) {
    if (expected >= 0 && expected < names.length && is(expected, bytes, start, end, hash)) {
      return expected;
    }
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int number = slots[slot] - 1;
      if (is(number, bytes, start, end, hash)) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private boolean is(int number, byte[] bytes, int start, int end, int hash) {
    byte[] name = names[number];
    return hashes[number] == hash && Arrays.equals(bytes, start, end, name, 0, name.length);
  }
}
