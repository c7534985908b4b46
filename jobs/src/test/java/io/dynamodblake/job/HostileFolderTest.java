package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders whose names mean something to shells, URIs, patterns, statements and tables of Hive. */
class HostileFolderTest {
  private static final List<String> NAMES =
      List.of(
          "it's a \"größe\" ✓",
          "a%2Fb%",
          "new\nline\ttab",
          "#b?c=d&e",
          "*[1]{2}:x..y\\z",
          "-snapshot=1");

  @TempDir Path temp;
  private final CapturedTerminal terminal = new CapturedTerminal();

  @Test
  void areLikeAnyOther() {
    String folder = temp + "/" + String.join("/", NAMES);
    Path export =
        ExportFixture.in(Path.of(folder)).file("{\"Item\":{\"pk\":{\"S\":\"a\"}}}").write();
    goThereAndBack(export, folder, SparkTest.newSession());
  }

  @Test
  void areLikeAnyOtherInABucket() {
    S3MockServer server = S3MockServer.shared();
    Path export = ExportFixture.in(temp).file("{\"Item\":{\"pk\":{\"S\":\"a\"}}}").write();
    server.settings().forEach(SparkTest.session().conf()::set);
    try {
      goThereAndBack(export, server.path("hostile/" + String.join("/", NAMES)), server.session());
    } finally {
      server.settings().keySet().forEach(SparkTest.session().conf()::unset);
    }
  }

  private void goThereAndBack(Path export, String folder, SparkSession session) {
    String lake = folder + "/lake";
    run("flatten", export.toString(), "--to", lake, "--table=t", "--key=pk:S");
    assertThat(terminal.out().lines().filter(line -> line.startsWith("  Read  ")))
        .as("what is printed can be pasted: one line, quoted")
        .singleElement()
        .asString()
        .contains("\\\"größe\\\"", "new\\u000aline\\u0009tab", "y\\\\z");

    assertThat(session.read().format("dynamodb-lake").load(lake).select("pk").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[a]");
    run("ddl", lake);
    String back = folder + "/back";
    run("restore", lake, "--to", back, "--table=Copy", "--import-bucket=acme-import");
    run("compare", lake, export.toString());
    run("compare", back, lake);
  }

  private void run(String... words) {
    assertThat(terminal.run(words)).as(terminal.out() + terminal.err()).isZero();
  }
}
