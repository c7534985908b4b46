package io.dynamodblake.lake.write;

import io.dynamodblake.testing.PlainFileSystem;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk with a bound on what all data files together may take. */
public final class FullFileSystem extends PlainFileSystem {
  /** Bytes that are left. */
  static final AtomicLong SPACE = new AtomicLong();

  /** Whether a listing leaves out Parquet files, as if they had been lost. */
  static volatile boolean losesFiles;

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return Arrays.stream(super.listStatus(path))
        .filter(status -> !losesFiles || !isParquet(status.getPath()))
        .toArray(FileStatus[]::new);
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
    return bounded(
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
    return bounded(
        super.create(path, overwrite, bufferSize, replication, blockSize, progress), path);
  }

  private static FSDataOutputStream bounded(FSDataOutputStream out, Path path) throws IOException {
    return isData(path) ? new FSDataOutputStream(new Bounded(out), null) : out;
  }

  private static boolean isData(Path path) {
    return isParquet(path) || path.getName().endsWith(".json.gz");
  }

  private static boolean isParquet(Path path) {
    return path.getName().endsWith(".parquet");
  }

  private static final class Bounded extends FilterOutputStream {
    Bounded(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      take(1);
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private static void take(int bytes) throws IOException {
      if (SPACE.addAndGet(-bytes) < 0) {
        throw new IOException("No space left on device");
      }
    }
  }
}
