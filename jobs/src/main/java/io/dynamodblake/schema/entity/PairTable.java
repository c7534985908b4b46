package io.dynamodblake.schema.entity;

import java.util.Arrays;

/** Counts by pairs of numbers, found without an object for the pair. */
final class PairTable {
  private int[] firsts = new int[8];
  private int[] seconds = new int[8];
  private AttributeCounts[] counts = new AttributeCounts[8];
  private int size;
  private int[] slots = new int[16]; // index + 1, open addressing

  /** Returns the index of a pair, which is new if there was none. */
  int index(int first, int second) {
    int slot = hash(first, second) & slots.length - 1;
    while (slots[slot] != 0) {
      int index = slots[slot] - 1;
      if (firsts[index] == first && seconds[index] == second) {
        return index;
      }
      slot = slot + 1 & slots.length - 1;
    }
    if (size == firsts.length) {
      firsts = Arrays.copyOf(firsts, size * 2);
      seconds = Arrays.copyOf(seconds, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    firsts[size] = first;
    seconds[size] = second;
    counts[size] = new AttributeCounts();
    slots[slot] = ++size;
    if (size * 2 > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    for (int i = 0; i < size; i++) {
      int slot = hash(firsts[i], seconds[i]) & slots.length - 1;
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i + 1;
    }
  }

  private static int hash(int first, int second) {
    int hash = first * 0x9e3779b1 + second;
    hash *= 0x85ebca6b;
    return hash ^ hash >>> 15;
  }

  AttributeCounts counts(int index) {
    return counts[index];
  }

  int first(int index) {
    return firsts[index];
  }

  int second(int index) {
    return seconds[index];
  }

  int size() {
    return size;
  }

  /** About how many numbers it holds. */
  long numbers() {
    long numbers = 0;
    for (int i = 0; i < size; i++) {
      numbers += counts[i].end() + 8;
    }
    return numbers;
  }
}
