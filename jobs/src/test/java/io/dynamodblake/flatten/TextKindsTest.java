package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.schema.TextKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextKindsTest {
  private final TextKinds forms = new TextKinds();

  private TextKind form(String text) {
    byte[] bytes = ("1" + text + "1").getBytes(StandardCharsets.UTF_8);
    return forms.of(bytes, 1, bytes.length - 1);
  }

  private void all(TextKind form, List<String> texts) {
    assertThat(texts).allSatisfy(text -> assertThat(form(text)).as(text).isEqualTo(form));
  }

  @Test
  void numbersAreTold() {
    all(TextKind.NUMBER, List.of("0", "-1", "12.50", "0.5", "1e10", "-2.5E-3", "1731900000000"));
  }

  @Test
  void codesWithLeadingZerosAreNoNumbers() {
    all(
        TextKind.OTHER,
        List.of(
            "007",
            "-",
            "-x",
            "1.",
            ".5",
            "1e",
            "1e+",
            "0x1",
            "1 ",
            "1,000",
            "1-2",
            "9".repeat(65)));
  }

  @Test
  void datesAndTimesAreTold() {
    all(TextKind.DATE, List.of("2026-11-18", "0001-01-01", "9999-12-31"));
    all(
        TextKind.TIME,
        List.of("2026-11-18T03:20Z", "2026-11-18 03:20:00.123456789+01:00", "2026-11-18T03:20:00"));
    assertThat(form("1970-01-02")).isEqualTo(TextKind.DATE);
    assertThat(forms.epochMillis()).isEqualTo(86_400_000);
    all(TextKind.OTHER, List.of("2026-02-30", "2026-11-18T", "2016-12-31T23:59:60Z", "2026-1-1"));
  }

  @Test
  void wordsOfTruthAreTold() {
    all(TextKind.BOOLEAN, List.of("true", "True", "TRUE", "false", "False", "FALSE"));
    all(TextKind.OTHER, List.of("tRUE", "trUe", "truly", "t", "fals", "falsey", "yes", ""));
  }

  @Test
  void jsonIsToldByItsEnds() {
    all(TextKind.JSON, List.of("{}", "[1]", "{\"a\":1}"));
    all(TextKind.OTHER, List.of("{", "[", "{]", "[}", "{a"));
  }
}
