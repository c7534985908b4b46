package io.dynamodblake.spark.run;

import io.dynamodblake.testing.PlainFileSystem;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.TaskContext;

/**
 * The local disk, where the first executor that writes to an import file dies while it does; the
 * file {@code died} beside the target says so.
 */
public final class DyingFileSystem extends PlainFileSystem {
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
    return dying(
        super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress),
        path);
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
    return dying(super.create(path, overwrite, bufferSize, replication, blockSize, progress), path);
  }

  private static FSDataOutputStream dying(FSDataOutputStream out, Path path) throws IOException {
    return TaskContext.get() == null || !path.getName().startsWith("part-")
        ? out
        : new FSDataOutputStream(new Dying(out, path), null);
  }

  private static final class Dying extends FilterOutputStream {
    private final java.nio.file.Path mark;

    Dying(OutputStream out, Path path) {
      super(out);
      String whole = path.toUri().getPath();
      this.mark = java.nio.file.Path.of(whole.substring(0, whole.indexOf("/import/")), "died");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      try {
        Files.createFile(mark);
      } catch (java.nio.file.FileAlreadyExistsException e) {
        return; // once is enough
      }
      out.flush();
      Runtime.getRuntime().halt(137);
    }
  }
}
