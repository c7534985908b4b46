package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobFilesTest {
  private static final Path FOLDER = Path.of("../conf/jobs");

  static Stream<Arguments> commands() {
    return Stream.of(
        Arguments.of("inspect", CommandKeys.INSPECT),
        Arguments.of("flatten", CommandKeys.FLATTEN),
        Arguments.of("apply", CommandKeys.APPLY),
        Arguments.of("ddl", CommandKeys.DDL),
        Arguments.of("restore", CommandKeys.RESTORE),
        Arguments.of("compare", CommandKeys.COMPARE),
        Arguments.of("doctor", CommandKeys.DOCTOR),
        Arguments.of("estimate", CommandKeys.ESTIMATE),
        Arguments.of("export", CommandKeys.EXPORT),
        Arguments.of("exports", CommandKeys.EXPORTS),
        Arguments.of("import", CommandKeys.IMPORT),
        Arguments.of("imports", CommandKeys.IMPORTS),
        Arguments.of("load", CommandKeys.LOAD),
        Arguments.of("register", CommandKeys.REGISTER),
        Arguments.of("scan", CommandKeys.SCAN),
        Arguments.of("stream", CommandKeys.STREAM),
        Arguments.of("maintain", CommandKeys.MAINTAIN),
        Arguments.of("status", CommandKeys.STATUS),
        Arguments.of("schema", CommandKeys.SCHEMA),
        Arguments.of("training-set", CommandKeys.TRAINING_SET),
        Arguments.of("demo", CommandKeys.DEMO));
  }

  private static List<Option<?>> withCommon(List<Option<?>> options) {
    return Stream.concat(options.stream(), CommandKeys.COMMON.stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void fileCanBeUsedAsItIs(String command, List<Option<?>> options) throws IOException {
    load(Files.readString(FOLDER.resolve(command + ".properties")), options);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void fileShowsEveryOptionWithItsDefault(String command, List<Option<?>> options)
      throws IOException {
    String everything =
        Files.readString(FOLDER.resolve(command + ".properties")).replaceAll("(?m)^#(?=[a-z])", "");
    Map<String, String> texts = load(everything, options);
    for (Option<?> option : withCommon(options)) {
      if (option != RunKeys.CONF_FILE) {
        assertThat(texts).as(command).containsKey(option.key());
        option
            .defaultText()
            .ifPresent(
                text -> assertThat(texts.get(option.key())).as(option.key()).isEqualTo(text));
      }
    }
  }

  private static Map<String, String> load(String text, List<Option<?>> options) throws IOException {
    List<Option<?>> known = withCommon(options);
    Map<String, String> texts = ConfFile.read(new StringReader(text), "file", known);
    Settings settings = new Settings(Map.of(), texts, "file");
    known.forEach(option -> assertThat(settings.find(option)).isNotNull());
    return texts;
  }
}
