package io.dynamodblake.lake;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** How import files are compressed. */
public enum ImportCompression {
  GZIP("gzip"),
  ZSTD(ZstdFileCodec.class.getName()),
  NONE("none");

  private static final int BUFFER_BYTES = 1 << 16;

  private final String sparkCodec;

  ImportCompression(String sparkCodec) {
    this.sparkCodec = sparkCodec;
  }

  /** The word used in options and documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The value of the option {@code compression} of Spark's text writer. */
  String sparkCodec() {
    return sparkCodec;
  }

  /** The word in the ImportTable request. */
  String inputCompressionType() {
    return name();
  }

  InputStream decompress(InputStream stored) throws IOException {
    return switch (this) {
      case GZIP -> new GZIPInputStream(stored, BUFFER_BYTES);
      case ZSTD -> ZstdFileCodec.decompress(stored);
      case NONE -> new BufferedInputStream(stored, BUFFER_BYTES);
    };
  }
}
