package io.dynamodblake.lake.input;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files that somebody else has written, as they lie at a path. Driver only.
 *
 * @param root whole path of the file or folder
 * @param folder whole path of the folder that all files are below of
 * @param files sorted by path; hidden and empty ones are left out
 */
public record InputFiles(String root, String folder, List<FileStatus> files) {
  /**
   * Lists what lies at a path.
   *
   * @throws UsageException if nothing does
   */
  public static InputFiles list(Configuration configuration, String path) throws IOException {
    LakeFiles lake = new LakeFiles(configuration);
    String root = new LakeLayout(lake.qualify(path)).root();
    Path given = new Path(root);
    FileSystem store = given.getFileSystem(configuration);
    FileStatus status;
    try {
      status = store.getFileStatus(given);
    } catch (FileNotFoundException e) {
      throw new UsageException("Cannot read: there is no file or folder " + root, e);
    }
    if (status.isFile()) {
      return new InputFiles(root, given.getParent().toString(), List.of(status));
    }
    List<FileStatus> files = new ArrayList<>();
    for (FileStatus file : lake.filesBelow(root)) {
      String relative = file.getPath().toString().substring(root.length() + 1);
      boolean hidden = false;
      for (String step : relative.split("/")) {
        hidden = hidden || step.startsWith(".") || step.startsWith("_") && !step.contains("=");
      }
      if (!hidden) {
        files.add(file);
      }
    }
    if (files.isEmpty()) {
      throw new UsageException("Cannot read: the folder holds no files, " + root);
    }
    files.sort(FileStatus::compareTo);
    return new InputFiles(root, root, List.copyOf(files));
  }

  public long bytes() {
    return files.stream().mapToLong(FileStatus::getLen).sum();
  }

  /** Returns a text that is the same for the same files and condition. */
  public String fingerprint(Optional<String> where) {
    return new Fingerprint().add(root).addAll(where.stream().toList()).addFiles(files).hex();
  }
}
