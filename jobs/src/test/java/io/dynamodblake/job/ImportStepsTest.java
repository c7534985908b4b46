package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.restore.RestoreReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ImportStepsTest {
  private static List<String> steps(String root, Optional<String> importFrom) {
    String request = root + "/import-table.json";
    RestoreReport report =
        new RestoreReport(
            "20261118T032000Z-1a2b3c4d",
            RestoreReport.Status.DONE,
            "file:/lake",
            "snapshot 1",
            List.of(),
            Optional.empty(),
            Wholeness.WHOLE,
            OptionalLong.empty(),
            1,
            List.of("pk:S"),
            List.of(),
            List.of(),
            0,
            Optional.empty(),
            "f",
            root + "/data",
            "dynamodb-json",
            "gzip",
            1,
            1,
            1,
            "Orders",
            List.of(),
            importFrom,
            Optional.of(request),
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty());
    return ImportSteps.of(report, request);
  }

  @Test
  void aRequestOnS3IsFetchedFirst() {
    assertThat(steps("s3a://acme/orders", Optional.of("s3://acme/orders/data/")))
        .containsExactly(
            "aws s3 cp s3://acme/orders/import-table.json import-table.json",
            "aws dynamodb import-table --cli-input-json file://import-table.json");
  }

  @Test
  void filesThatLieElsewhereThanTheRequestSaysAreCopiedFirst() {
    assertThat(steps("file:/tmp/my orders", Optional.of("s3://acme/orders/data/")))
        .containsExactly(
            "aws s3 sync '/tmp/my orders/data' s3://acme/orders/data/",
            "aws dynamodb import-table --cli-input-json 'file:///tmp/my orders/import-table.json'");
    assertThat(steps("s3a://other/orders", Optional.of("s3://acme/orders/data/")))
        .containsExactly(
            "aws s3 sync s3://other/orders/data s3://acme/orders/data/",
            "aws s3 cp s3://other/orders/import-table.json import-table.json",
            "aws dynamodb import-table --cli-input-json file://import-table.json");
  }

  @Test
  void whereTheAwsCommandLineCannotReadThereIsASentence() {
    assertThat(steps("hdfs://name/orders", Optional.of("s3://acme/orders/data/")))
        .containsExactly(
            "Copy hdfs://name/orders/data to s3://acme/orders/data/, and the request to a disk; then"
                + " have DynamoDB import by it.");
    assertThat(steps("file:/tmp/orders", Optional.empty()))
        .hasSize(2)
        .noneMatch(line -> line.contains("aws "));
  }
}
