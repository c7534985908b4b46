package io.dynamodblake.parquet;

import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;

/** A file begun. Keeps its stream, which parquet-java closes at the regular end only. */
final class ParquetOutput implements Closeable {
  private static final int INDEX_BOUND_BYTES = 64;
  private static final int NO_PADDING = 0;

  private final KeptStream stream;
  private final ParquetFileWriter writer;

  private ParquetOutput(KeptStream stream, ParquetFileWriter writer) {
    this.stream = stream;
    this.writer = writer;
  }

  /**
   * Creates a file that is not there yet.
   *
   * @throws IOException if the file cannot be created
   */
  static ParquetOutput create(
      Path path, Configuration configuration, MessageType schema, long rowGroupBytes)
      throws IOException {
    KeptStream stream = new KeptStream(HadoopOutputFile.fromPath(path, configuration));
    boolean opened = false;
    try {
      ParquetFileWriter writer =
          new ParquetFileWriter(
              stream,
              schema,
              ParquetFileWriter.Mode.CREATE,
              rowGroupBytes,
              NO_PADDING,
              INDEX_BOUND_BYTES,
              Integer.MAX_VALUE,
              true);
      writer.start();
      opened = true;
      return new ParquetOutput(stream, writer);
    } finally {
      if (!opened) {
        stream.close();
      }
    }
  }

  ParquetFileWriter writer() {
    return writer;
  }

  /** Lets go of the file; one that was not finished is not readable. */
  @Override
  public void close() throws IOException {
    stream.close();
  }

  private static final class KeptStream implements OutputFile, Closeable {
    private final OutputFile file;
    private PositionOutputStream stream;

    KeptStream(OutputFile file) {
      this.file = file;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) throws IOException {
      stream = file.create(blockSizeHint);
      return stream;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
      stream = file.createOrOverwrite(blockSizeHint);
      return stream;
    }

    @Override
    public boolean supportsBlockSize() {
      return file.supportsBlockSize();
    }

    @Override
    public long defaultBlockSize() {
      return file.defaultBlockSize();
    }

    @Override
    public String getPath() {
      return file.getPath();
    }

    @Override
    public void close() throws IOException {
      if (stream != null) {
        stream.close();
        stream = null;
      }
    }
  }
}
