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
}
