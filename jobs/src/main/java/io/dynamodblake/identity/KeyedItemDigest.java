package io.dynamodblake.identity;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.Descriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Digests of 128 bits that are the same for items that DynamoDB takes for equal, and for two that
 * it does not, whatever they are, with a chance below 2^-110, as long as whoever made them did not
 * know the secret. What is equal is what {@link CanonicalItem} says; this is cheaper, and digests
 * are comparable only under one secret. One a thread.
 *
 * <p>Values become words of 64 bits, the same ones exactly for equal values. A map becomes a sum
 * over its entries, which is the same in any order: of products of pairs of words, to each of which
 * a random number is added that belongs to the name, its level and the place of the word,
 *
 * <pre>{@code (word0 + key0) * (word1 + key1) + (word2 + key2) * (word3 + key3) + ...}</pre>
 *
 * twice, with other numbers: this is the hash NH of UMAC (RFC 4418), with pairs in the order of
 * names instead of places. If two maps differ, an entry does, and in it a pair of words; whatever
 * the rest of both sums is, at most eight of the 2^64 numbers that can stand beside the word that
 * differs make the sums agree, once and, independently, twice: 2^-122. The sums of a map inside are
 * words of the value that it is; its numbers are those of another level, so they are independent of
 * the ones that it is multiplied with, and each level adds 2^-122 to the chance. Sums of whole
 * items have a structure that sums of many could show, so what is told of an item is SHA-256 of its
 * sum and the secret: of equal sums the same, of different ones as good as chance.
 */
public final class KeyedItemDigest {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // longer values go in as their SHA-256, so that no name needs more numbers than that
  private static final int MOST_WORDS = 32;
  private static final int MOST_BYTES = (MOST_WORDS - 1) * Long.BYTES;
  private static final int FEW_WORDS = 3;
  private static final int FEW_BYTES = FEW_WORDS * Long.BYTES;
  private static final int SUM_PAIRS = 3; // of a head and four words
  private static final int PAIR = NameKeys.LONGS;

  // the first word of a value: descriptor, then a number that goes with it, and above that
  private static final long AS_DIGEST = 1L << 63;
  private static final long AS_TEXT = 1L << 62;

  private static final byte USE_ITEM = 'i';
  private static final byte USE_BYTES = 'b';
  private static final byte USE_WORDS = 'w';

  // odd, to mix with: those of the golden ratio and of a well-known generator
  private static final long MIX_HIGH = 0x9e3779b97f4a7c15L;
  private static final long MIX_LOW = 0xd1b54a32d192ed03L;

  private static final long[] MASKS = masks();

  private final SecretSha sha;
  private final NameKeys names;
  private final CanonicalItem canonical = new CanonicalItem();
  private final int[] keyNodes;

  // what the entry or the map that was read last comes to
  private long high1;
  private long low1;
  private long high2;
  private long low2;

  // the number read last
  private long digits;
  private int power;

  // a stack: the words of the lists that are open
  private long[] words = new long[64];
  private int wordCount;
  private final byte[] padded = new byte[MOST_WORDS * Long.BYTES];

  private long keySum;
  private long high;
  private long low;

  /**
   * @param secret what digests depend on besides the items
   * @param keys names of the attributes that {@link #keyHash} is of, in UTF-8; none for all
   */
  public KeyedItemDigest(byte[] secret, byte[][] keys) {
    this(secret, keys, NameKeys.MOST);
  }

  /** That keeps the numbers of fewer names, so that tests need few. */
  KeyedItemDigest(byte[] secret, byte[][] keys, int mostNames) {
    this.sha = new SecretSha(secret);
    this.names = new NameKeys(sha, keys, mostNames);
    this.keyNodes = new int[keys.length];
  }

  /** Takes the digest of an item, and reads its key. */
  public void read(ItemTape tape) {
    begin(tape);
    sum(tape, tape.item(), 0);
    if (keyNodes.length == 0) {
      addToKey();
    }
    sha.begin(USE_ITEM).put(high1).put(low1).put(high2).put(low2).end();
    high = sha.word(0);
    low = sha.word(1);
  }

  /** Reads the key of an item alone: the whole item if there are no names of keys. */
  public void readKey(ItemTape tape) {
    begin(tape);
    if (keyNodes.length == 0) {
      sum(tape, tape.item(), 0);
      addToKey();
      return;
    }
    int child = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0; i--, child = tape.next(child)) {
      NameKeys.Name name = names.of(tape, child, 0);
      if (name.wanted() >= 0) {
        putEntry(name, tape, child, 0);
        addKey(name, child);
      }
    }
  }

  private void begin(ItemTape tape) {
    names.begin(tape);
    wordCount = 0;
    keySum = 0;
    for (int i = 0; i < keyNodes.length; i++) { // mostly one; not worth a call
      keyNodes[i] = -1;
    }
  }

  private void addKey(NameKeys.Name name, int node) {
    keyNodes[name.wanted()] = node;
    addToKey();
  }

  private void addToKey() {
    keySum += high1 * MIX_HIGH + low1 * MIX_LOW;
  }

  /** Returns the first 64 bits of the digest of the item read last. */
  public long high() {
    return high;
  }

  /** Returns the 64 bits that follow. */
  public long low() {
    return low;
  }

  /** Returns the node of a key attribute in the item read last; -1 if it lacks it. */
  public int keyNode(int key) {
    return keyNodes[key];
  }

  /**
   * Returns a number that is the same for equal keys, whatever else is in their items, and for the
   * same secret.
   */
  public int keyHash() {
    return (int) ((keySum ^ keySum >>> Integer.SIZE) * MIX_HIGH >>> Integer.SIZE);
  }

  // ---- maps

  private void sum(ItemTape tape, int map, int level) {
    long sumHigh1 = 0;
    long sumLow1 = 0;
    long sumHigh2 = 0;
    long sumLow2 = 0;
    int child = tape.firstChild(map);
    for (int i = tape.childCount(map); i > 0; i--, child = tape.next(child)) {
      NameKeys.Name name = names.of(tape, child, level);
      putEntry(name, tape, child, level);
      if (name.wanted() >= 0) {
        addKey(name, child);
      }
      sumHigh1 += high1;
      sumLow1 += low1;
      sumHigh2 += high2;
      sumLow2 += low2;
    }
    high1 = sumHigh1;
    low1 = sumLow1;
    high2 = sumHigh2;
    low2 = sumLow2;
  }

  private void putEntry(NameKeys.Name name, ItemTape tape, int node, int level) {
    if (tape.descriptor(node) == Descriptor.S) {
      int start = tape.valueStart(node);
      int length = tape.valueEnd(node) - start;
      putBytes(name, head(Descriptor.S, length), tape.valueBytes(node), start, length);
    } else if (tape.isShortNumber(node)) {
      readNumber(tape.unscaled(node), -tape.scale(node));
      put(name, head(Descriptor.N, power), digits);
    } else {
      putAny(name, tape, node, level);
    }
  }

  private void putAny(NameKeys.Name name, ItemTape tape, int node, int level) {
    Descriptor descriptor = tape.descriptor(node);
    switch (descriptor) {
      case S -> throw new IllegalArgumentException("A string is read before");
      case N -> {
        if (readNumber(tape, node)) {
          put(name, head(descriptor, power), digits);
        } else {
          int length = canonical.length();
          putBytes(name, AS_TEXT | head(descriptor, length), canonical.bytes(), 0, length);
        }
      }
      case B -> {
        int start = tape.valueStart(node);
        int length = tape.valueEnd(node) - start;
        byte[] text = tape.valueBytes(node);
        if (length > 0 && text[start + length - 1] == '=') {
          canonical.read(tape, node); // bits before the padding may mean nothing
          text = canonical.bytes();
          start = canonical.length() - length;
        }
        putBytes(name, head(descriptor, length), text, start, length);
      }
      case BOOL -> put(name, head(descriptor, tape.bool(node) ? 1 : 0), 0);
      case NULL -> put(name, head(descriptor, 0), 0);
      case L -> {
        int first = wordCount;
        pushList(tape, node, level + 1);
        putWords(names.of(tape, node, level), first); // names inside may have taken its place
        wordCount = first;
      }
      case M -> {
        sum(tape, node, level + 1);
        NameKeys.Name own = names.of(tape, node, level);
        putFour(own, head(descriptor, 0), high1, low1, high2, low2);
      }
      case SS, NS, BS -> {
        canonical.read(tape, node);
        int length = canonical.length();
        putBytes(name, head(descriptor, length), canonical.bytes(), 0, length);
      }
    }
  }

  private static long head(Descriptor descriptor, int number) {
    return (number & 0xffffffffL) << Byte.SIZE | descriptor.ordinal();
  }

  // ---- words of values that are entries of maps: into the sums of their names

  private void put(NameKeys.Name name, long left, long right) {
    putPair(name.key(1), left, right);
  }

  private void putPair(long[] key, long left, long right) {
    long x = left + key[0];
    long y = right + key[1];
    high1 = Math.multiplyHigh(x, y);
    low1 = x * y;
    x = left + key[2];
    y = right + key[3];
    high2 = Math.multiplyHigh(x, y);
    low2 = x * y;
  }

  private void addPair(long[] key, int at, long left, long right) {
    long x = left + key[at];
    long y = right + key[at + 1];
    high1 += Math.multiplyHigh(x, y);
    low1 += x * y;
    x = left + key[at + 2];
    y = right + key[at + 3];
    high2 += Math.multiplyHigh(x, y);
    low2 += x * y;
  }

  private void putFour(
      NameKeys.Name name, long head, long word0, long word1, long word2, long word3) {
    long[] key = name.key(SUM_PAIRS);
    putPair(key, head, word0);
    addPair(key, PAIR, word1, word2);
    addPair(key, 2 * PAIR, word3, 0);
  }

  private void putSha(NameKeys.Name name, long head) {
    putFour(name, AS_DIGEST | head, sha.word(0), sha.word(1), sha.word(2), sha.word(3));
  }

  private void putBytes(NameKeys.Name name, long head, byte[] text, int start, int length) {
    if (length <= Long.BYTES && text.length - start >= Long.BYTES) {
      put(name, head, (long) LONG.get(text, start) & MASKS[FEW_WORDS * length]);
    } else if (length <= FEW_BYTES && text.length - start >= FEW_BYTES) {
      long[] key = name.key(2);
      int mask = FEW_WORDS * length;
      putPair(key, head, (long) LONG.get(text, start) & MASKS[mask]);
      addPair(
          key,
          PAIR,
          (long) LONG.get(text, start + Long.BYTES) & MASKS[mask + 1],
          (long) LONG.get(text, start + 2 * Long.BYTES) & MASKS[mask + 2]);
    } else if (length <= MOST_BYTES) {
      putSomeBytes(name, head, text, start, length);
    } else {
      sha.begin(USE_BYTES).update(text, start, length).end();
      putSha(name, head);
    }
  }

  private void putSomeBytes(NameKeys.Name name, long head, byte[] text, int start, int length) {
    int pairs = Math.max(1, (length + 3 * Long.BYTES - 1) / (2 * Long.BYTES));
    byte[] from = text;
    int at = start;
    if (text.length - start < (2 * pairs - 1) * Long.BYTES) {
      System.arraycopy(text, start, padded, 0, length);
      from = padded;
      at = 0;
    }
    long[] key = name.key(pairs);
    putPair(key, head, first(from, at, length));
    for (int pair = 1; pair < pairs; pair++) {
      int second = at + 2 * pair * Long.BYTES;
      int left = length - (2 * pair - 1) * Long.BYTES;
      addPair(
          key,
          pair * PAIR,
          first(from, second - Long.BYTES, left),
          first(from, second, left - Long.BYTES));
    }
  }

  /** The first of some bytes as a word: zeros behind the last one. */
  private static long first(byte[] text, int start, int length) {
    int count = Math.max(0, Math.min(Long.BYTES, length));
    return (long) LONG.get(text, start) & MASKS[FEW_WORDS * count];
  }

  private void putWords(NameKeys.Name name, int first) {
    int count = wordCount - first;
    if (count > MOST_WORDS) {
      digestWords(first);
      putSha(name, head(Descriptor.L, 0));
      return;
    }
    push(0); // beside the last word, if it is alone
    int pairs = (count + 1) / 2;
    long[] key = name.key(pairs);
    putPair(key, words[first], words[first + 1]);
    for (int pair = 1; pair < pairs; pair++) {
      addPair(key, pair * PAIR, words[first + 2 * pair], words[first + 2 * pair + 1]);
    }
  }

  private void digestWords(int first) {
    sha.begin(USE_WORDS);
    int next = first;
    while (next < wordCount) {
      int size = 0;
      for (; next < wordCount && size < padded.length; size += Long.BYTES) {
        LONG.set(padded, size, words[next++]);
      }
      sha.update(padded, 0, size);
    }
    sha.end();
  }

  // ---- words of values in lists: one after the other

  private void pushList(ItemTape tape, int list, int level) {
    int count = tape.childCount(list);
    push(head(Descriptor.L, count));
    int child = tape.firstChild(list);
    for (int i = count; i > 0; i--, child = tape.next(child)) {
      pushValue(tape, child, level);
    }
  }

  private void pushValue(ItemTape tape, int node, int level) {
    Descriptor descriptor = tape.descriptor(node);
    switch (descriptor) {
      case S -> {
        int start = tape.valueStart(node);
        int length = tape.valueEnd(node) - start;
        pushBytes(head(descriptor, length), tape.valueBytes(node), start, length);
      }
      case N -> {
        if (readNumber(tape, node)) {
          push(head(descriptor, power));
          push(digits);
        } else {
          int length = canonical.length();
          pushBytes(AS_TEXT | head(descriptor, length), canonical.bytes(), 0, length);
        }
      }
      case BOOL -> push(head(descriptor, tape.bool(node) ? 1 : 0));
      case NULL -> push(head(descriptor, 0));
      case L -> pushList(tape, node, level + 1);
      case M -> {
        sum(tape, node, level + 1);
        pushFour(head(descriptor, 0), high1, low1, high2, low2);
      }
      case B, SS, NS, BS -> {
        canonical.read(tape, node);
        int length = canonical.length();
        pushBytes(head(descriptor, length), canonical.bytes(), 0, length);
      }
    }
  }

  private void push(long word) {
    if (wordCount == words.length) {
      words = Arrays.copyOf(words, wordCount * 2);
    }
    words[wordCount++] = word;
  }

  private void pushFour(long head, long word0, long word1, long word2, long word3) {
    push(head);
    push(word0);
    push(word1);
    push(word2);
    push(word3);
  }

  private void pushBytes(long head, byte[] text, int start, int length) {
    if (length > MOST_BYTES) {
      sha.begin(USE_BYTES).update(text, start, length).end();
      pushFour(AS_DIGEST | head, sha.word(0), sha.word(1), sha.word(2), sha.word(3));
      return;
    }
    push(head);
    int whole = length - length % Long.BYTES;
    for (int i = 0; i < whole; i += Long.BYTES) {
      push((long) LONG.get(text, start + i));
    }
    if (whole < length) {
      long last = 0;
      for (int i = length - 1; i >= whole; i--) {
        last = last << Byte.SIZE | text[start + i] & 0xff;
      }
      push(last);
    }
  }

  // ---- numbers

  /**
   * Reads a number as digits that do not end in a zero and a power of ten.
   *
   * @return whether a long can hold the digits; else the canonical item has the number
   */
  private boolean readNumber(ItemTape tape, int node) {
    if (tape.isShortNumber(node)) {
      readNumber(tape.unscaled(node), -tape.scale(node));
      return true;
    }
    canonical.read(tape, node);
    if (!canonical.isShortNumber()) {
      return false;
    }
    digits = canonical.digits();
    power = canonical.power();
    return true;
  }

  private void readNumber(long unscaled, int exponent) {
    long value = unscaled;
    int ten = exponent;
    if (value == 0) {
      ten = 0;
    } else {
      while (value % 10 == 0) {
        value /= 10;
        ten++;
      }
    }
    digits = value;
    power = ten;
  }

  /** By number of bytes and word: what of the word is in the first so many bytes. */
  private static long[] masks() {
    long[] masks = new long[(FEW_BYTES + 1) * FEW_WORDS];
    for (int length = 0; length <= FEW_BYTES; length++) {
      for (int word = 0; word < FEW_WORDS; word++) {
        int count = Math.min(Long.BYTES, length - word * Long.BYTES);
        masks[length * FEW_WORDS + word] =
            count <= 0 ? 0 : -1L >>> (Long.BYTES - count) * Byte.SIZE;
      }
    }
    return masks;
  }
}
