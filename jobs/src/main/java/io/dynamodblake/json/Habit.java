package io.dynamodblake.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the values at one place of the items have looked like so far: the names of their map
 * entries, in the order in which they were first seen. Items of a table mostly look alike, so the
 * scanner compares the bytes of a line with the name that is likely to come next, in one go with
 * what exports write around it, and need not look for its end, hash it or find it.
 *
 * <p>A habit is a guess and never decides what is in an item: a line that does not match it byte by
 * byte goes the exact way. It is bounded: names beyond the bounds are not learned.
 */
final class Habit {
  /** Most names that one scanner learns, at all places together. */
  static final int MOST_NAMES = 16_384;

  private static final int MOST_NAMES_BELOW_ITEM = 256;
  private static final int MOST_HABITS = 4_096;

  /** Of a place beyond the bounds: learns nothing. */
  static final Habit NONE = new Habit(new Budget(), 0);

  private static final int MOST_NAME_BYTES = 255;
  // after a name often come the next, or the one after an attribute that is missing now and then
  private static final int GUESSES = 3;

  // where guesses are wrong more often than not, they are left for a while
  private static final int MOST_LUCK = 64;
  private static final int WRONG_GUESS = 2;
  private static final int REST_MAPS = 1_024;

  private static final byte[] BEHIND_NAME = "\":{\"".getBytes(StandardCharsets.US_ASCII);

  /** What the habits of one scanner share. */
  static final class Budget {
    private int names;
    private int habits;
  }

  private final Budget budget;
  private final int maxNames;
  private int luck = MOST_LUCK;
  private int rest; // maps for which nothing is guessed
  private int size;

  // how a name stands in a line, "name":{", in words of eight bytes
  private long[] words = new long[16];
  private int[] wordEnds = new int[8];
  private long[] lastMasks = new long[8];

  private int[] nameLengths = new int[8];
  private int[] hashes = new int[8];
  private int[] numbers = new int[8];
  private int[] seenIn = new int[8];
  private Habit[] values = new Habit[8];
  private int[] slots = new int[16]; // index + 1, open addressing by hash
  private Habit others;

  // of the names that somebody waits for: which number each of ours has there
  private NameTable wantedTable;
  private int[] wantedNumbers = new int[0];

  private Habit(Budget budget, int maxNames) {
    this.budget = budget;
    this.maxNames = maxNames;
  }

  static Habit ofItems() {
    return new Habit(new Budget(), MOST_NAMES);
  }

  /** The habit to guess the names of the next map by: this one, unless guessing does not pay. */
  Habit forNames() {
    if (rest == 0) {
      return this;
    }
    if (--rest == 0) {
      luck = MOST_LUCK;
    }
    return NONE;
  }

  /**
   * Which name stands at a position of a line, if it is one of those that are likely after another.
   *
   * @param after index of the name before it, -1 for none
   * @return its index, or -1; the text after it may lie beyond the end of the line
   */
  int guess(byte[] bytes, int position, int after) {
    if (this == NONE) {
      return -1;
    }
    int stop = Math.min(size, after + 1 + GUESSES);
    for (int name = after + 1; name < stop; name++) {
      if (stands(name, bytes, position)) {
        luck = Math.min(MOST_LUCK, luck + 1);
        return name;
      }
    }
    luck -= WRONG_GUESS;
    if (luck < 0) {
      rest = REST_MAPS;
    }
    return -1;
  }

  private boolean stands(int name, byte[] bytes, int position) {
    int word = name == 0 ? 0 : wordEnds[name - 1];
    int last = wordEnds[name] - 1;
    if (bytes.length - position < (last - word + 1) * Long.BYTES) {
      return false;
    }
    int at = position;
    for (; word < last; word++, at += Long.BYTES) {
      if (Bytes.eight(bytes, at) != words[word]) {
        return false;
      }
    }
    return ((Bytes.eight(bytes, at) ^ words[last]) & lastMasks[name]) == 0;
  }

  /**
   * The index of a name without escapes that has been read and checked, learned if it is new and
   * there is room; -1 if not.
   */
  int learn(byte[] bytes, int start, int end, int hash) {
    // room for whole words, so that a name that is known is found
    boolean asExportsWrite =
        this != NONE
            && bytes.length - end >= BEHIND_NAME.length + Long.BYTES
            && Arrays.equals(bytes, end, end + BEHIND_NAME.length, BEHIND_NAME, 0, 4);
    if (!asExportsWrite) {
      return -1;
    }
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int name = slots[slot] - 1;
      if (hashes[name] == hash
          && nameLengths[name] == end - start
          && stands(name, bytes, start - 1)) {
        return name;
      }
    }
    boolean full = size == maxNames || budget.names == MOST_NAMES;
    return full || end - start > MOST_NAME_BYTES ? -1 : add(bytes, start, end, hash);
  }

  private int add(byte[] bytes, int start, int end, int hash) {
    if (size == hashes.length) {
      grow();
    }
    byte[] opening = Arrays.copyOfRange(bytes, start - 1, end + BEHIND_NAME.length);
    int count = (opening.length + Long.BYTES - 1) / Long.BYTES;
    int firstWord = size == 0 ? 0 : wordEnds[size - 1];
    if (firstWord + count > words.length) {
      words = Arrays.copyOf(words, Math.max(firstWord + count, 2 * words.length));
    }
    byte[] padded = Arrays.copyOf(opening, count * Long.BYTES);
    for (int i = 0; i < count; i++) {
      words[firstWord + i] = Bytes.eight(padded, i * Long.BYTES);
    }
    wordEnds[size] = firstWord + count;
    lastMasks[size] = -1L >>> (padded.length - opening.length) * Byte.SIZE;
    nameLengths[size] = end - start;
    hashes[size] = hash;
    numbers[size] = ++budget.names;
    link(size);
    return size++;
  }

  private void grow() {
    int capacity = 2 * size;
    wordEnds = Arrays.copyOf(wordEnds, capacity);
    lastMasks = Arrays.copyOf(lastMasks, capacity);
    nameLengths = Arrays.copyOf(nameLengths, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    numbers = Arrays.copyOf(numbers, capacity);
    seenIn = Arrays.copyOf(seenIn, capacity);
    values = Arrays.copyOf(values, capacity);
    slots = new int[2 * capacity];
    for (int name = 0; name < size; name++) {
      link(name);
    }
  }

  private void link(int name) {
    int mask = slots.length - 1;
    int slot = hashes[name] & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = name + 1;
  }

  /** Bytes of the name alone. */
  int nameLength(int name) {
    return nameLengths[name];
  }

  int hash(int name) {
    return hashes[name];
  }

  /** A number above 0 that no other name and place of the same scanner has. */
  int number(int name) {
    return numbers[name];
  }

  /**
   * Notes that a map has the name.
   *
   * @param map number of the map
   * @return whether it may have had it before
   */
  boolean repeats(int name, int map) {
    boolean before = seenIn[name] == map;
    seenIn[name] = map;
    return before;
  }

  /**
   * What the value under a name looks like, if it is a map or list.
   *
   * @param name its index; -1 for a name that was not learned, or the element of a list
   */
  Habit value(int name) {
    if (name < 0) {
      if (others == null) {
        others = below();
      }
      return others;
    }
    if (values[name] == null) {
      values[name] = below();
    }
    return values[name];
  }

  private Habit below() {
    if (this == NONE || budget.habits == MOST_HABITS) {
      return NONE;
    }
    budget.habits++;
    return new Habit(budget, MOST_NAMES_BELOW_ITEM);
  }

  /** The number of a name in a table of names that somebody waits for, or -1. */
  int wanted(int name, NameTable table, byte[] bytes, int start, int end) {
    if (wantedTable != table) {
      wantedTable = table;
      wantedNumbers = new int[0];
    }
    if (name >= wantedNumbers.length) {
      int known = wantedNumbers.length;
      wantedNumbers = Arrays.copyOf(wantedNumbers, hashes.length);
      Arrays.fill(wantedNumbers, known, hashes.length, UNKNOWN);
    }
    if (wantedNumbers[name] == UNKNOWN) {
      wantedNumbers[name] = table.find(bytes, start, end, hashes[name], -1);
    }
    return wantedNumbers[name];
  }

  private static final int UNKNOWN = -2;
}
