package io.dynamodblake.parquet;

import java.util.Arrays;

/** A struct. */
final class StructPlace extends Place {
  private final Place[] fields;
  private final int definition;
  private final PlaceSink sink = PlaceSink.of(this);

  // of the struct begun
  private final long[] present;
  private int missing;
  private int repetition;

  /**
   * @param definition the definition level that says that the struct is there
   */
  StructPlace(Place[] fields, int definition) {
    this.fields = fields;
    this.definition = definition;
    this.present = new long[(fields.length + 63) >>> 6];
  }

  @Override
  void addNulls(int repetitionOfStruct, int definitionOfNull, int times) {
    for (Place field : fields) {
      field.addNulls(repetitionOfStruct, definitionOfNull, times);
    }
  }

  PlaceSink begin(int repetitionOfStruct) {
    repetition = repetitionOfStruct;
    Arrays.fill(present, 0L);
    missing = fields.length;
    return sink;
  }

  int repetition() {
    return repetition;
  }

  /** The place of a field, which is about to get a value. */
  Place next(int ordinal) {
    present[ordinal >>> 6] |= 1L << ordinal;
    missing--;
    return fields[ordinal];
  }

  Place field(int ordinal) {
    return fields[ordinal];
  }

  /** Fields that have got no value are null. */
  void end() {
    for (int i = 0; missing > 0; i++) {
      if ((present[i >>> 6] & (1L << i)) == 0) {
        fields[i].addNulls(repetition, definition, 1);
        missing--;
      }
    }
  }
}
