package io.dynamodblake.testing;

import io.dynamodblake.io.hadoop.QuickRawFileSystem;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The local disk under whatever scheme it is configured for: a store that is neither local nor
 * writes under a condition, like HDFS or that of another vendor. Those that fail on purpose extend
 * it.
 */
public class PlainFileSystem extends QuickRawFileSystem {
  private URI uri;

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    uri = URI.create(name.getScheme() + ":///");
    super.initialize(uri, conf);
  }

  @Override
  public URI getUri() {
    // the constructor of the superclass asks, too
    return uri == null ? URI.create("file:///") : uri;
  }

  @Override
  public String getScheme() {
    return getUri().getScheme();
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return plain(super.getFileStatus(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return Arrays.stream(super.listStatus(path))
        .map(PlainFileSystem::plain)
        .toArray(FileStatus[]::new);
  }

  /** The status of the superclass asks for permissions by the path, which it takes for local. */
  private static FileStatus plain(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }
}
