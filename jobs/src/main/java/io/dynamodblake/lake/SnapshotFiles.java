package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/**
 * The data files of a snapshot as they were published. It lies in the snapshot's folder, and the
 * pointer of the lake table has its fingerprint, so that a file of another snapshot in the place of
 * one of these, a renamed partition folder or a file that is gone or came later is noticed.
 *
 * @param entries the files of rows
 * @param deletes of a table of Iceberg the files that say which rows are no more
 * @param deleted how many rows those are
 */
public record SnapshotFiles(List<Entry> entries, List<Entry> deletes, long deleted) {
  private static final Envelope ENVELOPE = new Envelope("snapshot-files", 1);

  /**
   * One file.
   *
   * @param name path below the snapshot's folder, partition folders included
   * @param length stored bytes
   * @param rows rows, where the file itself says how many
   * @param footer SHA-256 of its footer, which holds places, lengths and bounds of all pages; where
   *     it has one
   */
  public record Entry(String name, long length, Optional<Long> rows, Optional<String> footer) {}

  public SnapshotFiles {
    entries = List.copyOf(entries);
    deletes = List.copyOf(deletes);
  }

  /** Files of rows of which all are there. */
  public SnapshotFiles(List<Entry> entries) {
    this(entries, List.of(), 0);
  }

  /** Returns the number of rows of all files that are still there, where the files say how many. */
  public long rows() {
    return entries.stream().mapToLong(entry -> entry.rows().orElse(0L)).sum() - deleted;
  }

  /**
   * Returns the document in the snapshot's folder.
   *
   * @param id the snapshot's, so that the list of another one's folder does not pass for this one's
   */
  public String toJson(String id) {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("snapshot", id);
    entries.forEach(entry -> put(entry, tree.withArray("files").addObject()));
    if (!deletes.isEmpty()) {
      deletes.forEach(entry -> put(entry, tree.withArray("deletes").addObject()));
      tree.put("deleted", deleted);
    }
    return JsonDocuments.print(tree);
  }

  private static void put(Entry entry, ObjectNode node) {
    node.put("name", entry.name());
    node.put("length", entry.length());
    entry.rows().ifPresent(rows -> node.put("rows", rows));
    JsonDocuments.put(node, "footer", entry.footer());
  }

  /**
   * Reads {@link #toJson} back; empty if the text is not such a document, or that of another
   * snapshot. Early lists do not say whose they are.
   */
  static Optional<SnapshotFiles> fromJson(String json, String id) {
    return JsonDocuments.parseObject(json)
        .filter(ENVELOPE::isOf)
        .filter(tree -> !ENVELOPE.isOlderThan(tree))
        .filter(tree -> tree.path("snapshot").asText(id).equals(id))
        .map(
            tree -> {
              List<Entry> entries = new ArrayList<>();
              tree.path("files").forEach(node -> entries.add(entry(node)));
              List<Entry> deletes = new ArrayList<>();
              tree.path("deletes").forEach(node -> deletes.add(entry(node)));
              return new SnapshotFiles(entries, deletes, tree.path("deleted").asLong());
            });
  }

  private static Entry entry(JsonNode node) {
    JsonNode rows = node.path("rows");
    return new Entry(
        node.path("name").asText(),
        node.path("length").asLong(),
        rows.isIntegralNumber() ? Optional.of(rows.longValue()) : Optional.empty(),
        JsonDocuments.text(node, "footer"));
  }

  /**
   * Reads the footers of the files of a snapshot that Iceberg keeps.
   *
   * @param times is shown the footers of rows on the way
   * @param deleted how many rows of them are no more
   * @throws DataRefusedException if a file has other rows than Iceberg's manifests say
   */
  public static SnapshotFiles ofIceberg(
      SnapshotContents contents, Configuration configuration, ImplausibleTimes times, long deleted)
      throws IOException {
    List<Entry> entries =
        FolderStore.entries(contents.files(), contents, configuration, times::add);
    List<Long> records = contents.kept().orElseThrow().records();
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).rows().equals(Optional.of(records.get(i)))) {
        throw new DataRefusedException(
            "Cannot read the table of Iceberg: a file has other rows than its manifests say, %s; flatten a full export with %s"
                .formatted(contents.location(i), Words.FLATTEN.of(FlattenKeys.REPLACE)));
      }
    }
    return new SnapshotFiles(
        entries,
        FolderStore.entries(contents.deletes(), contents, configuration, metadata -> {}),
        deleted);
  }

  private List<Entry> all() {
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(deletes);
    return all;
  }

  /** The same, in the order in which the files were listed. */
  SnapshotFiles ordered(SnapshotContents contents) {
    Map<String, Entry> byName = new HashMap<>();
    entries.forEach(entry -> byName.put(entry.name(), entry));
    return new SnapshotFiles(
        contents.files().stream().map(file -> byName.get(contents.name(file))).toList(),
        deletes,
        deleted);
  }

  /**
   * Compares what files say that were taken into another snapshot with what they said in this one.
   *
   * @param names of those files
   * @param taken the files of the other snapshot
   * @param id of this one, for messages, as its contents
   * @throws DataRefusedException naming the first difference
   */
  public void requireSame(
      List<String> names, SnapshotFiles taken, String id, SnapshotContents contents) {
    Map<String, Entry> now = new HashMap<>();
    taken.entries().forEach(entry -> now.put(entry.name(), entry));
    Map<String, Entry> published = new HashMap<>();
    entries.forEach(entry -> published.put(entry.name(), entry));
    for (String name : names) {
      if (!published.get(name).equals(now.get(name))) {
        throw changed(
            id,
            contents,
            "file %s is another one than was published under that name".formatted(name));
      }
    }
  }

  /**
   * Compares names and lengths with what lies there now.
   *
   * @param id the snapshot's, for messages
   * @throws DataRefusedException naming the first difference
   */
  void requireSame(SnapshotContents contents, String id) {
    Map<String, Long> missing = new TreeMap<>();
    all().forEach(entry -> missing.put(entry.name(), entry.length()));
    for (FileStatus file : contents.all()) {
      String name = contents.name(file);
      Long length = missing.remove(name);
      if (length == null) {
        throw changed(id, contents, "file %s was not published with it".formatted(name));
      }
      if (length != file.getLen()) {
        throw changed(
            id,
            contents,
            "file %s has %,d bytes and %,d were published".formatted(name, file.getLen(), length));
      }
    }
    if (!missing.isEmpty()) {
      throw changed(
          id,
          contents,
          "%d of its %d files are gone, such as %s"
              .formatted(missing.size(), all().size(), missing.keySet().iterator().next()));
    }
  }

  /**
   * Compares what the files themselves say with what they said when they were published.
   *
   * @param now the same files, read again
   * @throws DataRefusedException naming the first difference
   */
  void requireSameFooters(SnapshotFiles now, SnapshotContents contents, String id) {
    Map<String, Entry> published = new HashMap<>();
    all().forEach(entry -> published.put(entry.name(), entry));
    for (Entry entry : now.all()) {
      if (!entry.equals(published.get(entry.name()))) {
        throw changed(
            id,
            contents,
            "file %s is another one than was published under that name".formatted(entry.name()));
      }
    }
  }

  private static DataRefusedException changed(String id, SnapshotContents contents, String what) {
    return new DataRefusedException(
        "Cannot read snapshot '%s': %s, in %s; %s"
            .formatted(id, what, contents.folder(), wayOut()));
  }

  /** What can be done about files that are not those that were published. */
  static String wayOut() {
    return "copy the whole folder of the lake table again, or flatten again with %s; %s takes from that folder what is there"
        .formatted(Words.FLATTEN.of(FlattenKeys.REPLACE), Words.LOAD.of(RestoreKeys.SCHEMA));
  }
}
