package io.dynamodblake.schema.entity;

import io.dynamodblake.type.TextNumbers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The texts of an attribute that may be a marker, as long as there are few: which shapes and
 * attributes the items of each have.
 */
final class MarkerValues {
  private static final int MOST_OF_KNOWN = 500;
  private static final int MOST_OF_OTHERS = 200;
  private static final int LONGEST_OF_KNOWN = 255;
  private static final int LONGEST_OF_OTHERS = 64;

  private final boolean known;
  private TextNumbers texts = new TextNumbers();
  private PairTable cells = new PairTable(); // by number of the text and of the group
  private boolean closed;

  MarkerValues(boolean known) {
    this.known = known;
  }

  /** Returns the number of a text; -1 if there are too many of them. */
  int number(byte[] bytes, int start, int end) {
    if (closed) {
      return -1;
    }
    int number = texts.find(bytes, start, end);
    if (number != TextNumbers.NONE) {
      return number;
    }
    boolean tooLong = end - start > (known ? LONGEST_OF_KNOWN : LONGEST_OF_OTHERS);
    if (tooLong || texts.size() == (known ? MOST_OF_KNOWN : MOST_OF_OTHERS)) {
      close();
      return -1;
    }
    return texts.add(Arrays.copyOfRange(bytes, start, end));
  }

  /** Is no marker: has too many values, or too long ones. */
  void close() {
    closed = true;
    texts = new TextNumbers();
    cells = new PairTable();
  }

  boolean isClosed() {
    return closed;
  }

  boolean isKnown() {
    return known;
  }

  int size() {
    return texts.size();
  }

  byte[] bytes(int number) {
    return texts.text(number);
  }

  String text(int number) {
    return new String(texts.text(number), StandardCharsets.UTF_8);
  }

  PairTable cells() {
    return cells;
  }

  void cells(PairTable newCells) {
    cells = newCells;
  }
}
