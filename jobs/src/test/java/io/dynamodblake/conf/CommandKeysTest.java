package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandKeysTest {
  private static final List<List<Option<?>>> ALL =
      List.of(
          CommandKeys.INSPECT,
          CommandKeys.FLATTEN,
          CommandKeys.DDL,
          CommandKeys.DEMO,
          CommandKeys.COMMON,
          ExportSourceKeys.ALL,
          ImportSourceKeys.ALL);

  @Test
  void keysOfOneCommandAreUnique() {
    for (List<Option<?>> options : ALL) {
      Set<String> keys = new HashSet<>();
      options.forEach(option -> assertThat(keys.add(option.key())).as(option.key()).isTrue());
    }
  }

  @Test
  void everyOptionSaysWhatItMeansAndWhenToChangeIt() {
    for (List<Option<?>> options : ALL) {
      for (Option<?> option : options) {
        assertThat(option.meaning()).as(option.key()).isNotBlank().doesNotEndWith(".");
        assertThat(option.whenToChange()).as(option.key()).isNotBlank().doesNotEndWith(".");
      }
    }
  }

  @Test
  void everyDefaultCanBeRead() {
    for (List<Option<?>> options : ALL) {
      for (Option<?> option : options) {
        assertThat(option.defaultValue().isPresent())
            .as(option.key())
            .isEqualTo(option.defaultText().isPresent());
      }
    }
  }

  @Test
  void keysOfCommandsAreKebabCaseAndThoseOfTheDataSourceCamelCase() {
    for (Option<?> option : CommandKeys.COMMAND_LINE) {
      assertThat(option.key()).matches("[a-z]+(-[a-z]+)*");
    }
    for (List<Option<?>> options : List.of(ExportSourceKeys.ALL, ImportSourceKeys.ALL)) {
      for (Option<?> option : options) {
        assertThat(option.key()).matches("[a-z]+([A-Z][a-z]+)*");
      }
    }
  }

  @Test
  void exportHasTheOptionsOfWhateverItGoesOnTo() {
    Set<String> own = keys(CommandKeys.EXPORT);
    Set<String> flatten = keys(CommandKeys.FLATTEN);
    Set<String> apply = keys(CommandKeys.APPLY);
    // what is read is what was exported, and where it goes says another option; one cannot wait for
    // an export in order to try
    flatten.removeAll(Set.of("export", "export-id", "table-arn", "export-time", "allow-outside"));
    apply.removeAll(Set.of("changes", "dry-run", "allow-outside"));

    assertThat(own).containsAll(flatten).containsAll(apply);
  }

  private static Set<String> keys(List<Option<?>> options) {
    Set<String> keys = new HashSet<>();
    options.forEach(option -> keys.add(option.key()));
    return keys;
  }
}
