package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetCommandTest {
  @TempDir static Path directory;
  private static String lake;

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void flatten() throws IOException {
    String export = DemoExport.copyTo(directory.resolve("export")).toString();
    lake = directory.resolve("lake").toString();
    CapturedTerminal terminal = new CapturedTerminal();
    int code = terminal.run("flatten", export, "--to", lake, "--table=shop", "--key=pk:S,sk:S");
    assertThat(code).as(terminal.err()).isZero();
  }

  @Test
  void theSummaryNamesWhatIsNoFeatureAndTheDocumentIsTheManifest() throws IOException {
    Path set = directory.resolve("set");
    String[] wanted = {
      "training-set", lake, "--to", set.toString(), "--label=status", "--where=entity = 'order'"
    };
    assertThat(terminal.run(wanted)).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .startsWith("Made  a training set of shop")
        .contains(
            "Label      status, label and features of one moment",
            "Not used   pk: key of the table",
            "Split      train      583 rows of 91 groups",
            "Note       label and features are of one moment, 2024-11-18T03:20:00Z")
        .doesNotContain("CANCELLED");

    assertThat(terminal.run(wanted)).isEqualTo(2);
    assertThat(terminal.err()).contains("take its place with --replace");

    Path conf = directory.resolve("set.properties");
    Files.writeString(
        conf,
        "dir = %s\nto = %s\nlabel = status\nwhere = entity = 'order'\nreplace = true\njson = true\n"
            .formatted(lake, set));
    assertThat(terminal.run("training-set", "--conf-file", conf.toString()))
        .as(terminal.err())
        .isZero();
    JsonNode manifest = Documents.read(terminal.out());
    assertThat(Files.readString(set.resolve("manifest.json"))).isEqualTo(terminal.out());
    assertThat(manifest.path("rows").path("written").asInt()).isEqualTo(750);
  }

  @Test
  void optionsThatDoNotGoTogetherAreWrongUsage() {
    check("Cannot use --gap: give --split-times, too", "--gap=1d");
    check(
        "Cannot use --split: rows are split by --split-times",
        "--split=80,10,10",
        "--split-times=2026-01-01T00:00:00Z");
    check(
        "Cannot read --split-times: 'yesterday' is not a time; write it as 2026-11-18T03:20:00Z",
        "--split-times=yesterday");
    check(
        "Cannot use --known lake with a snapshot, which is one moment; give --from history",
        "--known=lake");
    check(
        "Cannot use --as-of: label and features would be of the same moment; say with --horizon how long after it the label is read",
        "--from=history",
        "--as-of=2026-01-01T00:00:00Z");
    check(
        "Cannot use --horizon alone: it is counted from --as-of; give that, too",
        "--from=history",
        "--horizon=1d");
    check(
        "Cannot use --where with --labels: those rows are the training set; filter them where they are made",
        "--labels=x.csv",
        "--where=a = 1");
    check(
        "Cannot use --carry with --format sagemaker-csv, which has room for the label and features alone; leave it out",
        "--carry=pk",
        "--format=sagemaker-csv");
    check("Cannot read the history: the lake table has none", "--from=history");
  }

  private void check(String message, String... options) {
    String[] all = new String[options.length + 5];
    all[0] = "training-set";
    all[1] = lake;
    all[2] = "--to";
    all[3] = directory.resolve("none").toString();
    all[4] = "--label=status";
    System.arraycopy(options, 0, all, 5, options.length);
    assertThat(terminal.run(all)).as(terminal.err()).isEqualTo(2);
    assertThat(terminal.err()).contains(message);
  }
}
