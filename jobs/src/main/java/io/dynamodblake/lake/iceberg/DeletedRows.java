package io.dynamodblake.lake.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Counts rows that files of deletes take away from the files of a snapshot. */
final class DeletedRows {
  private static final String FILE = "file_path";
  private static final String POSITION = "pos";

  private DeletedRows() {}

  static long count(OpenTable place, Table table, Snapshot snapshot) throws IOException {
    Set<String> deletes = new HashSet<>();
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
      for (FileScanTask task : tasks) {
        if (!task.deletes().isEmpty()) {
          files.add(task.file().location());
          task.deletes().forEach(delete -> deletes.add(delete.location()));
        }
      }
    }
    if (deletes.isEmpty()) {
      return 0;
    }
    Dataset<Row> positions =
        place.session().read().parquet(deletes.toArray(String[]::new)).select(FILE, POSITION);
    Dataset<Row> covered =
        place.session().createDataset(files, org.apache.spark.sql.Encoders.STRING()).toDF(FILE);
    // a position may be named twice, and after a compaction files of deletes name files of before
    return positions.join(functions.broadcast(covered), FILE).distinct().count();
  }
}
