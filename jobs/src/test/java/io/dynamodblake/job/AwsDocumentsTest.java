package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.aws.CatalogChange;
import io.dynamodblake.aws.ExportState;
import io.dynamodblake.aws.ImportState;
import io.dynamodblake.testing.Documents;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What DynamoDB and Glue say, as documents. */
class AwsDocumentsTest {
  private static final String TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-1";
  private static final Instant START = Instant.parse("2026-11-18T03:20:00Z");
  private static final Instant END = Instant.parse("2026-11-18T03:40:00Z");

  private static ExportState export(String status, boolean incremental, Optional<String> failure) {
    return new ExportState(
        TABLE + "/export/01731900000000-0a1b2c3d",
        status,
        TABLE,
        Optional.of("id-1"),
        "b-1",
        "p",
        "ION",
        incremental ? Optional.empty() : Optional.of(START),
        incremental ? Optional.of(START) : Optional.empty(),
        incremental ? Optional.of(END) : Optional.empty(),
        false,
        Optional.of(2L),
        Optional.of(100L),
        Optional.of(START),
        Optional.of(END),
        failure.map(message -> "S3NoSuchBucket"),
        failure);
  }

  @Test
  void anExportIsADocumentOfOursInTheFormatThatDynamoDbWrote() {
    JsonNode document =
        Documents.read(AwsDocuments.export(export("COMPLETED", false, Optional.empty())));

    assertThat(document.path("format").asText()).isEqualTo("dynamodb-lake/export");
    assertThat(document.path("dataFormat").asText()).isEqualTo("ION");
    assertThat(document.path("finishedAt").asText()).isEqualTo("2026-11-18T03:40:00Z");
    assertThat(document.has("error")).isFalse();
    assertThat(document.path("manifest").asText()).endsWith("/manifest-summary.json");
  }

  @Test
  void anExportThatFailedSaysWhy() {
    JsonNode document =
        Documents.read(AwsDocuments.export(export("FAILED", true, Optional.of("no such bucket"))));

    assertThat(document.path("status").asText()).isEqualTo("FAILED");
    assertThat(document.path("error").asText()).isEqualTo("no such bucket");
    assertThat(document.path("failureCode").asText()).isEqualTo("S3NoSuchBucket");
    assertThat(document.path("exportToTime").asText()).isEqualTo("2026-11-18T03:40:00Z");
    assertThat(document.has("manifest")).isFalse();
  }

  @Test
  void anImportThatFailedSaysWhyAndWhatWasLogged() {
    ImportState state =
        new ImportState(
            TABLE + "/import/01732000000000-c4d4e311",
            "FAILED",
            TABLE,
            "b-1",
            "p/",
            "DYNAMODB_JSON",
            3,
            2,
            1,
            Optional.of(START),
            Optional.of(END),
            Optional.of("ItemValidationError"),
            Optional.of("too many errors"),
            Optional.of("arn:aws:logs:eu-west-1:111122223333:log-group:/aws-dynamodb/imports:*"));

    JsonNode document = Documents.read(AwsDocuments.imported(state, List.of("line 1")));

    assertThat(document.path("error").asText()).isEqualTo("too many errors");
    assertThat(document.path("errors").asLong()).isOne();
    assertThat(document.path("startedAt").asText()).isEqualTo("2026-11-18T03:20:00Z");
    assertThat(document.path("errorLog").toString()).isEqualTo("[\"line 1\"]");
  }

  @Test
  void aRegistrationSaysWhatIsDifferent() {
    CatalogChange change =
        new CatalogChange("shop", "orders", false, false, List.of("column a added"), 1, 2, 3);

    JsonNode document =
        Documents.read(
            Registration.json(List.of(new Registration.Result(change, Optional.empty())), true));

    assertThat(document.path("dryRun").asBoolean()).isTrue();
    assertThat(document.path("changed").asBoolean()).isTrue();
    assertThat(document.path("differences").toString()).isEqualTo("[\"column a added\"]");
  }
}
