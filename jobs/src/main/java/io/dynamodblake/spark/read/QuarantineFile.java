package io.dynamodblake.spark.read;

import io.dynamodblake.export.RejectedRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The bad lines of one data file, written under a name of their own and moved into place once the
 * file was read to its end: a repeated or speculative task replaces the file by the same bytes.
 */
public final class QuarantineFile {
  private final FileSystem fileSystem;
  private final Path temporary;
  private final Path target;
  private final OutputStream out;

  private QuarantineFile(FileSystem fileSystem, Path temporary, Path target) throws IOException {
    this.fileSystem = fileSystem;
    this.temporary = temporary;
    this.target = target;
    this.out = fileSystem.create(temporary, true);
  }

  /** Begins the file of a data file, which nobody sees before it is published. */
  public static QuarantineFile create(Configuration settings, String folder, int fileIndex)
      throws IOException {
    String name = "%010d.jsonl".formatted(fileIndex);
    Path target = new Path(folder, name);
    Path temporary = new Path(folder, "_" + name + "." + UUID.randomUUID());
    return new QuarantineFile(target.getFileSystem(settings), temporary, target);
  }

  /** Writes a line. */
  public void write(RejectedRecord bad) throws IOException {
    out.write(bad.toJson().getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  /** Moves the file into its place. */
  public void publish() throws IOException {
    out.close();
    // whatever stands there is of an earlier attempt and has the same bytes
    fileSystem.delete(target, false);
    if (!fileSystem.rename(temporary, target)) {
      fileSystem.delete(temporary, false);
      if (!fileSystem.exists(target)) {
        throw new IOException("Cannot write quarantine file: rename failed, at " + target);
      }
    }
  }

  /** Takes the file away. */
  public void abandon() throws IOException {
    try {
      out.close();
    } finally {
      fileSystem.delete(temporary, false);
    }
  }
}
