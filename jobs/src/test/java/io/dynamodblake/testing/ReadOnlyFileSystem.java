package io.dynamodblake.testing;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.Progressable;

/** The local disk for somebody who may read it and write nothing, as HDFS says it. */
public final class ReadOnlyFileSystem extends PlainFileSystem {
  private static AccessControlException denied(Path path) {
    return new AccessControlException(
        "Permission denied: user=etl, access=WRITE, inode=\"%s\":hdfs:hdfs:drwxr-xr-x"
            .formatted(path.toUri().getPath()));
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    throw denied(path);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    throw denied(path);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    throw denied(path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw denied(to);
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
    throw denied(path);
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
    throw denied(path);
  }
}
