package io.dynamodblake.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJobTest {
  @TempDir Path folder;

  @Test
  void filesOfAllTasksAreThereAndAnswersComeInTheOrderOfThePartitions() throws IOException {
    List<String> answers = run(FileJobTest::writeAll);

    assertThat(answers).containsExactly("ab", "cd", "ef");
    assertThat(texts()).containsExactly("ab", "cd", "ef");
  }

  @Test
  void aTaskWritesAsManyFilesAsItLikes() throws IOException {
    run(
        (input, files) -> {
          while (input.hasNext()) {
            write(files, input.next());
          }
          return "";
        });

    assertThat(texts()).containsExactly("a", "b", "c", "d", "e", "f");
  }

  @Test
  void namesEndAsTheTaskSaysAndNothingElseIsInTheFolder() throws IOException {
    run(FileJobTest::writeAll);

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .hasSize(3)
          .allMatch(name -> name.startsWith("part-0000") && name.endsWith(".txt"));
    }
  }

  @Test
  void aTaskThatFailsLeavesNothingOfTheJob() throws IOException {
    assertThatThrownBy(
            () ->
                run(
                    (input, files) -> {
                      String text = writeAll(input, files);
                      if (text.equals("cd")) {
                        throw new IOException("disk is full");
                      }
                      return text;
                    }))
        .hasStackTraceContaining("disk is full");

    assertThat(texts()).isEmpty();
  }

  @Test
  void whoHearsOfEachTaskOnceMayRefuseWhatAllHaveWritten() throws IOException {
    List<String> heard = new ArrayList<>();
    FileJob.Answers<String> answers =
        new FileJob.Answers<>() {
          @Override
          public void add(String answer) {
            heard.add(answer);
          }

          @Override
          public void beforeCommit() throws IOException {
            if (heard.size() == 3) {
              throw new IOException("not so");
            }
          }
        };
    SparkSession session = WriteSessions.forTarget(SparkTest.session(), folder.toString());

    assertThatThrownBy(
            () ->
                FileJob.run(
                    session,
                    input(session),
                    List.of(folder.toString()),
                    String.class,
                    FileJobTest::writeAll,
                    answers))
        .hasMessage("not so");
    assertThat(heard).containsExactlyInAnyOrder("ab", "cd", "ef");
    assertThat(texts()).isEmpty();

    heard.add("one more, so that it does not refuse");
    FileJob.run(
        session,
        input(session),
        List.of(folder.toString()),
        String.class,
        FileJobTest::writeAll,
        answers);
    assertThat(texts()).containsExactly("ab", "cd", "ef");
  }

  private static JavaRDD<String> input(SparkSession session) {
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(List.of("a", "b", "c", "d", "e", "f"), 3);
  }

  private List<String> run(FileJob.TaskBody<String, String> body) throws IOException {
    SparkSession session = WriteSessions.forTarget(SparkTest.session(), folder.toString());
    return FileJob.run(session, input(session), folder.toString(), String.class, body);
  }

  private static String writeAll(Iterator<String> input, FileJob.TaskFiles files)
      throws IOException {
    StringBuilder text = new StringBuilder();
    input.forEachRemaining(text::append);
    write(files, text.toString());
    return text.toString();
  }

  private static void write(FileJob.TaskFiles files, String text) throws IOException {
    org.apache.hadoop.fs.Path path = files.newFile(".txt");
    try (OutputStream out = path.getFileSystem(files.configuration()).create(path, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What the files hold, in the order of their names. */
  private List<String> texts() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(
              file -> {
                try {
                  return Files.readString(file);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              })
          .toList();
    }
  }
}
