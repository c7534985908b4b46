package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistinctTextsTest {
  private static DistinctTexts of(List<String> texts) {
    DistinctTexts distinct = new DistinctTexts();
    for (String text : texts) {
      byte[] bytes = ("--" + text + "--").getBytes(StandardCharsets.UTF_8);
      distinct.observe(bytes, 2, bytes.length - 2);
    }
    return distinct;
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "text number " + i).toList();
  }

  @Test
  void fewTextsAreCountedOneByOne() {
    assertThat(of(List.of("open", "paid", "open", "")).few())
        .containsExactly(
            java.util.Map.entry("", 1L),
            java.util.Map.entry("open", 2L),
            java.util.Map.entry("paid", 1L));
  }

  @Test
  void twentyAreFewAndTwentyOneAreNot() {
    assertThat(of(numbered(20)).areFew()).isTrue();
    assertThat(of(numbered(21)).areFew()).isFalse();
    assertThat(of(numbered(21)).few()).isEmpty();
    assertThat(of(numbered(21)).number()).isEqualTo(21);
  }

  @Test
  void aLongTextIsNotRemembered() {
    assertThat(of(List.of("x".repeat(64))).areFew()).isTrue();
    assertThat(of(List.of("short", "x".repeat(65))).areFew()).isFalse();
  }

  @Test
  void manyAreEstimatedWithinTenPercent() {
    for (int count : List.of(100, 1_000, 3_000, 50_000)) {
      assertThat(of(numbered(count)).number()).isBetween(count * 9L / 10, count * 11L / 10);
    }
  }

  @Test
  void mergingInAnyOrderEqualsOneOfAll() throws IOException {
    List<String> texts = numbered(60);
    for (int first : List.of(0, 5, 15, 30, 60)) {
      for (int until : List.of(first, 18, 60)) {
        List<String> left = texts.subList(0, first);
        List<String> right = texts.subList(first, Math.max(first, until));
        DistinctTexts whole = of(texts.subList(0, Math.max(first, until)));
        DistinctTexts one = of(left);
        one.merge(of(right));
        DistinctTexts other = of(right);
        other.merge(of(left));

        assertThat(one).isEqualTo(whole).isEqualTo(other);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        one.write(new DataOutputStream(bytes));
        assertThat(
                DistinctTexts.read(
                    new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
            .isEqualTo(one);
      }
    }
  }
}
