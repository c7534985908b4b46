package io.dynamodblake.spark.write;

import io.dynamodblake.spark.run.FileJob;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Writes lines, one an item, into one compressed file. Nothing is made of a line but a copy into a
 * buffer. One writer a thread.
 *
 * <pre>{@code
 * try (ImportFileWriter file = ImportFileWriter.create(path, compression, configuration)) {
 *   file.line(writer.bytes(), 0, writer.length());
 *   ImportFile written = file.finish();
 * }
 * }</pre>
 */
public final class ImportFileWriter implements Closeable {
  // what compressors and stores like to be given at once
  private static final int BUFFER_BYTES = 1 << 16;

  private final String name;
  private final TailStream stored;
  private final OutputStream compressed;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int buffered;
  private long lines;
  private long bytes;
  private boolean closed;

  /**
   * Writes to a stream, which {@link #close} closes.
   *
   * @param name what the file is called, for {@link ImportFile#name}
   */
  ImportFileWriter(String name, OutputStream out, ImportCompression compression)
      throws IOException {
    this.name = name;
    this.stored = new TailStream(out);
    this.compressed = compression.compress(stored);
  }

  /**
   * Makes a file.
   *
   * @param path where nothing is yet, such as {@link FileJob.TaskFiles#newFile} says
   */
  public static ImportFileWriter create(
      Path path, ImportCompression compression, Configuration configuration) throws IOException {
    OutputStream out = path.getFileSystem(configuration).create(path, false, BUFFER_BYTES);
    try {
      return new ImportFileWriter(path.getName(), out, compression);
    } catch (IOException | RuntimeException | Error e) {
      try (out) {
        throw e;
      }
    }
  }

  /**
   * Writes one line.
   *
   * @param line with its line feed at the end, and no other one
   */
  public void line(byte[] line, int offset, int length) throws IOException {
    if (length > buffer.length - buffered) {
      flush();
      if (length > buffer.length) {
        compressed.write(line, offset, length);
        count(length);
        return;
      }
    }
    System.arraycopy(line, offset, buffer, buffered, length);
    buffered += length;
    count(length);
  }

  private void count(int length) {
    lines++;
    bytes += length;
  }

  private void flush() throws IOException {
    compressed.write(buffer, 0, buffered);
    buffered = 0;
  }

  /** Returns the number of lines so far. */
  public long lines() {
    return lines;
  }

  /** Returns the number of bytes that went to the store so far: some 100 KB behind the lines. */
  public long storedBytes() {
    return stored.length();
  }

  /**
   * Ends and closes the file.
   *
   * @throws IOException if anything of it could not be stored; the file is then not to be used
   */
  public ImportFile finish() throws IOException {
    if (closed) {
      throw new IllegalStateException("Import file " + name + " is closed already");
    }
    flush();
    close();
    return new ImportFile(name, lines, bytes, stored.length(), stored.tail());
  }

  /** Closes the file if {@link #finish} has not; it is then not to be used. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (stored) {
        compressed.close();
      }
    }
  }
}
