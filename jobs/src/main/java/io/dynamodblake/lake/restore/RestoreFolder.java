package io.dynamodblake.lake.restore;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.write.ImportLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder that a restore writes to, and what an earlier one left there. Driver only. */
record RestoreFolder(LakeFiles files, String root) {
  private static final String QUARANTINE = "quarantine";

  String data() {
    return ImportLayout.data(root);
  }

  String request() {
    return ImportLayout.request(root);
  }

  String settings() {
    return root + "/" + TableSettings.FILE;
  }

  String quarantine() {
    return root + "/" + QUARANTINE;
  }

  String reportPath() {
    return root + "/" + ImportLayout.RESTORE_REPORT;
  }

  /** The report that a restore has kept here. */
  Optional<JsonNode> report() throws IOException {
    return files
        .read(reportPath())
        .flatMap(JsonDocuments::parseObject)
        .filter(ImportLayout.RESTORE_REPORT_ENVELOPE::isOf);
  }

  /**
   * Takes the folder if it is empty, or if a restore has left it that did not come to its end.
   *
   * @throws UsageException if it holds anything else
   */
  void clear() throws IOException {
    List<String> all = files.childNames(root);
    List<String> names = all.stream().filter(name -> !name.startsWith(".")).toList();
    if (names.isEmpty()) {
      deleteTemporary(all);
      return;
    }
    boolean unfinished =
        report()
                .flatMap(report -> JsonDocuments.text(report, "status"))
                .filter(status -> !status.equals(RestoreReport.Status.DONE.key()))
                .isPresent()
            && List.of(
                    ImportLayout.RESTORE_REPORT,
                    ImportLayout.DATA,
                    QUARANTINE,
                    TableSettings.FILE,
                    ImportLayout.REQUEST)
                .containsAll(names);
    if (!unfinished) {
      throw new UsageException(
          "Cannot restore: the folder is not empty, at %s; an import reads everything below a prefix, so choose a new folder"
              .formatted(root));
    }
    files.deleteFolder(request());
    files.deleteFolder(settings());
    deleteFiles();
    deleteTemporary(all);
  }

  /** Deletes what a run has left that was killed while it wrote one of the documents here. */
  private void deleteTemporary(List<String> names) throws IOException {
    for (String name : names) {
      boolean ours =
          Stream.of(ImportLayout.RESTORE_REPORT, ImportLayout.REQUEST, TableSettings.FILE)
              .anyMatch(document -> name.startsWith("." + document + "."));
      if (ours && LakeFiles.isTemporary(name)) {
        files.deleteFile(root + "/" + name);
      }
    }
  }

  /** Deletes what a run has written of items. */
  void deleteFiles() throws IOException {
    files.deleteFolder(data());
    files.deleteFolder(quarantine());
  }
}
