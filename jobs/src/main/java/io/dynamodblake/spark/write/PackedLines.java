package io.dynamodblake.spark.write;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Some lines as one array of bytes that a shuffle carries and {@link PackedFileWriter} appends to a
 * file. With gzip they are compressed already, so that it happens once, where the lines are made,
 * and what is shuffled is small: pieces of a deflate stream that end at a byte and refer to nothing
 * before them can stand one behind the other.
 */
public final class PackedLines {
  private static final int LINES = 0;
  private static final int BYTES = 4;
  private static final int CRC = 8;
  private static final int SUM_HIGH = 12;
  private static final int SUM_LOW = 20;
  static final int HEADER = 28;

  private PackedLines() {}

  /** Returns how many lines there are. */
  public static int lines(byte[] packed) {
    return ByteBuffer.wrap(packed).getInt(LINES);
  }

  /** Returns what the packer was given as the first sum. */
  public static long sumHigh(byte[] packed) {
    return ByteBuffer.wrap(packed).getLong(SUM_HIGH);
  }

  /** Returns what the packer was given as the second sum. */
  public static long sumLow(byte[] packed) {
    return ByteBuffer.wrap(packed).getLong(SUM_LOW);
  }

  /** Bytes of the lines before compression. */
  static int bytes(byte[] packed) {
    return ByteBuffer.wrap(packed).getInt(BYTES);
  }

  /** CRC-32 of the lines before compression; only with gzip. */
  static int crc(byte[] packed) {
    return ByteBuffer.wrap(packed).getInt(CRC);
  }

  /** Packs lines for files of one compression. To be closed. One a thread. */
  public static final class Packer implements AutoCloseable {
    // on lines of DynamoDB JSON as fast as level 1 for a twentieth less, 185 MB/s to a quarter;
    // level 3 takes a fifth more time for another twentieth, level 6 2.5 times for a sixth
    private static final int LEVEL = 2;

    private final Deflater deflater; // null where lines are compressed later, or not at all
    private final CRC32 crc = new CRC32();
    private byte[] buffer = new byte[1 << 16];

    public Packer(ImportCompression compression) {
      deflater = compression == ImportCompression.GZIP ? new Deflater(LEVEL, true) : null;
    }

    /**
     * Packs lines, each with its line feed.
     *
     * @param bytes how many bytes of the array they take
     * @param sumHigh anything that tells these lines from others, to be found again
     * @param sumLow more of it
     */
    public byte[] pack(byte[] lines, int bytes, int count, long sumHigh, long sumLow) {
      int end = deflater == null ? copy(lines, bytes) : deflate(lines, bytes);
      ByteBuffer header = ByteBuffer.wrap(buffer);
      header.putInt(LINES, count);
      header.putInt(BYTES, bytes);
      header.putInt(CRC, (int) crc.getValue());
      header.putLong(SUM_HIGH, sumHigh);
      header.putLong(SUM_LOW, sumLow);
      return Arrays.copyOf(buffer, end);
    }

    private int copy(byte[] lines, int bytes) {
      if (buffer.length < HEADER + bytes) {
        buffer = new byte[HEADER + bytes];
      }
      System.arraycopy(lines, 0, buffer, HEADER, bytes);
      return HEADER + bytes;
    }

    private int deflate(byte[] lines, int bytes) {
      crc.reset();
      crc.update(lines, 0, bytes);
      deflater.reset();
      deflater.setInput(lines, 0, bytes);
      int end = HEADER;
      while (true) {
        int room = buffer.length - end;
        int written = deflater.deflate(buffer, end, room, Deflater.SYNC_FLUSH);
        end += written;
        if (written < room) {
          return end;
        }
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
    }

    @Override
    public void close() {
      if (deflater != null) {
        deflater.end();
      }
    }
  }
}
