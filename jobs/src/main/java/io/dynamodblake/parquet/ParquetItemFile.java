package io.dynamodblake.parquet;

import io.dynamodblake.flatten.ColumnSink;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file of items, written column by column as they are decoded; zstd. Not safe for use by
 * several threads.
 *
 * <pre>{@code
 * try (ParquetItemFile file = ParquetItemFile.create(path, configuration, schema, metadata, memory)) {
 *   decoder.decode(tape, file.row());
 *   file.endRow();
 *   file.finish();
 * }
 * }</pre>
 */
public final class ParquetItemFile implements Closeable {
  private static final int LEAST_PAGE_BYTES = 1 << 13;

  // what unfinished pages will take in the file; only to know when a file is large enough
  private static final int USUAL_COMPRESSION = 4;

  private final long rowGroupBytes;
  private final Map<String, String> metadata;
  private final MemoryGauge gauge = new MemoryGauge();
  private final List<ColumnBuffer> columns = new ArrayList<>();
  private final PageCompressor compressor;
  private final RowPlaces row;
  private final PlaceSink sink;
  private final ParquetOutput output;
  private final ParquetFileWriter writer;
  private long rows;

  private ParquetItemFile(
      Path path,
      Configuration configuration,
      MessageType schema,
      Map<String, String> metadata,
      long rowGroupBytes)
      throws IOException {
    this.rowGroupBytes = rowGroupBytes;
    this.metadata = Map.copyOf(metadata);
    this.compressor = PageCompressor.configured(configuration);
    // pages of all columns begun must leave room for finished ones
    long share = rowGroupBytes / 4 / Math.max(1, schema.getColumns().size());
    int pageBytes = (int) Math.max(LEAST_PAGE_BYTES, Math.min(ColumnBuffer.MOST_PAGE_BYTES, share));
    Place[] places = new Place[schema.getFieldCount()];
    Tree tree = new Tree(schema, pageBytes);
    for (int i = 0; i < places.length; i++) {
      places[i] = tree.place(schema.getType(i), List.of(), 0, 0);
    }
    this.row = new RowPlaces(places);
    this.sink = PlaceSink.of(row);
    boolean opened = false;
    try {
      this.output = ParquetOutput.create(path, configuration, schema, rowGroupBytes);
      opened = true;
    } finally {
      if (!opened) {
        compressor.close();
      }
    }
    this.writer = output.writer();
  }

  /**
   * Creates a file.
   *
   * @param schema columns in the order of the decoder's; structs, and lists and maps of three
   *     levels
   * @param metadata for the footer
   * @param rowGroupBytes memory after which a row group is written; bytes in the file are fewer
   * @throws IOException if the file cannot be created
   */
  public static ParquetItemFile create(
      Path path,
      Configuration configuration,
      MessageType schema,
      Map<String, String> metadata,
      long rowGroupBytes)
      throws IOException {
    return new ParquetItemFile(path, configuration, schema, metadata, rowGroupBytes);
  }

  /** Returns the level of zstd at which files are packed with such settings. */
  public static int zstdLevel(Configuration configuration) {
    return PageCompressor.level(configuration);
  }

  /** Takes the values of the present row. */
  public ColumnSink row() {
    return sink;
  }

  /**
   * Ends the present row and begins the next.
   *
   * @throws IOException if the file cannot be written
   */
  public void endRow() throws IOException {
    row.endRow();
    rows++;
    if (gauge.bytes() >= rowGroupBytes) {
      writeRowGroup();
    }
  }

  /** Returns the number of rows so far. */
  public long rows() {
    return rows;
  }

  /** Returns about how long the file would be if it ended now. */
  public long bytes() throws IOException {
    long begun = gauge.bytes() - gauge.finished();
    return writer.getPos() + gauge.finished() + begun / USUAL_COMPRESSION;
  }

  /** Returns how much memory the rows take that are not in the file yet. */
  public long memory() {
    return gauge.bytes();
  }

  /**
   * Writes what there is so far as a row group of its own, where others need the memory.
   *
   * @throws IOException if the file cannot be written
   */
  public void release() throws IOException {
    writeRowGroup();
  }

  private void writeRowGroup() throws IOException {
    int count = row.rows();
    if (count == 0) {
      return;
    }
    row.endRowGroup();
    writer.startBlock(count);
    for (ColumnBuffer column : columns) {
      column.writeChunk(writer);
    }
    writer.endBlock();
  }

  /**
   * Writes what is left and the footer; nothing may be added after it.
   *
   * @throws IOException if the file cannot be written
   */
  public void finish() throws IOException {
    writeRowGroup();
    try {
      writer.end(metadata);
    } catch (IOException e) {
      // parquet-java's own message prints the footer, and with it bounds of values
      throw withoutFooter(e);
    }
  }

  private static IOException withoutFooter(IOException failure) {
    Throwable reason = failure;
    while (reason.getCause() != null) {
      reason = reason.getCause();
    }
    return reason == failure ? failure : new IOException(reason.getMessage(), reason);
  }

  /** Lets go of the file; one that was not finished is not readable. */
  @Override
  public void close() throws IOException {
    compressor.close();
    output.close();
  }

  /** Makes the places of a schema. */
  private final class Tree {
    private final MessageType schema;
    private final int pageBytes;

    Tree(MessageType schema, int pageBytes) {
      this.schema = schema;
      this.pageBytes = pageBytes;
    }

    /**
     * @param path of the type that holds this one
     * @param repetition level of what holds this one
     * @param definition level at which what holds this one is there
     */
    Place place(Type type, List<String> path, int repetition, int definition) {
      List<String> own = append(path, type.getName());
      int present = definition + (type.isRepetition(Type.Repetition.REQUIRED) ? 0 : 1);
      if (type.isPrimitive()) {
        return column(schema.getColumnDescription(own.toArray(String[]::new)));
      }
      GroupType group = type.asGroupType();
      LogicalTypeAnnotation annotation = group.getLogicalTypeAnnotation();
      if (annotation instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
        GroupType repeated = group.getType(0).asGroupType();
        List<String> entry = append(own, repeated.getName());
        Place element = place(repeated.getType(0), entry, repetition + 1, present + 1);
        return new ListPlace(element, present, repetition + 1);
      }
      if (annotation instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation) {
        GroupType repeated = group.getType(0).asGroupType();
        List<String> entry = append(own, repeated.getName());
        Place key = place(repeated.getType(0), entry, repetition + 1, present + 1);
        Place value = place(repeated.getType(1), entry, repetition + 1, present + 1);
        return new MapPlace(key, value, present, repetition + 1);
      }
      Place[] fields = new Place[group.getFieldCount()];
      for (int i = 0; i < fields.length; i++) {
        fields[i] = place(group.getType(i), own, repetition, present);
      }
      return new StructPlace(fields, present);
    }

    private ColumnBuffer column(ColumnDescriptor descriptor) {
      ColumnBuffer column = ColumnBuffer.of(descriptor, pageBytes, compressor, gauge);
      columns.add(column);
      return column;
    }

    private static List<String> append(List<String> path, String name) {
      List<String> longer = new ArrayList<>(path);
      longer.add(name);
      return longer;
    }
  }
}
