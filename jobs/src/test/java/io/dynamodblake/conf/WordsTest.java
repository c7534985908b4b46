package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final Words INSPECT = Words.ofCommand("inspect");

  @Test
  void aCommandReadsItsOptionsAsItsCommandLineHasThem() {
    assertThat(Words.RESTORE.of(RestoreKeys.ALLOW_LOSS)).isEqualTo("--allow-loss");
    assertThat(Words.FLATTEN.of(ReadKeys.VERIFY, "none")).isEqualTo("--verify none");
    assertThat(Words.FLATTEN.of(ReadKeys.EXPORT)).isEqualTo("EXPORT");
  }

  @Test
  void aNotebookReadsTheOptionsOfItsDataSourceAsAProgramHasThem() {
    assertThat(Words.IMPORT_SOURCE.of(RestoreKeys.ALLOW_LOSS)).isEqualTo("option(\"allowLoss\")");
    assertThat(Words.IMPORT_SOURCE.of(ImportSourceKeys.ALLOW_LOSS))
        .isEqualTo("option(\"allowLoss\")");
    assertThat(Words.EXPORT_SOURCE.of(ReadKeys.VERIFY, "none"))
        .isEqualTo("option(\"verify\", \"none\")");
  }

  @Test
  void anOptionThatTheAskerLacksIsNamedWithTheCommandThatHasIt() {
    assertThat(INSPECT.of(FlattenKeys.ON_BAD_RECORD, "quarantine"))
        .isEqualTo("flatten --on-bad-record quarantine");
    assertThat(Words.LOAD.of(RestoreKeys.ON_INVALID, "quarantine"))
        .isEqualTo("restore --on-invalid quarantine");
    assertThat(Words.EXPORT_SOURCE.of(FlattenKeys.MAX_BAD_RECORDS))
        .isEqualTo("flatten --max-bad-records");
    assertThat(Words.ofCommand("scan").of(FlattenKeys.REPLACE)).isEqualTo("flatten --replace");
  }

  @Test
  void everyCommandHasTheOptionsOfEveryCommand() {
    for (String command : CommandKeys.commands()) {
      assertThat(Words.ofCommand(command).of(RunKeys.STACKTRACE)).isEqualTo("--stacktrace");
    }
  }

  @Test
  void noCommandIsToldOfAnOptionAsIfItWereItsOwnUnlessItIs() {
    for (String command : CommandKeys.commands()) {
      List<String> own = CommandKeys.ofCommand(command).stream().map(Option::key).toList();
      for (Option<?> option : CommandKeys.COMMAND_LINE) {
        if (!option.isPositional()) {
          String text = Words.ofCommand(command).of(option);
          assertThat(text.startsWith("--")).as(text).isEqualTo(own.contains(option.key()));
        }
      }
    }
  }
}
