package io.dynamodblake.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.export.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes an incremental export as DynamoDB writes it, into a local folder: manifests and checksums
 * in {@code <bucket>/<prefix>/AWSDynamoDB/<id>/}, gz data files in the folder {@code
 * <bucket>/<prefix>/AWSDynamoDB/data/} that all incremental exports share. Items are given as their
 * attributes in DynamoDB JSON; keys are taken from them. What can be wrong with an export can be
 * made wrong here.
 *
 * <pre>{@code
 * Path export =
 *     IncrementalExport.in(temp)
 *         .keys("id")
 *         .window(Instant.parse("2026-11-18T03:20:00Z"), Instant.parse("2026-11-19T03:20:00Z"))
 *         .inserted("{\"id\":{\"S\":\"a\"}}")
 *         .updated("{\"id\":{\"S\":\"b\"}}", "{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"1\"}}")
 *         .deleted("{\"id\":{\"S\":\"c\"}}")
 *         .write();
 * }</pre>
 */
public final class IncrementalExport {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  /** Where a window begins if nothing else is said: the time of {@link ExportFixture}'s exports. */
  public static final Instant FROM = Instant.parse("2026-11-18T03:20:00Z");

  private static final Instant TO = Instant.parse("2026-11-19T03:20:00Z");

  private final Path bucket;
  private final List<Change> changes = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Map<String, String> summary = new LinkedHashMap<>();
  private final Map<Integer, String> keyOfFile = new HashMap<>();
  private final Set<Integer> missing = new HashSet<>();
  private final Set<Integer> wrongMd5 = new HashSet<>();
  private final Map<Integer, Long> countChange = new HashMap<>();
  private List<String> keys = List.of("id");
  private String prefix = "nightly/orders";
  private String table = "orders";
  private String tableId = "0f1e2d3c-1111-2222-3333-444455556666";
  private String exportId;
  private Instant from = FROM;
  private Instant to = TO;
  private Window.View view = Window.View.NEW_AND_OLD_IMAGES;
  private boolean ion;
  private boolean unfinished;
  private int dataFiles = 1;

  private IncrementalExport(Path bucket) {
    this.bucket = bucket;
  }

  /**
   * One change record.
   *
   * @param keys the key attributes, in DynamoDB JSON
   * @param oldImage the item before, if there was one
   * @param newImage the item after, if there is one
   * @param writeTimeMicros of the last write
   */
  public record Change(
      String keys, Optional<String> oldImage, Optional<String> newImage, long writeTimeMicros) {

    /** The line of DynamoDB JSON in an export of a view. */
    public String line(Window.View view) {
      StringBuilder line = new StringBuilder("{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"");
      line.append(writeTimeMicros).append("\"}},\"Keys\":").append(keys);
      oldImage(view).ifPresent(image -> line.append(",\"OldImage\":").append(image));
      newImage.ifPresent(image -> line.append(",\"NewImage\":").append(image));
      return line.append('}').toString();
    }

    /** The line of Ion text in an export of a view. */
    public String ionLine(Window.View view) {
      StringBuilder line = new StringBuilder("$ion_1_0 {Record:{Keys:").append(ionStruct(keys));
      line.append(",Metadata:{WriteTimestampMicros:").append(writeTimeMicros).append(".}");
      newImage.ifPresent(image -> line.append(",NewImage:").append(ionStruct(image)));
      oldImage(view).ifPresent(image -> line.append(",OldImage:").append(ionStruct(image)));
      return line.append("}}").toString();
    }

    private Optional<String> oldImage(Window.View view) {
      return view == Window.View.NEW_IMAGE ? Optional.empty() : oldImage;
    }

    private static String ionStruct(String attributes) {
      String line = ExportFixture.ionLine("{\"Item\":" + attributes + "}");
      return line.substring("$ion_1_0 {Item:".length(), line.length() - 1);
    }
  }

  /** An export in a folder that stands for the root of the bucket {@code acme-exports}. */
  public static IncrementalExport in(Path bucket) {
    return new IncrementalExport(bucket);
  }

  /** Without slashes at its ends; empty for none. Default {@code nightly/orders}. */
  public IncrementalExport prefix(String newPrefix) {
    prefix = newPrefix;
    return this;
  }

  /** Table name; default {@code orders}. */
  public IncrementalExport table(String newTable) {
    table = newTable;
    return this;
  }

  /** Id of the table, which a table that was made again has another one of. */
  public IncrementalExport tableId(String newTableId) {
    tableId = newTableId;
    return this;
  }

  /** Names of the key attributes; default {@code id}. */
  public IncrementalExport keys(String... names) {
    keys = List.of(names);
    return this;
  }

  /** Default: one that belongs to the end of the window. */
  public IncrementalExport exportId(String newExportId) {
    exportId = newExportId;
    return this;
  }

  /** Default: one day from {@link #FROM}. */
  public IncrementalExport window(Instant newFrom, Instant newTo) {
    from = newFrom;
    to = newTo;
    return this;
  }

  /** Default {@code NEW_AND_OLD_IMAGES}. In the other one, old images are left out. */
  public IncrementalExport view(Window.View newView) {
    view = newView;
    return this;
  }

  /** An export in Ion; items are given in DynamoDB JSON all the same. */
  public IncrementalExport ion() {
    ion = true;
    return this;
  }

  /** Spreads the changes over so many data files, in turn; default 1. */
  public IncrementalExport dataFiles(int count) {
    dataFiles = count;
    return this;
  }

  /** Adds an item that was not there before the window. */
  public IncrementalExport inserted(String newImage) {
    return change(Optional.empty(), Optional.of(newImage));
  }

  public IncrementalExport updated(String oldImage, String newImage) {
    return change(Optional.of(oldImage), Optional.of(newImage));
  }

  /** Adds an item that is not there after the window. */
  public IncrementalExport deleted(String oldImage) {
    return change(Optional.of(oldImage), Optional.empty());
  }

  /** Adds a change; at least one of the images is there. Its key is taken from them. */
  public IncrementalExport change(Optional<String> oldImage, Optional<String> newImage) {
    String image = newImage.or(() -> oldImage).orElseThrow();
    return change(new Change(keysOf(image), oldImage, newImage, nextTime()));
  }

  public IncrementalExport change(Change change) {
    changes.add(change);
    return this;
  }

  /** Adds a line as it is, behind those of all changes in the last data file. */
  public IncrementalExport line(String line) {
    lines.add(line);
    return this;
  }

  // ---- damage; files are counted from 0

  /** Sets a field of {@code manifest-summary.json} to a JSON value; null leaves the field out. */
  public IncrementalExport summaryField(String name, String json) {
    summary.put(name, json);
    return this;
  }

  /** Lists the data file under another key; it is still written to its own place. */
  public IncrementalExport key(int file, String key) {
    keyOfFile.put(file, key);
    return this;
  }

  /** Does not write the data file. */
  public IncrementalExport missing(int file) {
    missing.add(file);
    return this;
  }

  public IncrementalExport wrongMd5(int file) {
    wrongMd5.add(file);
    return this;
  }

  /**
   * Changes the record count of a data file in {@code manifest-files.json}, and the sum with it.
   */
  public IncrementalExport wrongItemCount(int file, long change) {
    countChange.put(file, change);
    return this;
  }

  /** An export that is still running: no manifests yet. */
  public IncrementalExport unfinished() {
    unfinished = true;
    return this;
  }

  // ---- writing

  /** The ARN of the table. */
  public String tableArn() {
    return "arn:aws:dynamodb:eu-west-1:111122223333:table/" + table;
  }

  /** The id of the export: that of its folder. */
  public String exportId() {
    return exportId != null
        ? exportId
        : "%014d-%08x".formatted(to.toEpochMilli() + 600_000, from.getEpochSecond());
  }

  /** The key of a data file as DynamoDB gives it. */
  public String dataFileKey(int file) {
    return rootKey() + "/data/" + dataFileName(file);
  }

  /** Writes it all and returns the folder of the export. */
  public Path write() {
    try {
      return tryWrite();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long nextTime() {
    return from.getEpochSecond() * 1_000_000 + 1_000_000 + changes.size() * 1_001L;
  }

  private String keysOf(String image) {
    try {
      JsonNode item = JACKSON.readTree(image);
      ObjectNode key = JACKSON.createObjectNode();
      keys.forEach(name -> key.set(name, item.required(name)));
      return key.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String rootKey() {
    return (prefix.isEmpty() ? "" : prefix + "/") + "AWSDynamoDB";
  }

  private String dataFileName(int file) {
    // 26 characters like the real ones, and none that another export has
    return "%s%04d.%s.gz".formatted(exportId().replace("-", ""), file, ion ? "ion" : "json");
  }

  private Path tryWrite() throws IOException {
    Path folder = bucket.resolve(rootKey()).resolve(exportId());
    Path data = bucket.resolve(rootKey()).resolve("data");
    Files.createDirectories(folder);
    Files.createDirectories(data);
    Files.write(folder.resolve("_started"), new byte[0]);
    StringBuilder manifest = new StringBuilder();
    long sum = 0;
    for (int i = 0; i < dataFiles; i++) {
      List<String> lines = linesOf(i);
      StringBuilder text = new StringBuilder();
      lines.forEach(line -> text.append(line).append('\n'));
      byte[] bytes = ExportFixture.gzip(text.toString().getBytes(StandardCharsets.UTF_8));
      long count = lines.size() + countChange.getOrDefault(i, 0L);
      sum += count;
      manifest
          .append("{\"itemCount\":")
          .append(count)
          .append(",\"md5Checksum\":\"")
          .append(wrongMd5.contains(i) ? "AAAAAAAAAAAAAAAAAAAAAA==" : ExportFixture.md5(bytes))
          .append("\",\"etag\":\"5e5c1a2b7e00a02acb25a97522aff90d-1\",\"dataFileS3Key\":\"")
          .append(keyOfFile.getOrDefault(i, dataFileKey(i)))
          .append("\"}\n");
      if (!missing.contains(i)) {
        Files.write(data.resolve(dataFileName(i)), bytes);
      }
    }
    if (!unfinished) {
      write(folder, "manifest-files", manifest.toString());
      write(folder, "manifest-summary", summaryJson(sum));
    }
    return folder;
  }

  private List<String> linesOf(int file) {
    List<String> own = new ArrayList<>();
    for (int i = file; i < changes.size(); i += dataFiles) {
      own.add(ion ? changes.get(i).ionLine(view) : changes.get(i).line(view));
    }
    if (file == dataFiles - 1) {
      own.addAll(lines);
    }
    return own;
  }

  private String summaryJson(long itemCount) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("version", quoted("2023-08-01"));
    fields.put("exportArn", quoted(tableArn() + "/export/" + exportId()));
    fields.put("startTime", quoted(to.plusSeconds(600).toString()));
    fields.put("endTime", quoted(to.plusSeconds(1200).toString()));
    fields.put("tableArn", quoted(tableArn()));
    fields.put("tableId", quoted(tableId));
    fields.put("exportFromTime", quoted(from.toString()));
    fields.put("exportToTime", quoted(to.toString()));
    fields.put("s3Bucket", quoted("acme-exports"));
    fields.put("s3Prefix", prefix.isEmpty() ? "null" : quoted(prefix));
    fields.put("s3SseAlgorithm", quoted("AES256"));
    fields.put("s3SseKmsKeyId", "null");
    fields.put("manifestFilesS3Key", quoted(rootKey() + "/" + exportId() + "/manifest-files.json"));
    fields.put("billedSizeBytes", "10485760");
    fields.put("itemCount", Long.toString(itemCount));
    fields.put("outputFormat", quoted(ion ? "ION" : "DYNAMODB_JSON"));
    fields.put("outputView", quoted(view.name()));
    fields.put("exportType", quoted("INCREMENTAL_EXPORT"));
    fields.putAll(summary);
    StringBuilder json = new StringBuilder("{");
    fields.forEach(
        (name, value) -> {
          if (value != null) {
            json.append(json.length() == 1 ? "" : ",").append(quoted(name)).append(':');
            json.append(value);
          }
        });
    return json.append('}').toString();
  }

  private static void write(Path folder, String stem, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(stem + ".json"), bytes);
    Files.writeString(folder.resolve(stem + ".md5"), ExportFixture.md5(bytes));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
