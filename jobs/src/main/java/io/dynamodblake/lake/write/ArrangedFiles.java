package io.dynamodblake.lake.write;

import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.spark.convert.RowTransfer;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
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
      long memory = ItemFiles.rowGroupBytes(files.configuration(), concurrentTasks);
      try (TaskOutput output = new TaskOutput(0, shape, fileBytes, files, memory)) {
        Place place = new Place(partitions, columns);
        output.moveTo(place.folder());
        long count = 0;
        for (; rows.hasNext(); count++) {
          InternalRow row = rows.next();
          if (place.moves(row)) {
            output.moveTo(place.folder());
          }
          transfer.put(row, output.row());
          output.endRow();
        }
        if (partitions.length == 0) {
          output.finish();
        } else {
          output.end();
        }
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
}
