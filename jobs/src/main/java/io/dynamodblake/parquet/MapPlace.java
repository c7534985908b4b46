package io.dynamodblake.parquet;

/** A map: keys and values, each like the elements of a list. */
final class MapPlace extends Place {
  private final Place key;
  private final Place value;
  private final ElementsSink keys;
  private final ElementsSink values;

  /**
   * @param definition the definition level that says that the map is there
   * @param entryRepetition the repetition level of all entries but the first
   */
  MapPlace(Place key, Place value, int definition, int entryRepetition) {
    this.key = key;
    this.value = value;
    this.keys = new ElementsSink(key, definition, entryRepetition);
    this.values = new ElementsSink(value, definition, entryRepetition);
  }

  @Override
  void addNulls(int repetition, int definition, int times) {
    key.addNulls(repetition, definition, times);
    value.addNulls(repetition, definition, times);
  }

  PlaceSink beginKeys(int repetition, int size) {
    keys.begin(repetition, size);
    return keys;
  }

  PlaceSink beginValues() {
    keys.requireFull();
    values.begin(keys.firstRepetition(), keys.size());
    return values;
  }

  void end() {
    values.end();
  }
}
