package io.dynamodblake.spark.run;

import io.dynamodblake.export.Digests;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The data files of one task, one after the other, none much larger than a bound. The name of each
 * is noted in the folder of the run before there is anything of it, so that what a run leaves that
 * dies can be found among the files of others.
 */
public final class ChangeFiles implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int NAME_LETTERS = 26;

  private final String dataFolder;
  private final String notes;
  private final long bound;
  private final FileSystem store;
  private final LakeFiles files;
  private final List<ChangeFile> written = new ArrayList<>();
  private Open open; // null between files
  private boolean kept;

  /**
   * @param notes folder for the names of files
   * @param bound of stored bytes, at which the next file is begun
   */
  public ChangeFiles(Configuration configuration, String dataFolder, String notes, long bound)
      throws IOException {
    this.dataFolder = dataFolder;
    this.notes = notes;
    this.bound = bound;
    this.store = new Path(dataFolder).getFileSystem(configuration);
    this.files = new LakeFiles(configuration);
  }

  private static String child(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  /** A file that is being written. */
  private static final class Open {
    final String name;
    final MessageDigest md5 = Digests.md5();
    final FSDataOutputStream stored;
    final OutputStream digested;
    final GZIPOutputStream zipped;
    long records;

    Open(FileSystem store, Path path) throws IOException {
      name = path.getName();
      stored = store.create(path, false, BUFFER_BYTES);
      digested = new DigestOutputStream(stored, md5);
      zipped = new GZIPOutputStream(digested, BUFFER_BYTES);
    }
  }

  /** Writes whole lines. */
  public void write(byte[] lines, int length, int records) throws IOException {
    if (records == 0) {
      return;
    }
    if (open == null) {
      String name =
          UUID.randomUUID().toString().replace("-", "").substring(0, NAME_LETTERS) + ".json.gz";
      files.replace(child(notes, name), "");
      open = new Open(store, new Path(child(dataFolder, name)));
    }
    open.zipped.write(lines, 0, length);
    open.records += records;
    if (open.stored.getPos() >= bound) {
      end();
    }
  }

  private void end() throws IOException {
    open.zipped.close();
    written.add(
        new ChangeFile(
            open.name,
            open.records,
            open.stored.getPos(),
            Base64.getEncoder().encodeToString(open.md5.digest())));
    open = null;
  }

  /** Ends the last file; from now on all files stay. */
  public List<ChangeFile> finish() throws IOException {
    if (open != null) {
      end();
    }
    kept = true;
    return written;
  }

  /** Takes away what was written, unless it was finished. */
  @Override
  public void close() throws IOException {
    if (kept) {
      return;
    }
    if (open != null) {
      String name = open.name;
      try {
        open.stored.close();
      } finally {
        open = null;
        store.delete(new Path(child(dataFolder, name)), false);
      }
    }
    for (ChangeFile file : written) {
      store.delete(new Path(child(dataFolder, file.name())), false);
    }
  }
}
