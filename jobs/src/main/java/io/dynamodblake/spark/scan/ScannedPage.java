package io.dynamodblake.spark.scan;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The lines of one page of a scan as one array of bytes, compressed, which every serializer knows.
 */
final class ScannedPage {
  private static final int ITEMS = 0;
  private static final int BYTES = 4;
  private static final int READ_UNITS = 8;
  private static final int HEADER = 16;

  private ScannedPage() {}

  static int items(byte[] page) {
    return ByteBuffer.wrap(page).getInt(ITEMS);
  }

  /** What the page has consumed. */
  static double readUnits(byte[] page) {
    return ByteBuffer.wrap(page).getDouble(READ_UNITS);
  }

  /** Makes pages. To be closed. One a thread. */
  static final class Packer implements AutoCloseable {
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private byte[] buffer = new byte[1 << 16];

    /**
     * A page of lines, each with its line feed.
     *
     * @param length how many bytes of the array they take
     */
    byte[] pack(byte[] lines, int length, int items, double readUnits) {
      ByteBuffer.wrap(buffer)
          .putInt(ITEMS, items)
          .putInt(BYTES, length)
          .putDouble(READ_UNITS, readUnits);
      deflater.reset();
      deflater.setInput(lines, 0, length);
      deflater.finish();
      int end = HEADER;
      while (true) {
        end += deflater.deflate(buffer, end, buffer.length - end);
        if (deflater.finished()) {
          return Arrays.copyOf(buffer, end);
        }
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
    }

    @Override
    public void close() {
      deflater.end();
    }
  }

  /** Reads the lines of pages. To be closed. One a thread. */
  static final class Lines implements AutoCloseable {
    private final Inflater inflater = new Inflater(true);
    private byte[] bytes = new byte[1 << 16];
    private int length;
    private int start;
    private int end = -1; // of the line, at its line feed

    /** Goes to before the first line of a page. */
    void open(byte[] page) {
      length = ByteBuffer.wrap(page).getInt(BYTES);
      if (bytes.length < length) {
        bytes = new byte[length];
      }
      inflater.reset();
      inflater.setInput(page, HEADER, page.length - HEADER);
      try {
        int read = 0;
        while (read < length) {
          int more = inflater.inflate(bytes, read, length - read);
          if (more == 0) {
            throw new IllegalStateException("A page of a scan has lost its end");
          }
          read += more;
        }
      } catch (DataFormatException e) {
        throw new IllegalStateException("A page of a scan was damaged on its way", e);
      }
      end = -1;
    }

    /** Goes to the next line; false if there is none. */
    boolean next() {
      start = end + 1;
      if (start >= length) {
        return false;
      }
      end = start;
      while (bytes[end] != '\n') {
        end++;
      }
      return true;
    }

    /** Has the line from {@link #start} to {@link #end}. */
    byte[] bytes() {
      return bytes;
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
