package io.dynamodblake.lake.write;

import io.dynamodblake.flatten.ColumnSink;
import io.dynamodblake.parquet.ParquetItemFile;
import io.dynamodblake.spark.run.FileJob;
import java.io.Closeable;
import java.io.IOException;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.TaskContext;

/** The Parquet files of a task for one table, one after the other. */
final class TaskOutput implements Closeable {
  /** After how many rows somebody looks at how large files and row groups have become. */
  static final int ROWS_A_LOOK = 64;

  private final int number;
  private final FileShape shape;
  private final long fileBytes;
  private final FileJob.TaskFiles files;
  private final long memory;
  private String folder = "";
  private MessageType schema; // once it is needed
  private ParquetItemFile file; // null before the first row of a file
  private boolean any;

  /**
   * @param number of the job's folder
   * @param fileBytes after which another file begins
   * @param memory that a row group may take
   */
  TaskOutput(int number, FileShape shape, long fileBytes, FileJob.TaskFiles files, long memory) {
    this.number = number;
    this.shape = shape;
    this.fileBytes = fileBytes;
    this.files = files;
    this.memory = memory;
  }

  /**
   * Ends the present file, and has the next ones in another folder.
   *
   * @param newFolder relative to the job's; empty for that
   */
  void moveTo(String newFolder) throws IOException {
    end();
    folder = newFolder;
  }

  ColumnSink row() throws IOException {
    if (file == null) {
      begin();
    }
    return file.row();
  }

  private void begin() throws IOException {
    if (schema == null) {
      schema = shape.schema(files.configuration());
    }
    file =
        ParquetItemFile.create(
            files.newFile(number, folder, ".zstd.parquet"),
            files.configuration(),
            schema,
            shape.metadata(),
            memory);
    any = true;
  }

  void endRow() throws IOException {
    file.endRow();
    if (file.rows() % ROWS_A_LOOK == 0 && file.bytes() >= fileBytes) {
      end();
    }
  }

  long memory() {
    return file == null ? 0 : file.memory();
  }

  void release() throws IOException {
    if (file != null) {
      file.release();
    }
  }

  /** Ends the last file. */
  void end() throws IOException {
    if (file != null) {
      file.finish();
      close();
    }
  }

  /** Ends the last file; a table without rows gets one, so that it has its columns nevertheless. */
  void finish() throws IOException {
    if (!any && TaskContext.getPartitionId() == 0) {
      begin();
    }
    end();
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
