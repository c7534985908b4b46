package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.ImplausibleTimes;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.SnapshotStore;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A snapshot that becomes a folder of files.
 *
 * @param session one that was made for the folder
 * @param place the folder, which belongs to this run alone
 */
record FolderTarget(
    SparkSession session, LakeFiles files, String id, String place, OutputFormat format)
    implements SnapshotTarget {

  @Override
  public boolean takesItems(Arrangement arrangement) {
    return arrangement.isAsRead() && format == OutputFormat.PARQUET;
  }

  @Override
  public void write(ItemFiles.Source items, JavaRDD<byte[]> shares, FileSizing sizing)
      throws IOException {
    ItemFiles.write(session, items, shares, place, sizing.fileBytes());
  }

  @Override
  public void write(Dataset<Row> rows, Arrangement arrangement, FileSizing sizing) {
    new SnapshotWriter(session, format, arrangement.partitions(), arrangement.sortColumns(), sizing)
        .write(rows, place);
  }

  @Override
  public Written count(TableSchema schema, Arrangement arrangement) throws IOException {
    SnapshotContents contents = SnapshotContents.list(files, place);
    SnapshotStore store = SnapshotStore.of(format);
    ImplausibleTimes times = new ImplausibleTimes(schema);
    SnapshotFiles written = store.files(session, contents, times);
    return new Written(
        contents,
        written,
        store.rows(session, contents, written, schema, arrangement.partitions()),
        times.notes());
  }

  @Override
  public void discard() throws IOException {
    files.deleteFolder(place);
  }
}
