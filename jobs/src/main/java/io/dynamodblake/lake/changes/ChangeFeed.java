package io.dynamodblake.lake.changes;

import io.dynamodblake.json.ItemTape;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;

/**
 * Change records, wherever they come from: how they are dealt to tasks, and how a task reads them.
 *
 * @param shares one partition for each task
 * @param opener how a task reads its share
 */
public record ChangeFeed(JavaRDD<byte[]> shares, Opener opener) {
  /** Of a change that the table is not to follow, such as the delete of what had expired. */
  public static final int PASSED_OVER = 8;

  /** Of a change whose image has lost values, so that it does not replace a row that has them. */
  public static final int LOSSY = 16;

  /**
   * Of a change whose {@link Records#minor} only says which are the same, not which comes first.
   */
  public static final int UNORDERED = 32;

  /** Opens the records of a task. */
  @FunctionalInterface
  public interface Opener extends Serializable {
    /**
     * Opens them.
     *
     * @param settings by which files are read
     * @param share what the task has got
     */
    Records open(Configuration settings, Iterator<byte[]> share) throws IOException;
  }

  /** The records of one task, one after the other. */
  public interface Records extends Closeable {
    /**
     * Moves to the next record; false after the last one.
     *
     * @throws io.dynamodblake.export.ExportFormatException if a file is damaged
     * @throws io.dynamodblake.schema.DataRefusedException if a record is bad
     */
    boolean advance() throws IOException;

    /** Returns the key of the item, an item of nothing but its attributes. */
    ItemTape key();

    /** Returns the item after the change; null if there is none. */
    ItemTape newImage();

    /** Returns the item before the change; null if there was none, or nobody knows. */
    ItemTape oldImage();

    /** Whether the source says what was before the change, instead of nothing. */
    boolean oldKnown();

    /** Returns when the change happened, in microseconds; -1 if nobody knows. */
    default long timeMicros() {
      return -1;
    }

    /** Returns what changes of a key are ordered by first, such as the number of a window. */
    long major();

    /**
     * Returns what they are ordered by where that is equal: bytes, compared unsigned, or null. Two
     * changes of a key that are equal in both are one that came twice.
     */
    byte[] minor();

    /** Returns what else is to be known of it, as a sum of the constants of this class. */
    default int traits() {
      return 0;
    }
  }

  /** Returns the same changes undone: what was before each comes after it. */
  public ChangeFeed reversed() {
    Opener forth = opener;
    return new ChangeFeed(shares, (settings, share) -> new Reversed(forth.open(settings, share)));
  }

  private record Reversed(Records records) implements Records {
    @Override
    public boolean advance() throws IOException {
      return records.advance();
    }

    @Override
    public ItemTape key() {
      return records.key();
    }

    @Override
    public ItemTape newImage() {
      return records.oldImage();
    }

    @Override
    public ItemTape oldImage() {
      return records.newImage();
    }

    @Override
    public boolean oldKnown() {
      return true;
    }

    @Override
    public long major() {
      return -records.major();
    }

    @Override
    public byte[] minor() {
      return records.minor();
    }

    @Override
    public int traits() {
      return records.traits();
    }

    @Override
    public void close() throws IOException {
      records.close();
    }
  }
}
