package io.dynamodblake.spark.scan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.LiveTable;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ManifestText;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * What a scan writes: an export, and under {@code _scan} what a later run needs to continue it. The
 * manifests are written last.
 *
 * @param path the export, {@code .../AWSDynamoDB/<id>}
 * @param startedAt when the first run of it began
 */
record ScanFolder(LakeFiles files, String path, String root, int segments, Instant startedAt) {
  static final String DATA = "data";
  private static final String EXPORTS = "AWSDynamoDB";
  private static final String STATE = "_scan/scan.json";
  private static final String REPORT = "_scan/report.json";
  private static final String MARKERS = "_scan/segments";
  private static final String SUMMARY = "manifest-summary";
  private static final String FILES = "manifest-files";
  private static final Envelope ENVELOPE = new Envelope("scan", 1);

  /**
   * The scan of the same table that did not come to its end, or a new one.
   *
   * @param asked how many segments the user wants, if that was said
   * @param usual how many a new one has otherwise
   * @throws UsageException if there is one that was begun differently
   */
  static ScanFolder open(
      LakeFiles files,
      String to,
      LiveTable table,
      ScanOrder order,
      OptionalInt asked,
      int usual,
      Instant now)
      throws IOException {
    String root = files.qualify(to);
    String exports = child(root, EXPORTS);
    List<String> ids = new ArrayList<>(files.childNames(exports));
    ids.sort(Comparator.reverseOrder());
    for (String id : ids) {
      String folder = child(exports, id);
      Optional<JsonNode> state =
          files.read(child(folder, STATE)).flatMap(JsonDocuments::parseObject);
      if (state.isEmpty()
          || !JsonDocuments.text(state.get(), "tableArn").equals(Optional.of(table.arn()))
          || files.exists(child(folder, SUMMARY + ".md5"))) {
        continue;
      }
      int segments = checked(state.get(), folder, table, order, asked);
      return new ScanFolder(files, folder, root, segments, started(state.get(), folder));
    }
    int segments = asked.orElse(usual);
    String id =
        "%014d-%s".formatted(now.toEpochMilli(), UUID.randomUUID().toString().substring(0, 8));
    String folder = child(exports, id);
    files.replace(child(folder, "_started"), "");
    files.replace(child(folder, STATE), state(table, order, segments, now));
    return new ScanFolder(files, folder, root, segments, now);
  }

  private static String state(LiveTable table, ScanOrder order, int segments, Instant now) {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("tableArn", table.arn());
    tree.put("tableId", table.id());
    tree.put("startedAt", now.toString());
    tree.put("segments", segments);
    tree.put("consistent", order.consistent());
    ArrayNode attributes = tree.putArray("attributes");
    order.attributes().forEach(attributes::add);
    tree.put("filter", digest(order));
    return JsonDocuments.print(tree);
  }

  /** The number of segments, if the scan can be continued as it is asked for now. */
  private static int checked(
      JsonNode state, String folder, LiveTable table, ScanOrder order, OptionalInt asked) {
    String way =
        "; scan as before, or give another --to, or delete " + folder + " to read everything again";
    if (!JsonDocuments.text(state, "tableId").equals(Optional.of(table.id()))) {
      throw new UsageException(
          "Cannot continue the scan of table "
              + table.name()
              + ": the table was dropped and made again since it began; give another --to, or delete "
              + folder);
    }
    int segments = state.path("segments").asInt();
    List<String> differing = new ArrayList<>();
    if (asked.isPresent() && asked.getAsInt() != segments) {
      differing.add("--segments " + segments);
    }
    if (state.path("consistent").asBoolean() != order.consistent()) {
      differing.add(order.consistent() ? "no --consistent" : "--consistent");
    }
    List<String> attributes = new ArrayList<>();
    state.path("attributes").forEach(attribute -> attributes.add(attribute.asText()));
    if (!new TreeSet<>(attributes).equals(new TreeSet<>(order.attributes()))) {
      differing.add("other --attributes");
    }
    if (!state.path("filter").asText().equals(digest(order))) {
      differing.add("another --filter");
    }
    if (!differing.isEmpty() || segments < 1) {
      throw new UsageException(
          "Cannot continue the scan of table "
              + table.name()
              + ": it was begun with "
              + String.join(" and ", differing)
              + way);
    }
    return segments;
  }

  /** Values of a filter may be a customer's, so only their digest is kept. */
  private static String digest(ScanOrder order) {
    if (order.filter().isEmpty()) {
      return "";
    }
    String text =
        order.filter() + new TreeMap<>(order.filterNames()) + new TreeMap<>(order.filterValues());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static Instant started(JsonNode state, String folder) {
    try {
      return Instant.parse(state.path("startedAt").asText());
    } catch (DateTimeException e) {
      throw new ExportFormatException(
          "Cannot continue the scan in " + folder + ": " + STATE + " is damaged; delete the folder",
          e);
    }
  }

  String id() {
    return new Path(path).getName();
  }

  String dataFolder() {
    return child(path, DATA);
  }

  static String marker(String folder, int segment) {
    return child(folder, MARKERS + "/%06d.json".formatted(segment));
  }

  /** The segments that are whole: with a marker, and a data file of the length that it says. */
  Map<Integer, ScannedSegment> finished() throws IOException {
    Map<String, Long> lengths =
        files.filesBelow(dataFolder()).stream()
            .collect(Collectors.toMap(file -> file.getPath().getName(), FileStatus::getLen));
    Map<Integer, ScannedSegment> finished = new TreeMap<>();
    for (String name : files.childNames(child(path, MARKERS))) {
      Optional<ScannedSegment> segment =
          name.endsWith(".json")
              ? files.read(child(path, MARKERS + "/" + name)).flatMap(ScannedSegment::ofJson)
              : Optional.empty();
      if (segment.isPresent()
          && segment.get().segments() == segments
          && segment.get().segment() >= 0
          && segment.get().segment() < segments
          && Long.valueOf(segment.get().bytes()).equals(lengths.get(segment.get().file()))) {
        finished.put(segment.get().segment(), segment.get());
      }
    }
    return finished;
  }

  /**
   * Writes the manifests and the report, and takes away what is not of the export.
   *
   * @param description what describes the table, if that is to be kept
   */
  void finish(
      List<ScannedSegment> scanned,
      LiveTable table,
      boolean partial,
      ScanReport report,
      Optional<String> description)
      throws IOException {
    Path place = new Path(root);
    boolean bucket = place.toUri().getScheme().startsWith("s3");
    String prefix = bucket ? place.toUri().getPath().replaceAll("^/+|/+$", "") : "";
    ManifestText.Summary summary =
        new ManifestText.Summary(
            table.arn(),
            table.id(),
            id(),
            startedAt,
            report.finishedAt(),
            bucket ? Optional.of(place.toUri().getAuthority()) : Optional.empty(),
            prefix,
            report.items(),
            partial);
    List<ManifestText.Entry> entries =
        scanned.stream()
            .map(
                segment ->
                    new ManifestText.Entry(
                        summary.key(DATA + "/" + segment.file()), segment.items(), segment.md5()))
            .toList();
    // what tasks that failed have left; nothing would read it, but who copies the folder pays
    Set<String> own = scanned.stream().map(ScannedSegment::file).collect(Collectors.toSet());
    for (FileStatus file : files.filesBelow(dataFolder())) {
      if (!own.contains(file.getPath().getName())) {
        files.deleteFolder(file.getPath().toString());
      }
    }
    files.replace(child(path, REPORT), report.toJson());
    if (description.isPresent()) {
      files.replace(child(path, TableSettings.FILE), description.get());
    }
    write(FILES, ManifestText.files(entries));
    write(SUMMARY, ManifestText.summary(summary));
    files.deleteFolder(child(path, MARKERS));
    deleteTemporaries(path);
    deleteTemporaries(child(path, "_scan"));
  }

  /** What a process has left that was killed while it replaced a file. */
  private void deleteTemporaries(String folder) throws IOException {
    for (String name : files.childNames(folder)) {
      if (LakeFiles.isTemporary(name)) {
        files.deleteFolder(child(folder, name));
      }
    }
  }

  private void write(String name, String text) throws IOException {
    files.replace(child(path, name + ".json"), text);
    files.replace(child(path, name + ".md5"), ManifestText.checksum(text));
  }

  static String child(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }
}
