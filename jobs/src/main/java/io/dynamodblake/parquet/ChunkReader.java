package io.dynamodblake.parquet;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * One column chunk, decoded page by page: levels, and values or what refers to the dictionary.
 * Everything that it gives is within its bounds, so that who uses it need not look again.
 */
final class ChunkReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final ColumnDescriptor column;
  private final PageReader pages;
  private final ValueDecoder decoder; // null if nobody asks for values
  private final int mostRepetition;
  private final int mostDefinition;

  private final DecodedValues dictionary; // null if the chunk has none
  private final DecodedValues values = new DecodedValues();
  private int[] references = new int[0];
  private boolean byDictionary;

  private int levels;
  private int[] repetitions = new int[0];
  private int[] definitions = new int[0];
  private int present;
  private boolean begun;

  /**
   * @param withValues whether values are wanted, or levels only
   * @throws RuntimeException of any kind if the chunk is damaged
   */
  ChunkReader(ColumnDescriptor column, PageReader pages, boolean withValues) throws IOException {
    this.column = column;
    this.pages = pages;
    this.decoder = withValues ? new ValueDecoder(column) : null;
    this.mostRepetition = column.getMaxRepetitionLevel();
    this.mostDefinition = column.getMaxDefinitionLevel();
    DictionaryPage page = pages.readDictionaryPage();
    if (page == null || !withValues) {
      dictionary = null;
    } else {
      dictionary = new DecodedValues();
      decoder.decodePlain(page.getBytes().toByteArray(), 0, page.getDictionarySize(), dictionary);
    }
  }

  /** The dictionary, or null. */
  DecodedValues dictionary() {
    return dictionary;
  }

  /** Levels of the page. */
  int levels() {
    return levels;
  }

  /** Their repetition; meaningless where nothing repeats. */
  int[] repetitions() {
    return repetitions;
  }

  /** Their definition; meaningless where everything is required. */
  int[] definitions() {
    return definitions;
  }

  /** Values of the page, without nulls. */
  int present() {
    return present;
  }

  /** Whether the values of the page are in the dictionary. */
  boolean isByDictionary() {
    return byDictionary;
  }

  /** What refers to the dictionary. */
  int[] references() {
    return references;
  }

  /** The values of a page without references. */
  DecodedValues values() {
    return values;
  }

  /**
   * Reads the next page.
   *
   * @return false after the last one
   * @throws RuntimeException of any kind if the page is damaged
   */
  boolean next() throws IOException {
    DataPage page = pages.readPage();
    if (page == null) {
      return false;
    }
    levels = page.getValueCount();
    repetitions = room(repetitions, levels);
    definitions = room(definitions, levels);
    if (page instanceof DataPageV1 first) {
      read(first);
    } else {
      read((DataPageV2) page);
    }
    return true;
  }

  private static int[] room(int[] array, int needed) {
    return array.length < needed ? new int[needed] : array;
  }

  private void read(DataPageV1 page) throws IOException {
    byte[] bytes = page.getBytes().toByteArray();
    int offset = 0;
    if (mostRepetition > 0) {
      offset =
          page.getRlEncoding() == Encoding.RLE
              ? readLevels(bytes, offset, mostRepetition, repetitions)
              : readLevels(
                  page.getRlEncoding(), ValuesType.REPETITION_LEVEL, bytes, offset, repetitions);
    }
    if (mostDefinition > 0) {
      offset =
          page.getDlEncoding() == Encoding.RLE
              ? readLevels(bytes, offset, mostDefinition, definitions)
              : readLevels(
                  page.getDlEncoding(), ValuesType.DEFINITION_LEVEL, bytes, offset, definitions);
    }
    checkLevels();
    readValues(page.getValueEncoding(), bytes, offset);
  }

  /** Levels behind their length; returns where they end. */
  private int readLevels(byte[] page, int offset, int most, int[] into) {
    int start = offset + Integer.BYTES;
    int length = start <= page.length ? (int) INT.get(page, offset) : -1;
    if (length < 0 || length > page.length - start) {
      throw new ParquetDecodingException("A page ends within its levels");
    }
    RunLengthDecoder.read(page, start, start + length, bitWidth(most), levels, into);
    return start + length;
  }

  private static int bitWidth(int most) {
    return RunLengthEncoder.bitWidth(most);
  }

  /** The same in the encoding that nobody writes any more. */
  private int readLevels(Encoding encoding, ValuesType type, byte[] page, int offset, int[] into)
      throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(page, offset, page.length - offset).slice();
    ByteBufferInputStream in = ByteBufferInputStream.wrap(rest);
    ValuesReader reader = encoding.getValuesReader(column, type);
    reader.initFromPage(levels, in);
    for (int i = 0; i < levels; i++) {
      into[i] = reader.readInteger();
    }
    return offset + (int) in.position();
  }

  private void read(DataPageV2 page) throws IOException {
    if (mostRepetition > 0) {
      readLevels(page.getRepetitionLevels(), mostRepetition, repetitions);
    }
    if (mostDefinition > 0) {
      readLevels(page.getDefinitionLevels(), mostDefinition, definitions);
    }
    checkLevels();
    readValues(page.getDataEncoding(), page.getData().toByteArray(), 0);
  }

  private void readLevels(BytesInput encoded, int most, int[] into) throws IOException {
    byte[] bytes = encoded.toByteArray();
    RunLengthDecoder.read(bytes, 0, bytes.length, bitWidth(most), levels, into);
  }

  private void checkLevels() {
    if (mostRepetition > 0) {
      for (int i = 0; i < levels; i++) {
        if (repetitions[i] > mostRepetition) {
          throw new ParquetDecodingException("A level of repetition is too high");
        }
      }
      if (!begun && levels > 0 && repetitions[0] != 0) {
        throw new ParquetDecodingException("The first row has no beginning");
      }
    }
    begun |= levels > 0;
    present = levels;
    if (mostDefinition > 0) {
      present = 0;
      for (int i = 0; i < levels; i++) {
        if (definitions[i] > mostDefinition) {
          throw new ParquetDecodingException("A level of definition is too high");
        }
        if (definitions[i] == mostDefinition) {
          present++;
        }
      }
    }
  }

  private void readValues(Encoding encoding, byte[] page, int offset) throws IOException {
    byDictionary = false;
    if (decoder == null || present == 0) {
      return;
    }
    if (!encoding.usesDictionary()) {
      decoder.decode(encoding, page, offset, present, values);
      return;
    }
    if (dictionary == null) {
      throw new ParquetDecodingException("A page refers to a dictionary that is not there");
    }
    byDictionary = true;
    references = room(references, present);
    if (offset >= page.length) {
      throw new ParquetDecodingException("A page ends before its values");
    }
    RunLengthDecoder.read(page, offset + 1, page.length, page[offset], present, references);
    int count = dictionary.count();
    for (int i = 0; i < present; i++) {
      if (references[i] < 0 || references[i] >= count) {
        throw new ParquetDecodingException("A page refers to a value that is not there");
      }
    }
  }
}
