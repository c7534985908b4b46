package io.dynamodblake.lake.compare;

import io.dynamodblake.export.ManifestText;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.run.ChangeFile;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * An incremental export while it is written, in the layout of DynamoDB: manifests in a folder of
 * its own, data files in the folder that all of a prefix share. The summary is written last, so
 * that what a run leaves that is killed is an export that never came to its end, which nobody
 * takes. Driver only.
 */
final class ChangeExport {
  private static final String EXPORTS = "AWSDynamoDB";
  private static final String DATA = "data";
  private static final String NOTES = "_compare/files";
  private static final String STATE = "_compare";
  private static final String STARTED = "_started";
  private static final String MADE_BY = "dynamodb-lake compare";

  private final LakeFiles files;
  private final String root;
  private final ChangeWindow of;
  private final Instant startedAt = Instants.now();
  private final String id =
      "%014d-%s".formatted(startedAt.toEpochMilli(), UUID.randomUUID().toString().substring(0, 8));

  private ChangeExport(LakeFiles files, String root, ChangeWindow of) {
    this.files = files;
    this.root = root;
    this.of = of;
  }

  /**
   * Begins one.
   *
   * @param to prefix of exports
   */
  static ChangeExport begin(Configuration configuration, String to, ChangeWindow of)
      throws IOException {
    LakeFiles files = new LakeFiles(configuration);
    ChangeExport export = new ChangeExport(files, files.qualify(to), of);
    files.replace(child(export.folder(), STARTED), "");
    return export;
  }

  private static String child(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  private String folder() {
    return child(root, EXPORTS + "/" + id);
  }

  /** Where data files belong. */
  String dataFolder() {
    return child(root, EXPORTS + "/" + DATA);
  }

  /** Where tasks note the names of the data files that they are about to write. */
  String notes() {
    return child(folder(), NOTES);
  }

  /** Writes the manifests, and takes away what tasks have left that were repeated. */
  WrittenChanges finish(List<ChangeFile> written, long inserts, long updates, long deletes)
      throws IOException {
    ManifestText.Summary summary = summary(inserts + updates + deletes);
    String list =
        ManifestText.files(
            written.stream()
                .map(
                    file ->
                        new ManifestText.Entry(
                            summary.changesKey(file.name()), file.records(), file.md5()))
                .toList());
    Set<String> own = new HashSet<>();
    written.forEach(file -> own.add(file.name()));
    deleteOthers(own);
    files.deleteFolder(child(folder(), STATE));
    write("manifest-files", list);
    write("manifest-summary", ManifestText.summary(summary, of.window(), MADE_BY));
    return new WrittenChanges(
        folder(),
        id,
        of.window().from(),
        of.window().to(),
        inserts,
        updates,
        deletes,
        written.size(),
        written.stream().mapToLong(ChangeFile::bytes).sum());
  }

  /** Takes away all that was written. */
  void abandon() throws IOException {
    deleteOthers(Set.of());
    files.deleteFolder(folder());
  }

  private void deleteOthers(Set<String> own) throws IOException {
    for (String name : files.childNames(notes())) {
      if (!own.contains(name) && !LakeFiles.isTemporary(name)) {
        files.deleteFile(child(dataFolder(), name));
      }
    }
  }

  private ManifestText.Summary summary(long records) {
    Path place = new Path(root);
    boolean bucket = place.toUri().getScheme().startsWith("s3");
    return new ManifestText.Summary(
        of.tableArn(),
        of.tableId().orElse(null),
        id,
        startedAt,
        Instants.now(),
        bucket ? Optional.of(place.toUri().getAuthority()) : Optional.empty(),
        bucket ? place.toUri().getPath().replaceAll("^/+|/+$", "") : "",
        records,
        false);
  }

  /** The checksum first: a manifest is there when it can be checked. */
  private void write(String name, String text) throws IOException {
    files.replace(child(folder(), name + ".md5"), ManifestText.checksum(text));
    files.replace(child(folder(), name + ".json"), text);
  }
}
