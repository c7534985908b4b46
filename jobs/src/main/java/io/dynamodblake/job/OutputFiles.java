package io.dynamodblake.job;

import io.dynamodblake.conf.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The small files that options name, on any file system. */
final class OutputFiles {
  private OutputFiles() {}

  /** Opens a text to be read; {@code option} is how messages call it. */
  static Reader open(String file, String option, Configuration configuration) throws IOException {
    Path path = path(file, option);
    try {
      return new InputStreamReader(
          fileSystem(path, configuration).open(path), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      throw new UsageException("No such file: " + option + " " + file, e);
    }
  }

  /** Writes a text, over whatever is there. */
  static void write(String file, String option, String text, Configuration configuration)
      throws IOException {
    Path path = path(file, option);
    if (path.getFileSystem(configuration) instanceof LocalFileSystem local) {
      // one that is left from another writer would speak of bytes that are gone
      local.getRawFileSystem().delete(local.getChecksumFile(path), false);
    }
    try (OutputStream out = fileSystem(path, configuration).create(path, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Sees to it that no schema is written over.
   *
   * @throws UsageException if the file of {@code --schema-out} exists
   */
  static void refuseSchema(String file, Configuration configuration) throws IOException {
    refuseEdited(file, "--schema-out", "schema", configuration);
  }

  /**
   * Sees to it that nothing is written over that people edit.
   *
   * @param what it is, for the message
   * @throws UsageException if the file exists
   */
  static void refuseEdited(String file, String option, String what, Configuration configuration)
      throws IOException {
    Path path = path(file, option);
    if (path.getFileSystem(configuration).exists(path)) {
      throw new UsageException(
          "Cannot write %s: %s exists and may have been edited; remove it or choose another name"
              .formatted(what, file));
    }
  }

  /**
   * On a local disk without Hadoop's hidden checksum files: people edit what stands here, and the
   * next reader would refuse it.
   */
  private static FileSystem fileSystem(Path path, Configuration configuration) throws IOException {
    FileSystem fileSystem = path.getFileSystem(configuration);
    return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
  }

  private static Path path(String file, String option) {
    try {
      return new Path(file);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Not a path: " + option + " " + file, e);
    }
  }
}
