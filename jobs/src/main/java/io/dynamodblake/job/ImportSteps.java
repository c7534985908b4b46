package io.dynamodblake.job;

import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.spark.write.ImportTableRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is left to be done once a restore has written its files: lines to be copied to a shell. */
final class ImportSteps {
  private static final Pattern S3 = Pattern.compile("s3[an]?://(.*)");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");
  private static final String REQUEST_HERE = "import-table.json";

  private ImportSteps() {}

  /**
   * Returns the commands that import what was written, or a sentence where no command can work yet.
   *
   * @param request path of the request
   */
  static List<String> of(RestoreReport report, String request) {
    String data = FlattenCommand.plain(report.data());
    if (report.importFrom().isEmpty()) {
      return List.of(
          "The request names no bucket yet. Copy %s to S3 and write the bucket's name into S3Bucket of %s,"
              .formatted(data, FlattenCommand.plain(request)),
          "in the place of %s; S3KeyPrefix says where the files are looked for in it."
              .formatted(ImportTableRequest.NO_BUCKET));
    }
    String from = report.importFrom().get();
    Optional<String> stored = s3(data);
    boolean local = data.startsWith("/");
    if (!local && stored.isEmpty()) {
      return List.of(
          "Copy %s to %s, and the request to a disk; then have DynamoDB import by it."
              .formatted(data, from));
    }
    List<String> steps = new ArrayList<>();
    if (!stored.map(place -> place + "/").equals(Optional.of(from))) {
      steps.add("aws s3 sync %s %s".formatted(quoted(stored.orElse(data)), quoted(from)));
    }
    Optional<String> remote = s3(request);
    remote.ifPresent(place -> steps.add("aws s3 cp %s %s".formatted(quoted(place), REQUEST_HERE)));
    steps.add(
        "aws dynamodb import-table --cli-input-json %s"
            .formatted(
                quoted(
                    "file://"
                        + (remote.isPresent() ? REQUEST_HERE : FlattenCommand.plain(request)))));
    return steps;
  }

  /** The place as the AWS command line writes it. */
  private static Optional<String> s3(String path) {
    Matcher matcher = S3.matcher(path);
    return matcher.matches() ? Optional.of("s3://" + matcher.group(1)) : Optional.empty();
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
