package io.dynamodblake.testing;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.Path;

/**
 * The local disk where the answer to a rename is lost now and then: it was done, and whoever asked
 * hears of an error.
 */
public final class LostRenames extends PlainFileSystem {
  private static final AtomicInteger UNTIL = new AtomicInteger();
  private static volatile String part = "";

  /**
   * Loses the answer to one of the next renames.
   *
   * @param within what is in the new name
   * @param number which of them, from 1
   */
  public static void lose(String within, int number) {
    part = within;
    UNTIL.set(number);
  }

  /** Whether it was lost. */
  public static boolean lost() {
    return UNTIL.get() <= 0;
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    boolean done = super.rename(from, to);
    if (!part.isEmpty() && to.toString().contains(part) && UNTIL.decrementAndGet() == 0) {
      throw new IOException("no answer");
    }
    return done;
  }
}
