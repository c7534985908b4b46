package io.dynamodblake.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Words the manifests of a full export in DynamoDB JSON, as DynamoDB words them. */
public final class ManifestText {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** The key of what our own summaries say beyond those of DynamoDB. */
  static final String PARTIAL = "partial";

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
      return (prefix.isEmpty() ? "" : prefix + "/")
          + ExportKeys.ROOT_FOLDER
          + "/"
          + exportId
          + "/"
          + name;
    }
  }

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

  /** Returns the text of {@code manifest-summary.json}. */
  public static String summary(Summary summary) {
    ObjectNode tree = JsonDocuments.object();
    tree.put("version", "2020-06-30");
    tree.put("exportArn", summary.tableArn() + "/export/" + summary.exportId());
    tree.put("startTime", MILLIS.format(summary.start()));
    tree.put("endTime", MILLIS.format(summary.end()));
    tree.put("tableArn", summary.tableArn());
    tree.put("tableId", summary.tableId());
    tree.put("exportTime", MILLIS.format(summary.start()));
    tree.put("s3Bucket", summary.bucket().orElse(null));
    tree.put("s3Prefix", summary.prefix().isEmpty() ? null : summary.prefix());
    tree.putNull("s3SseAlgorithm");
    tree.putNull("s3SseKmsKeyId");
    tree.put("manifestFilesS3Key", summary.key(ManifestReader.FILES));
    tree.put("billedSizeBytes", 0);
    tree.put("itemCount", summary.items());
    tree.put("outputFormat", "DYNAMODB_JSON");
    tree.put("exportType", "FULL_EXPORT");
    tree.put("madeBy", "dynamodb-lake scan");
    tree.put(PARTIAL, summary.partial());
    return JsonDocuments.printLine(tree);
  }

  /** Returns what stands in the checksum file beside a text. */
  public static String checksum(String text) {
    MessageDigest md5 = Digests.md5();
    return Base64.getEncoder().encodeToString(md5.digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
