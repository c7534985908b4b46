package io.dynamodblake.export;

import com.github.luben.zstd.ZstdOutputStream;
import io.dynamodblake.testing.ExportFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes as they may be stored for a data file, sound or not. */
final class StoredBytes {
  private StoredBytes() {}

  static byte[] gzip(String text) {
    return ExportFixture.gzip(utf8(text));
  }

  /** A member whose header has extra bytes, a name, a comment and a checksum of its own. */
  static byte[] gzipWithFields(String text) {
    byte[] plain = gzip(text);
    byte[] header = Arrays.copyOf(plain, 10);
    header[3] = 0x1f;
    byte[] fields = {3, 0, 'x', 0, 'y', 'n', 'a', 'm', 'e', 0, 'c', 0, 12, 34};
    return joined(header, fields, Arrays.copyOfRange(plain, header.length, plain.length));
  }

  static byte[] changed(byte[] stored, int index, int bits) {
    byte[] changed = stored.clone();
    changed[index] ^= (byte) bits;
    return changed;
  }

  /** One frame with a checksum. */
  static byte[] zstd(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(out).setChecksum(true)) {
      zstd.write(utf8(text));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A frame for other programs, of three bytes. */
  static byte[] skippable() {
    return new byte[] {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
  }

  static String md5(byte[] bytes) {
    return ExportFixture.md5(bytes);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] endless(long length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) '7');
    try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(out)) {
      for (long written = 0; written < length; written += block.length) {
        gzip.write(block);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
