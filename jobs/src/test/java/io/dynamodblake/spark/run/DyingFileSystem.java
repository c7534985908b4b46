package io.dynamodblake.spark.run;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.TaskContext;

/**
 * The local disk under the scheme {@code dying}. The first executor that writes to an import file
 * dies while it does; the file {@code died} beside the target says so.
 */
public final class DyingFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("dying:///");

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(ROOT, conf);
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return "dying";
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    FileStatus[] found = super.listStatus(path);
    for (int i = 0; i < found.length; i++) {
      found[i] = plain(found[i]);
    }
    return found;
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return plain(super.getFileStatus(path));
  }

  /** Without permissions, for which the superclass would ask the local disk by the whole path. */
  private static FileStatus plain(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
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
