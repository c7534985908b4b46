package io.dynamodblake.parquet;

import java.util.Arrays;

/** A struct, which is also the sink of its fields. */
final class StructPlace extends Place {
  private final Place[] fields;
  private final Sink sink;

  /**
   * @param definition the definition level that says that the struct is there
   */
  StructPlace(Place[] fields, int definition) {
    this.fields = fields;
    this.sink = new Sink(fields, definition);
  }

  @Override
  void addNulls(int repetition, int definition, int times) {
    for (Place field : fields) {
      field.addNulls(repetition, definition, times);
    }
  }

  PlaceSink begin(int repetition) {
    sink.begin(repetition);
    return sink;
  }

  void end() {
    sink.end();
  }

  private static final class Sink extends PlaceSink {
    private final Place[] fields;
    private final int definition;
    private final long[] present;
    private int missing;

    Sink(Place[] fields, int definition) {
      this.fields = fields;
      this.definition = definition;
      this.present = new long[(fields.length + 63) >>> 6];
    }

    void begin(int repetitionOfStruct) {
      repetition = repetitionOfStruct;
      Arrays.fill(present, 0L);
      missing = fields.length;
    }

    @Override
    Place next(int ordinal) {
      present[ordinal >>> 6] |= 1L << ordinal;
      missing--;
      return fields[ordinal];
    }

    @Override
    Place opened(int ordinal) {
      return fields[ordinal];
    }

    @Override
    public void putNull(int ordinal) {
      // what is not there when the struct ends is null
    }

    void end() {
      for (int i = 0; missing > 0; i++) {
        if ((present[i >>> 6] & (1L << i)) == 0) {
          fields[i].addNulls(repetition, definition, 1);
          missing--;
        }
      }
    }
  }
}
