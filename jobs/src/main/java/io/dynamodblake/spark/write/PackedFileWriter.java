package io.dynamodblake.spark.write;

import io.dynamodblake.spark.run.FileJob;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Makes one import file of {@link PackedLines}. One writer a thread. */
public final class PackedFileWriter implements Closeable {
  // magic number, deflate; no flags, no time, no system
  private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0};
  // an empty last block, then CRC-32 and length of the content
  private static final byte[] GZIP_END = {3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final int BUFFER_BYTES = 1 << 16;

  private final String name;
  private final boolean gzip;
  private final TailStream stored;
  private final OutputStream compressed;
  private long lines;
  private long bytes;
  private int crc;
  private boolean closed;

  /** Writes to a stream, which {@link #close} closes. */
  PackedFileWriter(String name, OutputStream out, ImportCompression compression)
      throws IOException {
    this.name = name;
    this.gzip = compression == ImportCompression.GZIP;
    this.stored = new TailStream(out);
    this.compressed = gzip ? stored : compression.compress(stored);
    if (gzip) {
      stored.write(GZIP_HEADER);
    }
  }

  /**
   * Makes a file.
   *
   * @param path where nothing is yet, such as {@link FileJob.TaskFiles#newFile} says
   */
  public static PackedFileWriter create(
      Path path, ImportCompression compression, Configuration configuration) throws IOException {
    OutputStream out = path.getFileSystem(configuration).create(path, false, BUFFER_BYTES);
    try {
      return new PackedFileWriter(path.getName(), out, compression);
    } catch (IOException | RuntimeException | Error e) {
      try (out) {
        throw e;
      }
    }
  }

  /** Appends lines that were packed for the compression of this file. */
  public void write(byte[] packed) throws IOException {
    compressed.write(packed, PackedLines.HEADER, packed.length - PackedLines.HEADER);
    int more = PackedLines.bytes(packed);
    crc = Crc32Sums.combine(crc, PackedLines.crc(packed), more);
    bytes += more;
    lines += PackedLines.lines(packed);
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
    if (gzip) {
      ByteBuffer end = ByteBuffer.wrap(GZIP_END.clone()).order(ByteOrder.LITTLE_ENDIAN);
      end.putInt(2, crc);
      end.putInt(6, (int) bytes);
      stored.write(end.array());
    }
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
