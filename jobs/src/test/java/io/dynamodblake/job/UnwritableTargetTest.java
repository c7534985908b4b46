package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.ReadOnlyFileSystem;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Places that cannot be written, and texts that are no places. */
class UnwritableTargetTest {
  private static final String CHECK = "; check that the folder can be written\n";
  private static final String NO_PATH =
      " as a path; give one such as s3://bucket/prefix, with a name that a bucket can have, or a"
          + " local folder";
  private static final String NO_BUCKET =
      "error: Cannot find bucket no-such-bucket-here: the storage service has none of that name";
  private static final String FLATTEN = "flatten EXPORT --table=t --key=pk:S --to ";
  private static final String RESTORE = "restore LAKE --to ";
  private static final String ITEM = "{\"Item\":{\"pk\":{\"S\":\"a\"}}}";
  private static final Map<String, String> SETTINGS = new TreeMap<>();

  @TempDir static Path temp;

  @BeforeAll
  static void write() throws Exception {
    SETTINGS.putAll(S3MockServer.shared().settings());
    SETTINGS.put("fs.ro.impl", ReadOnlyFileSystem.class.getName());
    SETTINGS.forEach(SparkTest.session().conf()::set);
    ExportFixture.in(temp).prefix("").exportId("e").file(ITEM).write();
    Files.writeString(temp.resolve("file"), "x");
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(run(terminal, FLATTEN + "LAKE")).as(terminal.err()).isZero();
  }

  @AfterAll
  static void forget() {
    SETTINGS.keySet().forEach(SparkTest.session().conf()::unset);
  }

  private static int run(CapturedTerminal terminal, String command) {
    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
    words.replaceAll(
        word ->
            word.replace("EXPORT", temp + "/AWSDynamoDB/e")
                .replace("LAKE", temp + "/lake")
                .replace("TEMP", temp.toString())
                .replace("\\n", "\n"));
    return terminal.run(words.toArray(String[]::new));
  }

  private static DynamicTest row(String command, int code, String... parts) {
    return DynamicTest.dynamicTest(
        command,
        () -> {
          CapturedTerminal terminal = new CapturedTerminal();
          assertThat(run(terminal, command)).as(terminal.err()).isEqualTo(code);
          assertThat(terminal.err())
              .contains(parts)
              .doesNotContain("should not happen")
              .doesNotContain("\tat ");
          assertThat(terminal.err().lines().filter(line -> line.startsWith("error: "))).hasSize(1);
        });
  }

  @TestFactory
  Stream<DynamicTest> whatCannotBeWrittenIsSaidWithItsPlace() {
    return Stream.of(
        row(FLATTEN + "TEMP/file/lake", 1, "error: Cannot write lake table: ", "/file/lake", CHECK),
        row(RESTORE + "TEMP/file/back", 1, "error: Cannot restore: ", "/file/back", CHECK),
        row(
            FLATTEN + "ro:TEMP/ro",
            1,
            "error: Cannot write lake table: Permission denied: user=etl",
            "at ro:/",
            CHECK),
        row(
            RESTORE + "ro:TEMP/ro",
            1,
            "error: Cannot restore: Permission denied",
            "at ro:/",
            CHECK),
        row(FLATTEN + "TEMP/file", 2, "the folder is not empty"),
        row(RESTORE + "TEMP/file", 2, "the folder is not empty"));
  }

  @TestFactory
  Stream<DynamicTest> aBucketThatDoesNotExistIsNamed() {
    return Stream.of(
            FLATTEN + "s3a://no-such-bucket-here/lake",
            RESTORE + "s3a://no-such-bucket-here/back",
            "inspect s3a://no-such-bucket-here/export",
            "restore s3a://no-such-bucket-here/lake --to TEMP/x",
            "compare LAKE s3a://no-such-bucket-here/lake")
        .map(command -> row(command, 5, NO_BUCKET));
  }

  @TestFactory
  Stream<DynamicTest> whatIsNoPathIsWrongUsage() {
    return Stream.of("s3a://No_Such/lake", "s3a:///lake")
        .flatMap(
            place ->
                Stream.of(
                    row(FLATTEN + place, 2, "Cannot use '" + place + "'" + NO_PATH),
                    row(RESTORE + place, 2, "Cannot use '" + place + "'" + NO_PATH),
                    row("ddl " + place, 2, "Cannot use '" + place + "'" + NO_PATH),
                    row(
                        "compare LAKE " + place,
                        2,
                        "Cannot compare '" + place + "': it is no path"),
                    row("restore " + place + " --to TEMP/x", 2, "'" + place + "'")));
  }

  /** Names for Athena, which go into statements. */
  @TestFactory
  Stream<DynamicTest> aNameThatAthenaDoesNotTakeIsRefusedOnOneLine() {
    return Stream.of(
            "or\"ders", "größe", "a/b", "..", "a%2Fb", "t".repeat(300), "';DROP", "`a`", "UPPER")
        .flatMap(
            name ->
                Stream.of("table", "database")
                    .map(
                        option ->
                            row(
                                (option.equals("table")
                                        ? "flatten EXPORT --to TEMP/named --%s=%s"
                                        : FLATTEN + "TEMP/named --%s=%s")
                                    .formatted(option, name),
                                2,
                                "Cannot use --%s '%s': Athena takes a-z, 0-9 and _, at most 255"
                                    .formatted(option, name))));
  }
}
