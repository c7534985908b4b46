package io.dynamodblake.parquet;

import java.util.Arrays;

/**
 * Puts decoded values into a column. A value of a dictionary is looked up in the column's own once
 * a chunk and not each time.
 */
abstract class ValueSink {
  private static final int UNKNOWN = Dictionary.REFUSED;

  /** The dictionary of the chunk. */
  DecodedValues dictionary;

  /** The values of the page, if it has some of its own. */
  DecodedValues values;

  /** The column's own entries by those of thedictionary of the chunk. */
  int[] entries = new int[0];

  /** One for a column. */
  static ValueSink of(ColumnBuffer column) {
    if (column instanceof NumberBuffer numbers) {
      return new Numbers(numbers);
    }
    return column instanceof BytesBuffer bytes
        ? new Bytes(bytes)
        : new Booleans((BooleanBuffer) column);
  }

  /** Begins a chunk. */
  final void beginChunk(DecodedValues newDictionary) {
    dictionary = newDictionary;
    if (newDictionary != null) {
      entries = new int[newDictionary.count()];
      Arrays.fill(entries, UNKNOWN);
    }
  }

  /** Begins a page with values of its own. */
  final void beginPage(DecodedValues newValues) {
    values = newValues;
  }

  /** Adds a value of the page. */
  abstract void add(int repetition, int index);

  /** Adds a value of the dictionary. */
  abstract void addReference(int repetition, int reference);

  /** Adds values of the page, one a row, where nothing repeats. */
  void addRows(int from, int rows) {
    for (int i = from; i < from + rows; i++) {
      add(0, i);
    }
  }

  /** Adds values of the dictionary, one a row, where nothing repeats. */
  void addReferenceRows(int[] references, int from, int rows) {
    for (int i = from; i < from + rows; i++) {
      addReference(0, references[i]);
    }
  }

  /** The same into a column that may have a dictionary of its own. */
  final void addReferenceRows(DictionaryBuffer<?> column, int[] references, int from, int rows) {
    int end = from + rows;
    int next = from;
    while (next < end) {
      int known = next;
      while (column.dictionary() != null && known < end && entries[references[known]] != UNKNOWN) {
        known++;
      }
      column.addEntries(references, entries, next, known - next);
      if (known < end) {
        addReference(0, references[known++]);
      }
      next = known;
    }
  }

  private static final class Numbers extends ValueSink {
    private final NumberBuffer column;

    Numbers(NumberBuffer column) {
      this.column = column;
    }

    @Override
    void add(int repetition, int index) {
      int unused = column.addStored(repetition, values.numbers[index]);
    }

    @Override
    void addRows(int from, int rows) {
      column.addStored(values.numbers, from, rows);
    }

    @Override
    void addReferenceRows(int[] references, int from, int rows) {
      addReferenceRows(column, references, from, rows);
    }

    @Override
    void addReference(int repetition, int reference) {
      int entry = entries[reference];
      if (entry != UNKNOWN && column.dictionary() != null) {
        column.addEntry(repetition, entry);
      } else {
        entries[reference] = column.addStored(repetition, dictionary.numbers[reference]);
      }
    }
  }

  private static final class Bytes extends ValueSink {
    private final BytesBuffer column;

    Bytes(BytesBuffer column) {
      this.column = column;
    }

    @Override
    void add(int repetition, int index) {
      int unused = put(repetition, values, index);
    }

    @Override
    void addReference(int repetition, int reference) {
      int entry = entries[reference];
      if (entry != UNKNOWN && column.dictionary() != null) {
        column.addEntry(repetition, entry);
      } else {
        entries[reference] = put(repetition, dictionary, reference);
      }
    }

    @Override
    void addReferenceRows(int[] references, int from, int rows) {
      addReferenceRows(column, references, from, rows);
    }

    private int put(int repetition, DecodedValues from, int index) {
      int start = from.starts[index];
      return column.addStored(repetition, from.bytes, start, from.ends[index] - start);
    }
  }

  private static final class Booleans extends ValueSink {
    private final BooleanBuffer column;

    Booleans(BooleanBuffer column) {
      this.column = column;
    }

    @Override
    void add(int repetition, int index) {
      column.addBoolean(repetition, values.numbers[index] != 0);
    }

    @Override
    void addReference(int repetition, int reference) {
      column.addBoolean(repetition, dictionary.numbers[reference] != 0);
    }
  }
}
