package io.dynamodblake.ion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.json.ChangeScanner;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class IonChangeReaderTest {
  private static final String KEYS = "\"Keys\":{\"pk\":{\"S\":\"a\"}}";

  @TestFactory
  Stream<DynamicTest> linesThatAreChanges() {
    return Stream.of(
            row(
                "an update as exports write it",
                "$ion_1_0 {Record:{Keys:{pk:\"a\",sk:1.},Metadata:{WriteTimestampMicros:1680109764000000.},"
                    + "NewImage:{pk:\"a\",sk:1.,t:$dynamodb_SS::[\"x\"]},OldImage:{pk:\"a\",sk:1.}}}",
                "{\"Keys\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}},"
                    + "\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1680109764000000\"}},"
                    + "\"NewImage\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"t\":{\"SS\":[\"x\"]}},"
                    + "\"OldImage\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}}"),
            row(
                "in another order, with what nobody knows",
                "{x:1e0,Record:{OldImage:{pk:\"a\"},y:{Keys:{}},Keys:{pk:\"a\"}}}",
                "{\"OldImage\":{\"pk\":{\"S\":\"a\"}}," + KEYS + "}"),
            row(
                "nulls for what is not there",
                "{Record:{Metadata:null,Keys:{pk:\"a\"},NewImage:null.struct,OldImage:null}}",
                "{" + KEYS + "}"),
            row(
                "no time",
                "{Record:{Keys:{pk:\"a\"},Metadata:{WriteTimestampMicros:null,x:2026T}}}",
                "{" + KEYS + ",\"Metadata\":{}}"),
            row(
                "the time as text",
                "{Record:{Keys:{pk:\"a\"},Metadata:{WriteTimestampMicros:\"7\"}}}",
                "{" + KEYS + ",\"Metadata\":{\"WriteTimestampMicros\":\"7\"}}"),
            row(
                "the time as an Ion int",
                "{Record:{Keys:{pk:\"a\"},Metadata:{WriteTimestampMicros:7}}}",
                "{" + KEYS + ",\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"7\"}}}"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () -> {
                      assertThat(json(row.line())).isEqualTo(row.expected());
                      scan(row.line());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> linesThatAreNot() {
    return Stream.of(
            row("no record", "{record:{}}", "no top-level field 'Record' at $"),
            row(
                "an item",
                "{Item:{pk:\"a\"}}",
                "an Ion 'Item' of a full export, and not a 'Record' of changes at $"),
            row(
                "DynamoDB JSON",
                "{\"Metadata\":{},\"Keys\":{\"pk\":{\"S\":\"a\"}}}",
                "no top-level field 'Record' at $"),
            row("two records", "{Record:{},Record:{}}", "two top-level fields 'Record' at $"),
            row("two lines in one", "{Record:{}} {Record:{}}", "more than one Ion value"),
            row("a record that is none", "{Record:[]}", "an Ion list and not a struct at $"),
            row("an annotated record", "{Record:x::{}}", "an Ion annotation that DynamoDB"),
            row("metadata that is text", "{Record:{Metadata:\"\"}}", "an Ion string and not a"),
            row(
                "an image that is a list",
                "{Record:{NewImage:[]}}",
                "an Ion list and not a struct at $.Record.NewImage"),
            row(
                "a value that is none",
                "{Record:{OldImage:{a:{b:x}}}}",
                "an Ion symbol, which is no type of DynamoDB at $.Record.OldImage.a.b"),
            row(
                "a time that is a timestamp",
                "{Record:{Metadata:{WriteTimestampMicros:2026-11-18T}}}",
                "an Ion timestamp, which is no time in microseconds at $"),
            row(
                "two times",
                "{Record:{Keys:{pk:\"a\"},Metadata:{WriteTimestampMicros:1.,WriteTimestampMicros:2.}}}",
                "two members 'WriteTimestampMicros' at $"),
            row("no keys", "{Record:{}}", "no top-level member 'Keys' at $"),
            row("keys twice", "{Record:{Keys:{pk:\"a\"},Keys:{pk:\"a\"}}}", "two members 'Keys'"),
            row(
                "an image of another key",
                "{Record:{Keys:{pk:\"a\"},NewImage:{pk:\"b\"}}}",
                "the key attribute 'pk' is another one in 'NewImage' than in 'Keys' at $"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThatThrownBy(() -> scan(row.line()))
                            .isInstanceOfAny(
                                MalformedIonException.class, MalformedRecordException.class)
                            .hasMessageStartingWith(row.expected())));
  }

  @Test
  void aReaderIsReusedAfterABadLine() throws Exception {
    IonChangeReader reader = new IonChangeReader(100);
    byte[] bad = "{Record:{NewImage:{a:[[x]]}}}".getBytes(StandardCharsets.US_ASCII);
    byte[] good = "{Record:{Keys:{pk:\"a\"}}}".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> reader.read(bad, 0, bad.length))
        .hasMessageEndingWith("$.Record.NewImage.a[0][0]");
    reader.read(good, 0, good.length);
    assertThat(new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8))
        .isEqualTo("{" + KEYS + "}");
    assertThatThrownBy(() -> reader.read(bad, 0, 1)).hasMessage("not valid Ion text at $");
  }

  private static String json(String line) throws MalformedIonException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    IonChangeReader reader = new IonChangeReader(1 << 20);
    reader.read(bytes, 0, bytes.length);
    return new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8);
  }

  private static void scan(String line) throws MalformedIonException, MalformedRecordException {
    byte[] json = json(line).getBytes(StandardCharsets.UTF_8);
    new ChangeScanner().scan(json, 0, json.length, new ChangeTape());
  }

  private record Row(String title, String line, String expected) {}

  private static Row row(String title, String line, String expected) {
    return new Row(title, line, expected);
  }
}
