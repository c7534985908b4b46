package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.ImplausibleTimes;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotStore;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.parquet.IncompatibleFileException;
import io.dynamodblake.parquet.ParquetRowCopy;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What one run adds to the history of a lake table, in folders of its own that nobody knows until
 * the run has published. Driver only.
 */
final class HistoryWriting {
  private final SparkSession user;
  private final LakeFiles files;
  private final LakeLayout layout;
  private final String runId;
  private final Instant written = Instant.now();
  private final List<String> folders = new ArrayList<>();

  /**
   * Where rows come from.
   *
   * @param fingerprint what makes two exports the same
   */
  record Origin(String exportId, String fingerprint) {}

  /** Rows of a snapshot, which a session reads. */
  interface Rows {
    Dataset<Row> in(SparkSession session) throws IOException;
  }

  HistoryWriting(SparkSession user, LakeFiles files, LakeLayout layout, String runId) {
    this.user = user;
    this.files = files;
    this.layout = layout;
    this.runId = runId;
  }

  private String begin() {
    String id = runId + "-" + folders.size();
    folders.add(layout.historyPart(id));
    return id;
  }

  /**
   * Adds the rows of a snapshot.
   *
   * @param all those rows
   * @param time the moment that it shows
   * @param count how many rows it has
   */
  Optional<HistoryPart> base(
      Rows all, TableSchema schema, Instant time, Origin origin, long count, FileSizing sizing)
      throws IOException {
    if (count == 0) {
      return Optional.empty();
    }
    String id = begin();
    Dataset<Row> rows = all.in(session(id));
    List<Column> columns = new ArrayList<>();
    columns.add(functions.lit(HistoryTable.SNAPSHOT).as(HistoryTable.OP));
    columns.add(functions.lit(time).as(HistoryTable.EVENT_TIME));
    columns.add(functions.lit(written).as(HistoryTable.WRITE_TIME));
    columns.add(functions.lit(false).as(HistoryTable.IS_DELETED));
    for (String name : SparkTypes.toStruct(schema).fieldNames()) {
      columns.add(PartitionExpressions.column(name));
    }
    LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
    columns.add(functions.lit(day).as(HistoryTable.DAY));
    return Optional.of(
        write(id, rows.select(columns.toArray(Column[]::new)), schema, origin, count, sizing));
  }

  /**
   * Adds changes, a row for each record.
   *
   * @param from the earliest that one can have been
   * @param to the latest
   * @param count how many there are
   */
  Optional<HistoryPart> changes(
      ChangeFeed feed,
      TableSchema schema,
      HashKey hashKey,
      Instant from,
      Instant to,
      Origin origin,
      long count,
      FileSizing sizing)
      throws IOException {
    if (count == 0) {
      return Optional.empty();
    }
    String id = begin();
    SparkSession session = session(id);
    HadoopConfiguration settings = new HadoopConfiguration(session.sessionState().newHadoopConf());
    HistoryRows.Times times = HistoryRows.Times.of(from, to, written);
    ChangeFeed.Opener opener = feed.opener();
    JavaRDD<InternalRow> rows =
        feed.shares()
            .mapPartitions(
                share ->
                    new HistoryRows(
                        opener.open(settings.configuration(), share), schema, hashKey, times));
    StructType columns = HistoryTable.fileColumns(schema).add(HistoryTable.DAY, DataTypes.DateType);
    return Optional.of(
        write(id, SparkLine.dataset(session, rows, columns), schema, origin, count, sizing));
  }

  private SparkSession session(String id) throws IOException {
    return WriteSessions.forTarget(user, layout.historyPart(id));
  }

  private HistoryPart write(
      String id,
      Dataset<Row> rows,
      TableSchema schema,
      Origin origin,
      long count,
      FileSizing sizing)
      throws IOException {
    String folder = layout.historyPart(id);
    new SnapshotWriter(
            rows.sparkSession(),
            OutputFormat.PARQUET,
            List.of(HistoryTable.day()),
            List.of(),
            sizing)
        .write(rows, folder);
    return written(id, schema, origin, count);
  }

  private HistoryPart written(String id, TableSchema schema, Origin origin, long count)
      throws IOException {
    String folder = layout.historyPart(id);
    SnapshotContents contents = SnapshotContents.list(files, folder);
    long rows =
        SnapshotStore.of(OutputFormat.PARQUET)
            .files(user, contents, new ImplausibleTimes(schema))
            .rows();
    if (rows != count) {
      throw new ExportFormatException(
          "Cannot publish: the history should have got %,d rows and got %,d, in %s; run again"
              .formatted(count, rows, folder));
    }
    return HistoryPart.of(id, origin.exportId(), origin.fingerprint(), rows, contents);
  }

  /**
   * Returns the history as it can be read with the columns that the table has then: where one gets
   * another type, files that have it as it was are written anew.
   *
   * @param was the columns that the history can be read with
   */
  List<HistoryPart> widened(List<HistoryPart> parts, TableSchema was, TableSchema is)
      throws IOException {
    if (parts.isEmpty()
        || FilePlan.isSameInFiles(WriteSessions.forTarget(user, layout.history()), was, is)) {
      return parts;
    }
    List<HistoryPart> all = new ArrayList<>();
    for (HistoryPart part : parts) {
      all.add(widened(part, is));
    }
    return all;
  }

  private HistoryPart widened(HistoryPart part, TableSchema schema) throws IOException {
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
    String id = begin();
    SparkSession session = session(id);
    StructType columns = HistoryTable.fileColumns(schema);
    FileJob.run(
        session,
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(copies, copies.size()),
        layout.historyPart(id),
        Long.class,
        new Widening(
            FileShape.of(session, columns), ItemFiles.concurrentTasks(session.sparkContext())));
    return written(id, schema, new Origin(part.exportId(), part.exportFingerprint()), part.rows());
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

  /** Takes away what was written. Never called once readers may see it. */
  void discard() throws IOException {
    for (String folder : folders) {
      files.deleteFolder(folder);
    }
  }
}
