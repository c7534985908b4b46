package io.dynamodblake.identity;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.NameHash;
import java.util.Arrays;

/**
 * Random numbers for the names of map entries, by name and level: the same ones for the same secret
 * in every process, and as good as chance without it. Those of a name that a scanner has numbered
 * are found without a look at its bytes. Bounded: what is beyond is made anew each time. One a
 * thread.
 */
final class NameKeys {
  /** Numbers are made so many at a time. */
  static final int LONGS = SecretSha.LONGS;

  /** Names that are kept, unless said otherwise: as many as a scanner numbers. */
  static final int MOST = 16_384;

  private static final byte USE_KEY = 'k';
  private static final Name[] NONE = new Name[0];

  /** A name at a level. */
  final class Name {
    private int level;
    private int hash;
    private byte[] bytes;
    private long[] key;
    private int wanted = -1;

    private Name(int level, int hash, byte[] bytes) {
      become(level, hash, bytes);
    }

    private void become(int newLevel, int newHash, byte[] newBytes) {
      level = newLevel;
      hash = newHash;
      bytes = newBytes;
      key = new long[0];
    }

    /** Which of the wanted names it is; -1 for none. */
    int wanted() {
      return wanted;
    }

    /** Its numbers, at least {@link #LONGS} times {@code units}. */
    long[] key(int units) {
      return key.length >= units * LONGS ? key : extended(units);
    }

    private long[] extended(int units) {
      int size = key.length;
      key = Arrays.copyOf(key, units * LONGS);
      for (; size < key.length; size += LONGS) {
        // levels and places are few; with a byte each, most names leave it at one block
        sha.begin(USE_KEY).put((byte) level).put((byte) (size / LONGS));
        sha.update(bytes, 0, bytes.length).end();
        for (int i = 0; i < LONGS; i++) {
          key[size + i] = sha.word(i);
        }
      }
      return key;
    }

    private boolean is(int otherLevel, int otherHash, byte[] text, int start, int end) {
      return hash == otherHash
          && level == otherLevel
          && Arrays.equals(bytes, 0, bytes.length, text, start, end);
    }
  }

  private final SecretSha sha;
  private final int most;
  private final int wanted;
  private Name[] slots = new Name[64]; // open addressing by hash
  private int size;
  private final Name passing = new Name(0, 0, new byte[0]); // one that there is no room for

  // by the scanner's numbers
  private Object scope;
  private Name[] numbered = new Name[64];
  private Name[] known = NONE; // of the present item

  /**
   * @param wanted names that are told from others in the uppermost map, in UTF-8
   * @param most names that are kept, besides the wanted ones
   */
  NameKeys(SecretSha sha, byte[][] wanted, int most) {
    this.sha = sha;
    this.most = most;
    this.wanted = wanted.length;
    for (int i = 0; i < wanted.length; i++) {
      byte[] bytes = wanted[i].clone();
      Name name = new Name(0, NameHash.of(bytes, 0, bytes.length), bytes);
      name.wanted = i;
      add(name);
    }
  }

  /** Before the names of each item. */
  void begin(ItemTape tape) {
    if (scope == null) {
      scope = tape.nameScope();
    }
    // numbers of the first scanner are remembered, those of others would be mistaken for them
    known = tape.nameScope() == scope ? numbered : NONE;
  }

  /**
   * The name of a node.
   *
   * @param level how many lists and maps are open around the map that it stands in
   * @return valid until the next call
   */
  Name of(ItemTape tape, int node, int level) {
    int number = tape.nameNumber(node);
    if (number < known.length) {
      Name name = known[number];
      if (name != null && name.level == level) {
        return name;
      }
    }
    return find(tape, node, level);
  }

  private Name find(ItemTape tape, int node, int level) {
    int hash = tape.nameHash(node);
    byte[] text = tape.nameBytes(node);
    int start = tape.nameStart(node);
    int end = tape.nameEnd(node);
    int slot = slot(hash, level);
    while (slots[slot] != null && !slots[slot].is(level, hash, text, start, end)) {
      slot = slot + 1 & slots.length - 1;
    }
    Name name = slots[slot];
    if (name == null) {
      byte[] bytes = Arrays.copyOfRange(text, start, end);
      if (size >= most + wanted) {
        passing.become(level, hash, bytes);
        return passing;
      }
      name = new Name(level, hash, bytes);
      add(name);
    }
    int number = tape.nameNumber(node);
    if (number > 0 && known != NONE) {
      if (number >= numbered.length) {
        numbered = Arrays.copyOf(numbered, 2 * number);
        known = numbered;
      }
      numbered[number] = name;
    }
    return name;
  }

  private void add(Name name) {
    if (2 * ++size > slots.length) {
      Name[] before = slots;
      slots = new Name[2 * before.length];
      for (Name moved : before) {
        if (moved != null) {
          place(moved);
        }
      }
    }
    place(name);
  }

  private void place(Name name) {
    int slot = slot(name.hash, name.level);
    while (slots[slot] != null) {
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = name;
  }

  private int slot(int hash, int level) {
    return hash + level & slots.length - 1;
  }
}
