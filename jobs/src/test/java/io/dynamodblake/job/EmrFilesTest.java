package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.conf.FlattenKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/** The job files under {@code conf/emr/} call a command that is there, with options that it has. */
class EmrFilesTest {
  private static final Path FOLDER = Path.of("../conf/emr");

  @Test
  void theStepSubmitsACommand() throws IOException {
    JsonNode step = read("step.json").path(0);
    List<String> arguments = texts(step.path("Args"));
    int jar = arguments.indexOf("s3://acme-code/dynamodb-lake.jar");

    assertThat(step.path("Jar").asText()).isEqualTo("command-runner.jar");
    assertThat(arguments.subList(0, jar))
        .startsWith("spark-submit", "--deploy-mode", "cluster", "--class", Main.class.getName());
    assertSound(arguments.subList(jar + 1, arguments.size()));
  }

  @Test
  void theServerlessJobSubmitsACommand() throws IOException {
    JsonNode submit = read("serverless-job.json").path("jobDriver").path("sparkSubmit");

    assertThat(submit.path("sparkSubmitParameters").asText())
        .startsWith("--class " + Main.class.getName() + " ");
    assertSound(texts(submit.path("entryPointArguments")));
  }

  private static void assertSound(List<String> arguments) {
    ParseResult parsed =
        CommandLines.of(Main.commands(), new CapturedTerminal().terminal())
            .parseArgs(arguments.toArray(String[]::new));

    assertThat(parsed.subcommand().commandSpec().name()).isEqualTo("flatten");
    assertThat(parsed.subcommand().matchedOptionValue("--" + FlattenKeys.TO.key(), ""))
        .startsWith("s3://");
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static JsonNode read(String name) throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve(name).toFile());
  }
}
