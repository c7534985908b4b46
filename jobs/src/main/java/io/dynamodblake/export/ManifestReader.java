package io.dynamodblake.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.io.ObjectStore;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
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
  static final String SUMMARY = "manifest-summary.json";
  static final String FILES = "manifest-files.json";

  private static final int MAX_SUMMARY_BYTES = 1 << 20;
  private static final int MAX_CHECKSUM_BYTES = 1 << 10;
  // S3 keys have at most 1024 bytes; nothing else in the manifests is longer
  private static final int MAX_STRING_CHARS = 16 << 10;
  private static final int MD5_BYTES = 16;
  private static final String INCREMENTAL_VERSION = "2023-08-01";
  // those whom others than DynamoDB gave an export have nobody to ask for another
  private static final String DATA_ALONE =
      "; export again, or give the folder of its data files to read what is there unchecked";
  private static final Pattern TABLE_ARN =
      Pattern.compile("arn:[^:\\s/]+:[^:\\s/]+:[^:\\s/]*:[^:\\s/]*:table/[A-Za-z0-9_.-]{1,255}");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(MAX_STRING_CHARS).build())
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
      bytes = in.readNBytes(MAX_SUMMARY_BYTES + 1);
    } catch (IOException e) {
      throw naming(path, e);
    }
    if (bytes.length > MAX_SUMMARY_BYTES) {
      throw new ExportFormatException(
          "Cannot read " + SUMMARY + ": longer than 1 MiB, in " + folder + "; export again");
    }
    return parse(folder, bytes);
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
    Fields fields = new Fields(document, folder, options, new ArrayList<>());
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
        incremental,
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
  private static Extent extent(JsonNode document, Fields fields) {
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
   * Reads {@code manifest-files.json} and completes the manifest.
   *
   * @throws ExportFormatException if anything is damaged, or the export is of a kind that is not
   *     read
   */
  ExportManifest manifest(ExportSummary summary, List<String> earlierWarnings) throws IOException {
    String folder = summary.folder();
    refuseOtherKinds(summary);
    List<String> warnings = new ArrayList<>(earlierWarnings);
    warnings.addAll(summary.notes());
    if (summary.extent() == Extent.PARTIAL) {
      warnings.add(ExportManifest.PARTIAL_WARNING);
    }
    boolean proven =
        options.verify() == Verify.MD5
            && checkDigest(Paths.child(folder, SUMMARY), summary.md5(), warnings);
    ExportKeys keys = new ExportKeys(summary, options, options.verify() != Verify.MD5);
    if (keys.moved()) {
      warnings.add(
          "The export was moved or copied from "
              + summary.bucket().map(bucket -> "bucket " + bucket).orElse("another place")
              + "; its data files are read from where its manifest lies");
    }
    Listing listing = listing(summary, keys, warnings);
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
        summary.keys(),
        summary.itemCount() >= 0 ? summary.itemCount() : listing.items,
        summary.outputFormat(),
        proven && listing.proven,
        summary.extent(),
        withLengths(listing.files),
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

  private static void refuseOtherKinds(ExportSummary summary) {
    String place = ", in " + summary.folder();
    if (summary.incremental()) {
      throw new ExportFormatException(
          "Cannot read export "
              + summary.exportId()
              + ": it is incremental and holds changes, not the items of a table"
              + place
              + "; give a full export");
    }
    String format = summary.outputFormat();
    if (Arrays.stream(RecordFormat.values()).noneMatch(known -> known.name().equals(format))) {
      throw new ExportFormatException(
          "Cannot read export "
              + summary.exportId()
              + ": unknown output format "
              + ExportKeys.printable(format)
              + place
              + "; export with the format DYNAMODB_JSON or ION");
    }
  }

  private Listing listing(ExportSummary summary, ExportKeys keys, List<String> warnings)
      throws IOException {
    String path = keys.path(summary.manifestFilesKey(), SUMMARY);
    boolean digested = options.verify() == Verify.MD5;
    MessageDigest digest = Digests.md5();
    Listing listing = new Listing(summary, keys);
    try (InputStream in = store.open(path)) {
      InputStream read = digested ? new DigestInputStream(in, digest) : in;
      InputStream buffered = new BufferedInputStream(read, 1 << 16);
      listing.read(buffered);
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
      listing.proven =
          checkDigest(path, Base64.getEncoder().encodeToString(digest.digest()), warnings);
    }
    if (options.verify() != Verify.NONE && listing.items != summary.itemCount()) {
      throw new ExportFormatException(
          "Cannot read export: item count "
              + listing.items
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
    if (listing.repeated > 0) {
      warnings.add(
          listing.repeated
              + " data files are listed more than once in "
              + FILES
              + "; each is read once");
    }
    return listing;
  }

  /** Whether there is a checksum, which then is right. */
  private boolean checkDigest(String manifest, String actual, List<String> warnings)
      throws IOException {
    Optional<String> expected = checksum(manifest);
    if (expected.isEmpty()) {
      warnings.add(
          "There is no checksum object for "
              + Paths.name(manifest)
              + ", so its bytes are not verified");
      return false;
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
    return true;
  }

  /**
   * The content of the checksum object beside a manifest: {@code .md5} in practice, {@code
   * .checksum} in documentation.
   */
  private Optional<String> checksum(String manifest) throws IOException {
    String stem = manifest.substring(0, manifest.length() - ".json".length());
    for (String suffix : List.of(".md5", ".checksum")) {
      try (InputStream in = store.open(stem + suffix)) {
        byte[] bytes = in.readNBytes(MAX_CHECKSUM_BYTES);
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

  /**
   * The lines of {@code manifest-files.json}, which may be a million: token by token, keeping only
   * what is needed.
   */
  private final class Listing {
    private final ExportSummary summary;
    private final ExportKeys keys;
    private final List<DataFile> files = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private boolean proven; // by its checksum
    private long items;
    private int index;
    private int repeated;

    private String key;
    private String md5;
    private long count;

    Listing(ExportSummary summary, ExportKeys keys) {
      this.summary = summary;
      this.keys = keys;
    }

    void read(InputStream in) throws IOException {
      try (JsonParser parser = JSON.createParser(in)) {
        parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          int line = parser.getTokenLocation().getLineNr();
          if (token != JsonToken.START_OBJECT) {
            throw fault("the line is not a JSON object", line);
          }
          entry(parser, line);
          index++;
        }
      } catch (JsonProcessingException e) {
        int line = e.getLocation() == null ? index + 1 : e.getLocation().getLineNr();
        throw new ExportFormatException(
            "Cannot read "
                + FILES
                + ": it is not valid JSON or cut off, at line "
                + line
                + ", in "
                + summary.folder()
                + "; export again",
            e);
      }
    }

    private void entry(JsonParser parser, int line) throws IOException {
      key = null;
      md5 = null;
      count = -1;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.getCurrentName();
        JsonToken value = parser.nextToken();
        switch (name) {
          case "dataFileS3Key" -> key = text(parser, value, name, line);
          case "md5Checksum" -> md5 = text(parser, value, name, line);
          case "itemCount" -> count = count(parser, value, line);
          default -> parser.skipChildren();
        }
      }
      if (key == null) {
        throw fault("dataFileS3Key is missing", line);
      }
      if (count < 0 && options.verify() != Verify.NONE) {
        throw fault("itemCount is missing", line);
      }
      if (md5 == null) {
        if (options.verify() == Verify.MD5) {
          throw fault("md5Checksum is missing", line, WayOut.countsAlone(options.words()));
        }
        md5 = "";
      } else if (options.verify() == Verify.MD5 && !Digests.isMd5(md5)) {
        throw fault(
            "md5Checksum is not the base64 of " + MD5_BYTES + " bytes",
            line,
            WayOut.countsAlone(options.words()));
      }
      String path = keys.path(key, FILES);
      if (!seen.add(key)) {
        if (options.verify() != Verify.NONE) {
          throw fault("the data file " + ExportKeys.printable(key) + " is listed twice", line);
        }
        repeated++;
        return;
      }
      items += Math.max(count, 0);
      if (items < 0) {
        throw fault("item counts add up to more than 2^63", line);
      }
      // a file of no items is read, too: that it has none is what the manifest says of it
      files.add(new DataFile(index, path, key, count, md5, -1));
    }

    private String text(JsonParser parser, JsonToken value, String name, int line)
        throws IOException {
      if (value != JsonToken.VALUE_STRING) {
        throw fault(name + " is not a string", line);
      }
      return parser.getText();
    }

    private long count(JsonParser parser, JsonToken value, int line) throws IOException {
      if (value != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw fault("itemCount is not a whole number of 0 or more", line);
      }
      return parser.getLongValue();
    }

    private ExportFormatException fault(String what, int line) {
      return fault(what, line, "; export again");
    }

    private ExportFormatException fault(String what, int line, String wayOut) {
      return new ExportFormatException(
          "Cannot read "
              + FILES
              + ": "
              + what
              + ", at line "
              + line
              + ", in "
              + summary.folder()
              + wayOut);
    }
  }

  /**
   * Typed access to the fields of the summary; null counts as absent.
   *
   * @param missing fields that DynamoDB always writes, and that this summary lacks
   */
  private record Fields(
      JsonNode document, String folder, ReadOptions options, List<String> missing) {
    Optional<String> text(String name) {
      JsonNode value = document.get(name);
      if (value == null || value.isNull()) {
        return Optional.empty();
      }
      if (!value.isTextual()) {
        throw fault(name + " is not a string");
      }
      return Optional.of(value.textValue());
    }

    String required(String name) {
      return text(name)
          .filter(text -> !text.isEmpty())
          .orElseThrow(() -> fault(name + " is missing"));
    }

    /** What DynamoDB always writes, and others may leave out where only counts are checked. */
    Optional<String> usual(String name) {
      Optional<String> text = text(name).filter(given -> !given.isEmpty());
      if (text.isEmpty()) {
        if (options.verify() == Verify.MD5) {
          throw fault(name + " is missing", WayOut.countsAlone(options.words()));
        }
        missing.add(name);
      }
      return text;
    }

    long count(String name) {
      JsonNode value = document.get(name);
      if (value == null || value.isNull()) {
        if (options.verify() == Verify.NONE) {
          missing.add(name);
          return -1;
        }
        throw fault(name + " is missing");
      }
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw fault(name + " is not a whole number of 0 or more");
      }
      return value.longValue();
    }

    Optional<Instant> time(String name) {
      Optional<String> text = usual(name);
      try {
        return text.map(given -> OffsetDateTime.parse(given).toInstant());
      } catch (DateTimeException e) {
        throw new ExportFormatException(
            fault(name + " is not a time such as 2026-11-18T03:20:00.000Z").getMessage(), e);
      }
    }

    ExportFormatException fault(String what) {
      return fault(what, DATA_ALONE);
    }

    ExportFormatException fault(String what, String wayOut) {
      return new ExportFormatException(
          "Cannot read " + SUMMARY + ": " + what + ", in " + folder + wayOut);
    }
  }
}
