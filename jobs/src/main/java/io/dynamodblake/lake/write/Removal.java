package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;

/**
 * Something that goes.
 *
 * @param path of a file, or of a folder with everything below it
 */
record Removal(Kind kind, String path, boolean isFolder, int files, long bytes) {
  /** Why it goes. */
  enum Kind {
    /** Snapshots that are old enough. */
    SNAPSHOTS("snapshots"),
    /** What runs have left that were killed, and parts of the history that nobody names. */
    LEFTOVERS("leftovers"),
    /** Lines that could not be read. */
    QUARANTINE("quarantine"),
    /** Reports of runs. */
    REPORTS("reports"),
    /** Lists of the files of archives that runs have taken. */
    CHANGE_LISTS("changeLists");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    String key() {
      return key;
    }
  }

  static Removal folder(LakeFiles lake, Kind kind, String path) throws IOException {
    List<FileStatus> below = lake.filesBelow(path);
    return new Removal(
        kind, path, true, below.size(), below.stream().mapToLong(FileStatus::getLen).sum());
  }

  static Removal file(Kind kind, FileStatus file) {
    return new Removal(kind, file.getPath().toString(), false, 1, file.getLen());
  }

  void carryOut(LakeFiles lake) throws IOException {
    if (isFolder) {
      lake.deleteFolder(path);
    } else {
      lake.deleteFile(path);
    }
  }

  /** Sums what goes for one reason after another, without reasons for which nothing goes. */
  static List<MaintainReport.Gone> sums(List<Removal> removals) {
    List<MaintainReport.Gone> sums = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<Removal> of = removals.stream().filter(one -> one.kind() == kind).toList();
      if (!of.isEmpty()) {
        sums.add(
            new MaintainReport.Gone(
                kind.key(),
                of.size(),
                of.stream().mapToLong(Removal::files).sum(),
                of.stream().mapToLong(Removal::bytes).sum()));
      }
    }
    return sums;
  }
}
