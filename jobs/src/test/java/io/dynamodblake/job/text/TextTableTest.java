package io.dynamodblake.job.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTableTest {
  private static TextTable table() {
    return new TextTable(
        List.of("NAME", "N", "TEXT"),
        List.of(TextTable.Column.FLEXIBLE, TextTable.Column.RIGHT, TextTable.Column.FLEXIBLE));
  }

  @Test
  void columnsAreAsWideAsTheirContent() {
    TextTable table = table();
    table.add("pk", "1", "string");
    table.add("longer name", "1,000", "x");
    assertThat(table.lines(80, UnaryOperator.identity()))
        .containsExactly(
            "NAME             N  TEXT", //
            "pk               1  string",
            "longer name  1,000  x");
  }

  @Test
  void wideScriptsStayAligned() {
    TextTable table = table();
    table.add("美咲", "1", "x");
    table.add("Zoe\u0301", "2", "y");
    assertThat(table.lines(80, UnaryOperator.identity()))
        .containsExactly(
            "NAME  N  TEXT",
            "美咲  1  x",
            "Zoé  2  y".replace("é", "e\u0301").replace("  2", "   2"));
  }

  @Test
  void whatDoesNotFitGoesOnBelowWithItsIndent() {
    TextTable table = table();
    table.add("  a name of several words", "7", "averyverylongwordwithoutanyspaces");
    assertThat(table.lines(30, UnaryOperator.identity()))
        .containsExactly(
            "NAME          N  TEXT",
            "  a name of   7  averyverylong",
            "  several        wordwithoutan",
            "  words          yspaces");
  }

  @ParameterizedTest
  @CsvSource({"abc, 3", "é, 1", "美咲, 4", "🎁, 2", "e\u0301, 1"})
  void widthIsWhatATerminalShows(String text, int width) {
    assertThat(TextTable.width(text)).isEqualTo(width);
  }

  @Test
  void controlCharactersAreWrittenOut() {
    assertThat(TextTable.printable("a\u001b[31m\n\u202eb"))
        .isEqualTo("a\\u001b[31m\\u000a\\u202eb");
  }
}
