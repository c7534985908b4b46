package io.dynamodblake.parquet;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * One column of the row group begun: finished pages, compressed, and the levels and values of the
 * page begun. Pages are of version 1 and either plain or by dictionary, which every reader knows.
 */
abstract non-sealed class ColumnBuffer extends Place {
  /** As many as parquet-java has: more would blunt the page index. */
  static final int MOST_ROWS_OF_A_PAGE = 20_000;

  static final int MOST_PAGE_BYTES = 1 << 20;

  @SuppressWarnings("deprecation") // parquet-java itself writes it into pages of version 1
  static final Encoding BY_DICTIONARY = Encoding.PLAIN_DICTIONARY;

  private static final int LEVEL_HEADER_BYTES = Integer.BYTES;
  private static final int LONG_VALUE_BYTES = 64;

  final MemoryGauge gauge;
  final int pageBytes;
  private final PageCompressor compressor;
  private final ColumnDescriptor descriptor;
  private final int presentDefinition;
  private final RunLengthEncoder repetitions; // null where nothing repeats
  private final RunLengthEncoder definitions; // null where everything is required
  private final RunLengthEncoder indexes; // of the dictionary; used when a page ends

  private final List<Page> pages = new ArrayList<>();
  private boolean hasDictionaryPages;
  private long chunkLevels;
  private long chunkCompressed;
  private int pageRows;
  private int pageLevels;
  private int pageNulls;

  private record Page(
      byte[] compressed,
      int uncompressedBytes,
      int levels,
      int rows,
      Statistics<?> statistics,
      Encoding encoding) {}

  ColumnBuffer(
      ColumnDescriptor descriptor, int pageBytes, PageCompressor compressor, MemoryGauge gauge) {
    this.descriptor = descriptor;
    this.pageBytes = pageBytes;
    this.compressor = compressor;
    this.gauge = gauge;
    this.presentDefinition = descriptor.getMaxDefinitionLevel();
    this.repetitions = levels(descriptor.getMaxRepetitionLevel());
    this.definitions = levels(descriptor.getMaxDefinitionLevel());
    this.indexes = new RunLengthEncoder(0, gauge);
  }

  /** A column of the type that its descriptor says. */
  static ColumnBuffer of(
      ColumnDescriptor descriptor, int pageBytes, PageCompressor compressor, MemoryGauge gauge) {
    PrimitiveTypeName type = descriptor.getPrimitiveType().getPrimitiveTypeName();
    return switch (type) {
      case INT32, INT64, DOUBLE -> new NumberBuffer(descriptor, pageBytes, compressor, gauge);
      case BOOLEAN -> new BooleanBuffer(descriptor, pageBytes, compressor, gauge);
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          new BytesBuffer(descriptor, pageBytes, compressor, gauge);
      case FLOAT, INT96 ->
          throw new IllegalArgumentException("No column of a table is of type " + type);
    };
  }

  private RunLengthEncoder levels(int largest) {
    return largest == 0 ? null : new RunLengthEncoder(RunLengthEncoder.bitWidth(largest), gauge);
  }

  // ---- values

  void addBoolean(int repetition, boolean value) {
    throw wrongType();
  }

  /** Integers, days and microseconds. */
  void addLong(int repetition, long value) {
    throw wrongType();
  }

  void addDouble(int repetition, double value) {
    throw wrongType();
  }

  void addDecimal(int repetition, long unscaled) {
    throw wrongType();
  }

  void addDecimal(int repetition, BigInteger unscaled) {
    throw wrongType();
  }

  void addBytes(int repetition, byte[] bytes, int offset, int length) {
    throw wrongType();
  }

  private IllegalStateException wrongType() {
    return new IllegalStateException(
        "Cannot put such a value into a column of type " + descriptor.getPrimitiveType());
  }

  /** To be called before a value is added. */
  final void addPresent(int repetition) {
    if (repetition == 0) {
      beginRow();
    }
    if (repetitions != null) {
      repetitions.add(repetition);
    }
    if (definitions != null) {
      definitions.add(presentDefinition);
    }
    pageLevels++;
  }

  /**
   * To be called before values of rows are added, one each, in a column where nothing repeats.
   *
   * @return how many of the rows the page begun has room for, at least one; as many are to be added
   */
  final int addPresentRows(int rows, int bytesOfEach) {
    beginRow();
    int room = Math.max(0, pageBytes - valueBytes()) / bytesOfEach + 1;
    int now = Math.min(Math.min(rows, room), MOST_ROWS_OF_A_PAGE - pageRows + 1);
    pageRows += now - 1;
    if (definitions != null) {
      definitions.add(presentDefinition, now);
    }
    pageLevels += now;
    return now;
  }

  private void beginRow() {
    if (pageRows == MOST_ROWS_OF_A_PAGE || valueBytes() >= pageBytes) {
      endPage();
    }
    pageRows++;
  }

  @Override
  final void addNulls(int repetition, int definition, int times) {
    int left = times;
    while (left > 0) {
      int now = left;
      if (repetition == 0) { // rows, where pages may be cut
        beginRow();
        now = Math.min(left, MOST_ROWS_OF_A_PAGE - pageRows + 1);
        pageRows += now - 1;
      }
      if (repetitions != null) {
        repetitions.add(repetition, now);
      }
      definitions.add(definition, now);
      pageLevels += now;
      pageNulls += now;
      left -= now;
    }
  }

  // ---- pages

  /** Bytes that the values of the page begun take in memory, more or less. */
  abstract int valueBytes();

  /** The dictionary that the values of the page begun refer to; null if they are plain. */
  abstract Dictionary dictionary();

  /** References of the page begun to the dictionary. */
  abstract int[] references();

  /** Values of the page begun, without nulls. */
  abstract int valueCount();

  /** Writes the values of the page begun in Parquet's plain encoding. */
  abstract void writePlain(PageCompressor page);

  /** Widens statistics, which are new, to the values of the page begun. */
  abstract void describe(Statistics<?> statistics);

  /** Forgets the values of the page begun. */
  abstract void clearValues();

  /** Forgets the dictionary and gives memory back. */
  abstract void release();

  private void endPage() {
    Statistics<?> statistics = Statistics.createStats(descriptor.getPrimitiveType());
    statistics.incrementNumNulls(pageNulls);
    if (valueCount() > 0) {
      describe(statistics);
    }
    compressor.begin();
    writeLevels(repetitions);
    writeLevels(definitions);
    Dictionary dictionary = dictionary();
    boolean plain = dictionary == null || valueCount() == 0;
    if (plain) {
      writePlain(compressor);
    } else {
      hasDictionaryPages = true;
      writeReferences(dictionary.size());
    }
    int uncompressed = compressor.length();
    byte[] compressed = compressor.compress(plain && hasLongValues());
    gauge.addFinished(compressed.length);
    chunkCompressed += compressed.length;
    chunkLevels += pageLevels;
    pages.add(
        new Page(
            compressed,
            uncompressed,
            pageLevels,
            pageRows,
            statistics,
            plain ? Encoding.PLAIN : BY_DICTIONARY));
    clearValues();
    pageRows = 0;
    pageLevels = 0;
    pageNulls = 0;
  }

  private boolean hasLongValues() {
    return valueBytes() >= (long) LONG_VALUE_BYTES * Math.max(1, valueCount());
  }

  private void writeLevels(RunLengthEncoder levels) {
    if (levels != null) {
      levels.finish();
      compressor.ensure(LEVEL_HEADER_BYTES);
      compressor.putInt(levels.length());
      compressor.put(levels.bytes(), 0, levels.length());
      levels.reset();
    }
  }

  private void writeReferences(int dictionarySize) {
    int bitWidth = RunLengthEncoder.bitWidth(dictionarySize - 1);
    indexes.reset(bitWidth);
    int[] references = references();
    for (int i = 0, count = valueCount(); i < count; i++) {
      indexes.add(references[i]);
    }
    indexes.finish();
    compressor.ensure(1);
    compressor.put((byte) bitWidth);
    compressor.put(indexes.bytes(), 0, indexes.length());
  }

  /** Whether a finished page refers to the dictionary, which then has to stay as it is. */
  final boolean hasDictionaryPages() {
    return hasDictionaryPages;
  }

  // ---- row groups

  /** Writes the column chunk and forgets it. */
  final void writeChunk(ParquetFileWriter writer) throws IOException {
    if (pageRows > 0) {
      endPage();
    }
    writer.startColumn(descriptor, chunkLevels, CompressionCodecName.ZSTD);
    if (hasDictionaryPages) {
      writeDictionary(writer);
    }
    for (Page page : pages) {
      writer.writeDataPage(
          page.levels(),
          page.uncompressedBytes(),
          BytesInput.from(page.compressed()),
          page.statistics(),
          page.rows(),
          Encoding.RLE,
          Encoding.RLE,
          page.encoding());
    }
    writer.endColumn();
    gauge.addFinished(-chunkCompressed);
    pages.clear();
    chunkLevels = 0;
    chunkCompressed = 0;
    hasDictionaryPages = false;
    release();
    indexes.release();
    if (repetitions != null) {
      repetitions.release();
    }
    if (definitions != null) {
      definitions.release();
    }
  }

  private void writeDictionary(ParquetFileWriter writer) throws IOException {
    Dictionary dictionary = chunkDictionary();
    compressor.begin();
    dictionary.writePlain(compressor);
    int uncompressed = compressor.length();
    byte[] compressed = compressor.compress(true);
    writer.writeDictionaryPage(
        new DictionaryPage(
            BytesInput.from(compressed), uncompressed, dictionary.size(), BY_DICTIONARY));
  }

  /** The dictionary that finished pages refer to. */
  abstract Dictionary chunkDictionary();
}
