package io.dynamodblake.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.RandomChanges;
import io.dynamodblake.testing.Tapes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ChangeScannerTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final String KEYS = "\"Keys\":{\"pk\":{\"S\":\"a\"}}";
  private static final String NEW = "\"NewImage\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}";
  private static final String OLD = "\"OldImage\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}";

  @TestFactory
  Stream<DynamicTest> linesThatAreChanges() {
    return Stream.of(
            row(
                "an insert as exports write it",
                "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1731990000123456\"}},\"Keys\":{\"pk\":{\"S\":\"CUST#9\"},"
                    + "\"sk\":{\"S\":\"A\"}},\"NewImage\":{\"pk\":{\"S\":\"CUST#9\"},\"sk\":{\"S\":\"A\"},\"name\":{\"S\":\"Ada\"}}}"),
            row("an update", "{" + KEYS + "," + OLD + "," + NEW + "}"),
            row("a delete", "{" + KEYS + "," + OLD + "}"),
            row("a delete without its old image", "{" + KEYS + "}"),
            row("in another order", "{" + NEW + "," + OLD + "," + KEYS + ",\"Metadata\":{}}"),
            row(
                "unknown members around it",
                "{\"V\":[1,\"}\",{}]," + NEW + ",\"W\":null," + KEYS + ",\"X\":-1.5e3}"),
            row(
                "whitespace everywhere",
                " \t{ \"Metadata\" : { \"A\" : 1 , \"WriteTimestampMicros\" : { \"N\" : \"5\" } } , \"Keys\" : {"
                    + " \"pk\" : { \"S\" : \"a\" } } , \"NewImage\" : { \"pk\" : { \"S\" : \"a\" } } } \r"),
            row(
                "nulls for what is not there",
                "{\"Metadata\":null," + KEYS + ",\"NewImage\":null,\"OldImage\":null}"),
            row("no time", "{\"Metadata\":{\"WriteTimestampMicros\":null}," + KEYS + "}"),
            row(
                "escapes in the names of members",
                "{\"K\\u0065ys\":{\"pk\":{\"S\":\"a\"}},\"New\\u0049mage\":{\"pk\":{\"S\":\"a\"}}}"),
            row(
                "escapes in names and values of keys",
                "{\"Keys\":{\"p\\u006b\\n\":{\"S\":\"\\u0061\\/\"}},\"NewImage\":{\"x\\\"\":{\"S\":\"\\t\"},\"pk\\n\":{\"S\":\"a/\"}}}"),
            row(
                "keys of every type",
                "{\"Keys\":{\"b\":{\"B\":\"AAE=\"},\"n\":{\"N\":\"1.50\"}},\"OldImage\":{\"n\":{\"N\":\"15E-1\"},\"b\":{\"B\":\"AAE=\"}}}"),
            row(
                "a key number beyond eighteen digits",
                "{\"Keys\":{\"n\":{\"N\":\"1E+100\"}},\"NewImage\":{\"n\":{\"N\":\"1"
                    + "0".repeat(100)
                    + "\"}}}"),
            row(
                "a key whose last base64 digit has spare bits",
                "{\"Keys\":{\"b\":{\"B\":\"AAF=\"}},\"NewImage\":{\"b\":{\"B\":\"AAE=\"}}}"),
            row(
                "names that look like the format's own",
                "{\"Keys\":{\"Keys\":{\"S\":\"\"}},\"NewImage\":{\"NewImage\":{\"M\":{\"Keys\":{\"S\":\"\"}}},\"Keys\":{\"S\":\"\"}}}"))
        .map(row -> DynamicTest.dynamicTest(row.title(), () -> assertReads(row.line())));
  }

  private static void assertReads(String line) throws Exception {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    ChangeTape change = new ChangeTape();
    new ChangeScanner().scan(bytes, 0, bytes.length, change);
    assertThat(images(change)).isEqualTo(images(JACKSON.readTree(line)));
    assertRaw(change);
  }

  /** The images by the names of their members, through the tapes alone. */
  private static Map<String, Object> images(ChangeTape change) {
    Map<String, Object> images = new HashMap<>();
    images.put("Keys", Tapes.toObject(change.keys()));
    if (change.hasNewImage()) {
      images.put("NewImage", Tapes.toObject(change.newImage()));
    }
    if (change.hasOldImage()) {
      images.put("OldImage", Tapes.toObject(change.oldImage()));
    }
    return images;
  }

  private static Map<String, Object> images(JsonNode record) {
    Map<String, Object> images = new HashMap<>();
    for (String member : new String[] {"Keys", "NewImage", "OldImage"}) {
      if (record.hasNonNull(member)) {
        images.put(member, JACKSON.convertValue(record.get(member), Map.class));
      }
    }
    return images;
  }

  /** The bytes of an image, put into the line of a full export, are that item. */
  private static void assertRaw(ChangeTape change) throws Exception {
    for (ItemTape image : new ItemTape[] {change.keys(), newImage(change), oldImage(change)}) {
      if (image != null) {
        String attributes =
            new String(
                image.line(),
                image.rawStart(image.item()),
                image.rawEnd(image.item()) - image.rawStart(image.item()),
                StandardCharsets.UTF_8);
        assertThat(Tapes.toObject(Tapes.ofItem(attributes))).isEqualTo(Tapes.toObject(image));
      }
    }
  }

  private static ItemTape newImage(ChangeTape change) {
    return change.hasNewImage() ? change.newImage() : null;
  }

  private static ItemTape oldImage(ChangeTape change) {
    return change.hasOldImage() ? change.oldImage() : null;
  }

  @TestFactory
  Stream<DynamicTest> linesThatAreNot() {
    String lone = "{\"Keys\":{\"pk\":{\"S\":\"a\"}},";
    return Stream.of(
            bad("not JSON", "nonsense", "not a JSON object at $"),
            bad("an empty object", "{}", "no top-level member 'Keys' at $"),
            bad("an item", "{\"Item\":{}}", "no top-level member 'Keys' at $"),
            bad("no keys", "{" + NEW + "}", "no top-level member 'Keys' at $"),
            bad("null for keys", "{\"Keys\":null," + NEW + "}", "no top-level member 'Keys' at $"),
            bad("keys twice", "{" + KEYS + "," + KEYS + "}", "two members 'Keys' at $"),
            bad("keys twice, once null", "{\"Keys\":null," + KEYS + "}", "two members 'Keys' at $"),
            bad(
                "a new image twice, once escaped",
                "{" + KEYS + "," + NEW + ",\"New\\u0049mage\":{}}",
                "two members 'NewImage' at $"),
            bad(
                "an old image twice",
                "{" + OLD + "," + KEYS + "," + OLD + "}",
                "two members 'OldImage' at $"),
            bad(
                "metadata twice",
                "{\"Metadata\":{},\"Metadata\":{}," + KEYS + "}",
                "two members 'Metadata' at $"),
            bad("keys that are text", "{\"Keys\":\"a\"}", "'Keys' is not an object at $"),
            bad("an image that is text", lone + "\"NewImage\":1}", "'NewImage' is not an object"),
            bad("almost a null", lone + "\"NewImage\":nul}", "'NewImage' is not an object at $"),
            bad("metadata that is text", lone + "\"Metadata\":1}", "'Metadata' is not an object"),
            bad("no key attributes", "{\"Keys\":{}}", "'Keys' has 0 attributes, and a key has one"),
            bad(
                "three key attributes",
                "{\"Keys\":{\"a\":{\"S\":\"\"},\"b\":{\"S\":\"\"},\"c\":{\"S\":\"\"}}}",
                "'Keys' has 3 attributes, and a key has one or two at $"),
            bad(
                "a key that is a list",
                "{\"Keys\":{\"a\":{\"S\":\"\"},\"b\":{\"L\":[]}}}",
                "'Keys' has an attribute 'b' of type L, which no key has at $"),
            bad(
                "an image without the key",
                lone + "\"NewImage\":{\"n\":{\"N\":\"1\"}}}",
                "'NewImage' lacks the key attribute 'pk' at $"),
            bad(
                "an empty image",
                lone + "\"OldImage\":{}}",
                "'OldImage' lacks the key attribute 'pk' at $"),
            bad(
                "an image of another key",
                lone + "\"OldImage\":{\"pk\":{\"S\":\"b\"}}}",
                "the key attribute 'pk' is another one in 'OldImage' than in 'Keys' at $"),
            bad(
                "an image whose key is of another type",
                "{\"Keys\":{\"pk\":{\"S\":\"1\"}},\"NewImage\":{\"pk\":{\"N\":\"1\"}}}",
                "the key attribute 'pk' is another one in 'NewImage' than in 'Keys' at $"),
            bad(
                "an image whose sort key is another one",
                "{\"Keys\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}},\"NewImage\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1.1\"}}}",
                "the key attribute 'sk' is another one in 'NewImage' than in 'Keys' at $"),
            bad(
                "two records on a line",
                "{" + KEYS + "}{" + KEYS + "}",
                "more than one JSON value"),
            bad("cut off", "{" + KEYS, "line ends too early at $"),
            bad("cut off in an image", "{" + KEYS + ",\"NewImage\":{\"pk", "string does not end"),
            bad("no comma", "{" + KEYS + "\"OldImage\":{}}", "expected ',' or '}' at $"),
            bad("a trailing comma", "{" + KEYS + ",}", "expected a member name in quotes at $"),
            bad(
                "a value that is none",
                lone + "\"NewImage\":{\"pk\":{\"S\":\"a\"},\"m\":{\"M\":{\"x\":{\"N\":\"1,5\"}}}}}",
                "N of length 3 is not a number at $.NewImage.m.x"),
            bad(
                "an attribute twice in one image",
                lone + "\"OldImage\":{\"pk\":{\"S\":\"a\"},\"pk\":{\"S\":\"a\"}}}",
                "attribute name occurs twice at $.OldImage.pk"),
            time("a negative time", "{\"N\":\"-1\"}"),
            time("a fraction", "{\"N\":\"1.5\"}"),
            time("no digits", "\"\""),
            time("a word", "\"now\""),
            time("an empty object", "{}"),
            time("of another type", "{\"S\":\"1\"}"),
            time("two descriptors", "{\"N\":\"1\",\"N\":\"1\"}"),
            time("beyond any calendar", "\"1234567890123456789\""),
            time("true", "true"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThatThrownBy(() -> scan(row.line()))
                            .isInstanceOf(MalformedRecordException.class)
                            .hasMessageContaining(row.message())));
  }

  @Test
  void theTimeIsReadInItsThreeForms() throws Exception {
    for (String form :
        new String[] {"{\"N\":\"1731990000123456\"}", "\"1731990000123456\"", "1731990000123456"}) {
      String line = "{\"Metadata\":{\"WriteTimestampMicros\":" + form + "}," + KEYS + "}";
      assertThat(scan(line).writeTimeMicros()).isEqualTo(1_731_990_000_123_456L);
    }
    assertThat(scan("{" + KEYS + "}").writeTimeMicros()).isEqualTo(ChangeTape.UNKNOWN_TIME);
  }

  @Test
  void anImageThatIsNotThereIsNotThatOfTheLineBefore() throws Exception {
    ChangeScanner scanner = new ChangeScanner();
    ChangeTape change = new ChangeTape();
    byte[] update =
        ("{\"Metadata\":{\"WriteTimestampMicros\":\"7\"}," + KEYS + "," + OLD + "," + NEW + "}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] delete = ("{" + KEYS + "}").getBytes(StandardCharsets.UTF_8);
    scanner.scan(update, 0, update.length, change);
    scanner.scan(delete, 0, delete.length, change);
    assertThat(change.hasNewImage()).isFalse();
    assertThat(change.hasOldImage()).isFalse();
    assertThat(change.writeTimeMicros()).isEqualTo(ChangeTape.UNKNOWN_TIME);
    assertThatThrownBy(change::newImage).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(change::oldImage).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void falseNullsOfBothImagesAreCounted() throws Exception {
    String image = "{\"pk\":{\"S\":\"a\"},\"x\":{\"NULL\":false}}";
    ChangeTape change =
        scan("{" + KEYS + ",\"NewImage\":" + image + ",\"OldImage\":" + image + "}");
    assertThat(change.falseNulls()).isEqualTo(2);
    assertThat(scan("{" + KEYS + ",\"OldImage\":" + image + "}").falseNulls()).isEqualTo(1);
  }

  @Test
  void messagesShowNamesButNoValues() {
    assertThatThrownBy(
            () ->
                scan(
                    "{\"Keys\":{\"card\":{\"S\":\"secret\"}},\"NewImage\":{\"card\":{\"S\":\"hidden\"}}}"))
        .hasMessageContaining("card")
        .hasMessageNotContainingAny("secret", "hidden");
    assertThatThrownBy(
            () -> scan("{\"Metadata\":{\"WriteTimestampMicros\":\"secret\"}," + KEYS + "}"))
        .hasMessageNotContaining("secret");
  }

  @Property(tries = 1_000)
  void tapesSayWhatJacksonSays(@ForAll long seed) throws Exception {
    RandomChanges changes = RandomChanges.any(seed);
    ChangeScanner scanner = new ChangeScanner();
    ChangeTape change = new ChangeTape();
    for (int i = 0; i < 5; i++) {
      String line = changes.line();
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      byte[] shifted = new byte[bytes.length + i + 3];
      System.arraycopy(bytes, 0, shifted, i, bytes.length);
      scanner.scan(shifted, i, i + bytes.length, change);
      assertThat(images(change)).isEqualTo(images(JACKSON.readTree(line)));
      assertThat(change.writeTimeMicros()).isEqualTo(changes.time());
      assertRaw(change);
    }
  }

  @Property(tries = 300)
  void damagedLinesAreRefusedOrReadButNeverBreakTheScanner(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    byte[] line = RandomChanges.plain(seed).line().getBytes(StandardCharsets.UTF_8);
    ChangeScanner scanner = new ChangeScanner();
    for (int i = 0; i < 20; i++) {
      byte[] damaged = line.clone();
      for (int j = random.nextInt(3); j >= 0; j--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextBoolean() ? damaged.length : random.nextInt(damaged.length);
      ChangeTape change = new ChangeTape();
      try {
        scanner.scan(damaged, 0, length, change);
      } catch (MalformedRecordException e) {
        assertThat(e.offset()).isBetween(0, length);
        continue;
      }
      JsonNode record;
      try {
        record = JACKSON.readTree(Arrays.copyOf(damaged, length));
      } catch (JsonProcessingException unknownMember) {
        assertRaw(change); // what nobody knows is skipped, not checked; the images are sound
        continue;
      }
      assertThat(normal(images(change))).isEqualTo(normal(images(record)));
    }
  }

  private static JsonNode normal(Object images) throws Exception {
    return JACKSON.readTree(
        JACKSON.writeValueAsString(images).replace("{\"NULL\":false}", "{\"NULL\":true}"));
  }

  private static ChangeTape scan(String line) throws MalformedRecordException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    ChangeTape change = new ChangeTape();
    new ChangeScanner().scan(bytes, 0, bytes.length, change);
    return change;
  }

  private record Row(String title, String line, String message) {}

  private static Row row(String title, String line) {
    return new Row(title, line, "");
  }

  private static Row bad(String title, String line, String message) {
    return new Row(title, line, message);
  }

  private static Row time(String title, String time) {
    return bad(
        "a time that is " + title,
        "{\"Metadata\":{\"WriteTimestampMicros\":" + time + "}," + KEYS + "}",
        "'WriteTimestampMicros' is not a time in microseconds at $");
  }
}
