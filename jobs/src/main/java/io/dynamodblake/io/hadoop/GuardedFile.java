package io.dynamodblake.io.hadoop;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * A small file that is replaced only by who knows what stands in it, so that of two who replace the
 * same text at once one succeeds and the other one learns of it.
 *
 * <p>How depends on the store. One that writes under a condition, as S3A of Hadoop 3.4.2 and later
 * does, decides itself. On local files the operating system's lock on a file beside it is held
 * meanwhile; it ends with the process that holds it. Everywhere else writers go through a {@link
 * Turnstile} of files beside it.
 */
public final class GuardedFile {
  // the names of Options.CreateFileOptionKeys, which Hadoop before 3.4.2 does not have
  static final String CONDITIONAL = "fs.option.create.conditional.overwrite";
  static final String CONDITIONAL_ETAG = "fs.option.create.conditional.overwrite.etag";

  private static final String LOCAL_SCHEME = "file";
  private static final long LOCK_PAUSE = 20;
  private static final Map<String, ReentrantLock> OF_THIS_PROCESS = new ConcurrentHashMap<>();

  private final Path path;
  private final Configuration configuration;
  private final LakeFiles files;
  private final Duration patience;

  /**
   * What stood in the file when it was read.
   *
   * @param etag by which the store knows it; empty where stores have none
   */
  public record Version(String text, Optional<String> etag) {}

  public GuardedFile(Configuration configuration, String path) {
    this(configuration, path, Turnstile.PATIENCE);
  }

  GuardedFile(Configuration configuration, String path, Duration patience) {
    this.path = new Path(path);
    this.configuration = configuration;
    this.files = new LakeFiles(configuration);
    this.patience = patience;
  }

  /** Reads what stands in the file now; empty if there is none. */
  public Optional<Version> read() throws IOException {
    FileSystem store = path.getFileSystem(configuration);
    try {
      // what is opened by its status is refused if it is replaced meanwhile, where stores can tell
      FileStatus status = store.getFileStatus(path);
      Optional<String> etag =
          status instanceof EtagSource source
              ? Optional.ofNullable(source.getEtag()).filter(tag -> !tag.isEmpty())
              : Optional.empty();
      try (FSDataInputStream in =
          FutureIO.awaitFuture(store.openFile(path).withFileStatus(status).build())) {
        return Optional.of(
            new Version(new String(in.readAllBytes(), StandardCharsets.UTF_8), etag));
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes the file in one step if what stands in it is still what was read.
   *
   * @param known what {@link #read} gave
   * @return whether this text stands there now; false if somebody else's does, and then nothing was
   *     written
   * @throws IOException if the store fails, and then nobody knows whether it was written; {@link
   *     #read} tells
   */
  public boolean replace(Optional<Version> known, String text) throws IOException {
    FileSystem store = path.getFileSystem(configuration);
    if (LOCAL_SCHEME.equals(store.getUri().getScheme())) {
      return replaceLocally(known, text);
    }
    if (store.hasPathCapability(path, CONDITIONAL_ETAG)
        && known.map(version -> version.etag().isPresent()).orElse(true)) {
      return replaceOnCondition(store, known, text);
    }
    try (Turnstile turnstile = Turnstile.enter(files, path.toString(), patience)) {
      if (!isStill(known)) {
        return false;
      }
      turnstile.requireHeld();
      files.replace(path.toString(), text);
      return true;
    }
  }

  private boolean isStill(Optional<Version> known) throws IOException {
    return files.read(path.toString()).equals(known.map(Version::text));
  }

  private boolean replaceLocally(Optional<Version> known, String text) throws IOException {
    java.nio.file.Path file = java.nio.file.Path.of(path.toUri().getPath());
    Files.createDirectories(file.getParent());
    java.nio.file.Path lock = file.resolveSibling("." + file.getFileName() + ".lock");
    // the operating system's locks are those of a process, whatever its threads do
    ReentrantLock ofProcess =
        OF_THIS_PROCESS.computeIfAbsent(lock.toString(), name -> new ReentrantLock());
    ofProcess.lock();
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      await(channel); // the lock ends with the channel, and with the process
      if (!isStill(known)) {
        return false;
      }
      files.replace(path.toString(), text);
      return true;
    } finally {
      ofProcess.unlock();
    }
  }

  private void await(FileChannel channel) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (channel.tryLock() == null) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Another process has been writing %s for %d seconds; run again when it has ended"
                .formatted(path, patience.toSeconds()));
      }
      Turnstile.sleep(LOCK_PAUSE);
    }
  }

  private boolean replaceOnCondition(FileSystem store, Optional<Version> known, String text)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = store.createFile(path).overwrite(true).recursive();
    if (known.isPresent()) {
      builder.must(CONDITIONAL_ETAG, known.get().etag().orElseThrow());
    } else {
      builder.must(CONDITIONAL, true);
    }
    try (OutputStream out = builder.build()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // a condition that does not hold has other names in other versions, and a lost answer that
      // was asked for again looks the same; what stands there tells
      Optional<String> now = files.read(path.toString());
      if (now.equals(Optional.of(text))) {
        return true;
      }
      if (!now.equals(known.map(Version::text))) {
        return false;
      }
      throw e;
    }
    return true;
  }
}
