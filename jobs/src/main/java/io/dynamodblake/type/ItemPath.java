package io.dynamodblake.type;

import java.util.Arrays;

/**
 * Where in an item a value stands, as {@code ddb_rescued} and {@code ddb_nulls} name it: the
 * attribute, then {@code .field} for map keys and {@code [i]} for list elements, counted from 0. A
 * name that is empty or holds one of <code>. [ ] ' \</code> or a control character is written
 * {@code ['...']}, with <code>\</code> before quotes and backslashes; so no two places share a
 * path.
 *
 * <p>Steps are pushed and popped on the way through an item; text is only made where a path is
 * needed.
 */
public final class ItemPath {
  private static final int MOST_ELEMENT_DIGITS = 9;

  private String[] names = new String[16];
  private int[] elements = new int[16];
  private int depth;

  /** Returns the path of a whole attribute. */
  public static String ofAttribute(String attribute) {
    StringBuilder text = new StringBuilder();
    appendName(text, attribute);
    return text.toString();
  }

  /**
   * Reads a path as this class writes it.
   *
   * @throws IllegalArgumentException if the text is not such a path; the message does not repeat it
   */
  public static ItemPath parse(String text) {
    ItemPath path = new ItemPath();
    int pos = 0;
    while (pos < text.length() || path.depth == 0) {
      if (text.startsWith("['", pos)) {
        pos = path.readQuoted(text, pos + 2);
      } else if (text.startsWith("[", pos) && path.depth > 0) {
        pos = path.readElement(text, pos + 1);
      } else {
        if (path.depth > 0 && text.charAt(pos++) != '.') {
          throw notAPath(pos - 1);
        }
        pos = path.readPlain(text, pos);
      }
    }
    return path;
  }

  private int readQuoted(String text, int start) {
    StringBuilder name = new StringBuilder();
    int i = start;
    while (i < text.length() && text.charAt(i) != '\'') {
      if (text.charAt(i) == '\\' && ++i == text.length()) {
        break;
      }
      name.append(text.charAt(i++));
    }
    if (!text.startsWith("']", i)) {
      throw notAPath(i);
    }
    push(name.toString());
    return i + 2;
  }

  private int readElement(String text, int start) {
    int end = text.indexOf(']', start);
    int digits = end - start;
    if (end < 0 || digits < 1 || digits > MOST_ELEMENT_DIGITS) {
      throw notAPath(start);
    }
    for (int i = start; i < end; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw notAPath(i);
      }
    }
    push(Integer.parseInt(text.substring(start, end)));
    return end + 1;
  }

  private int readPlain(String text, int start) {
    int end = start;
    while (end < text.length() && isPlain(text.charAt(end))) {
      end++;
    }
    if (end == start) {
      throw notAPath(start);
    }
    push(text.substring(start, end));
    return end;
  }

  private static IllegalArgumentException notAPath(int position) {
    return new IllegalArgumentException("not a path from character " + (position + 1) + " on");
  }

  /** Counts the steps. */
  public int depth() {
    return depth;
  }

  /** Returns the name of a step into a map, or null for one into a list. */
  public String name(int step) {
    return names[step];
  }

  /** Returns the number of the element of a step into a list. */
  public int element(int step) {
    return elements[step];
  }

  public void clear() {
    depth = 0;
  }

  public void push(String name) {
    grow();
    names[depth++] = name;
  }

  public void push(int element) {
    grow();
    names[depth] = null;
    elements[depth++] = element;
  }

  public void pop() {
    depth--;
  }

  private void grow() {
    if (depth == names.length) {
      names = Arrays.copyOf(names, depth * 2);
      elements = Arrays.copyOf(elements, depth * 2);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int step = 0; step < depth; step++) {
      if (names[step] == null) {
        text.append('[').append(elements[step]).append(']');
      } else {
        appendName(text, names[step]);
      }
    }
    return text.toString();
  }

  private static void appendName(StringBuilder text, String name) {
    if (isPlain(name)) {
      if (text.length() > 0) {
        text.append('.');
      }
      text.append(name);
      return;
    }
    text.append("['");
    for (int i = 0; i < name.length(); i++) {
      char letter = name.charAt(i);
      if (letter == '\'' || letter == '\\') {
        text.append('\\');
      }
      text.append(letter);
    }
    text.append("']");
  }

  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isPlain(name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isPlain(char letter) {
    return letter >= ' ' && ".[]'\\".indexOf(letter) < 0;
  }
}
