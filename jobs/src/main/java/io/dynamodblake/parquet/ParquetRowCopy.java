package io.dynamodblake.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;

/**
 * Rows of Parquet files, one file after the other, as one new file without some of them; zstd. No
 * row is put together: each column goes through by its levels and values. Not safe for use by
 * several threads.
 *
 * <p>Files may be by {@link ParquetItemFile} or by Spark. They may lack columns and fields of
 * structs that the new file has, which are null then, have them in another order, and have narrower
 * numbers: int, bigint and decimal become what tables widen them to. Columns that the new file has
 * not are left out. Checksums of pages are verified, and each column must have as many rows as the
 * file says.
 *
 * <pre>{@code
 * try (ParquetRowCopy copy = ParquetRowCopy.create(path, configuration, schema, metadata, memory)) {
 *   copy.add(first, LongStream.of(3, 17).iterator());
 *   copy.add(second, LongStream.empty().iterator());
 *   copy.finish();
 * }
 * }</pre>
 *
 * <p>Memory: the compressed bytes of the row groups that become one of the new file, which are
 * {@code rowGroupBytes} at most, and a page; of a larger row group only one column at a time.
 */
public final class ParquetRowCopy implements Closeable {
  private static final long NONE = Long.MAX_VALUE; // no row left out
  // of a row group, from which on one that stays as it is is not put together with others
  private static final int SHARE_OF_LARGE = 4;

  private final Configuration configuration;
  private final MessageType schema;
  private final Map<String, String> metadata;
  private final long rowGroupBytes;
  private final PageCompressor compressor;
  private final ParquetOutput output;
  private final List<ColumnCopy> columns = new ArrayList<>();

  private final List<InputRowGroup> begun = new ArrayList<>(); // row groups of the next one
  private long begunBytes;
  private long begunRows;
  private final List<InputFile> open = new ArrayList<>();
  private long rows;

  private ParquetRowCopy(
      Path path,
      Configuration configuration,
      MessageType schema,
      Map<String, String> metadata,
      long rowGroupBytes)
      throws IOException {
    this.configuration = configuration;
    this.schema = schema;
    this.metadata = Map.copyOf(metadata);
    this.rowGroupBytes = rowGroupBytes;
    this.compressor = PageCompressor.configured(configuration);
    boolean opened = false;
    try {
      MemoryGauge gauge = new MemoryGauge();
      for (ColumnDescriptor column : schema.getColumns()) {
        columns.add(
            new ColumnCopy(
                ColumnBuffer.of(column, ColumnBuffer.MOST_PAGE_BYTES, compressor, gauge)));
      }
      this.output = ParquetOutput.create(path, configuration, schema, rowGroupBytes);
      opened = true;
    } finally {
      if (!opened) {
        compressor.close();
      }
    }
  }

  /**
   * Creates a file.
   *
   * @param schema as Spark makes it of a table's: structs, and lists and maps of three levels
   * @param metadata for the footer
   * @param rowGroupBytes compressed bytes that become one row group, and which are held in memory
   * @throws IOException if the file cannot be created
   */
  public static ParquetRowCopy create(
      Path path,
      Configuration configuration,
      MessageType schema,
      Map<String, String> metadata,
      long rowGroupBytes)
      throws IOException {
    return new ParquetRowCopy(path, configuration, schema, metadata, rowGroupBytes);
  }

  /**
   * Adds the rows of a file. After a failure the new file is useless, unless it was an {@link
   * IncompatibleFileException}: then the file is as if it had not been there.
   *
   * @param leftOut positions of rows that are left out, from 0, each greater than the one before
   * @return the rows that were added
   * @throws IncompatibleFileException if the file's schema does not become that of the new file
   * @throws io.dynamodblake.schema.DataRefusedException if a file is damaged; maybe one that was
   *     added before
   * @throws IllegalArgumentException if the positions are not ascending or beyond the file
   * @throws IOException if a file cannot be read or written
   */
  public long add(FileStatus file, PrimitiveIterator.OfLong leftOut)
      throws IOException, IncompatibleFileException {
    InputFile input = new InputFile(file, configuration, schema);
    open.add(input);
    List<RowsLeftOut> rowsLeftOut = split(input, leftOut);
    long before = rows;
    for (int i = 0; i < rowsLeftOut.size(); i++) {
      add(input, i, rowsLeftOut.get(i));
    }
    closeUnused();
    return rows - before;
  }

  /** Positions in the file as positions in its row groups. */
  private static List<RowsLeftOut> split(InputFile input, PrimitiveIterator.OfLong leftOut) {
    List<RowsLeftOut> split = new ArrayList<>();
    long next = leftOut.hasNext() ? leftOut.nextLong() : NONE;
    if (next < 0) {
      throw new IllegalArgumentException("Cannot leave out row %d".formatted(next));
    }
    long begin = 0;
    for (BlockMetaData rowGroup : input.rowGroups()) {
      long end = begin + rowGroup.getRowCount();
      IntStream.Builder ofRowGroup = IntStream.builder();
      while (next < end) {
        ofRowGroup.add((int) (next - begin));
        long previous = next;
        next = leftOut.hasNext() ? leftOut.nextLong() : NONE;
        if (next <= previous) {
          throw new IllegalArgumentException(
              "Cannot leave out row %d after row %d".formatted(next, previous));
        }
      }
      split.add(new RowsLeftOut(ofRowGroup.build().toArray()));
      begin = end;
    }
    if (next != NONE) {
      throw new IllegalArgumentException(
          "Cannot leave out row %d of %s, which has %d".formatted(next, input.path(), begin));
    }
    return split;
  }

  private void add(InputFile input, int index, RowsLeftOut leftOut) throws IOException {
    BlockMetaData rowGroup = input.rowGroups().get(index);
    long staying = rowGroup.getRowCount() - leftOut.count();
    if (staying == 0) {
      return;
    }
    long bytes = rowGroup.getCompressedSize();
    if (leftOut.count() == 0
        && bytes >= rowGroupBytes / SHARE_OF_LARGE
        && input.hasSamePages(index, schema)) {
      writeRowGroup();
      input.append(index, output.writer(), schema);
    } else {
      if (begunBytes + bytes > rowGroupBytes || begunRows + staying > Integer.MAX_VALUE) {
        writeRowGroup();
      }
      begun.add(new InputRowGroup(input, index, leftOut, bytes <= rowGroupBytes));
      begunBytes += bytes;
      begunRows += staying;
    }
    rows += staying;
  }

  private void writeRowGroup() throws IOException {
    if (begun.isEmpty()) {
      return;
    }
    ParquetFileWriter writer = output.writer();
    writer.startBlock(begunRows);
    for (int i = 0; i < columns.size(); i++) {
      ColumnCopy column = columns.get(i);
      for (InputRowGroup rowGroup : begun) {
        column.copy(rowGroup, rowGroup.file().columns().get(i));
      }
      column.column().writeChunk(writer);
    }
    writer.endBlock();
    begun.clear();
    begunBytes = 0;
    begunRows = 0;
  }

  /** Closes files that no row group begun comes from. */
  private void closeUnused() throws IOException {
    for (InputFile file : List.copyOf(open)) {
      if (begun.stream().noneMatch(rowGroup -> rowGroup.file() == file)) {
        file.close();
        open.remove(file);
      }
    }
  }

  /** Returns the number of rows so far. */
  public long rows() {
    return rows;
  }

  /** Returns about how long the file would be if it ended now. */
  public long bytes() throws IOException {
    return output.writer().getPos() + begunBytes;
  }

  /**
   * Writes what is left and the footer; nothing may be added after it.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if a file that was added is damaged
   * @throws IOException if a file cannot be read or written
   */
  public void finish() throws IOException {
    writeRowGroup();
    closeUnused();
    output.writer().end(metadata);
  }

  /** Lets go of all files; a new one that was not finished is not readable. */
  @Override
  public void close() throws IOException {
    begun.clear();
    try (compressor;
        output) {
      closeUnused();
    }
  }
}
