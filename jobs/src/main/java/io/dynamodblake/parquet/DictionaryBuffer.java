package io.dynamodblake.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;

/**
 * A column that has a dictionary for as long as it is worth one: until then the page begun is
 * references, after that it is plain values, which the subclass holds.
 */
abstract class DictionaryBuffer<D extends Dictionary> extends ColumnBuffer {
  private static final int INITIAL_VALUES = 16;

  /** What the page begun refers to; null once it is not worth it. */
  D dictionary;

  /** Values of the page begun, references or plain. */
  int count;

  /** Values that were looked up in the dictionary. */
  long looked;

  private D chunkDictionary; // that finished pages refer to
  private boolean worthDictionary = true;
  private int[] references = new int[0];

  DictionaryBuffer(
      ColumnDescriptor descriptor, int pageBytes, PageCompressor compressor, MemoryGauge gauge) {
    super(descriptor, pageBytes, compressor, gauge);
  }

  /** A dictionary without entries. */
  abstract D emptyDictionary();

  /** Makes the values of the page begun, which are references, plain. */
  abstract void spellOut(int[] references);

  /** To be called by the constructor of the subclass, and for each chunk. */
  final void beginDictionary() {
    looked = 0;
    dictionary = worthDictionary ? emptyDictionary() : null;
    chunkDictionary = dictionary;
  }

  /** Adds a value that the dictionary has. */
  final void addReference(int entry) {
    if (count == references.length) {
      growReferences(count + 1);
    }
    references[count++] = entry;
  }

  private void growReferences(int needed) {
    int capacity = Math.max(Math.max(needed, INITIAL_VALUES), 2 * references.length);
    gauge.add((long) Integer.BYTES * (capacity - references.length));
    references = Arrays.copyOf(references, capacity);
  }

  /** Adds a value by its entry in the dictionary, which the page begun must have. */
  final void addEntry(int repetition, int entry) {
    addPresent(repetition);
    looked++;
    addReference(entry);
  }

  /**
   * Adds values of rows, one each, by their entries in the dictionary, which the page begun must
   * have, in a column where nothing repeats.
   *
   * @param foreign references to another dictionary
   * @param entries of the values of that dictionary
   */
  final void addEntries(int[] foreign, int[] entries, int from, int rows) {
    int end = from + rows;
    int next = from;
    while (next < end) {
      int now = addPresentRows(end - next, Integer.BYTES);
      if (count + now > references.length) {
        growReferences(count + now);
      }
      for (int i = 0; i < now; i++) {
        references[count++] = entries[foreign[next++]];
      }
    }
    looked += rows;
  }

  /** The page begun becomes plain, and what follows. */
  final void abandonDictionary() {
    spellOut(references);
    releaseReferences();
    dictionary = null;
    if (!hasDictionaryPages()) {
      chunkDictionary.release();
      worthDictionary = false;
    }
  }

  private void releaseReferences() {
    gauge.add((long) -Integer.BYTES * references.length);
    references = new int[0];
  }

  @Override
  final D dictionary() {
    return dictionary;
  }

  @Override
  final D chunkDictionary() {
    return chunkDictionary;
  }

  @Override
  final int[] references() {
    return references;
  }

  @Override
  final int valueCount() {
    return count;
  }

  /** Gives the memory of plain values back. */
  abstract void releaseValues();

  @Override
  final void release() {
    releaseValues();
    releaseReferences();
    if (chunkDictionary != null) {
      chunkDictionary.release();
    }
    beginDictionary();
  }
}
