package io.dynamodblake.testing;

import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.ion.IonItemWriter;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an export as DynamoDB writes it, into a local folder: {@code
 * <bucket>/<prefix>/AWSDynamoDB/<id>/} with manifests, checksums and gz data files. What can be
 * wrong with an export can be made wrong here.
 *
 * <pre>{@code
 * Path export = ExportFixture.in(temp).file("{\"Item\":{\"id\":{\"S\":\"a\"}}}").emptyFile().write();
 * }</pre>
 */
public final class ExportFixture {
  private final Path bucket;
  private final List<List<String>> files = new ArrayList<>();
  private final Map<String, String> summary = new LinkedHashMap<>();
  private final Map<Integer, byte[]> storedBytes = new HashMap<>();
  private final Map<Integer, Integer> truncatedBy = new HashMap<>();
  private final Map<Integer, byte[]> appended = new HashMap<>();
  private final Map<Integer, Long> countChange = new HashMap<>();
  private final Map<Integer, String> keys = new HashMap<>();
  private final Map<Integer, String> md5s = new HashMap<>();
  private final Set<Integer> missing = new HashSet<>();
  private final Set<Integer> listedTwice = new HashSet<>();
  private final List<String> manifestLines = new ArrayList<>();
  private String prefix = "nightly/orders";
  private String table = "orders";
  private String exportId = "01731900000000-0a1b2c3d";
  private Instant exportTime = Instant.parse("2026-11-18T03:20:00Z");
  private String checksumSuffix = ".md5";
  private boolean checksums = true;
  private boolean wrongSummaryChecksum;
  private boolean wrongFilesChecksum;
  private boolean unfinished;
  private boolean blankLines;
  private boolean manifestEndsInNewline = true;
  private String lineEnd = "\n";
  private int linesPerMember = Integer.MAX_VALUE;
  private boolean compressed = true;
  private long sumChange;
  private boolean ion;

  private ExportFixture(Path bucket) {
    this.bucket = bucket;
  }

  /** An export in a folder that stands for the root of the bucket {@code acme-exports}. */
  public static ExportFixture in(Path bucket) {
    return new ExportFixture(bucket);
  }

  /** Without slashes at its ends; empty for none. Default {@code nightly/orders}. */
  public ExportFixture prefix(String newPrefix) {
    prefix = newPrefix;
    return this;
  }

  /** Table name; default {@code orders}. */
  public ExportFixture table(String newTable) {
    table = newTable;
    return this;
  }

  public ExportFixture exportId(String newExportId) {
    exportId = newExportId;
    return this;
  }

  public ExportFixture exportTime(Instant newExportTime) {
    exportTime = newExportTime;
    return this;
  }

  /** Adds a data file with these lines, each such as <code>{"Item":{"id":{"S":"a"}}}</code>. */
  public ExportFixture file(String... lines) {
    return file(Arrays.asList(lines));
  }

  public ExportFixture file(List<String> lines) {
    files.add(List.copyOf(lines));
    return this;
  }

  /** Adds a data file of an empty table partition: gzip of zero bytes. */
  public ExportFixture emptyFile() {
    return file(List.of());
  }

  /** Spreads lines over so many data files, in turn. */
  public ExportFixture items(List<String> lines, int fileCount) {
    List<List<String>> spread = new ArrayList<>();
    for (int i = 0; i < fileCount; i++) {
      spread.add(new ArrayList<>());
    }
    for (int i = 0; i < lines.size(); i++) {
      spread.get(i % fileCount).add(lines.get(i));
    }
    spread.forEach(this::file);
    return this;
  }

  /** A blank line before, between and after the lines of every data file. */
  public ExportFixture blankLines() {
    blankLines = true;
    return this;
  }

  public ExportFixture crlf() {
    lineEnd = "\r\n";
    return this;
  }

  /** Data files of several gzip members, with so many lines each. */
  public ExportFixture members(int newLinesPerMember) {
    linesPerMember = newLinesPerMember;
    return this;
  }

  /** Data files that are not compressed, although their names say so. */
  public ExportFixture uncompressed() {
    compressed = false;
    return this;
  }

  /**
   * An export in Ion: the lines, still given as DynamoDB JSON, are written as Ion; lines that are
   * no items in JSON are written as they are.
   */
  public ExportFixture ion() {
    ion = true;
    return this;
  }

  /** The line of an Ion export for an item in DynamoDB JSON, or what is no such item unchanged. */
  public static String ionLine(String line) {
    ItemTape tape;
    try {
      tape = Tapes.ofLine(line);
    } catch (MalformedRecordException e) {
      return line;
    }
    IonItemWriter writer = new IonItemWriter();
    new TapeValues().writeItem(tape, writer);
    return new String(writer.bytes(), 0, writer.length() - 1, StandardCharsets.UTF_8);
  }

  // ---- damage; files are counted from 0

  /** Stores these bytes as the data file; the manifest matches them but for the item count. */
  public ExportFixture storedBytes(int file, byte[] bytes) {
    storedBytes.put(file, bytes);
    return this;
  }

  /**
   * Cuts bytes off the end of the stored file; its MD5 in the manifest is that of the uncut file.
   */
  public ExportFixture truncated(int file, int byBytes) {
    truncatedBy.put(file, byBytes);
    return this;
  }

  /** Puts bytes after the last gzip member; the MD5 in the manifest includes them. */
  public ExportFixture appended(int file, byte[] bytes) {
    appended.put(file, bytes);
    return this;
  }

  public ExportFixture wrongMd5(int file) {
    return md5(file, "AAAAAAAAAAAAAAAAAAAAAA==");
  }

  public ExportFixture md5(int file, String md5) {
    md5s.put(file, md5);
    return this;
  }

  /** Changes the item count of a data file in {@code manifest-files.json}, and the sum with it. */
  public ExportFixture wrongItemCount(int file, long change) {
    countChange.put(file, change);
    return this;
  }

  /** Changes the item count in {@code manifest-summary.json} alone. */
  public ExportFixture wrongSum(long change) {
    sumChange = change;
    return this;
  }

  /** Does not write the data file. */
  public ExportFixture missing(int file) {
    missing.add(file);
    return this;
  }

  /** Lists the data file a second time, in the sum too. */
  public ExportFixture listedTwice(int file) {
    listedTwice.add(file);
    return this;
  }

  /** Lists the data file under another key; it is still written to its own place. */
  public ExportFixture key(int file, String key) {
    keys.put(file, key);
    return this;
  }

  /** Adds a line to {@code manifest-files.json} as it is. */
  public ExportFixture manifestLine(String line) {
    manifestLines.add(line);
    return this;
  }

  /** Sets a field of {@code manifest-summary.json} to a JSON value; null leaves the field out. */
  public ExportFixture summaryField(String name, String json) {
    summary.put(name, json);
    return this;
  }

  public ExportFixture withoutChecksums() {
    checksums = false;
    return this;
  }

  /** Checksum objects as the documentation names them. */
  public ExportFixture checksumSuffix() {
    checksumSuffix = ".checksum";
    return this;
  }

  public ExportFixture wrongSummaryChecksum() {
    wrongSummaryChecksum = true;
    return this;
  }

  public ExportFixture wrongFilesChecksum() {
    wrongFilesChecksum = true;
    return this;
  }

  public ExportFixture withoutManifestNewline() {
    manifestEndsInNewline = false;
    return this;
  }

  /** An export that is still running: no manifests yet. */
  public ExportFixture unfinished() {
    unfinished = true;
    return this;
  }

  /** Writes it all and returns the folder of the export. */
  public Path write() {
    try {
      return tryWrite();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The key of a data file as DynamoDB gives it. */
  public String dataFileKey(int file) {
    return folderKey() + "/data/" + dataFileName(file);
  }

  public String tableArn() {
    return "arn:aws:dynamodb:eu-west-1:111122223333:table/" + table;
  }

  private String dataFileName(int file) {
    // 26 characters like the real ones, and stable
    return String.format("k3x5q7m2n4p6r7t2v4w6y7%04d.%s.gz", file, ion ? "ion" : "json");
  }

  private String folderKey() {
    return (prefix.isEmpty() ? "" : prefix + "/") + "AWSDynamoDB/" + exportId;
  }

  private Path tryWrite() throws IOException {
    Path folder = bucket.resolve(folderKey());
    Files.createDirectories(folder.resolve("data"));
    Files.write(folder.resolve("_started"), new byte[0]);
    StringBuilder manifest = new StringBuilder();
    long sum = 0;
    for (int i = 0; i < files.size(); i++) {
      byte[] bytes = storedBytes.containsKey(i) ? storedBytes.get(i) : stored(files.get(i));
      if (appended.containsKey(i)) {
        bytes = concatenated(bytes, appended.get(i));
      }
      long count = files.get(i).size() + countChange.getOrDefault(i, 0L);
      String line =
          "{\"itemCount\":"
              + count
              + ",\"md5Checksum\":\""
              + md5s.getOrDefault(i, md5(bytes))
              + "\",\"etag\":\"5e5c1a2b7e00a02acb25a97522aff90d-1\",\"dataFileS3Key\":\""
              + keys.getOrDefault(i, dataFileKey(i))
              + "\"}\n";
      int times = listedTwice.contains(i) ? 2 : 1;
      manifest.append(line.repeat(times));
      sum += count * times;
      if (!missing.contains(i)) {
        int kept = bytes.length - truncatedBy.getOrDefault(i, 0);
        Files.write(folder.resolve("data").resolve(dataFileName(i)), Arrays.copyOf(bytes, kept));
      }
    }
    if (unfinished) {
      return folder;
    }
    manifestLines.forEach(line -> manifest.append(line).append('\n'));
    if (!manifestEndsInNewline && manifest.length() > 0) {
      manifest.setLength(manifest.length() - 1);
    }
    write(folder, "manifest-files", manifest.toString(), wrongFilesChecksum);
    write(folder, "manifest-summary", summaryJson(sum + sumChange), wrongSummaryChecksum);
    return folder;
  }

  private String summaryJson(long itemCount) {
    Map<String, String> fields = new LinkedHashMap<>();
    String arn = tableArn();
    fields.put("version", quoted("2020-06-30"));
    fields.put("exportArn", quoted(arn + "/export/" + exportId));
    fields.put("startTime", quoted("2026-11-18T03:20:00.000Z"));
    fields.put("endTime", quoted("2026-11-18T03:31:12.345Z"));
    fields.put("tableArn", quoted(arn));
    fields.put("tableId", quoted("0f1e2d3c-1111-2222-3333-444455556666"));
    fields.put("exportTime", quoted(exportTime.toString()));
    fields.put("s3Bucket", quoted("acme-exports"));
    fields.put("s3Prefix", prefix.isEmpty() ? "null" : quoted(prefix));
    fields.put("s3SseAlgorithm", quoted("AES256"));
    fields.put("s3SseKmsKeyId", "null");
    fields.put("manifestFilesS3Key", quoted(folderKey() + "/manifest-files.json"));
    fields.put("billedSizeBytes", "0");
    fields.put("itemCount", Long.toString(itemCount));
    fields.put("outputFormat", quoted(ion ? "ION" : "DYNAMODB_JSON"));
    fields.put("exportType", quoted("FULL_EXPORT"));
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

  private void write(Path folder, String stem, String text, boolean wrongChecksum)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(stem + ".json"), bytes);
    if (checksums) {
      String md5 = wrongChecksum ? "1B2M2Y8AsgTpgAmY7PhCfg==" : md5(bytes);
      Files.writeString(folder.resolve(stem + checksumSuffix), md5);
    }
  }

  private byte[] stored(List<String> lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (lines.isEmpty()) {
      out.write(maybeGzip(""));
    }
    for (int from = 0; from < lines.size(); from += Math.min(linesPerMember, lines.size())) {
      int to = (int) Math.min((long) from + linesPerMember, lines.size());
      StringBuilder text = new StringBuilder();
      for (String line : lines.subList(from, to)) {
        text.append(blankLines ? lineEnd : "").append(ion ? ionLine(line) : line).append(lineEnd);
      }
      text.append(blankLines ? "  " + lineEnd : "");
      out.write(maybeGzip(text.toString()));
    }
    return out.toByteArray();
  }

  private byte[] maybeGzip(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return compressed ? gzip(bytes) : bytes;
  }

  /** One gzip member. */
  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Base64 of the MD5, as manifests have it. */
  public static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
