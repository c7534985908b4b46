package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
  void exportThatGoesOnToFlattenHasAllOptionsOfFlattenButThoseThatItAnswersItself() {
    List<Option<?>> answered =
        List.of(
            ReadKeys.EXPORT,
            ReadKeys.EXPORT_ID,
            ReadKeys.TABLE_ARN,
            ReadKeys.EXPORT_TIME,
            FlattenKeys.TO);
    // in the words of export
    assertThat(ServiceKeys.FLATTEN_AS.key()).isEqualTo(FlattenKeys.TABLE.key());
    assertThat(ServiceKeys.FLATTEN_KEY.key()).isEqualTo(FlattenKeys.KEY.key());
    List<Option<?>> missing = new ArrayList<>(CommandKeys.FLATTEN);
    missing.removeAll(CommandKeys.EXPORT);
    missing.removeAll(answered);
    missing.removeAll(List.of(FlattenKeys.TABLE, FlattenKeys.KEY));
    assertThat(missing).extracting(Option::key).isEmpty();
  }

  @Test
  void exportThatGoesOnToApplyHasAllOptionsOfApplyButThoseThatItAnswersItself() {
    // one cannot export in order to try, or to undo, and an export is no archive of a stream
    List<Option<?>> answered =
        List.of(
            ApplyKeys.CHANGES,
            ApplyKeys.TO,
            ApplyKeys.DRY_RUN,
            ApplyKeys.REVERSE,
            ApplyKeys.LATENESS,
            ApplyKeys.ON_LATE,
            ApplyKeys.ARCHIVE_FIELDS,
            ApplyKeys.TTL_DELETES);
    List<Option<?>> missing = new ArrayList<>(CommandKeys.APPLY);
    missing.removeAll(answered);
    // in the words of flatten, where both have one
    Set<String> own = new HashSet<>();
    CommandKeys.EXPORT.forEach(option -> own.add(option.key()));
    missing.removeIf(option -> own.contains(option.key()));
    assertThat(missing).extracting(Option::key).isEmpty();
  }
}
