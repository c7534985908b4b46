package io.dynamodblake.lake.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.document.RunId;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What killed runs have left in a lake table. Nobody can tell a killed run from one that is slow,
 * so only what is older than any run is taken away, and never a snapshot that was ever published.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  /** No run takes longer. */
  static final Duration AGE = Duration.ofDays(7);

  private Leftovers() {}

  /** Takes it away; whoever cannot do that has published all the same. */
  static void clean(LakeFiles files, LakeLayout layout, Instant now) {
    try {
      for (Removal one : find(files, layout, now)) {
        one.carryOut(files);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot look for what killed runs have left, in {}", layout.root(), e);
    }
  }

  /** Looks for it. */
  static List<Removal> find(LakeFiles files, LakeLayout layout, Instant now) throws IOException {
    List<Removal> found = new ArrayList<>();
    for (String name : files.childNames(layout.root())) {
      Optional<String> id = LakeLayout.snapshotId(name);
      if (id.isPresent() && isAbandoned(files, layout, id.get(), now)) {
        found.add(Removal.folder(files, Removal.Kind.LEFTOVERS, layout.snapshot(id.get())));
      }
    }
    for (String id : files.childNames(layout.root() + "/" + LakeLayout.documentsFolder(""))) {
      if (isAbandoned(files, layout, id, now)) {
        String folder = layout.root() + "/" + LakeLayout.documentsFolder(id);
        found.add(Removal.folder(files, Removal.Kind.LEFTOVERS, folder));
      }
    }
    for (String name : files.childNames(layout.history())) {
      Optional<String> id = LakeLayout.historyPartId(name);
      if (id.isPresent() && isAbandonedHistory(files, layout, id.get(), now)) {
        found.add(Removal.folder(files, Removal.Kind.LEFTOVERS, layout.historyPart(id.get())));
      }
    }
    for (FileStatus file : files.filesBelow(layout.metadata())) {
      boolean old = file.getModificationTime() < now.minus(AGE).toEpochMilli();
      if (old && LakeFiles.isTemporary(file.getPath().getName())) {
        found.add(Removal.file(Removal.Kind.LEFTOVERS, file));
      }
    }
    return found;
  }

  /** Rows of a run that has published stay, also where they were written anew or undone since. */
  private static boolean isAbandonedHistory(
      LakeFiles files, LakeLayout layout, String id, Instant now) throws IOException {
    int end = id.lastIndexOf('-');
    String run = end < 0 ? id : id.substring(0, end);
    boolean old =
        RunId.startedAt(run).filter(started -> started.isBefore(now.minus(AGE))).isPresent();
    if (!old) {
      return false;
    }
    Optional<JsonNode> report =
        files.read(layout.runReport(run)).flatMap(JsonDocuments::parseObject);
    if (report.filter(one -> one.path("published").asBoolean()).isPresent()) {
      return false;
    }
    Optional<LakePointer> current =
        files.read(layout.current()).map(text -> LakePointer.fromJson(text, layout.current()));
    return current.isPresent()
        && current.get().ledger().history().stream().noneMatch(part -> part.id().equals(id));
  }

  /** Whether a killed run has left it that was never published. */
  static boolean isAbandoned(LakeFiles files, LakeLayout layout, String id, Instant now)
      throws IOException {
    Optional<String> run = runOf(files, layout, id);
    boolean old =
        run.flatMap(RunId::startedAt)
            .filter(started -> started.isBefore(now.minus(AGE)))
            .isPresent();
    if (!old) {
      return false;
    }
    // looked at again for each: what others have published meanwhile stays
    Optional<LakePointer> current =
        files.read(layout.current()).map(text -> LakePointer.fromJson(text, layout.current()));
    return current.isPresent() && !current.get().wasPublished(id);
  }

  /** The run whose report names the snapshot as its own. */
  private static Optional<String> runOf(LakeFiles files, LakeLayout layout, String id)
      throws IOException {
    String randomPart = id.substring(id.lastIndexOf('.') + 1);
    List<String> reports =
        files.childNames(layout.runs()).stream()
            .filter(name -> name.endsWith("-" + randomPart + ".json"))
            .toList();
    for (String name : reports) {
      Optional<JsonNode> report =
          files.read(layout.runs() + "/" + name).flatMap(JsonDocuments::parseObject);
      if (report.isPresent()
          && report.get().path("output").path("snapshotId").asText().equals(id)) {
        return Optional.of(name.substring(0, name.length() - ".json".length()));
      }
    }
    return Optional.empty();
  }
}
