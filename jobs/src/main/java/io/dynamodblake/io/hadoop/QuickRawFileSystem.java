package io.dynamodblake.io.hadoop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local disk of Hadoop that asks the JVM for permissions. Without its native library, which
 * laptops do not have, Hadoop's own starts a {@code chmod} for every file and folder that it makes,
 * and an {@code ls} for every file that it lists with its blocks.
 */
public class QuickRawFileSystem extends RawLocalFileSystem {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    if (!POSIX || permission.getStickyBit()) {
      super.setPermission(path, permission); // of which the JVM knows nothing
      return;
    }
    Files.setPosixFilePermissions(
        pathToFile(path).toPath(), PosixFilePermissions.fromString(permission.toString()));
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    // asked three times for every file that is made: for it, for its checksums, and for both
    return pathToFile(path).isDirectory() || super.mkdirs(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return quick(super.getFileStatus(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return Arrays.stream(super.listStatus(path)).map(this::quick).toArray(FileStatus[]::new);
  }

  private FileStatus quick(FileStatus status) {
    return POSIX && !(status instanceof QuickStatus)
        ? new QuickStatus(status, pathToFile(status.getPath()).getPath())
        : status;
  }

  /** Looks for owner and permissions when somebody asks for them. */
  private static final class QuickStatus extends FileStatus {
    private static final long serialVersionUID = 1L;

    private final String file;
    private boolean looked;

    QuickStatus(FileStatus status, String file) {
      super(
          status.getLen(),
          status.isDirectory(),
          status.getReplication(),
          status.getBlockSize(),
          status.getModificationTime(),
          status.getAccessTime(),
          null,
          null,
          null,
          status.getPath());
      this.file = file;
    }

    @Override
    public FsPermission getPermission() {
      look();
      return super.getPermission();
    }

    @Override
    public String getOwner() {
      look();
      return super.getOwner();
    }

    @Override
    public String getGroup() {
      look();
      return super.getGroup();
    }

    private void look() {
      if (looked) {
        return;
      }
      try {
        PosixFileAttributes found =
            Files.readAttributes(java.nio.file.Path.of(file), PosixFileAttributes.class);
        setPermission(new FsPermission(bits(found.permissions())));
        setOwner(found.owner().getName());
        setGroup(found.group().getName());
        looked = true;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot look up the permissions of " + file, e);
      }
    }

    private static short bits(Set<PosixFilePermission> permissions) {
      int bits = 0;
      for (PosixFilePermission permission : PosixFilePermission.values()) {
        // declared as they are written: rwx of the owner, of the group, of others
        bits = bits << 1 | (permissions.contains(permission) ? 1 : 0);
      }
      return (short) bits;
    }
  }
}
