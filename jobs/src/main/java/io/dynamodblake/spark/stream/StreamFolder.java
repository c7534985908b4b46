package io.dynamodblake.spark.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ManifestText;
import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.run.ChangeFile;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The archive of a stream: incremental exports under {@code AWSDynamoDB}, as DynamoDB lays them
 * out, and beside them in {@code _dynamodb-stream} the checkpoint and what runs note of themselves
 * while they last.
 *
 * <p>A run writes data files and a list of them, which nothing leads to, then replaces the
 * checkpoint, if that is still the one that it began from, and then writes the summary, which makes
 * the export visible. Killed before the checkpoint was replaced, all of it is waste that a later
 * run takes away; killed after, the next run writes the summary. So of runs at the same time one
 * adds to the archive, and no change is in it twice.
 */
final class StreamFolder {
  private static final String EXPORTS = "AWSDynamoDB";
  private static final String DATA = "data";
  private static final String STATE = ArchivedStream.STATE;
  private static final String NOTES = "files";
  private static final String RUN = "run.json";
  private static final String SUMMARY = "manifest-summary";
  private static final String FILES = "manifest-files";
  private static final String REPORT = "_stream/report.json";
  private static final Envelope ENVELOPE = new Envelope("stream-run", 1);

  private final LakeFiles files;
  private final GuardedFile guarded;
  private final String root;
  private final String table;
  private Optional<GuardedFile.Version> known = Optional.empty();

  /**
   * @param to prefix of the archive, as of exports
   * @param table its name
   */
  StreamFolder(Configuration configuration, String to, String table) throws IOException {
    this.files = new LakeFiles(configuration);
    this.root = files.qualify(to);
    this.table = table;
    this.guarded = new GuardedFile(configuration, checkpointPath());
  }

  static String child(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  String checkpointPath() {
    return child(root, STATE + "/" + table + ".json");
  }

  String dataFolder() {
    return child(root, EXPORTS + "/" + DATA);
  }

  String export(String id) {
    return child(root, EXPORTS + "/" + id);
  }

  private String runs() {
    return child(root, STATE + "/" + table);
  }

  /** Where a run notes the names of the data files that it is about to write. */
  String notes(String id) {
    return child(runs(), id + "/" + NOTES);
  }

  // ---- the checkpoint

  /**
   * Reads the checkpoint, which is the one to be replaced from now on.
   *
   * @throws UsageException if it is another table's
   */
  Optional<StreamCheckpoint> checkpoint(String tableArn) throws IOException {
    known = guarded.read();
    Optional<StreamCheckpoint> checkpoint =
        known.map(version -> StreamCheckpoint.ofJson(version.text(), checkpointPath()));
    if (checkpoint.isPresent() && !checkpoint.get().tableArn().equals(tableArn)) {
      throw new UsageException(
          "Cannot continue the archive in %s: it is of %s, not of %s; give another --to"
              .formatted(root, checkpoint.get().tableArn(), tableArn));
    }
    return checkpoint;
  }

  /**
   * Replaces the checkpoint by what follows it.
   *
   * @throws ExportFormatException if another run has replaced it meanwhile
   */
  void replace(StreamCheckpoint next) throws IOException {
    String text = next.toJson();
    boolean replaced;
    try {
      replaced = guarded.replace(known, text);
    } catch (IOException e) {
      // the answer may have been lost, and not the text
      Optional<GuardedFile.Version> now = guarded.read();
      if (now.isEmpty() || !now.get().text().equals(text)) {
        throw e;
      }
      replaced = true;
    }
    if (!replaced) {
      throw new ExportFormatException(
          "Cannot add to the archive in %s: another run has read the stream of table %s meanwhile and has replaced the checkpoint; nothing of this run is in the archive, which is whole. Run one at a time"
              .formatted(root, table));
    }
    known = guarded.read();
  }

  // ---- a run

  /**
   * Begins what a run writes.
   *
   * @param generation of the checkpoint that it began from
   * @return the id of its export
   */
  String begin(long generation, Instant now) throws IOException {
    String id =
        "%014d-%s".formatted(now.toEpochMilli(), UUID.randomUUID().toString().substring(0, 8));
    ObjectNode tree = ENVELOPE.begin();
    tree.put("exportId", id);
    tree.put("generation", generation);
    tree.put("startedAt", now.toString());
    files.replace(child(runs(), id + "/" + RUN), JsonDocuments.print(tree));
    return id;
  }

  /** Writes the list of an export's data files, to which nothing leads before its summary. */
  void list(StreamCheckpoint next, StreamChunk chunk, List<ChangeFile> written, String report)
      throws IOException {
    ManifestText.Summary summary = summary(next, chunk);
    String text =
        ManifestText.files(
            written.stream()
                .map(
                    file ->
                        new ManifestText.Entry(
                            summary.changesKey(file.name()), file.records(), file.md5()))
                .toList());
    String folder = export(chunk.exportId());
    files.replace(child(folder, REPORT), report);
    files.replace(child(folder, FILES + ".json"), text);
    files.replace(child(folder, FILES + ".md5"), ManifestText.checksum(text));
  }

  /** Makes the last export of a checkpoint visible, unless it is. */
  void publish(StreamCheckpoint checkpoint) throws IOException {
    if (checkpoint.chunk().isEmpty()) {
      return;
    }
    StreamChunk chunk = checkpoint.chunk().get();
    String path = child(export(chunk.exportId()), SUMMARY + ".json");
    // an archive whose old exports were moved away has none of this one
    if (files.exists(path) || !files.exists(child(export(chunk.exportId()), FILES + ".json"))) {
      return;
    }
    String text =
        ManifestText.summary(
            summary(checkpoint, chunk),
            new ManifestText.Changes(chunk.from(), chunk.to(), chunk.view(), chunk.streamArn()));
    files.replace(child(export(chunk.exportId()), SUMMARY + ".md5"), ManifestText.checksum(text));
    files.replace(path, text);
  }

  private ManifestText.Summary summary(StreamCheckpoint checkpoint, StreamChunk chunk) {
    Path place = new Path(root);
    boolean bucket = place.toUri().getScheme().startsWith("s3");
    return new ManifestText.Summary(
        checkpoint.tableArn(),
        checkpoint.tableId(),
        chunk.exportId(),
        chunk.startedAt(),
        chunk.finishedAt(),
        bucket ? Optional.of(place.toUri().getAuthority()) : Optional.empty(),
        bucket ? place.toUri().getPath().replaceAll("^/+|/+$", "") : "",
        chunk.records(),
        false);
  }

  /**
   * Takes away what runs have left that began from an earlier checkpoint, and so can add nothing to
   * the archive any more. What runs are at is left alone.
   *
   * @param generation of the checkpoint that stands there now
   */
  void cleanUp(long generation) throws IOException {
    for (String id : files.childNames(runs())) {
      Optional<JsonNode> run =
          files.read(child(runs(), id + "/" + RUN)).flatMap(JsonDocuments::parseObject);
      if (run.isEmpty() || run.get().path("generation").asLong() < generation) {
        takeAway(id);
      }
    }
  }

  /** Takes away a run: all that it has written, or what is not part of the archive. */
  void takeAway(String id) throws IOException {
    String export = export(id);
    boolean visible = files.exists(child(export, SUMMARY + ".json"));
    String listed = visible ? files.read(child(export, FILES + ".json")).orElse("") : "";
    for (String name : files.childNames(notes(id))) {
      if (!listed.contains("/" + name + "\"") && !LakeFiles.isTemporary(name)) {
        files.deleteFile(child(dataFolder(), name));
      }
    }
    if (!visible) {
      files.deleteFolder(export);
    }
    files.deleteFolder(child(runs(), id));
  }
}
