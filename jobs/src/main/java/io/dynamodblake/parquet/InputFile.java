package io.dynamodblake.parquet;

import io.dynamodblake.schema.DataRefusedException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** A file that rows are copied from. Checksums of its pages are verified. */
final class InputFile implements Closeable {
  private static final List<String> PARQUET = List.of("org.apache.parquet.", "shaded.parquet.");

  private final String path;
  private final HadoopInputFile file;
  private final ParquetFileReader reader;
  private final MessageType schema;
  private final List<ColumnMatch> columns;
  private final Set<ColumnDescriptor> sources = new LinkedHashSet<>();

  /**
   * Opens a file.
   *
   * @throws IncompatibleFileException if its schema cannot become the wanted one
   * @throws DataRefusedException if it is damaged, as far as its footer tells
   * @throws IOException if it cannot be read
   */
  InputFile(FileStatus status, Configuration configuration, MessageType wanted)
      throws IOException, IncompatibleFileException {
    this.path = status.getPath().toString();
    this.file = HadoopInputFile.fromStatus(status, configuration);
    this.reader = open(status, configuration);
    boolean opened = false;
    try {
      this.schema = reader.getFileMetaData().getSchema();
      this.columns = SchemaMatch.of(wanted, schema, path);
      for (ColumnMatch column : columns) {
        if (!column.missing()) {
          sources.add(column.source());
        }
      }
      opened = true;
    } finally {
      if (!opened) {
        reader.close();
      }
    }
  }

  private ParquetFileReader open(FileStatus status, Configuration configuration)
      throws IOException {
    try {
      return ParquetFileReader.open(
          file,
          HadoopReadOptions.builder(configuration, status.getPath())
              .usePageChecksumVerification(true)
              .withRecordFilter(FilterCompat.NOOP) // whatever the configuration has of another read
              .build());
    } catch (IOException | RuntimeException e) {
      throw failure(e, "");
    }
  }

  String path() {
    return path;
  }

  /** Where the wanted columns come from, in their order. */
  List<ColumnMatch> columns() {
    return columns;
  }

  /** The columns of the file that values are read of. */
  Set<ColumnDescriptor> sources() {
    return sources;
  }

  List<BlockMetaData> rowGroups() {
    return reader.getRowGroups();
  }

  /**
   * Reads columns of a row group, compressed as they are, and verifies their checksums.
   *
   * @throws DataRefusedException if it is damaged
   * @throws IOException if it cannot be read
   */
  PageReadStore read(int rowGroup, Iterable<ColumnDescriptor> wanted) throws IOException {
    try {
      reader.setRequestedSchema(project(wanted));
      return reader.readRowGroup(rowGroup);
    } catch (IOException | RuntimeException e) {
      throw failure(e, ", row group " + rowGroup);
    }
  }

  /** Whether all of a row group's pages could be those of a file with another schema. */
  boolean hasSamePages(int rowGroup, MessageType wanted) {
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).isSame(wanted.getColumns().get(i))) {
        return false;
      }
    }
    return rowGroups().get(rowGroup).getColumns().stream()
        .allMatch(chunk -> chunk.getOffsetIndexReference() != null);
  }

  /**
   * Writes a row group as it is, indexes included, after its checksums were verified.
   *
   * @throws DataRefusedException if it is damaged
   * @throws IOException if a file cannot be read or written
   */
  void append(int rowGroup, ParquetFileWriter writer, MessageType wanted) throws IOException {
    PageReadStore unused = read(rowGroup, sources);
    BlockMetaData metadata = rowGroups().get(rowGroup);
    Map<ColumnPath, ColumnChunkMetaData> chunks = new HashMap<>();
    metadata.getColumns().forEach(chunk -> chunks.put(chunk.getPath(), chunk));
    writer.startBlock(metadata.getRowCount());
    try (SeekableInputStream in = file.newStream()) {
      for (ColumnDescriptor column : wanted.getColumns()) {
        ColumnChunkMetaData chunk = chunks.get(ColumnPath.get(column.getPath()));
        Indexes indexes = indexes(chunk, rowGroup);
        writer.appendColumnChunk(column, in, chunk, null, indexes.values(), indexes.pages());
      }
    }
    writer.endBlock();
  }

  private record Indexes(ColumnIndex values, OffsetIndex pages) {}

  private Indexes indexes(ColumnChunkMetaData chunk, int rowGroup) throws IOException {
    try {
      return new Indexes(reader.readColumnIndex(chunk), reader.readOffsetIndex(chunk));
    } catch (IOException | RuntimeException e) {
      throw failure(e, ", row group " + rowGroup);
    }
  }

  private MessageType project(Iterable<ColumnDescriptor> wanted) {
    Set<List<String>> paths = new HashSet<>();
    for (ColumnDescriptor column : wanted) {
      List<String> columnPath = List.of(column.getPath());
      for (int i = 1; i <= columnPath.size(); i++) {
        paths.add(columnPath.subList(0, i));
      }
    }
    return new MessageType(schema.getName(), fields(schema, List.of(), paths));
  }

  private static List<Type> fields(GroupType group, List<String> path, Set<List<String>> wanted) {
    List<Type> fields = new ArrayList<>();
    for (Type field : group.getFields()) {
      List<String> own = new ArrayList<>(path);
      own.add(field.getName());
      if (wanted.contains(own)) {
        fields.add(
            field.isPrimitive()
                ? field
                : field.asGroupType().withNewFields(fields(field.asGroupType(), own, wanted)));
      }
    }
    return fields;
  }

  /**
   * Tells damage from a store that failed: what Parquet itself throws is damage.
   *
   * @param place in the file, for the message
   * @return the failure of the store
   * @throws DataRefusedException if it is damage
   */
  IOException failure(Exception failure, String place) {
    if (failure instanceof IOException io && !isDamage(io)) {
      return io;
    }
    if (failure instanceof UncheckedIOException unchecked && !isDamage(unchecked.getCause())) {
      return unchecked.getCause();
    }
    throw new DataRefusedException(
        "Cannot copy rows of Parquet: the file is damaged or cut short, %s%s; copy it again, or make it again where it comes from"
            .formatted(path, place),
        failure);
  }

  private static boolean isDamage(IOException failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    if (innermost instanceof EOFException) {
      return true;
    }
    StackTraceElement[] steps = innermost.getStackTrace();
    return steps.length > 0
        && PARQUET.stream().anyMatch(name -> steps[0].getClassName().startsWith(name));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
