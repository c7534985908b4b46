package io.dynamodblake.io.hadoop;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Lets one thread of one process at a time do something beside a path. On local files it is the
 * operating system's lock, which ends with the process; elsewhere files of writers do, as for a
 * {@link GuardedFile}.
 */
public final class WriterLock implements Closeable {
  private static final String LOCAL_SCHEME = "file";
  private static final long PAUSE = 20;
  private static final Map<String, ReentrantLock> OF_THIS_PROCESS = new ConcurrentHashMap<>();

  private interface Held extends Closeable {
    /** Throws if what is held may have been lost meanwhile. */
    default void require() throws IOException {
      // the operating system's lock is held until it is let go
    }
  }

  private final Held held;

  private WriterLock(Held held) {
    this.held = held;
  }

  /**
   * Waits until nobody else is inside.
   *
   * @throws IOException if somebody is for too long, or the store fails
   */
  public static WriterLock acquire(Configuration configuration, String path) throws IOException {
    return acquire(configuration, path, Turnstile.PATIENCE);
  }

  static WriterLock acquire(Configuration configuration, String path, Duration patience)
      throws IOException {
    Path place = new Path(path);
    if (!LOCAL_SCHEME.equals(place.getFileSystem(configuration).getUri().getScheme())) {
      return new WriterLock(
          new Passed(Turnstile.enter(new LakeFiles(configuration), path, patience)));
    }
    java.nio.file.Path file = java.nio.file.Path.of(place.toUri().getPath());
    Files.createDirectories(file.getParent());
    java.nio.file.Path lock = file.resolveSibling("." + file.getFileName() + ".lock");
    ReentrantLock ofProcess =
        OF_THIS_PROCESS.computeIfAbsent(lock.toString(), name -> new ReentrantLock());
    ofProcess.lock();
    FileChannel channel = null;
    try {
      channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      await(channel, path, patience);
      FileChannel opened = channel;
      return new WriterLock(
          () -> {
            try {
              opened.close();
            } finally {
              ofProcess.unlock();
            }
          });
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      ofProcess.unlock();
      throw e;
    }
  }

  private static void await(FileChannel channel, String path, Duration patience)
      throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (channel.tryLock() == null) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Another process has been writing %s for %d seconds; run again when it has ended"
                .formatted(path, patience.toSeconds()));
      }
      Turnstile.sleep(PAUSE);
    }
  }

  private record Passed(Turnstile turnstile) implements Held {
    @Override
    public void require() throws IOException {
      turnstile.requireHeld();
    }

    @Override
    public void close() throws IOException {
      turnstile.close();
    }
  }

  /**
   * Says whether it is still held, just before what it guards is done.
   *
   * @throws IOException if this process was stopped for so long that others may have passed
   */
  void requireHeld() throws IOException {
    held.require();
  }

  @Override
  public void close() throws IOException {
    held.close();
  }
}
