package io.dynamodblake.testing;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under the scheme {@code failing}: from the first file of a certain name on nothing
 * is written or deleted any more, as if the process had been killed there.
 */
public final class FailingFileSystem extends PlainFileSystem {
  private static volatile String failsAt = "";
  private static volatile boolean dead;

  /** Dies at the first file whose path has this in it. */
  public static void failsAt(String part) {
    failsAt = part;
  }

  /** Lives again. */
  public static void works() {
    failsAt = "";
    dead = false;
  }

  /** The shared session knows it meanwhile. */
  public static final class Settings implements AutoCloseable {
    @Override
    public void close() {
      SparkTest.session().conf().unset("fs.failing.impl");
    }
  }

  public static Settings settings() {
    SparkTest.session().conf().set("fs.failing.impl", FailingFileSystem.class.getName());
    return new Settings();
  }

  private static void check(Path path) throws IOException {
    if (!failsAt.isEmpty() && path.toString().contains(failsAt)) {
      dead = true;
    }
    if (dead) {
      throw new IOException("died at " + path);
    }
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    if (dead) {
      throw new IOException("died at " + path);
    }
    return super.delete(path, recursive);
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
    check(path);
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
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
    check(path);
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }
}
