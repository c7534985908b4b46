package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered at once, because it does without Spark. */
class StartupTest {
  private static final Map<String, Integer> QUICK_ANSWERS =
      Map.of(
          "--help", 0,
          "--version", 0,
          "flatten --help", 0,
          "flaten", 2,
          "flatten export --too=lake", 2,
          "flatten export --to=lake", 2,
          "restore lake --to=import --format=xml", 2,
          "scan Orders! --to=scans", 2);

  @TempDir Path temp;

  @Test
  void helpVersionsAndWrongUsageLoadNothingOfSpark() throws Exception {
    List<String> command = new ArrayList<>(List.of("-Xmx256m", "-Xlog:class+load"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(AnswersMain.class.getName());
    command.addAll(QUICK_ANSWERS.keySet());

    try (ChildProcess run = ChildProcess.java(temp, Map.of(), command)) {
      assertThat(run.exitCode(Duration.ofSeconds(60))).as(run.errors()).isZero();
      List<String> said = run.output().lines().toList();
      QUICK_ANSWERS.forEach((line, code) -> assertThat(said).contains(answered(line, code)));
      assertThat(said).filteredOn(line -> line.contains(" org.apache.spark.")).isEmpty();
    }
  }

  private static String answered(String line, int code) {
    return "'%s' ends with %d".formatted(line, code);
  }

  /** Runs command lines, one an argument, and says how each has ended. */
  static final class AnswersMain {
    private AnswersMain() {}

    public static void main(String[] arguments) {
      for (String line : arguments) {
        int code = new CapturedTerminal().run(line.split(" "));
        System.out.println(answered(line, code));
      }
    }
  }
}
