package io.dynamodblake.io.hadoop;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;

/**
 * Local files without {@code .crc} files beside them, which nobody reads and every copy would carry
 * along. Unlike the raw local file system it is one that S3A can buffer its uploads in, should it
 * be made with the same settings. Hadoop calls the constructor by reflection.
 */
public final class PlainLocalFileSystem extends QuickLocalFileSystem {
  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    setWriteChecksum(false);
    setVerifyChecksum(false);
  }
}
