package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is answered at once, because it does without Spark. */
class StartupTest {
  @TempDir Path temp;

  static Stream<Arguments> quickAnswers() {
    return Stream.of(
        Arguments.of(0, List.of("--help")),
        Arguments.of(0, List.of("--version")),
        Arguments.of(0, List.of("flatten", "--help")),
        Arguments.of(2, List.of("flaten")),
        Arguments.of(2, List.of("flatten", "export", "--too=lake")),
        Arguments.of(2, List.of("flatten", "export", "--to=lake")),
        Arguments.of(2, List.of("restore", "lake", "--to=import", "--format=xml")),
        Arguments.of(2, List.of("scan", "Orders!", "--to=scans")));
  }

  @ParameterizedTest
  @MethodSource("quickAnswers")
  void helpVersionsAndWrongUsageLoadNothingOfSpark(int exitCode, List<String> arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("-Xmx256m", "-Xlog:class+load"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    try (ChildProcess run = ChildProcess.java(temp, Map.of(), command)) {
      assertThat(run.exitCode(Duration.ofSeconds(60))).as(run.errors()).isEqualTo(exitCode);
      assertThat(run.output().lines().filter(line -> line.contains(" org.apache.spark.")))
          .isEmpty();
    }
  }
}
