package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.ImplausibleTimes;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotStore;
import io.dynamodblake.parquet.IncompatibleFileException;
import io.dynamodblake.parquet.ParquetRowCopy;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Parts of a history in folders of Parquet files, each of a run and its days. Driver only. */
final class FolderHistory implements HistoryTarget {
  private final SparkSession user;
  private final LakeFiles files;
  private final LakeLayout layout;
  private final List<String> folders = new ArrayList<>();

  FolderHistory(SparkSession user, LakeFiles files, LakeLayout layout) {
    this.user = user;
    this.files = files;
    this.layout = layout;
  }

  @Override
  public void mayBeginAnew() {
    // whoever reads it looks at the folders
  }

  @Override
  public SparkSession begin(String id, TableSchema schema) throws IOException {
    folders.add(layout.historyPart(id));
    return session(id);
  }

  private SparkSession session(String id) throws IOException {
    return WriteSessions.forTarget(user, layout.historyPart(id));
  }

  @Override
  public HistoryPart write(
      String id,
      Dataset<Row> rows,
      TableSchema schema,
      HistoryWriting.Origin origin,
      long count,
      FileSizing sizing)
      throws IOException {
    String folder = layout.historyPart(id);
    new SnapshotWriter(
            rows.sparkSession(),
            OutputFormat.PARQUET,
            FileShape.of(rows.sparkSession(), HistoryTable.fileColumns(schema)),
            List.of(HistoryTable.day()),
            List.of(),
            sizing,
            CsvFiles.USUAL,
            Set.of())
        .write(rows, folder);
    return written(id, schema, origin, count);
  }

  private HistoryPart written(
      String id, TableSchema schema, HistoryWriting.Origin origin, long count) throws IOException {
    String folder = layout.historyPart(id);
    SnapshotContents contents = SnapshotContents.list(files, folder);
    long rows =
        SnapshotStore.of(OutputFormat.PARQUET, Optional.empty())
            .files(user, contents, new ImplausibleTimes(schema))
            .rows();
    if (rows != count) {
      throw new ExportFormatException(
          "Cannot publish: the history should have got %,d rows and got %,d, in %s; run again"
              .formatted(count, rows, folder));
    }
    return HistoryPart.of(id, origin.exportId(), origin.fingerprint(), rows, contents);
  }

  /** Where a column gets another type, files that have it as it was are written anew. */
  @Override
  public List<HistoryPart> widened(
      List<HistoryPart> parts, TableSchema was, TableSchema is, Supplier<String> ids)
      throws IOException {
    if (parts.isEmpty()
        || FilePlan.isSameInFiles(WriteSessions.forTarget(user, layout.history()), was, is)) {
      return parts;
    }
    List<HistoryPart> all = new ArrayList<>();
    for (HistoryPart part : parts) {
      all.add(widened(part, is, ids.get()));
    }
    return all;
  }

  private HistoryPart widened(HistoryPart part, TableSchema schema, String id) throws IOException {
    SnapshotContents contents = SnapshotContents.list(files, layout.historyPart(part.id()));
    List<byte[]> copies = new ArrayList<>();
    for (FileStatus file : contents.files()) {
      String name = contents.name(file);
      copies.add(
          JavaBytes.of(
              new Copy(
                  file.getPath().toUri(),
                  file.getLen(),
                  file.getModificationTime(),
                  name.substring(0, name.lastIndexOf('/')))));
    }
    SparkSession session = begin(id, schema);
    StructType columns = HistoryTable.fileColumns(schema);
    FileJob.run(
        session,
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(copies, copies.size()),
        layout.historyPart(id),
        Long.class,
        new Widening(
            FileShape.of(session, columns), ItemFiles.concurrentTasks(session.sparkContext())));
    return written(
        id,
        schema,
        new HistoryWriting.Origin(part.exportId(), part.exportFingerprint()),
        part.rows());
  }

  /** A file that is written anew. */
  private record Copy(URI from, long length, long modified, String folder) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What a task does that writes files anew. */
  private record Widening(FileShape shape, int concurrentTasks)
      implements FileJob.TaskBody<byte[], Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long write(Iterator<byte[]> share, FileJob.TaskFiles files) throws IOException {
      Configuration configuration = files.configuration();
      long rows = 0;
      while (share.hasNext()) {
        Copy file = JavaBytes.to(Copy.class, share.next());
        try (ParquetRowCopy copy =
            ParquetRowCopy.create(
                files.newFile(file.folder(), ".zstd.parquet"),
                configuration,
                shape.schema(configuration),
                shape.metadata(),
                ItemFiles.rowGroupBytes(configuration, concurrentTasks))) {
          copy.add(
              new FileStatus(file.length(), false, 1, 0, file.modified(), new Path(file.from())),
              LongStream.empty().iterator());
          copy.finish();
          rows += copy.rows();
        } catch (IncompatibleFileException e) {
          throw new DataRefusedException(
              "Cannot keep the history: its columns cannot become those that the table has now: %s; give a schema with %s that only adds and widens columns"
                  .formatted(e.getMessage(), Words.FLATTEN.of(FlattenKeys.SCHEMA)),
              e);
        }
      }
      return rows;
    }
  }

  @Override
  public Optional<IcebergVersion> finish(
      List<HistoryPart> before, List<HistoryPart> all, String snapshotId) {
    return Optional.empty(); // the pointer names the folders
  }

  @Override
  public void release() {
    // the pointer has done it
  }

  @Override
  public void discard() throws IOException {
    for (String folder : folders) {
      files.deleteFolder(folder);
    }
  }
}
