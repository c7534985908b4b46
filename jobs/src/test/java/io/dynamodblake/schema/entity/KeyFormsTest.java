package io.dynamodblake.schema.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFormsTest {
  private static boolean isValue(String segment) {
    byte[] bytes = ("~~~" + segment + "~").getBytes(StandardCharsets.UTF_8);
    return KeyForms.isValue(bytes, 3, bytes.length - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "42",
        "2024-06-01",
        "20240601",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "f4fac1fb-a8cc-4b7a-ab6f-aea2b2c3da7a",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "0ujtsYcgvSTl8PAuAdqWYSMnLOv",
        "deadbeef00ab",
        "alice@example.com",
        "ORDER-10023",
        "Google_1166",
        "V1StGXR8Z5jdHi6B",
      })
  void numbersDatesIdsAndAddressesAreValues(String segment) {
    assertThat(isValue(segment)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "USER",
        "#",
        "METADATA",
        "v0",
        "order-line",
        "$mallstore_1",
        "KIND137",
        "Größe",
        "USER_PROFILE2"
      })
  void wordsAreNone(String segment) {
    assertThat(isValue(segment)).isFalse();
  }

  @Property(tries = 2000)
  void fourDigitsInARowAreFoundWhereverTheyStand(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      text.append("0123456789xyz/".charAt(random.nextInt(14)));
    }
    String segment = text + "é";
    boolean letters = segment.chars().filter(each -> each >= 'a' && each <= 'z').count() > 0;
    boolean expected = segment.matches(".*[0-9]{4}.*");
    // what has digits and fewer in a row may be a value for another reason, but then it is long
    if (expected || letters && segment.length() < 12) {
      assertThat(isValue(segment)).as(segment).isEqualTo(expected);
    }
  }

  @Property(tries = 1000)
  void aSeparatorIsFoundWhereItStandsFirst(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(random.nextInt(8) == 0 ? '#' : (char) ('#' - 1 + random.nextInt(3)));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int start = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    int end = start + random.nextInt(bytes.length - start + 1);
    int expected = text.substring(0, end).indexOf("#", start);

    assertThat(KeyForms.indexOf(bytes, start, end, '#')).isEqualTo(expected);
  }
}
