package io.dynamodblake.io.hadoop;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.fs.FileStatus;

/**
 * Lets one process at a time pass, with nothing but files in a folder: each puts a file of its own
 * there and then looks who else has. Whoever sees another one takes its file away and tries again
 * later. Of two, the one that put its file later sees the earlier one's, on any store whose
 * listings show what was written before; all that are in use do.
 *
 * <p>What a killed process has left stops counting after {@link #LIFETIME}; who holds the turnstile
 * for longer than half of that has lost it.
 */
final class Turnstile implements AutoCloseable {
  /** How long others are waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How long a file counts; what is done inside takes a second. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final long SHORTEST_PAUSE = 50;
  private static final long LONGEST_PAUSE = 1_000;

  private final LakeFiles files;
  private final String own;
  private final long entered;

  private Turnstile(LakeFiles files, String own, long entered) {
    this.files = files;
    this.own = own;
    this.entered = entered;
  }

  /**
   * Waits until nobody else is inside.
   *
   * @param path what is to be written; the folder is beside it
   * @throws IOException if somebody is inside for longer than the patience, or the store fails
   */
  static Turnstile enter(LakeFiles files, String path, Duration patience) throws IOException {
    String folder = folder(path);
    long deadline = System.nanoTime() + patience.toNanos();
    for (long pause = SHORTEST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      String own = folder + "/" + UUID.randomUUID();
      long now = System.nanoTime();
      files.replace(own, Instant.now().toString());
      boolean alone = false;
      try {
        alone = others(files, folder, own).isEmpty();
      } finally {
        if (!alone) {
          files.deleteFile(own);
        }
      }
      if (alone) {
        return new Turnstile(files, own, now);
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Another process has been writing %s for %d seconds; run again when it is done. If none is, it was killed, and what it left in %s counts for %d minutes"
                .formatted(path, patience.toSeconds(), folder, LIFETIME.toMinutes()));
      }
      sleep(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));
    }
  }

  static String folder(String path) {
    int slash = path.lastIndexOf('/');
    return path.substring(0, slash + 1) + "_" + path.substring(slash + 1) + ".writers";
  }

  private static List<FileStatus> others(LakeFiles files, String folder, String own)
      throws IOException {
    List<FileStatus> others = new ArrayList<>();
    long now = System.currentTimeMillis();
    for (FileStatus file : files.filesBelow(folder)) {
      String name = file.getPath().getName();
      if (own.endsWith("/" + name) || LakeFiles.isTemporary(name)) {
        continue;
      }
      if (now - file.getModificationTime() > LIFETIME.toMillis()) {
        files.deleteFile(file.getPath().toString());
      } else {
        others.add(file);
      }
    }
    return others;
  }

  static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for another process", e);
    }
  }

  /**
   * Says whether it is still held, just before what it guards is done.
   *
   * @throws IOException if this process was stopped for so long that others may have passed
   */
  void requireHeld() throws IOException {
    if (System.nanoTime() - entered > LIFETIME.toNanos() / 2 || !files.exists(own)) {
      throw new IOException(
          "This process stood still for so long that another one may be writing; run again");
    }
  }

  @Override
  public void close() throws IOException {
    files.deleteFile(own);
  }
}
