package io.dynamodblake.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Words the manifests of exports in DynamoDB JSON, as DynamoDB words them. */
public final class ManifestText {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** The key of what our own summaries say beyond those of DynamoDB. */
  static final String PARTIAL = "partial";

  /** The key of the snapshot of a lake table that changes were found in. */
  static final String COMPARED = "comparedSnapshot";

  private ManifestText() {}

  /**
   * A data file.
   *
   * @param key from the root of the bucket
   * @param md5 of the stored bytes, in base64
   */
  public record Entry(String key, long items, String md5) {}

  /**
   * What the summary says.
   *
   * @param tableId null if nobody knows it
   * @param bucket if the place has one
   * @param prefix in the bucket, without slashes at its ends; empty for none
   * @param partial whether attributes or items were left out, of which DynamoDB's own exports say
   *     nothing
   */
  public record Summary(
      String tableArn,
      String tableId,
      String exportId,
      Instant start,
      Instant end,
      Optional<String> bucket,
      String prefix,
      long items,
      boolean partial) {
    /** Returns the key of a file of the export, from the root of the bucket. */
    public String key(String name) {
      return shared(exportId + "/" + name);
    }

    /** Returns the key of a data file of changes, which lies where those of other exports do. */
    public String changesKey(String name) {
      return shared("data/" + name);
    }

    private String shared(String rest) {
      return (prefix.isEmpty() ? "" : prefix + "/") + ExportKeys.ROOT_FOLDER + "/" + rest;
    }
  }

  /**
   * What the summary of changes says beside.
   *
   * @param from every change from then on
   * @param to and before then is in it
   * @param view {@code NEW_IMAGE} or {@code NEW_AND_OLD_IMAGES}
   * @param streamArn of the stream that all changes are from, one record each: unlike in exports of
   *     DynamoDB, an item may have several
   */
  public record Changes(Instant from, Instant to, String view, String streamArn) {}

  /** Returns the text of {@code manifest-files.json}. */
  public static String files(List<Entry> entries) {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      ObjectNode line = JsonDocuments.object();
      line.put("itemCount", entry.items());
      line.put("md5Checksum", entry.md5());
      line.put("etag", HexFormat.of().formatHex(Base64.getDecoder().decode(entry.md5())));
      line.put("dataFileS3Key", entry.key());
      text.append(JsonDocuments.printLine(line)).append('\n');
    }
    return text.toString();
  }

  /** Returns the text of {@code manifest-summary.json} of a full export. */
  public static String summary(Summary summary) {
    ObjectNode tree = beginning("2020-06-30", summary);
    tree.put("exportTime", MILLIS.format(summary.start()));
    end(tree, summary);
    tree.put("exportType", "FULL_EXPORT");
    tree.put("madeBy", "dynamodb-lake scan");
    tree.put(PARTIAL, summary.partial());
    return JsonDocuments.printLine(tree);
  }

  /** Returns the text of {@code manifest-summary.json} of an incremental export. */
  public static String summary(Summary summary, Changes changes) {
    ObjectNode tree = beginning("2023-08-01", summary);
    tree.put("exportFromTime", MILLIS.format(changes.from()));
    tree.put("exportToTime", MILLIS.format(changes.to()));
    end(tree, summary);
    tree.put("outputView", changes.view());
    tree.put("exportType", "INCREMENTAL_EXPORT");
    tree.put("madeBy", "dynamodb-lake stream");
    tree.put("compacted", false);
    tree.put("streamArn", changes.streamArn());
    return JsonDocuments.printLine(tree);
  }

  /**
   * Returns the same of changes that were found and not recorded, one of an item at most, as in
   * exports of DynamoDB.
   *
   * @param madeBy the program and its command
   */
  public static String summary(Summary summary, Window window, String madeBy) {
    ObjectNode tree = beginning("2023-08-01", summary);
    tree.put("exportFromTime", exactly(window.from()));
    tree.put("exportToTime", exactly(window.to()));
    end(tree, summary);
    tree.put("outputView", window.view().name());
    tree.put("exportType", "INCREMENTAL_EXPORT");
    tree.put("madeBy", madeBy);
    if (!window.snapshot().isEmpty()) {
      tree.put(COMPARED, window.snapshot());
    }
    return JsonDocuments.printLine(tree);
  }

  /** Windows have to meet exactly, also where others than DynamoDB gave a finer time. */
  private static String exactly(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).equals(instant)
        ? MILLIS.format(instant)
        : instant.toString();
  }

  private static ObjectNode beginning(String version, Summary summary) {
    ObjectNode tree = JsonDocuments.object();
    tree.put("version", version);
    tree.put("exportArn", summary.tableArn() + "/export/" + summary.exportId());
    tree.put("startTime", MILLIS.format(summary.start()));
    tree.put("endTime", MILLIS.format(summary.end()));
    tree.put("tableArn", summary.tableArn());
    tree.put("tableId", summary.tableId());
    return tree;
  }

  private static void end(ObjectNode tree, Summary summary) {
    tree.put("s3Bucket", summary.bucket().orElse(null));
    tree.put("s3Prefix", summary.prefix().isEmpty() ? null : summary.prefix());
    tree.putNull("s3SseAlgorithm");
    tree.putNull("s3SseKmsKeyId");
    tree.put("manifestFilesS3Key", summary.key(ManifestReader.FILES));
    tree.put("billedSizeBytes", 0);
    tree.put("itemCount", summary.items());
    tree.put("outputFormat", "DYNAMODB_JSON");
  }

  /** Returns what stands in the checksum file beside a text. */
  public static String checksum(String text) {
    MessageDigest md5 = Digests.md5();
    return Base64.getEncoder().encodeToString(md5.digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
