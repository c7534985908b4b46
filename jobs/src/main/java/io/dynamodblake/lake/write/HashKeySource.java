package io.dynamodblake.lake.write;

import io.dynamodblake.conf.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where the key lies that columns are hashed with. It is read when a run begins, and its bytes are
 * shown nowhere.
 */
public interface HashKeySource {
  /** Name of the file or secret, for messages. */
  String place();

  /**
   * Reads all bytes, of which one line end at the end does not belong to the key.
   *
   * @throws UsageException if there are none
   * @throws IOException if they cannot be read
   */
  byte[] read(Configuration configuration) throws IOException;

  /** Returns a file of any file system that Hadoop knows. */
  static HashKeySource file(String path) {
    return new KeyFile(new Path(path));
  }

  /** A key in a file. */
  record KeyFile(Path path) implements HashKeySource {
    private static final int MOST_BYTES = 1 << 16;

    @Override
    public String place() {
      return path.toString();
    }

    @Override
    public byte[] read(Configuration configuration) throws IOException {
      try (InputStream in = path.getFileSystem(configuration).open(path)) {
        return in.readNBytes(MOST_BYTES);
      } catch (FileNotFoundException e) {
        throw new UsageException("Cannot read hash key: there is no file " + path, e);
      }
    }
  }
}
