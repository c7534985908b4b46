package io.dynamodblake.json;

import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One checked item, laid out flat: a table of integers that point into the bytes of its line.
 * {@link ItemScanner} and {@link ChangeScanner} fill it, the decoder tree and the schema pass walk
 * it. It is reused from item to item and allocates nothing while its arrays are large enough.
 *
 * <p>A node is one attribute value: the item itself (descriptor M), an attribute, a list element, a
 * map value, a set member. What stands for it in calls is its number on the tape, from 0, which
 * means nothing on another tape or once the next item is on this one. A map entry, and so an
 * attribute, is the node of its value and has a name besides. Nodes stand in document order, so the
 * first child of a container is the node after it:
 *
 * <pre>{@code
 * int node = tape.firstChild(tape.item());
 * for (int i = tape.childCount(tape.item()); i > 0; i--, node = tape.next(node)) {
 *   ... tape.descriptor(node) ...
 * }
 * }</pre>
 *
 * Everything on a tape has been checked: descriptors, number syntax and range, base64, UTF-8,
 * unique names. Not safe for use by several threads.
 */
public final class ItemTape {
  // layout of a node
  private static final int KIND = 0; // descriptor ordinal | flags
  private static final int NAME_START = 1;
  private static final int NAME_END = 2;
  private static final int NAME_HASH = 3;
  private static final int RAW_START = 4;
  private static final int RAW_END = 5;
  private static final int VALUE_START = 6; // containers: number of children
  private static final int VALUE_END = 7; // containers: index of the node after the last descendant
  private static final int NAME_NUMBER = 8;
  private static final int STRIDE = 9;

  private static final int DESCRIPTOR_MASK = 0xff;
  private static final int VALUE_IN_SIDE = 0x100;
  private static final int NAME_IN_SIDE = 0x200;
  private static final int TRUE = 0x400;
  private static final int SHORT_NUMBER = 0x800;
  private static final int SCALE_SHIFT = 16;

  private static final byte[] BEFORE_ITEM = "{\"Item\":".getBytes(StandardCharsets.US_ASCII);

  private int[] nodes = new int[64 * STRIDE];
  private long[] unscaled = new long[64]; // of short numbers, by node
  private Object nameScope = new Object();
  private int size;
  private byte[] line = new byte[0];
  private byte[] side = new byte[256];
  private int sideSize;
  private int falseNulls;

  // ---- reading

  /** Returns the item: a node of descriptor M whose children are the attributes. */
  public int item() {
    return 0;
  }

  /** Returns the descriptor of a node. */
  public Descriptor descriptor(int node) {
    return Descriptor.ofOrdinal(nodes[node * STRIDE + KIND] & DESCRIPTOR_MASK);
  }

  /** Returns the number of list elements, set members or map entries of a container. */
  public int childCount(int node) {
    return nodes[node * STRIDE + VALUE_START];
  }

  /** Returns the first child of a container that has one. */
  public int firstChild(int node) {
    return node + 1;
  }

  /** Returns the next sibling, if there is one. */
  public int next(int node) {
    int kind = nodes[node * STRIDE + KIND] & DESCRIPTOR_MASK;
    return kind >= Descriptor.L.ordinal() ? nodes[node * STRIDE + VALUE_END] : node + 1;
  }

  /**
   * Returns the array that holds the name of a map entry, in UTF-8 without escapes, from nameStart
   * to nameEnd.
   */
  public byte[] nameBytes(int node) {
    return (nodes[node * STRIDE + KIND] & NAME_IN_SIDE) != 0 ? side : line;
  }

  /** Returns where in {@link #nameBytes} the name of a map entry begins. */
  public int nameStart(int node) {
    return nodes[node * STRIDE + NAME_START];
  }

  /** Returns where in {@link #nameBytes} the name of a map entry has ended: the index behind it. */
  public int nameEnd(int node) {
    return nodes[node * STRIDE + NAME_END];
  }

  /** Returns the hash of the name as {@link io.dynamodblake.type.NameHash} computes it. */
  public int nameHash(int node) {
    return nodes[node * STRIDE + NAME_HASH];
  }

  /**
   * Returns a number above 0 that stands for the name of a map entry, so that the name need not be
   * compared again: wherever it comes back, on tapes of the same {@link #nameScope}, the name is
   * the same. A name may have several of them; it is 0 where the name has none.
   */
  public int nameNumber(int node) {
    return nodes[node * STRIDE + NAME_NUMBER];
  }

  /**
   * Returns what tapes have in common whose numbers of names mean the same; it is compared by
   * identity.
   */
  public Object nameScope() {
    return nameScope;
  }

  /** Returns the name of a map entry as text, which is made anew for each call. */
  public String name(int node) {
    int start = nameStart(node);
    return new String(nameBytes(node), start, nameEnd(node) - start, StandardCharsets.UTF_8);
  }

  /** Returns whether the name of a map entry is this one. */
  public boolean nameEquals(int node, byte[] name) {
    return Arrays.equals(nameBytes(node), nameStart(node), nameEnd(node), name, 0, name.length);
  }

  boolean sameName(int node, int other) {
    return nameHash(node) == nameHash(other)
        && Arrays.equals(
            nameBytes(node),
            nameStart(node),
            nameEnd(node),
            nameBytes(other),
            nameStart(other),
            nameEnd(other));
  }

  /**
   * Returns the array that holds a scalar's value from valueStart to valueEnd: S in UTF-8 without
   * escapes, N in digits, B in base64. BOOL and NULL have none.
   */
  public byte[] valueBytes(int node) {
    return (nodes[node * STRIDE + KIND] & VALUE_IN_SIDE) != 0 ? side : line;
  }

  /** Returns where in {@link #valueBytes} the value of a scalar begins. */
  public int valueStart(int node) {
    return nodes[node * STRIDE + VALUE_START];
  }

  /** Returns where in {@link #valueBytes} the value of a scalar has ended: the index behind it. */
  public int valueEnd(int node) {
    return nodes[node * STRIDE + VALUE_END];
  }

  /**
   * Returns whether an N has been read already: written with at most 18 digits, without an exponent
   * and not as a negative zero.
   */
  public boolean isShortNumber(int node) {
    return (nodes[node * STRIDE + KIND] & SHORT_NUMBER) != 0;
  }

  /** Returns the digits of a short number as they are written, without the point. */
  public long unscaled(int node) {
    return unscaled[node];
  }

  /** Returns how many digits of a short number stand behind the point, 0 to 17. */
  public int scale(int node) {
    return nodes[node * STRIDE + KIND] >>> SCALE_SHIFT;
  }

  /** Returns the value of a BOOL. */
  public boolean bool(int node) {
    return (nodes[node * STRIDE + KIND] & TRUE) != 0;
  }

  /**
   * Returns the line's bytes; {@code line()[rawStart..rawEnd)} is the value with its descriptor,
   * such as <code>{"S":"x"}</code>.
   */
  public byte[] line() {
    return line;
  }

  /**
   * Returns the start of the value with its descriptor; for set members start of the JSON string
   * alone.
   */
  public int rawStart(int node) {
    return nodes[node * STRIDE + RAW_START];
  }

  /** Returns the end in {@link #line} of what begins at {@link #rawStart}: the index behind it. */
  public int rawEnd(int node) {
    return nodes[node * STRIDE + RAW_END];
  }

  /** Returns a copy of the item as a line of a full export: <code>{"Item":{...}}</code>. */
  public byte[] exportLine() {
    int start = rawStart(item());
    int length = rawEnd(item()) - start;
    byte[] copy = new byte[BEFORE_ITEM.length + length + 1];
    System.arraycopy(BEFORE_ITEM, 0, copy, 0, BEFORE_ITEM.length);
    System.arraycopy(line, start, copy, BEFORE_ITEM.length, length);
    copy[copy.length - 1] = '}';
    return copy;
  }

  /** Returns how many {@code {"NULL":false}} this item has; they are taken for NULL. */
  public int falseNulls() {
    return falseNulls;
  }

  // ---- filling, by ValueScanner

  void reset(byte[] newLine, Object newNameScope) {
    line = newLine;
    nameScope = newNameScope;
    size = 0;
    sideSize = 0;
    falseNulls = 0;
  }

  /** Opens a node without a name. */
  int add() {
    int kind = size * STRIDE;
    if (kind + STRIDE > nodes.length) {
      grow();
    }
    nodes[kind] = 0; // flags are added by "or"; the rest is set where it is read
    return size++;
  }

  private void grow() {
    nodes = Arrays.copyOf(nodes, nodes.length * 2);
    unscaled = Arrays.copyOf(unscaled, unscaled.length * 2);
  }

  void name(int node, boolean inSide, int start, int end, int hash, int number) {
    int base = node * STRIDE;
    if (inSide) {
      nodes[base + KIND] |= NAME_IN_SIDE;
    }
    nodes[base + NAME_START] = start;
    nodes[base + NAME_END] = end;
    nodes[base + NAME_HASH] = hash;
    nodes[base + NAME_NUMBER] = number;
  }

  void raw(int node, int start, int end) {
    nodes[node * STRIDE + RAW_START] = start;
    nodes[node * STRIDE + RAW_END] = end;
  }

  void scalar(int node, Descriptor descriptor, boolean inSide, int start, int end) {
    int base = node * STRIDE;
    nodes[base + KIND] |= descriptor.ordinal() | (inSide ? VALUE_IN_SIDE : 0);
    nodes[base + VALUE_START] = start;
    nodes[base + VALUE_END] = end;
  }

  void shortNumber(int node, int start, int end, long digits, int scale) {
    int base = node * STRIDE;
    nodes[base + KIND] |= Descriptor.N.ordinal() | SHORT_NUMBER | scale << SCALE_SHIFT;
    nodes[base + VALUE_START] = start;
    nodes[base + VALUE_END] = end;
    unscaled[node] = digits;
  }

  void bool(int node, boolean value) {
    nodes[node * STRIDE + KIND] |= Descriptor.BOOL.ordinal() | (value ? TRUE : 0);
  }

  void nullValue(int node, boolean value) {
    nodes[node * STRIDE + KIND] |= Descriptor.NULL.ordinal();
    if (!value) {
      falseNulls++;
    }
  }

  /** Closes a container; every node added since is a descendant of it. */
  void container(int node, Descriptor descriptor, int children) {
    int base = node * STRIDE;
    nodes[base + KIND] |= descriptor.ordinal();
    nodes[base + VALUE_START] = children;
    nodes[base + VALUE_END] = size;
  }

  int sideSize() {
    return sideSize;
  }

  void side(byte value) {
    if (sideSize == side.length) {
      side = Arrays.copyOf(side, side.length * 2);
    }
    side[sideSize++] = value;
  }

  byte[] sideBytes() {
    return side;
  }
}
