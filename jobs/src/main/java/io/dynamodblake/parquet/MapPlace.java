package io.dynamodblake.parquet;

/** A map: keys and values, each like the elements of a list. */
final class MapPlace extends Place {
  private final Place key;
  private final Place value;
  private final Elements keys;
  private final Elements values;
  private final PlaceSink keySink;
  private final PlaceSink valueSink;

  /**
   * @param definition the definition level that says that the map is there
   * @param entryRepetition the repetition level of all entries but the first
   */
  MapPlace(Place key, Place value, int definition, int entryRepetition) {
    this.key = key;
    this.value = value;
    this.keys = new Elements(key, definition, entryRepetition);
    this.values = new Elements(value, definition, entryRepetition);
    this.keySink = PlaceSink.of(keys);
    this.valueSink = PlaceSink.of(values);
  }

  @Override
  void addNulls(int repetition, int definition, int times) {
    key.addNulls(repetition, definition, times);
    value.addNulls(repetition, definition, times);
  }

  PlaceSink beginKeys(int repetition, int size) {
    keys.begin(repetition, size);
    return keySink;
  }

  PlaceSink beginValues() {
    keys.requireFull();
    values.begin(keys.firstRepetition(), keys.size());
    return valueSink;
  }

  void end() {
    values.end();
  }
}
