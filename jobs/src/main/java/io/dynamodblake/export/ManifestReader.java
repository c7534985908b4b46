package io.dynamodblake.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.ParallelReads;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the two manifests of one export and checks them, against their checksums and against each
 * other.
 */
final class ManifestReader {
  // a prefix with daily exports has a thousand of them after three years
  static final int CONCURRENT_READS = 16;

  static final String SUMMARY = "manifest-summary.json";
  static final String FILES = "manifest-files.json";

  private static final int MOST_SUMMARY_BYTES = 1 << 20;
  private static final int MOST_CHECKSUM_BYTES = 1 << 10;
  // S3 keys have at most 1024 bytes; nothing else in the manifests is longer
  private static final int MOST_STRING_CHARS = 16 << 10;
  private static final String INCREMENTAL_VERSION = "2023-08-01";
  private static final Pattern TABLE_ARN =
      Pattern.compile("arn:[^:\\s/]+:[^:\\s/]+:[^:\\s/]*:[^:\\s/]*:table/[A-Za-z0-9_.-]{1,255}");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(MOST_STRING_CHARS).build())
          .build();
  private static final ObjectMapper TREES =
      new ObjectMapper(JSON).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final ObjectStore store;
  private final ReadOptions options;

  ManifestReader(ObjectStore store, ReadOptions options) {
    this.store = store;
    this.options = options;
  }

  /**
   * Reads {@code manifest-summary.json} of a folder.
   *
   * @throws FileNotFoundException if there is none
   * @throws ExportFormatException if it is damaged
   */
  ExportSummary summary(String folder) throws IOException {
    String path = Paths.child(folder, SUMMARY);
    byte[] bytes;
    try (InputStream in = store.open(path)) {
      bytes = in.readNBytes(MOST_SUMMARY_BYTES + 1);
    } catch (IOException e) {
      throw naming(path, e);
    }
    if (bytes.length > MOST_SUMMARY_BYTES) {
      throw new ExportFormatException(
          "Cannot read " + SUMMARY + ": longer than 1 MiB, in " + folder + "; export again");
    }
    return parse(folder, bytes);
  }

  /** Reads {@code manifest-summary.json} of a folder, if there is one. */
  Optional<ExportSummary> summaryIfAny(String folder) throws IOException {
    try {
      return Optional.of(summary(folder));
    } catch (FileNotFoundException absent) {
      return Optional.empty();
    }
  }

  /**
   * Reads the summaries of several folders.
   *
   * @param incomplete gets the folders that have none
   */
  List<ExportSummary> summaries(List<String> folders, List<String> incomplete) throws IOException {
    List<Optional<ExportSummary>> readings =
        ParallelReads.all("manifests", CONCURRENT_READS, folders, this::summaryIfAny);
    List<ExportSummary> summaries = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      if (readings.get(i).isPresent()) {
        summaries.add(readings.get(i).get());
      } else {
        incomplete.add(folders.get(i));
      }
    }
    return summaries;
  }

  private ExportSummary parse(String folder, byte[] bytes) throws IOException {
    JsonNode document;
    try {
      document = TREES.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new ExportFormatException(
          "Cannot read "
              + SUMMARY
              + ": it is not valid JSON or cut off, in "
              + folder
              + "; export again",
          e);
    }
    if (!document.isObject()) {
      throw new ExportFormatException(
          "Cannot read " + SUMMARY + ": it is not a JSON object, in " + folder + "; export again");
    }
    SummaryFields fields = new SummaryFields(document, folder, options, new ArrayList<>());
    String version = fields.text("version").orElse("");
    Optional<String> exportType = fields.text("exportType");
    boolean incremental;
    if (exportType.isEmpty()) {
      incremental = version.equals(INCREMENTAL_VERSION) || document.hasNonNull("exportFromTime");
    } else if (exportType.get().equals("FULL_EXPORT")) {
      incremental = false;
    } else if (exportType.get().equals("INCREMENTAL_EXPORT")) {
      incremental = true;
    } else {
      throw fields.fault("exportType is neither FULL_EXPORT nor INCREMENTAL_EXPORT");
    }
    Optional<String> exportArn = fields.usual("exportArn");
    Optional<String> tableArn = fields.usual("tableArn");
    if (tableArn.isPresent() && !TABLE_ARN.matcher(tableArn.get()).matches()) {
      throw fields.fault("tableArn is not the ARN of a table");
    }
    if (exportArn.isPresent()
        && (!exportArn.get().contains("/export/") || exportArn.get().endsWith("/"))) {
      throw fields.fault("exportArn is not the ARN of an export");
    }
    String filesKey = fields.usual("manifestFilesS3Key").orElse(FILES);
    String exportId =
        exportArn
            .map(Paths::name)
            .or(() -> Optional.ofNullable(ExportKeys.exportId(filesKey)))
            .orElseGet(() -> Paths.name(folder));
    Optional<Instant> exportTime = incremental ? Optional.empty() : fields.time("exportTime");
    long itemCount = fields.count("itemCount");
    List<String> notes = new ArrayList<>();
    List<String> keys = ManifestTableKeys.of(document, notes);
    if (!fields.missing().isEmpty()) {
      notes.add(
          "The manifest does not say "
              + String.join(", ", fields.missing())
              + ", as those of DynamoDB do");
    }
    return new ExportSummary(
        folder,
        exportId,
        exportArn,
        tableArn,
        fields.text("tableId"),
        exportTime,
        incremental ? Optional.of(Increment.of(document)) : Optional.empty(),
        fields.text("s3Bucket"),
        ExportKeys.trimSlashes(fields.text("s3Prefix").orElse("")),
        filesKey,
        itemCount,
        fields.required("outputFormat"),
        extent(document, fields),
        keys,
        Base64.getEncoder().encodeToString(Digests.md5().digest(bytes)),
        notes);
  }

  /**
   * Only our own scans say it; anything but a flag would be a manifest that somebody has edited.
   */
  private static Extent extent(JsonNode document, SummaryFields fields) {
    JsonNode partial = document.get(ManifestText.PARTIAL);
    if (partial == null) {
      return Extent.UNSAID;
    }
    if (!partial.isBoolean()) {
      throw fields.fault(ManifestText.PARTIAL + " is neither true nor false");
    }
    return partial.booleanValue() ? Extent.PARTIAL : Extent.WHOLE;
  }

  /**
   * Reads {@code manifest-files.json} and completes the manifest of a full export.
   *
   * @throws ExportFormatException if anything is damaged, or the export is of a kind that is not
   *     read
   */
  ExportManifest manifest(ExportSummary summary, List<String> earlierWarnings) throws IOException {
    if (summary.incremental()) {
      throw new ExportFormatException(
          "Cannot read export %s: it is incremental and holds changes, not the items of a table, in %s; give a full export, or bring the changes into its lake table with apply"
              .formatted(summary.exportId(), summary.folder()));
    }
    return manifest(summary, Optional.empty(), earlierWarnings);
  }

  /**
   * Reads {@code manifest-files.json} and completes the manifest of an incremental export.
   *
   * @throws ExportFormatException if anything is damaged, or the export is of a kind that is not
   *     read
   */
  ExportManifest changes(ExportSummary summary, List<String> earlierWarnings) throws IOException {
    if (!summary.incremental()) {
      throw new ExportFormatException(
          "Cannot read changes of export %s: it is a full export and holds items, in %s; give an incremental export, or make a lake table of the full one with flatten"
              .formatted(summary.exportId(), summary.folder()));
    }
    Window window = summary.increment().orElseThrow().window(summary.folder());
    return manifest(summary, Optional.of(window), earlierWarnings);
  }

  private ExportManifest manifest(
      ExportSummary summary, Optional<Window> window, List<String> earlierWarnings)
      throws IOException {
    String folder = summary.folder();
    refuseOtherFormats(summary);
    List<String> warnings = new ArrayList<>(earlierWarnings);
    warnings.addAll(summary.notes());
    if (summary.extent() == Extent.PARTIAL) {
      warnings.add(ExportManifest.PARTIAL_WARNING);
    }
    if (options.verify() == Verify.MD5) {
      checkDigest(Paths.child(folder, SUMMARY), summary.md5(), warnings);
    }
    ExportKeys keys = new ExportKeys(summary, options, options.verify() != Verify.MD5);
    if (keys.moved()) {
      warnings.add(
          "The export was moved or copied from "
              + summary.bucket().map(bucket -> "bucket " + bucket).orElse("another place")
              + "; its data files are read from where its manifest lies");
    }
    ManifestFiles listing = listing(summary, keys, warnings);
    if (keys.relative()) {
      warnings.add(
          "Keys in the manifests are not from the root of the bucket, as those of DynamoDB are; they are read from the"
              + " folder of the manifest");
    }
    return new ExportManifest(
        folder,
        summary.exportId(),
        summary.exportArn(),
        summary.tableArn(),
        summary.tableId(),
        summary.exportTime(),
        window,
        summary.keys(),
        summary.itemCount() >= 0 ? summary.itemCount() : listing.items(),
        summary.outputFormat(),
        summary.extent(),
        withLengths(listing.files()),
        warnings);
  }

  /** Without checksums, lengths are what tells one export from the next with the same names. */
  private List<DataFile> withLengths(List<DataFile> files) throws IOException {
    if (files.stream().noneMatch(file -> file.md5().isEmpty())) {
      return files;
    }
    Map<String, Long> lengths = new HashMap<>();
    Set<String> folders = new HashSet<>();
    for (DataFile file : files) {
      if (folders.add(Paths.parent(file.path()))) {
        for (ObjectStore.Entry entry : store.list(Paths.parent(file.path()))) {
          lengths.put(entry.path(), entry.length());
        }
      }
    }
    return files.stream()
        .map(file -> file.withLength(lengths.getOrDefault(file.path(), -1L)))
        .toList();
  }

  private static void refuseOtherFormats(ExportSummary summary) {
    String format = summary.outputFormat();
    if (Arrays.stream(RecordFormat.values()).noneMatch(known -> known.name().equals(format))) {
      throw new ExportFormatException(
          "Cannot read export "
              + summary.exportId()
              + ": unknown output format "
              + ExportKeys.printable(format)
              + ", in "
              + summary.folder()
              + "; export with the format DYNAMODB_JSON or ION");
    }
  }

  /** What {@code manifest-files.json} says. */
  private ManifestFiles listing(ExportSummary summary, ExportKeys keys, List<String> warnings)
      throws IOException {
    String path = keys.path(summary.manifestFilesKey(), SUMMARY);
    boolean digested = options.verify() == Verify.MD5;
    MessageDigest digest = Digests.md5();
    ManifestFiles files = new ManifestFiles(JSON, summary, keys, options);
    try (InputStream in = store.open(path)) {
      InputStream read = digested ? new DigestInputStream(in, digest) : in;
      InputStream buffered = new BufferedInputStream(read, 1 << 16);
      files.read(buffered);
      // what a parser left unread counts for the checksum, too
      buffered.transferTo(OutputStream.nullOutputStream());
    } catch (FileNotFoundException e) {
      throw new ExportFormatException(
          "Cannot read "
              + FILES
              + ": it is missing, at "
              + path
              + "; export again or copy it whole",
          e);
    } catch (IOException e) {
      throw naming(path, e);
    }
    if (digested) {
      checkDigest(path, Base64.getEncoder().encodeToString(digest.digest()), warnings);
    }
    if (options.verify() != Verify.NONE && files.items() != summary.itemCount()) {
      throw new ExportFormatException(
          "Cannot read export: item count "
              + files.items()
              + " in sum over "
              + FILES
              + " but "
              + SUMMARY
              + " says "
              + summary.itemCount()
              + ", in "
              + summary.folder()
              + WayOut.exportAgain(options.words()));
    }
    if (files.repeated() > 0) {
      warnings.add(
          files.repeated()
              + " data files are listed more than once in "
              + FILES
              + "; each is read once");
    }
    return files;
  }

  /** Compares with the checksum, if there is one. */
  private void checkDigest(String manifest, String actual, List<String> warnings)
      throws IOException {
    Optional<String> expected = checksum(manifest);
    if (expected.isEmpty()) {
      warnings.add(
          "There is no checksum object for "
              + Paths.name(manifest)
              + ", so its bytes are not verified");
      return;
    }
    if (!expected.get().equals(actual)) {
      throw new ExportFormatException(
          "Cannot read "
              + Paths.name(manifest)
              + ": MD5 "
              + actual
              + " but its checksum object says "
              + ExportKeys.printable(expected.get())
              + ", at "
              + manifest
              + WayOut.countsAlone(options.words()));
    }
  }

  /**
   * The content of the checksum object beside a manifest: {@code .md5} in practice, {@code
   * .checksum} in documentation.
   */
  private Optional<String> checksum(String manifest) throws IOException {
    String stem = manifest.substring(0, manifest.length() - ".json".length());
    for (String suffix : List.of(".md5", ".checksum")) {
      try (InputStream in = store.open(stem + suffix)) {
        byte[] bytes = in.readNBytes(MOST_CHECKSUM_BYTES);
        return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1).trim());
      } catch (FileNotFoundException absent) {
        // the other name, or none: a warning
      } catch (IOException e) {
        throw naming(stem + suffix, e);
      }
    }
    return Optional.empty();
  }

  static IOException naming(String path, IOException cause) {
    if (cause instanceof FileNotFoundException) {
      return cause;
    }
    return new IOException("Cannot read " + path + ": " + cause.getMessage(), cause);
  }
}
