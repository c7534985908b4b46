package io.dynamodblake.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the incremental export that follows a generated one: of each hundred changes 70 updates,
 * 20 inserts and 10 deletes, with old images, of items that a random number chooses.
 */
final class ChangesGenerator {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final long SEED = 20_261_119L;
  private static final String EXPORT_ID = "01731986400000-be9c4a18";
  private static final String FROM = "2024-11-18T03:20:00.000Z";
  private static final String TO = "2024-11-19T03:20:00.000Z";

  private final String table;
  private final String key;
  private final double share;
  private final IntPredicate files;

  /**
   * @param table name of the table
   * @param key its partition key, a text
   * @param share of the items that change, 0 to 1
   * @param files the data files whose items may change, by their number
   */
  ChangesGenerator(String table, String key, double share, IntPredicate files) {
    this.table = table;
    this.key = key;
    this.share = share;
    this.files = files;
  }

  /** Writes it beside the other. */
  Path writeTo(Path directory, GeneratedExport full) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    long records = 0;
    try (OutputStream lines = new GZIPOutputStream(stored, 1 << 16)) {
      List<Path> data = Directories.dataFiles(full.folder().resolve("data"));
      for (int i = 0; i < data.size(); i++) {
        if (files.test(i)) {
          records += changes(data.get(i), lines, random);
        }
      }
    }
    Path root = directory.resolve("AWSDynamoDB");
    Path export = root.resolve(EXPORT_ID);
    Files.createDirectories(export);
    Files.createDirectories(root.resolve("data"));
    Files.write(root.resolve("data/changes.json.gz"), stored.toByteArray());
    manifest(
        export,
        "manifest-files",
        "{\"itemCount\":%d,\"md5Checksum\":\"%s\",\"etag\":\"0-1\",\"dataFileS3Key\":\"benchmark/AWSDynamoDB/data/changes.json.gz\"}\n"
            .formatted(records, md5(stored.toByteArray())));
    String arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/" + table;
    manifest(
        export,
        "manifest-summary",
        """
        {"version":"2023-08-01","exportArn":"%s/export/%s","startTime":"%s","endTime":"%s",\
        "tableArn":"%s","tableId":"0f1e2d3c-1111-2222-3333-444455556666",\
        "exportFromTime":"%s","exportToTime":"%s","s3Bucket":"acme-exports","s3Prefix":"benchmark",\
        "s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,\
        "manifestFilesS3Key":"benchmark/AWSDynamoDB/%s/manifest-files.json","billedSizeBytes":0,\
        "itemCount":%d,"outputFormat":"DYNAMODB_JSON","outputView":"NEW_AND_OLD_IMAGES",\
        "exportType":"INCREMENTAL_EXPORT"}
        """
            .formatted(arn, EXPORT_ID, TO, TO, arn, FROM, TO, EXPORT_ID, records));
    return export;
  }

  private long changes(Path file, OutputStream lines, SplittableRandom random) throws IOException {
    long records = 0;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      JsonNode other = null;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (random.nextDouble() >= share) {
          continue;
        }
        JsonNode item = JACKSON.readTree(line).get("Item");
        other = other == null ? item : other;
        lines.write(change(item, other, random.nextInt(10)));
        other = item;
        records++;
      }
    }
    return records;
  }

  private byte[] change(JsonNode item, JsonNode other, int kind) throws IOException {
    ObjectNode record = JACKSON.createObjectNode();
    record.putObject("Metadata").putObject("WriteTimestampMicros").put("N", "1731900000000000");
    JsonNode own = item.get(key);
    if (kind >= 7 && kind < 9) { // an insert
      JsonNode made =
          JACKSON.createObjectNode().set("S", TextNode.valueOf(own.get("S").asText() + "-new"));
      record.putObject("Keys").set(key, made);
      record.set("NewImage", ((ObjectNode) item.deepCopy()).set(key, made));
    } else {
      record.putObject("Keys").set(key, own);
      record.set("OldImage", item);
      if (kind < 7) {
        record.set("NewImage", ((ObjectNode) other.deepCopy()).set(key, own));
      }
    }
    return (JACKSON.writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void manifest(Path export, String name, String text) throws IOException {
    Files.writeString(export.resolve(name + ".json"), text);
    Files.writeString(export.resolve(name + ".md5"), md5(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
