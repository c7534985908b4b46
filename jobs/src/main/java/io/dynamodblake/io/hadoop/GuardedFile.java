package io.dynamodblake.io.hadoop;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
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
    if (store.hasPathCapability(path, CONDITIONAL_ETAG)
        && known.map(version -> version.etag().isPresent()).orElse(true)) {
      return replaceOnCondition(store, known, text);
    }
    try (WriterLock lock = WriterLock.acquire(configuration, path.toString(), patience)) {
      if (!isStill(known)) {
        return false;
      }
      lock.requireHeld();
      files.replace(path.toString(), text);
      return true;
    }
  }

  private boolean isStill(Optional<Version> known) throws IOException {
    return files.read(path.toString()).equals(known.map(Version::text));
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
