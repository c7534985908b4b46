package io.dynamodblake.export;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** How a data file is packed, which is told from its first bytes and not from its name. */
enum StoredForm {
  GZIP("gzip"),
  ZSTD("zstd"),
  PLAIN("");

  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int ZSTD_MAGIC = 0xfd2fb528;
  private static final int ZSTD_SKIPPABLE_MAGIC = 0x184d2a50; // of frames that hold no content
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final String words;

  StoredForm(String words) {
    this.words = words;
  }

  /** Its name, for messages; empty for none. */
  String words() {
    return words;
  }

  /**
   * Reads so much of a file that its form can be told, and what else comes with that.
   *
   * @return how many bytes that are; 0 if there are none
   */
  static int readSome(InputStream stored, byte[] first) throws IOException {
    int read = 0;
    while (read < Integer.BYTES) {
      int more = stored.read(first, read, first.length - read);
      if (more < 0) {
        break;
      }
      read += more;
    }
    return read;
  }

  /** The form of a file that begins so. */
  static StoredForm of(byte[] first, int read) {
    if (read >= 2 && ((first[0] & 0xff) << 8 | first[1] & 0xff) == GZIP_MAGIC) {
      return GZIP;
    }
    return read >= Integer.BYTES && isZstd((int) INTS.get(first, 0)) ? ZSTD : PLAIN;
  }

  private static boolean isZstd(int magic) {
    return magic == ZSTD_MAGIC || (magic & ~0xf) == ZSTD_SKIPPABLE_MAGIC;
  }

  /**
   * What the file holds.
   *
   * @param memory in whose buffer its first bytes are
   * @param read how many they are
   */
  InputStream unpacked(InputStream stored, ReadMemory memory, int read) throws IOException {
    return switch (this) {
      case GZIP -> new GzipInput(stored, memory, read);
      case ZSTD -> new ZstdInputStreamNoFinalizer(new LastByteApart(whole(stored, memory, read)));
      case PLAIN -> whole(stored, memory, read);
    };
  }

  private static InputStream whole(InputStream stored, ReadMemory memory, int read) {
    byte[] first = Arrays.copyOf(memory.stored(), read);
    return new BufferedInputStream(
        new SequenceInputStream(new ByteArrayInputStream(first), stored), memory.stored().length);
  }
}
