package io.dynamodblake.lake.iceberg;

import io.dynamodblake.lake.SnapshotContents;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Counts rows that files of deletes take away from the files of a snapshot. Driver only. */
public final class DeletedRows {
  private static final String FILE = "file_path";
  private static final String POSITION = "pos";

  private DeletedRows() {}

  /**
   * Counts. The files of deletes are read, and nothing else.
   *
   * @param contents of a snapshot that Iceberg keeps
   */
  public static long count(SparkSession session, SnapshotContents contents) {
    if (contents.deletes().isEmpty()) {
      return 0;
    }
    String[] deletes =
        contents.deletes().stream().map(file -> file.getPath().toString()).toArray(String[]::new);
    Dataset<Row> positions = session.read().parquet(deletes).select(FILE, POSITION);
    Dataset<Row> covered =
        session
            .createDataset(
                IntStream.range(0, contents.files().size())
                    .filter(contents::isCovered)
                    .mapToObj(contents::location)
                    .toList(),
                Encoders.STRING())
            .toDF(FILE);
    // a position may be named twice, and after a compaction files of deletes name files of before
    return positions.join(functions.broadcast(covered), FILE).distinct().count();
  }
}
