package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ItemCheckTest {
  private static final List<KeyAttribute> KEYS =
      List.of(new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.N));
  private static final String KEY = "\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}";

  private static ItemCheck check(List<KeyAttribute> keys, String item) throws Exception {
    ItemCheck check = new ItemCheck(keys, new JsonItemWriter());
    new TapeValues().writeItem(Tapes.ofItem(item), check);
    return check;
  }

  private static String with(String attribute) {
    return "{" + KEY + "," + attribute + "}";
  }

  private static String nested(int levels) {
    return "{\"L\":[".repeat(levels) + "]}".repeat(levels);
  }

  static Stream<Arguments> items() {
    return Stream.of(
        Arguments.of("{" + KEY + "}", null),
        Arguments.of("{\"sk\":{\"N\":\"1\"}}", "key attribute pk is missing"),
        Arguments.of(
            "{\"pk\":{\"N\":\"1\"},\"sk\":{\"N\":\"1\"}}",
            "key attribute pk is N, not S as declared"),
        Arguments.of(
            "{\"pk\":{\"NULL\":true},\"sk\":{\"N\":\"1\"}}",
            "key attribute pk is NULL, not S as declared"),
        Arguments.of("{\"pk\":{\"S\":\"\"},\"sk\":{\"N\":\"1\"}}", "key attribute pk is empty"),
        Arguments.of("{\"pk\":{\"S\":\"" + "x".repeat(2048) + "\"},\"sk\":{\"N\":\"1\"}}", null),
        Arguments.of(
            "{\"pk\":{\"S\":\"" + "x".repeat(2049) + "\"},\"sk\":{\"N\":\"1\"}}",
            "key attribute pk is longer than 2048 bytes"),
        Arguments.of(with("\"v\":" + nested(32)), null),
        Arguments.of(with("\"v\":" + nested(33)), "nested deeper than 32 levels"),
        Arguments.of(with("\"\":{\"S\":\"x\"}"), "an attribute name is empty"),
        Arguments.of(with("\"v\":{\"M\":{\"\":{\"S\":\"x\"}}}"), "an attribute name is empty"),
        Arguments.of(
            with("\"v\":{\"S\":\"" + "x".repeat(409_600) + "\"}"), "item is larger than 400 KB"),
        // names pk, sk, v; values a, 1 with two bytes
        Arguments.of(with("\"v\":{\"S\":\"" + "x".repeat(409_600 - 8) + "\"}"), null),
        Arguments.of(
            with("\"v\":{\"S\":\"" + "x".repeat(409_600 - 7) + "\"}"),
            "item is larger than 400 KB"));
  }

  @ParameterizedTest
  @MethodSource("items")
  void whatDynamoDbWouldRefuseIsFound(String item, String defect) throws Exception {
    assertThat(check(KEYS, item).defect()).isEqualTo(defect);
  }

  @Test
  void sortKeysMayHaveHalfTheBytes() throws Exception {
    List<KeyAttribute> keys =
        List.of(new KeyAttribute("pk", Descriptor.B), new KeyAttribute("sk", Descriptor.S));
    String pk = "\"pk\":{\"B\":\"" + Base64.getEncoder().encodeToString(new byte[2048]) + "\"}";
    assertThat(check(keys, "{" + pk + ",\"sk\":{\"S\":\"" + "x".repeat(1024) + "\"}}").defect())
        .isNull();
    assertThat(check(keys, "{" + pk + ",\"sk\":{\"S\":\"" + "x".repeat(1025) + "\"}}").defect())
        .isEqualTo("key attribute sk is longer than 1024 bytes");
  }

  @Test
  void keysAreEqualAsDynamoDbTakesThem() throws Exception {
    byte[] key = check(KEYS, "{" + KEY + "}").key();
    assertThat(check(KEYS, "{\"sk\":{\"N\":\"1.0\"},\"pk\":{\"S\":\"a\"}}").key()).isEqualTo(key);
    assertThat(check(KEYS, "{\"sk\":{\"N\":\"1.1\"},\"pk\":{\"S\":\"a\"}}").key())
        .isNotEqualTo(key);
    assertThat(check(List.of(), "{" + KEY + "}").key()).isEmpty();
  }

  @Test
  void whatIsNoUnicodeAndEmptySetsAreFound() {
    ItemCheck check = new ItemCheck(List.of(), new JsonItemWriter());
    byte[] half = {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80};
    check.beginItem();
    check.name(new byte[] {'v'}, 0, 1);
    check.text(half, 0, half.length);
    check.endItem();
    assertThat(check.defect()).isEqualTo("a text is not valid Unicode");
    check.beginItem();
    check.name(new byte[] {'v'}, 0, 1);
    check.beginSet(Descriptor.SS);
    check.endSet();
    check.endItem();
    assertThat(check.defect()).isEqualTo("a set is empty, which DynamoDB does not have");
    check.beginItem();
    check.name(new byte[] {'v'}, 0, 1);
    byte[] number = "1".repeat(39).getBytes(StandardCharsets.US_ASCII);
    check.number(number, 0, number.length);
    check.endItem();
    assertThat(check.defect()).isEqualTo("a number is outside what DynamoDB can hold");
  }

  @Test
  void aMemberThatStandsTwiceInASetIsFoundHoweverLargeTheSetIs() {
    ItemCheck check = new ItemCheck(List.of(), new JsonItemWriter());
    for (int size : new int[] {1, 2, 31, 33, 700, 20_000, 3}) {
      for (int twice : new int[] {-1, 0, size - 1}) {
        check.beginItem();
        check.name(new byte[] {'v'}, 0, 1);
        check.beginSet(Descriptor.NS);
        for (int i = 0; i < size; i++) {
          number(check, i);
        }
        if (twice >= 0) {
          number(check, twice);
        }
        check.endSet();
        check.endItem();
        assertThat(check.defect()).isEqualTo(twice < 0 ? null : "a member stands twice in a set");
      }
    }
  }

  private static void number(ItemCheck check, int number) {
    byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    check.number(digits, 0, digits.length);
  }

  /** The schema pass counts sizes from the tape, by the same rules. */
  @Property(tries = 300)
  void sizeIsThatOfTheSchemaPass(@ForAll long seed) throws Exception {
    String line = RandomItems.plain(seed).line();
    ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
    ItemCheck check = new ItemCheck(List.of(), new JsonItemWriter());
    // canonical digits on both sides
    JsonItemWriter canonical = new JsonItemWriter();
    new TapeValues().writeItem(Tapes.ofLine(line), canonical);
    String clean = new String(canonical.bytes(), 0, canonical.length(), StandardCharsets.UTF_8);
    observer.observe(Tapes.ofLine(clean.strip()), 1);
    new TapeValues().writeItem(Tapes.ofLine(clean.strip()), check);
    assertThat(check.size()).isEqualTo(observer.profile().itemSizes().max());
  }
}
