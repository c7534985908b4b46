package io.dynamodblake.job;

import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Whether a folder can be listed, and written to as what publishes a lake table does. */
final class PlaceChecks {
  private PlaceChecks() {}

  static void run(
      Examination examination, Configuration configuration, String place, boolean probe) {
    boolean listed = examination.remote("list " + place, true, () -> list(configuration, place));
    if (!probe) {
      return;
    }
    if (listed) {
      examination.remote("write " + place, true, () -> write(configuration, place));
    } else {
      examination.skip("write " + place, "it cannot be listed");
    }
  }

  private static Diagnosis list(Configuration configuration, String place) throws IOException {
    Path folder = new Path(new LakeFiles(configuration).qualify(place));
    try {
      boolean holds = folder.getFileSystem(configuration).listStatusIterator(folder).hasNext();
      return Diagnosis.ok(holds ? "can be listed" : "can be listed, and is empty");
    } catch (FileNotFoundException e) {
      if (Failure.of(e).code() == ExitCode.REMOTE_FAILED) {
        throw e; // a bucket that does not exist
      }
      return Diagnosis.ok("there is no such folder yet");
    }
  }

  /** Two that write the same file at once, of whom one has to be told that he is too late. */
  private static Diagnosis write(Configuration configuration, String place) throws IOException {
    LakeFiles files = new LakeFiles(configuration);
    List<Path> made = missing(configuration, new Path(files.qualify(place)));
    String folder = files.qualify(place).replaceAll("/+$", "") + "/_dynamodb-lake-doctor-";
    String own = folder + UUID.randomUUID();
    String path = own + "/probe.txt";
    try {
      GuardedFile first = new GuardedFile(configuration, path);
      GuardedFile second = new GuardedFile(configuration, path);
      boolean written = first.replace(Optional.empty(), "first");
      boolean writtenAgain = second.replace(Optional.empty(), "second");
      Optional<GuardedFile.Version> seen = first.read();
      boolean replaced = second.replace(seen, "third");
      boolean late = first.replace(seen, "fourth");
      if (written && !writtenAgain && replaced && !late) {
        return Diagnosis.ok("a file was written, replaced under a condition and deleted");
      }
      return Diagnosis.fail(
          "of two that write the same file at once both may think that theirs is there",
          "the store does not keep conditions of writes: run one at a time for each lake table, or take a store that does");
    } finally {
      files.deleteFolder(own);
      for (Path empty : made) {
        empty.getFileSystem(configuration).delete(empty, false);
      }
    }
  }

  /**
   * The folders that are not there yet and that a file in the last of them makes, that one first.
   */
  private static List<Path> missing(Configuration configuration, Path folder) throws IOException {
    List<Path> missing = new ArrayList<>();
    FileSystem store = folder.getFileSystem(configuration);
    for (Path path = folder; path != null && !store.exists(path); path = path.getParent()) {
      missing.add(path);
    }
    return missing;
  }
}
