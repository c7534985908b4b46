package io.dynamodblake.spark.write;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SaveMode;

/**
 * The folder of a write of {@code dynamodb-import}, and what an earlier one left there. Driver
 * only.
 */
final class ImportTarget {
  private static final Pattern OURS = Pattern.compile("part-[^/]*\\.(json|ion)(\\.gz|\\.zst)?");
  // what a job that was killed leaves
  private static final Pattern UNFINISHED = Pattern.compile(".*/(_temporary|__magic[^/]*)/.*");

  private final LakeFiles files;
  private final String root;
  private Optional<String> report = Optional.empty();
  private Optional<String> request = Optional.empty();
  private List<FileStatus> before = List.of();

  ImportTarget(LakeFiles files, String root) {
    this.files = files;
    this.root = root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
  }

  String data() {
    return ImportLayout.data(root);
  }

  String requestPath() {
    return ImportLayout.request(root);
  }

  /**
   * Takes the folder for a new write, if the mode allows it.
   *
   * @return false if there is nothing to be done, because mode ignore leaves what is there
   * @throws UsageException if the folder holds what must stay
   */
  boolean claim(SaveMode mode) throws IOException {
    List<String> names =
        files.childNames(root).stream().filter(name -> !name.startsWith(".")).toList();
    if (names.isEmpty()) {
      return true;
    }
    if (mode == SaveMode.Ignore) {
      return false;
    }
    Optional<String> text = files.read(root + "/" + ImportLayout.WRITE_REPORT);
    Optional<String> status =
        text.flatMap(JsonDocuments::parseObject)
            .filter(ImportReport.ENVELOPE::isOf)
            .flatMap(node -> JsonDocuments.text(node, "status"));
    List<FileStatus> found = files.filesBelow(data());
    boolean ours =
        status.isPresent()
            && Set.of(ImportLayout.DATA, ImportLayout.REQUEST, ImportLayout.WRITE_REPORT)
                .containsAll(names)
            && found.stream().allMatch(file -> isOurs(file.getPath().toString()));
    boolean done = status.equals(Optional.of(ImportReport.Status.DONE.key()));
    if (mode == SaveMode.Overwrite && !ours) {
      throw new UsageException(
          "Cannot overwrite: the folder holds what dynamodb-import did not write, at "
              + root
              + "; choose another folder, or empty it by hand");
    }
    if (mode != SaveMode.Overwrite && (!ours || done)) {
      throw new UsageException(
          "Cannot write: the folder is not empty, at "
              + root
              + "; an import reads everything below a prefix, so "
              + (mode == SaveMode.Append
                  ? "nothing can be appended; choose a new folder"
                  : "choose a new folder")
              + (ours ? ", or mode overwrite" : ""));
    }
    if (done) {
      report = text;
      request = files.read(requestPath());
      before = found;
    } else {
      files.deleteFolder(data());
    }
    return true;
  }

  private boolean isOurs(String path) {
    if (!path.startsWith(data() + "/")) {
      return false;
    }
    String below = path.substring(data().length());
    return OURS.matcher(below.substring(1)).matches() || UNFINISHED.matcher(below).matches();
  }

  /** Says that a write has begun; from here on there is nothing to be imported. */
  void begin(ImportReport running) throws IOException {
    files.deleteFolder(requestPath());
    keep(running);
  }

  /** Deletes the data files of the write before, of which others were asked for. */
  void deleteBefore() throws IOException {
    for (FileStatus file : before) {
      files.deleteFolder(file.getPath().toString());
    }
    before = List.of();
    report = Optional.empty();
  }

  /** After a failure: what was there before, if it still is, or else the report alone. */
  void restore(ImportReport failed) throws IOException {
    if (report.isPresent()) {
      if (request.isPresent()) {
        files.replace(requestPath(), request.get());
      }
      files.replace(root + "/" + ImportLayout.WRITE_REPORT, report.get());
    } else {
      files.deleteFolder(data());
      keep(failed);
    }
  }

  void keep(ImportReport state) throws IOException {
    files.replace(root + "/" + ImportLayout.WRITE_REPORT, state.toJson());
  }
}
