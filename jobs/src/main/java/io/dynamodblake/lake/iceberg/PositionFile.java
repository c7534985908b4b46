package io.dynamodblake.lake.iceberg;

import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.hadoop.HadoopOutputFile;
import org.apache.iceberg.parquet.Parquet;

/**
 * A file that tells a table of Iceberg which rows of other files are no more. For use in tasks, by
 * one thread.
 */
public final class PositionFile implements Closeable {
  private final PositionDeleteWriter<Void> writer;
  private final PositionDelete<Void> position = PositionDelete.create();

  private PositionFile(PositionDeleteWriter<Void> writer) {
    this.writer = writer;
  }

  /** Creates a file that is not there yet. */
  public static PositionFile create(Path path, Configuration configuration) throws IOException {
    return new PositionFile(
        Parquet.writeDeletes(HadoopOutputFile.fromPath(path, configuration))
            .set("write.parquet.compression-codec", "zstd")
            .withSpec(PartitionSpec.unpartitioned())
            .buildPositionWriter());
  }

  /**
   * Adds a row, in the order of paths as text and then of positions.
   *
   * @param file path of the other file as the table has it
   * @param row from 0
   */
  public void add(String file, long row) {
    writer.write(position.set(file, row, null));
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
