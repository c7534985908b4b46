package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark commands say of themselves, in their reports and so in their metrics. */
class RunAccountTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path directory;
  private static Path export;
  private static Path lake;
  private static JsonNode flattened;

  @BeforeAll
  static void flatten() throws IOException {
    SparkTest.session();
    export = DemoExport.copyTo(directory.resolve("export"));
    lake = directory.resolve("lake");
    flattened = run(0, "flatten", export.toString(), "--to=" + lake, "--table=orders");
  }

  /** The report of a run. */
  private static JsonNode run(int code, String... words) throws IOException {
    Path report = Files.createTempFile(directory, "report", ".json");
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--report=" + report;
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(terminal.run(all)).as(terminal.err()).isEqualTo(code);
    return MAPPER.readTree(report.toFile());
  }

  @Test
  void flattenCountsWhatItsOwnReportCounts() throws IOException {
    JsonNode own =
        MAPPER.readTree(Path.of(flattened.path("outputReport").asText().substring(5)).toFile());
    assertThat(flattened.path("table").asText()).isEqualTo("orders");
    assertThat(flattened.path("dataTime")).isEqualTo(own.at("/inputs/0/exportTime"));
    assertThat(flattened.at("/counts/items").asLong()).isEqualTo(1000);
    assertThat(flattened.at("/counts/bytesRead")).isEqualTo(own.at("/inputs/0/storedBytes"));
    assertThat(flattened.at("/counts/bytesWritten")).isEqualTo(own.at("/output/bytes"));
    assertThat(flattened.at("/counts/rejectedRecords").asLong(-1)).isZero();
    assertThat(flattened.at("/counts/rescuedValues").asLong()).isEqualTo(18);
  }

  @Test
  void flattenThatChangesNothingCountsNothing() throws IOException {
    JsonNode report = run(0, "flatten", export.toString(), "--to=" + lake, "--table=orders");
    assertThat(report.path("counts")).isEmpty();
    assertThat(report.path("dataTime")).isEqualTo(flattened.path("dataTime"));
  }

  @Test
  void linesThatAreSetAsideAreRejected() throws IOException {
    Path plain = Files.createDirectories(directory.resolve("plain"));
    Files.writeString(
        plain.resolve("a.json"), "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\nno item\n{\"Item\":{}\n");
    JsonNode report =
        run(
            0,
            "flatten",
            plain.toString(),
            "--to=" + directory.resolve("lake-of-plain"),
            "--table=orders",
            "--on-bad-record=quarantine");
    assertThat(report.at("/counts/items").asLong()).isEqualTo(3);
    assertThat(report.at("/counts/rejectedRecords").asLong()).isEqualTo(2);
    assertThat(report.has("dataTime")).as("nobody knows when the lines were made").isFalse();
  }

  @Test
  void failedFlattenSaysWhereItsReportsAre() throws IOException {
    Path target = directory.resolve("strict");
    JsonNode report =
        run(4, "flatten", export.toString(), "--to=" + target, "--table=orders", "--strict");
    assertThat(report.path("outcome").asText()).isEqualTo("data-refused");
    assertThat(report.path("table").asText()).isEqualTo("orders");
    assertThat(Path.of(report.path("outputReport").asText())).isNotEmptyDirectory();
  }

  @Test
  void inspectCountsWhatItReads() throws IOException {
    JsonNode report = run(0, "inspect", export.toString());
    assertThat(report.path("table").asText()).isEqualTo("orders");
    assertThat(report.at("/counts/items").asLong()).isEqualTo(1000);
    assertThat(report.at("/counts/bytesRead")).isEqualTo(flattened.at("/counts/bytesRead"));
    assertThat(report.path("dataTime")).isEqualTo(flattened.path("dataTime"));
  }

  @Test
  void compareCountsBothSidesAndItsDifferencesAreAFailure() throws IOException {
    JsonNode equal = run(0, "compare", export.toString(), lake.toString());
    assertThat(equal.at("/counts/items").asLong()).isEqualTo(2000);
    assertThat(equal.has("table")).isFalse();
    Path other = Files.createDirectories(directory.resolve("other"));
    Files.writeString(other.resolve("a.json"), "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n");
    JsonNode different = run(6, "compare", export.toString(), other.toString());
    assertThat(different.path("status").asText()).isEqualTo("failed");
    assertThat(different.path("outcome").asText()).isEqualTo("different");
  }

  @Test
  void restoreCountsItemsAndBytes() throws IOException {
    Path target = directory.resolve("import");
    JsonNode report =
        run(
            0,
            "restore",
            lake.toString(),
            "--to=" + target,
            "--table=Orders-2",
            "--import-bucket=acme-import",
            "--key=pk:S,sk:S");
    JsonNode own = MAPPER.readTree(target.resolve("restore-report.json").toFile());
    assertThat(report.path("outputReport").asText()).isEqualTo(target + "/restore-report.json");
    assertThat(report.path("table").asText()).isEqualTo("Orders-2");
    assertThat(report.at("/counts/items").asLong()).isEqualTo(1000);
    assertThat(report.at("/counts/bytesWritten")).isEqualTo(own.at("/output/bytes"));
    assertThat(report.at("/counts/rejectedRecords").asLong(-1)).isZero();
  }
}
