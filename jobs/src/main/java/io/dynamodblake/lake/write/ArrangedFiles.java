package io.dynamodblake.lake.write;

import io.dynamodblake.flatten.ColumnSink;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.parquet.ParquetItemFile;
import io.dynamodblake.spark.convert.RowTransfer;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Writes rows that were brought into their order as Parquet, in folders that are named after their
 * partition columns, as Spark's own writer does, with the columns of our own.
 */
final class ArrangedFiles {
  private static final int ROWS_A_LOOK = 64; // at how large the file has become

  private ArrangedFiles() {}

  /**
   * Puts the columns of the files first, and partition columns behind them, as the texts that
   * folders are named after.
   *
   * @param rows columns of the files and partition columns, in any order
   */
  static Dataset<Row> columns(Dataset<Row> rows, FileShape shape, List<String> partitions) {
    List<Column> columns = new ArrayList<>();
    for (String name : shape.columns().fieldNames()) {
      columns.add(PartitionExpressions.column(name));
    }
    for (String name : partitions) {
      columns.add(PartitionExpressions.column(name).cast(DataTypes.StringType).as(name));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * Writes.
   *
   * @param session one that {@link WriteSessions} made for the folder
   * @param rows as {@link #columns} has them; those of a partition follow one another in a task
   * @param partitions names of the partition columns, outermost folder first
   * @param fileBytes after which a task begins another file
   * @throws IOException if a file system fails
   */
  static void write(
      SparkSession session,
      Dataset<Row> rows,
      FileShape shape,
      List<String> partitions,
      String folder,
      long fileBytes)
      throws IOException {
    JavaRDD<InternalRow> arranged = rows.queryExecution().toRdd().toJavaRDD();
    if (arranged.getNumPartitions() == 0) {
      arranged =
          JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(List.of(), 1);
    }
    FileJob.run(
        session,
        arranged,
        folder,
        Long.class,
        new Body(
            shape,
            partitions.toArray(String[]::new),
            fileBytes,
            ItemFiles.concurrentTasks(session.sparkContext())));
  }

  /** What a task does. */
  private record Body(FileShape shape, String[] partitions, long fileBytes, int concurrentTasks)
      implements FileJob.TaskBody<InternalRow, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long write(Iterator<InternalRow> rows, FileJob.TaskFiles files) throws IOException {
      int columns = shape.columns().length();
      RowTransfer transfer = RowTransfer.of(shape.columns(), columns + partitions.length);
      try (Output output = new Output(this, files)) {
        Place place = new Place(partitions, columns);
        long count = 0;
        for (; rows.hasNext(); count++) {
          InternalRow row = rows.next();
          if (place.moves(row)) {
            output.end();
          }
          transfer.put(row, output.row(place));
          output.endRow();
        }
        if (count == 0 && partitions.length == 0 && TaskContext.getPartitionId() == 0) {
          output.row(place); // a table without rows has its columns nevertheless
        }
        output.end();
        return count;
      }
    }
  }

  /** The folder that rows belong to. */
  private static final class Place {
    private final String[] names;
    private final int first; // ordinal
    private final UTF8String[] values;

    Place(String[] names, int first) {
      this.names = names;
      this.first = first;
      this.values = new UTF8String[names.length];
    }

    /** Goes to the folder of a row; whether it is another one than before. */
    boolean moves(InternalRow row) {
      boolean moved = false;
      for (int i = 0; i < values.length; i++) {
        UTF8String value = row.isNullAt(first + i) ? null : row.getUTF8String(first + i);
        if (!Objects.equals(value, values[i])) {
          values[i] = value == null ? null : value.copy();
          moved = true;
        }
      }
      return moved;
    }

    /** Relative to the folder of all. */
    String folder() {
      StringJoiner folder = new StringJoiner("/");
      for (int i = 0; i < names.length; i++) {
        String value = values[i] == null ? null : values[i].toString();
        folder.add(ExternalCatalogUtils.getPartitionPathString(names[i], value));
      }
      return folder.toString();
    }
  }

  /** The files of a task, one after the other. */
  private static final class Output implements Closeable {
    private final Body body;
    private final FileJob.TaskFiles files;
    private final MessageType schema;
    private final long memory;
    private ParquetItemFile file; // null before the first row of a file

    Output(Body body, FileJob.TaskFiles files) {
      this.body = body;
      this.files = files;
      this.schema = body.shape().schema(files.configuration());
      this.memory = ItemFiles.rowGroupBytes(files.configuration(), body.concurrentTasks());
    }

    ColumnSink row(Place place) throws IOException {
      if (file == null) {
        file =
            ParquetItemFile.create(
                files.newFile(place.folder(), ".zstd.parquet"),
                files.configuration(),
                schema,
                body.shape().metadata(),
                memory);
      }
      return file.row();
    }

    void endRow() throws IOException {
      file.endRow();
      if (file.rows() % ROWS_A_LOOK == 0 && file.bytes() >= body.fileBytes()) {
        end();
      }
    }

    void end() throws IOException {
      if (file != null) {
        file.finish();
        close();
      }
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        ParquetItemFile left = file;
        file = null;
        left.close();
      }
    }
  }
}
