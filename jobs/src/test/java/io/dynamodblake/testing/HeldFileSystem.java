package io.dynamodblake.testing;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk for a process of its own: whoever opens or creates a file of certain names is held
 * for a while, after a word on standard output.
 */
public class HeldFileSystem extends PlainFileSystem {
  /** System property with the pattern for paths. */
  public static final String AT = "held.at";

  /** System property with how many times before that nobody is held. */
  public static final String AFTER = "held.after";

  private static final AtomicInteger SEEN = new AtomicInteger();

  /** System property with the time. */
  public static final String MILLIS = "held.millis";

  /** What is said. */
  public static final String WORD = "held here";

  /** Called with every file that is opened or created, before it is. */
  protected void hold(Path path) {
    if (Pattern.compile(System.getProperty(AT)).matcher(path.toString()).find()
        && SEEN.incrementAndGet() > Integer.getInteger(AFTER)) {
      System.out.println(WORD);
      System.out.flush();
      try {
        Thread.sleep(Long.getLong(MILLIS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    hold(path);
    return super.open(path, bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    hold(path);
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    hold(path);
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }
}
