package io.dynamodblake.spark.write;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How import files are compressed. */
public enum ImportCompression {
  GZIP,
  ZSTD,
  NONE;

  private static final int BUFFER_BYTES = 1 << 16;
  // on lines of DynamoDB JSON twice as fast as the default level, for about the same bytes
  private static final int ZSTD_LEVEL = 1;

  /** Returns the word used in options and documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the compression whose {@link #key} it is. */
  public static ImportCompression ofKey(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** Returns the end of file names, behind that of the format. */
  public String extension() {
    return switch (this) {
      case GZIP -> ".gz";
      case ZSTD -> ".zst";
      case NONE -> "";
    };
  }

  /** The word in the ImportTable request. */
  String inputCompressionType() {
    return name();
  }

  /** Reads what {@link #compress} wrote. */
  public InputStream decompress(InputStream stored) throws IOException {
    return switch (this) {
      case GZIP -> new GZIPInputStream(stored, BUFFER_BYTES);
      case ZSTD -> new ZstdInputStream(stored);
      case NONE -> new BufferedInputStream(stored, BUFFER_BYTES);
    };
  }

  /**
   * Compresses into a stream. Closing ends the compressed file and closes that stream, but for some
   * only if its last bytes were taken. What zstd writes ends with a checksum of the content, as
   * gzip does by itself.
   */
  OutputStream compress(OutputStream stored) throws IOException {
    return switch (this) {
      case GZIP -> new FastGzip(stored);
      case ZSTD -> new ZstdOutputStream(stored, ZSTD_LEVEL).setChecksum(true);
      case NONE -> stored;
    };
  }

  private static final class FastGzip extends GZIPOutputStream {
    // on lines of DynamoDB JSON less than half the time of the default level, for an eighth more
    // bytes
    private static final int LEVEL = 3;

    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(LEVEL);
    }
  }
}
