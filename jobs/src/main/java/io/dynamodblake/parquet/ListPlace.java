package io.dynamodblake.parquet;

/** A list. */
final class ListPlace extends Place {
  private final Place element;
  private final Elements elements;
  private final PlaceSink sink;

  /**
   * @param definition the definition level that says that the list is there
   * @param elementRepetition the repetition level of all elements but the first
   */
  ListPlace(Place element, int definition, int elementRepetition) {
    this.element = element;
    this.elements = new Elements(element, definition, elementRepetition);
    this.sink = PlaceSink.of(elements);
  }

  @Override
  void addNulls(int repetition, int definition, int times) {
    element.addNulls(repetition, definition, times);
  }

  PlaceSink begin(int repetition, int size) {
    elements.begin(repetition, size);
    return sink;
  }

  void end() {
    elements.end();
  }
}
