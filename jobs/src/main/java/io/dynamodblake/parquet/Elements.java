package io.dynamodblake.parquet;

/** The elements of a list, or the keys or values of a map, in their order. */
final class Elements {
  private final Place element;
  private final int containerDefinition;
  private final int elementRepetition;

  private int firstRepetition;
  private int size;
  private int next;
  private int repetition;

  Elements(Place element, int containerDefinition, int elementRepetition) {
    this.element = element;
    this.containerDefinition = containerDefinition;
    this.elementRepetition = elementRepetition;
  }

  void begin(int repetitionOfContainer, int elements) {
    firstRepetition = repetitionOfContainer;
    size = elements;
    next = 0;
    if (elements == 0) {
      element.addNulls(repetitionOfContainer, containerDefinition, 1);
    }
  }

  int firstRepetition() {
    return firstRepetition;
  }

  int size() {
    return size;
  }

  /** The repetition level of the element that {@link #next} was called for. */
  int repetition() {
    return repetition;
  }

  Place element() {
    return element;
  }

  /** The place of an element, which is about to get a value. */
  Place next(int ordinal) {
    if (ordinal < next || ordinal >= size) {
      throw new IllegalStateException(
          "Cannot put element %d of %d after element %d".formatted(ordinal, size, next - 1));
    }
    fillUpTo(ordinal);
    repetition = ordinal == 0 ? firstRepetition : elementRepetition;
    next = ordinal + 1;
    return element;
  }

  private void fillUpTo(int ordinal) {
    for (; next < ordinal; next++) {
      // the entry is there, what is in it is not
      element.addNulls(next == 0 ? firstRepetition : elementRepetition, containerDefinition + 1, 1);
    }
  }

  void end() {
    fillUpTo(size);
  }

  /** Keys cannot be null. */
  void requireFull() {
    if (next < size) {
      throw new IllegalStateException("Cannot write a map: %d keys of %d".formatted(next, size));
    }
  }
}
