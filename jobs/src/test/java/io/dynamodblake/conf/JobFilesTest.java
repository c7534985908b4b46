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
        Arguments.of("inspect", Options.INSPECT),
        Arguments.of("flatten", Options.FLATTEN),
        Arguments.of("ddl", Options.DDL),
        Arguments.of("restore", Options.RESTORE),
        Arguments.of("compare", Options.COMPARE),
        Arguments.of("estimate", Options.ESTIMATE),
        Arguments.of("export", Options.EXPORT_COMMAND),
        Arguments.of("exports", Options.EXPORTS),
        Arguments.of("import", Options.IMPORT_COMMAND),
        Arguments.of("imports", Options.IMPORTS),
        Arguments.of("load", Options.LOAD),
        Arguments.of("register", Options.REGISTER),
        Arguments.of("scan", Options.SCAN),
        Arguments.of("demo", Options.DEMO));
  }

  private static List<Option<?>> withCommon(List<Option<?>> options) {
    return Stream.concat(options.stream(), Options.COMMON.stream()).toList();
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
      if (option != Options.CONF_FILE) {
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
