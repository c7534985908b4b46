package io.dynamodblake.bench;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Planning an export of a million data files and 100 TB, of which only the manifests exist, in a
 * fresh process with a heap of 1 GiB.
 */
final class PlanningRow implements Row {
  private static final double MOST_SECONDS = 10;
  private static final String HEAP = "-Xmx1g";
  private static final long ITEMS_PER_FILE = 1_000_000;
  private static final String EXPORT_ID = "01731900000000-11a77e57";
  private static final String PREFIX = "planning/AWSDynamoDB/" + EXPORT_ID + "/";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    int files = workshop.arguments().manifestFiles();
    Path export = manifests(workshop.arguments().directory().resolve("manifest-" + files), files);
    List<Double> seconds = new ArrayList<>();
    PlanningProbe.Plan last = null;
    for (int i = 0; i < workshop.arguments().pairs(); i++) {
      last = plan(export);
      System.err.println("planning: " + last);
      seconds.add(last.seconds());
      require(last.files() == files, "planned " + last.files() + " files of " + files);
      require(last.lists() == 0, last.lists() + " listings");
      require(last.heads() <= PlanningProbe.MOST_SAMPLES, last.heads() + " HEADs");
    }
    seconds.sort(null);
    double median = Contest.median(seconds);
    return Result.of(
        Line.of(
            String.format(
                Locale.ROOT,
                "planning %,d data files, %.0f TB; a fresh JVM with a heap of 1 GiB",
                files,
                files / 1e4),
            String.format(
                Locale.ROOT,
                "%.1f s (%.1f–%.1f); peak RSS %.0f MiB; %,d tasks; no LIST, %d HEADs",
                median,
                seconds.get(0),
                seconds.get(seconds.size() - 1),
                last.peakMebibytes(),
                last.tasks(),
                last.heads()),
            "≤ 10 s, heap 1 GiB",
            median <= MOST_SECONDS));
  }

  private static void require(boolean condition, String found) {
    if (!condition) {
      throw new IllegalStateException("Planning took " + found);
    }
  }

  private static PlanningProbe.Plan plan(Path export) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add(HEAP);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), PlanningProbe.class.getName()));
    command.add(export.toString());
    File log = File.createTempFile("planning", ".log", export.getParent().toFile());
    Process process =
        new ProcessBuilder(command).redirectError(log).redirectInput(new File("/dev/null")).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("The process that plans has failed, see " + log);
    }
    Files.delete(log.toPath());
    return PlanningProbe.Plan.parse(output.strip());
  }

  // ---- manifests

  private static Path manifests(Path directory, int files)
      throws IOException, NoSuchAlgorithmException {
    Path export = directory.resolve("AWSDynamoDB").resolve(EXPORT_ID);
    if (Files.exists(export.resolve("manifest-summary.md5"))) {
      return export;
    }
    Files.createDirectories(export);
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    try (OutputStream stored =
        new DigestOutputStream(
            new BufferedOutputStream(Files.newOutputStream(export.resolve("manifest-files.json"))),
            md5)) {
      for (int i = 0; i < files; i++) {
        // scattered names and checksums, as real ones are
        long scattered = i * 0x9E3779B97F4A7C15L;
        byte[] checksum = new byte[16];
        for (int j = 0; j < checksum.length; j++) {
          checksum[j] = (byte) (scattered >> (j & 7) * 8);
        }
        String name = "%013d%013d".formatted(i, scattered >>> 24);
        stored.write(
            "{\"itemCount\":%d,\"md5Checksum\":\"%s\",\"etag\":\"%016x%016x-1\",\"dataFileS3Key\":\"%sdata/%s.json.gz\"}\n"
                .formatted(
                    ITEMS_PER_FILE,
                    Base64.getEncoder().encodeToString(checksum),
                    scattered,
                    scattered,
                    PREFIX,
                    name)
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.writeString(export.resolve("manifest-files.md5"), base64(md5));
    byte[] summary = summary(files * ITEMS_PER_FILE).getBytes(StandardCharsets.UTF_8);
    md5.update(summary);
    Files.write(export.resolve("manifest-summary.json"), summary);
    Files.writeString(export.resolve("manifest-summary.md5"), base64(md5));
    return export;
  }

  private static String base64(MessageDigest md5) {
    return Base64.getEncoder().encodeToString(md5.digest());
  }

  private static String summary(long items) {
    String table = "arn:aws:dynamodb:eu-west-1:111122223333:table/planning";
    return """
        {"version":"2020-06-30","exportArn":"%s/export/%s","startTime":"2024-11-18T03:20:00.000Z",\
        "endTime":"2024-11-18T03:31:12.345Z","tableArn":"%s",\
        "tableId":"0f1e2d3c-1111-2222-3333-444455556666","exportTime":"2024-11-18T03:20:00.000Z",\
        "s3Bucket":"acme-exports","s3Prefix":"planning","s3SseAlgorithm":"AES256",\
        "s3SseKmsKeyId":null,"manifestFilesS3Key":"%smanifest-files.json","billedSizeBytes":0,\
        "itemCount":%d,"outputFormat":"DYNAMODB_JSON","exportType":"FULL_EXPORT"}
        """
        .formatted(table, EXPORT_ID, table, PREFIX, items);
  }
}
