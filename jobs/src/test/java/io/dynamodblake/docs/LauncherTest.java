package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bin/dynamodb-lake} says before there is a Java process. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../bin/dynamodb-lake").toAbsolutePath();

  @TempDir Path temp;

  private record Ended(int exitCode, String errors) {}

  /** Runs it with a Java that would only say that it was called. */
  private Ended run(String memory) throws IOException, InterruptedException {
    Path java = Files.createDirectories(temp.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'java was called' >&2\nexit 77\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder = new ProcessBuilder(List.of("sh", LAUNCHER.toString(), "--version"));
    builder.environment().put("DYNAMODB_LAKE_MEMORY", memory);
    builder.environment().put("JAVA_HOME", temp.toString());
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String errors =
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(process.waitFor(), errors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"511m", "100M", "524287k", "536870911", "1", "449m"})
  void lessMemoryThanSparkNeedsIsWrongUsage(String memory) throws Exception {
    Ended ended = run(memory);

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errors())
        .isEqualTo(
            "dynamodb-lake: DYNAMODB_LAKE_MEMORY has to be at least 512m, which Spark needs to start, and is "
                + memory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m", "4x", "1g5", "012m", "-1g", "99999999999999999999g"})
  void whatIsNoSizeIsWrongUsage(String memory) throws Exception {
    Ended ended = run(memory);

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errors()).contains("is a size such as 1500m or 4g, not '" + memory + "'");
  }

  @Test
  void enoughMemoryGoesOnToJava() throws Exception {
    for (String memory : List.of("512m", "524288K", "536870912", "1G")) {
      assertThat(run(memory).errors()).as(memory).doesNotContain("DYNAMODB_LAKE_MEMORY");
    }
  }

  /**
   * Runs a copy that has all that it would build, with a Java that notes what it is called with.
   */
  private List<String> calls(String javaToolOptions) throws IOException, InterruptedException {
    Path root = Files.createDirectories(temp.resolve("project"));
    Path home = Files.createDirectories(temp.resolve("jdk"));
    Path noted = temp.resolve("calls");
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("jobs/src/main"));
    Files.createDirectories(root.resolve("jobs/target"));
    Files.createDirectories(home.resolve("bin"));
    Path launcher = Files.copy(LAUNCHER, root.resolve("bin/dynamodb-lake"));
    Files.writeString(root.resolve("pom.xml"), "<project>\n  <version>1</version>\n</project>\n");
    Files.writeString(root.resolve("jobs/pom.xml"), "");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    Path java = home.resolve("bin/java");
    Files.writeString(java, "#!/bin/sh\necho \"$*\" >>'%s'\n".formatted(noted));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Path defaults = Files.writeString(root.resolve("spark-defaults.conf"), "");
    Path jar = Files.writeString(root.resolve("jobs/target/dynamodb-lake-1.jar"), "");
    Files.writeString(root.resolve("jobs/target/laptop.classpath"), jar.toString());

    ProcessBuilder builder = new ProcessBuilder(List.of("sh", launcher.toString(), "--version"));
    builder.environment().put("JAVA_HOME", home.toString());
    builder.environment().put("JAVA_TOOL_OPTIONS", javaToolOptions);
    builder.environment().put("DYNAMODB_LAKE_CONF", defaults.toString());
    builder.environment().remove("JDK_JAVA_OPTIONS");
    Process process =
        builder
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    return Files.readAllLines(noted);
  }

  @Test
  void theArchiveIsMadeOnceAndCommandsRunWithTheParallelCollector() throws Exception {
    List<String> calls = calls("");

    assertThat(calls).hasSize(2);
    assertThat(calls.get(0)).contains("ArchiveClassesAtExit", "-XX:+UseSerialGC", " demo ");
    assertThat(calls.get(1)).contains("-XX:+UseParallelGC", "--version");
  }

  @Test
  void aCollectorThatTheUserHasChosenIsTheOnlyOne() throws Exception {
    assertThat(calls("-Dx=y -XX:+UseG1GC"))
        .hasSize(2)
        .noneMatch(call -> call.contains("-XX:+UseSerialGC"))
        .noneMatch(call -> call.contains("-XX:+UseParallelGC"));
  }
}
