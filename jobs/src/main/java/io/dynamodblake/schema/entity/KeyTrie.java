package io.dynamodblake.schema.entity;

import io.dynamodblake.type.NameHash;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The shapes of the values of one key attribute: a tree of their segments, in which words stand for
 * themselves and values are one branch. Where more words follow one another's place than kinds of
 * items would be named by, they are values, too: the branches grow together.
 *
 * <p>Shapes merge from tree to tree, and become the same ones in whatever order, as long as the
 * separator and the limits are the same. Not safe for use by several threads.
 */
final class KeyTrie {
  /** Stands for a value in the text of a shape: no byte of UTF-8. */
  static final byte VALUE = (byte) 0xff;

  /** Most words of the first segment; a table may have that many kinds of items. */
  static final int MOST_FIRST_WORDS = 256;

  /** Most words behind another segment, while the first may have {@link #MOST_FIRST_WORDS}. */
  private static final int FIRST_TO_OTHER_WORDS = 4;

  private static final int MOST_SEGMENTS = 8;
  private static final int UNDERSCORE = '_';
  private static final int END = 0;
  private static final int LOOKED_AT_EVERY = 64;

  private final long[] separatorCounts = new long[KeyShapes.SEPARATORS.length];
  private int separator = KeyShapes.SEPARATORS[0];
  private int mostFirstWords = MOST_FIRST_WORDS;
  private long seen;
  private int merges;
  private int nodes;
  private Node root = new Node(null, null, END, 0);

  /** A segment behind others, and so the shape of the keys that end there. */
  final class Node {
    private final Node parent;
    private final byte[] word; // null for values
    private final int delimiter; // behind it, END at the end of the key
    private final int depth;
    private final int id = nodes++;
    private Node mergedInto;
    private boolean open; // whatever follows is a value
    private Node[] slots = new Node[4];
    private int words;
    private final Node[] values = new Node[3]; // by what is behind them

    Node(Node parent, byte[] word, int delimiter, int depth) {
      this.parent = parent;
      this.word = word;
      this.delimiter = delimiter;
      this.depth = depth;
    }

    /** The shape that this one has become. */
    Node now() {
      Node node = this;
      while (node.mergedInto != null) {
        node = node.mergedInto;
      }
      return node;
    }

    int id() {
      return id;
    }

    private boolean is(byte[] bytes, int start, int end, int behind) {
      return delimiter == behind && Arrays.equals(word, 0, word.length, bytes, start, end);
    }

    private Node word(byte[] bytes, int start, int end, int behind) {
      int hash = NameHash.of(bytes, start, end) + behind;
      int slot = hash & slots.length - 1;
      while (slots[slot] != null) {
        if (slots[slot].is(bytes, start, end, behind)) {
          return slots[slot];
        }
        slot = slot + 1 & slots.length - 1;
      }
      Node child = new Node(this, Arrays.copyOfRange(bytes, start, end), behind, depth + 1);
      if (++words > mostWords(depth)) {
        open();
        return value(behind);
      }
      slots[slot] = child;
      if (words * 2 > slots.length) {
        grow();
      }
      return child;
    }

    private void grow() {
      Node[] before = slots;
      slots = new Node[before.length * 2];
      for (Node child : before) {
        if (child != null) {
          put(child);
        }
      }
    }

    private void put(Node child) {
      int hash = NameHash.of(child.word, 0, child.word.length) + child.delimiter;
      int slot = hash & slots.length - 1;
      while (slots[slot] != null) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = child;
    }

    private Node value(int behind) {
      int place = behind == END ? 0 : behind == UNDERSCORE ? 1 : 2;
      if (values[place] == null) {
        values[place] = new Node(this, null, behind, depth + 1);
      }
      return values[place];
    }

    /** Takes all words for values. */
    private void open() {
      if (open) {
        return;
      }
      open = true;
      merges++;
      Node[] children = slots;
      slots = new Node[0];
      for (Node child : children) {
        if (child != null) {
          value(child.delimiter).take(child);
        }
      }
    }

    private void take(Node other) {
      other.mergedInto = this;
      if (other.open) {
        open();
      }
      for (Node child : other.slots) {
        if (child != null) {
          child(child.word, child.delimiter).take(child);
        }
      }
      for (Node child : other.values) {
        if (child != null) {
          value(child.delimiter).take(child);
        }
      }
    }

    private Node child(byte[] bytes, int behind) {
      return open ? value(behind) : word(bytes, 0, bytes.length, behind);
    }

    private void openWhereTooMany() {
      for (Node child : slots) {
        if (child != null) {
          child.openWhereTooMany();
        }
      }
      for (Node child : values) {
        if (child != null) {
          child.openWhereTooMany();
        }
      }
      if (words > mostWords(depth)) {
        open();
      }
    }

    private void addOpen(List<byte[]> paths) {
      if (open) {
        paths.add(path());
      }
      for (Node child : slots) {
        if (child != null) {
          child.addOpen(paths);
        }
      }
      for (Node child : values) {
        if (child != null) {
          child.addOpen(paths);
        }
      }
    }

    /** The text of the shape, with {@link KeyTrie#VALUE} for values. */
    byte[] path() {
      ByteArrayOutputStream path = new ByteArrayOutputStream();
      write(path);
      return path.toByteArray();
    }

    private void write(ByteArrayOutputStream path) {
      if (parent == null) {
        return;
      }
      parent.now().write(path);
      if (word == null) {
        path.write(VALUE);
      } else {
        path.write(word, 0, word.length);
      }
      if (delimiter != END) {
        path.write(delimiter);
      }
    }

    /** The segments of the shape from the first to the last. */
    List<KeySegment> segments() {
      List<KeySegment> segments = parent == null ? new ArrayList<>() : parent.now().segments();
      if (parent != null) {
        segments.add(KeySegment.of(word, delimiter));
      }
      return segments;
    }
  }

  private int mostWords(int depth) {
    return depth == 0 ? mostFirstWords : Math.max(1, mostFirstWords / FIRST_TO_OTHER_WORDS);
  }

  // ---- filling

  /** The shape of an item that has no such key. */
  Node absent() {
    return root;
  }

  /** The shape of a number or a binary value. */
  Node untyped() {
    return root.value(END);
  }

  /** Returns the shape of a key. */
  Node shape(byte[] key, int start, int end) {
    if (++seen % LOOKED_AT_EVERY == 0) {
      countSeparators(key, start, end);
    }
    return leaf(key, start, end);
  }

  /** Looks at a key only for its separators, before there are any shapes. */
  void look(byte[] key) {
    countSeparators(key, 0, key.length);
    separator = usualSeparator();
  }

  private void countSeparators(byte[] key, int start, int end) {
    for (int i = 0; i < separatorCounts.length; i++) {
      if (KeyForms.indexOf(key, start, end, KeyShapes.SEPARATORS[i]) >= 0) {
        separatorCounts[i]++;
      }
    }
  }

  private Node leaf(byte[] key, int start, int end) {
    Node node = root;
    boolean pairs = start < end && key[start] == '$'; // as ElectroDB writes name_value
    int from = start;
    for (int segment = 0; segment < MOST_SEGMENTS; segment++) {
      int until = KeyForms.indexOf(key, from, end, separator);
      boolean last = until < 0;
      if (last) {
        until = end;
      }
      if (pairs && segment > 0) {
        int name = KeyForms.indexOf(key, from, until, UNDERSCORE);
        if (name > from && name < until - 1 && !isValue(node, key, from, name)) {
          node = node.word(key, from, name, UNDERSCORE);
          from = name + 1;
        }
      }
      node = child(node, key, from, until, last ? END : separator);
      if (last) {
        return node;
      }
      from = until + 1;
    }
    return from == end ? node : node.value(END);
  }

  private static boolean isValue(Node node, byte[] key, int start, int end) {
    return node.open || KeyForms.isValue(key, start, end);
  }

  private static Node child(Node node, byte[] key, int start, int end, int behind) {
    return isValue(node, key, start, end) ? node.value(behind) : node.word(key, start, end, behind);
  }

  /** Returns a number that changes whenever shapes have become one. */
  int merges() {
    return merges;
  }

  /** Takes fewer words for words. */
  void shrink() {
    mostFirstWords = Math.max(1, mostFirstWords / 2);
    root.openWhereTooMany();
  }

  /** Whether {@link #shrink} would change nothing any more. */
  boolean isSmallest() {
    return mostFirstWords <= 1;
  }

  // ---- separators

  /** The separator that keys have most often, so far. */
  private int usualSeparator() {
    int best = 0;
    for (int i = 1; i < separatorCounts.length; i++) {
      if (separatorCounts[i] > separatorCounts[best]) {
        best = i;
      }
    }
    return KeyShapes.SEPARATORS[best];
  }

  /** What the segments are separated by, so far. */
  int separator() {
    return separator;
  }

  /** Whether shapes were made with another separator than keys usually have, as it turns out. */
  boolean hasAnotherSeparator() {
    return separator != usualSeparator();
  }

  /** Forgets all shapes and goes on with the separator that keys usually have. */
  void restart() {
    separator = usualSeparator();
    root = new Node(null, null, END, 0);
    merges++;
  }

  // ---- travelling

  /** The shape of a text that {@link Node#path} gave, of this tree or another one. */
  Node shapeOfPath(byte[] path) {
    return path.length == 0 ? root : leaf(path, 0, path.length);
  }

  /** Texts of the shapes behind which everything is a value, outer ones first. */
  List<byte[]> openPaths() {
    List<byte[]> paths = new ArrayList<>();
    root.addOpen(paths);
    return paths;
  }

  /** Takes everything behind a shape for a value, as another tree does. */
  void open(byte[] path) {
    Node node = path.length == 0 ? root : prefix(path);
    node.now().open();
  }

  /** The node of a path that ends with a delimiter. */
  private Node prefix(byte[] path) {
    byte[] longer = Arrays.copyOf(path, path.length + 1);
    longer[path.length] = VALUE;
    Node end = leaf(longer, 0, longer.length).now();
    return end.parent == null ? end : end.parent.now();
  }

  int mostFirstWords() {
    return mostFirstWords;
  }

  /** Has no more words than another tree has. */
  void limit(int otherMostFirstWords) {
    if (otherMostFirstWords < mostFirstWords) {
      mostFirstWords = otherMostFirstWords;
      root.openWhereTooMany();
    }
  }

  long[] separatorCounts() {
    return separatorCounts;
  }

  void addSeparatorCounts(long[] counts) {
    for (int i = 0; i < counts.length; i++) {
      separatorCounts[i] += counts[i];
    }
  }
}
