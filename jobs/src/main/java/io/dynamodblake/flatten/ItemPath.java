package io.dynamodblake.flatten;

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
  private String[] names = new String[16];
  private int[] elements = new int[16];
  private int depth;

  /** The path of a whole attribute. */
  public static String ofAttribute(String attribute) {
    StringBuilder text = new StringBuilder();
    appendName(text, attribute);
    return text.toString();
  }

  void clear() {
    depth = 0;
  }

  void push(String name) {
    grow();
    names[depth++] = name;
  }

  void push(int element) {
    grow();
    names[depth] = null;
    elements[depth++] = element;
  }

  void pop() {
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
      char letter = name.charAt(i);
      if (letter < ' ' || ".[]'\\".indexOf(letter) >= 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
