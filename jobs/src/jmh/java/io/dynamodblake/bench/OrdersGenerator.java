package io.dynamodblake.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an export as DynamoDB would: gz files, 16 unless said otherwise, with both manifests and
 * all checksums. The same bytes for the same shape and number of items. Memory does not grow with
 * the number of items.
 */
final class OrdersGenerator {
  private static final int FILES = 16;
  private static final int THREADS = 2;
  private static final String ITEM_END = "}}\n";
  private static final long SEED = 20_261_118L;
  private static final String EXPORT_ID = "01731900000000-be9c4a17";

  private final Shape shape;
  private final long items;
  private final double[] weights;
  private boolean surprising;
  private boolean byNumber;

  /** Files of equal size. */
  OrdersGenerator(Shape shape, long items) {
    this(shape, items, new double[FILES]);
    Arrays.fill(weights, 1);
  }

  /**
   * Files of sizes in proportion to some weights.
   *
   * @param weights one a file, positive
   */
  OrdersGenerator(Shape shape, long items, double[] weights) {
    this.shape = shape;
    this.items = items;
    this.weights = weights;
  }

  /** The last item of all has an attribute that no other has. */
  OrdersGenerator withSurprise() {
    surprising = true;
    return this;
  }

  /** Items depend on their number alone, so that they are the same in however many files. */
  OrdersGenerator withItemsByNumber() {
    byNumber = true;
    return this;
  }

  /** One data file that has been written. */
  private record WrittenFile(String key, long itemCount, String md5, long jsonBytes) {}

  /**
   * Writes the export under a directory, unless it is there already.
   *
   * @return where it is and what is in it
   */
  GeneratedExport writeTo(Path directory) throws IOException, InterruptedException {
    Path export = directory.resolve("AWSDynamoDB").resolve(EXPORT_ID);
    Path size = directory.resolve("json-bytes");
    if (Files.exists(size)) {
      return new GeneratedExport(export, Long.parseLong(Files.readString(size)));
    }
    Files.createDirectories(export.resolve("data"));
    List<WrittenFile> files = dataFiles(export);
    StringBuilder manifest = new StringBuilder();
    long jsonBytes = 0;
    for (WrittenFile file : files) {
      jsonBytes += file.jsonBytes();
      manifest.append(
          "{\"itemCount\":%d,\"md5Checksum\":\"%s\",\"etag\":\"%032x-1\",\"dataFileS3Key\":\"%s\"}\n"
              .formatted(file.itemCount(), file.md5(), file.key().hashCode(), file.key()));
    }
    writeManifest(export, "manifest-files", manifest.toString());
    writeManifest(export, "manifest-summary", summary());
    System.err.printf(
        "Generated %,d %s items: %,d bytes of JSON, %.0f an item%n",
        items, shape.lowerCaseName(), jsonBytes, (double) jsonBytes / items);
    Files.writeString(size, Long.toString(jsonBytes)); // last: who finds it has a whole export
    return new GeneratedExport(export, jsonBytes);
  }

  private List<WrittenFile> dataFiles(Path export) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<WrittenFile>> running = new ArrayList<>();
      for (int i = 0; i < weights.length; i++) {
        int file = i;
        running.add(threads.submit(() -> dataFile(export, file)));
      }
      List<WrittenFile> files = new ArrayList<>();
      for (Future<WrittenFile> file : running) {
        files.add(file.get());
      }
      return files;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot write the export " + export, e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private WrittenFile dataFile(Path export, int file) throws IOException {
    String name = "data/benchmark%017d.json.gz".formatted(file);
    long first = firstItem(file);
    long last = firstItem(file + 1);
    SplittableRandom random = new SplittableRandom(SEED + file);
    MessageDigest md5 = md5();
    StringBuilder line = new StringBuilder();
    long jsonBytes = 0;
    try (OutputStream stored =
            new BufferedOutputStream(Files.newOutputStream(export.resolve(name)));
        OutputStream gzip = new GZIPOutputStream(new DigestOutputStream(stored, md5), 1 << 16)) {
      for (long number = first; number < last; number++) {
        line.setLength(0);
        if (byNumber) {
          random = new SplittableRandom(SEED + number);
        }
        shape.appendLine(line, number, random);
        if (surprising && number == items - 1) {
          line.setLength(line.length() - ITEM_END.length());
          line.append(",\"surprise\":{\"S\":\"late\"}").append(ITEM_END);
        }
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        jsonBytes += bytes.length;
        gzip.write(bytes);
      }
    }
    String key = "benchmark/AWSDynamoDB/" + EXPORT_ID + "/" + name;
    return new WrittenFile(key, last - first, base64(md5), jsonBytes);
  }

  private long firstItem(int file) {
    double before = Arrays.stream(weights, 0, file).sum();
    return Math.round(items * (before / Arrays.stream(weights).sum()));
  }

  private String summary() {
    String table = "arn:aws:dynamodb:eu-west-1:111122223333:table/" + shape.lowerCaseName();
    return """
        {"version":"2020-06-30","exportArn":"%s/export/%s","startTime":"2024-11-18T03:20:00.000Z",\
        "endTime":"2024-11-18T03:31:12.345Z","tableArn":"%s",\
        "tableId":"0f1e2d3c-1111-2222-3333-444455556666","exportTime":"2024-11-18T03:20:00.000Z",\
        "s3Bucket":"acme-exports","s3Prefix":"benchmark","s3SseAlgorithm":"AES256",\
        "s3SseKmsKeyId":null,\
        "manifestFilesS3Key":"benchmark/AWSDynamoDB/%s/manifest-files.json","billedSizeBytes":0,\
        "itemCount":%d,"outputFormat":"DYNAMODB_JSON","exportType":"FULL_EXPORT"}
        """
        .formatted(table, EXPORT_ID, table, EXPORT_ID, items);
  }

  private static void writeManifest(Path export, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    MessageDigest md5 = md5();
    md5.update(bytes);
    Files.write(export.resolve(name + ".json"), bytes);
    Files.writeString(export.resolve(name + ".md5"), base64(md5));
  }

  private static String base64(MessageDigest md5) {
    return Base64.getEncoder().encodeToString(md5.digest());
  }

  static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
