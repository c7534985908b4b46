package io.dynamodblake.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;

/** Where a page is put together and compressed. One for all columns of a file. */
final class PageCompressor implements AutoCloseable {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int INITIAL_BYTES = 1 << 16;

  // the setting of parquet-java by which Spark's own files are made
  private static final String LEVEL_KEY = "parquet.compression.codec.zstd.level";
  private static final int DEFAULT_LEVEL = 3;

  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private byte[] page = new byte[INITIAL_BYTES];
  private int length;
  private byte[] compressed = new byte[0];

  PageCompressor(int level) {
    zstd.setLevel(level);
  }

  /** One with the level that the configuration says. */
  static PageCompressor configured(Configuration configuration) {
    return new PageCompressor(level(configuration));
  }

  /** The level that the configuration says. */
  static int level(Configuration configuration) {
    return configuration.getInt(LEVEL_KEY, DEFAULT_LEVEL);
  }

  /** Begins a page. */
  void begin() {
    length = 0;
  }

  /** Makes room, without which nothing may be put. */
  void ensure(int more) {
    int needed = Math.addExact(length, more);
    if (needed > page.length) {
      page = Arrays.copyOf(page, (int) Math.max(needed, Math.min(2L * page.length, 1 << 30)));
    }
  }

  void put(byte value) {
    page[length++] = value;
  }

  void putInt(int value) {
    INT.set(page, length, value);
    length += Integer.BYTES;
  }

  void putLong(long value) {
    LONG.set(page, length, value);
    length += Long.BYTES;
  }

  /** Makes room by itself. */
  void put(byte[] bytes, int offset, int count) {
    ensure(count);
    System.arraycopy(bytes, offset, page, length, count);
    length += count;
  }

  /** Bytes of the page so far. */
  int length() {
    return length;
  }

  /** The compressed page, which the caller may keep. */
  byte[] compress() {
    int bound = Math.toIntExact(Zstd.compressBound(length));
    if (compressed.length < bound) {
      compressed = new byte[bound];
    }
    int size = zstd.compressByteArray(compressed, 0, bound, page, 0, length);
    return Arrays.copyOf(compressed, size);
  }

  @Override
  public void close() {
    zstd.close();
  }
}
