package io.dynamodblake.lake.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.json.PlainFields;
import io.dynamodblake.json.StreamRecord;
import io.dynamodblake.json.StreamRecordScanner;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What plain values were in DynamoDB, by the columns of a table, and what they have lost. */
class PlainRecordsTest {
  private static final ValueMapping TEXT = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
  private static final ValueMapping NUMBER =
      ValueMapping.Scalar.of(Descriptor.N, LakeType.decimal(38, 2));
  private static final ValueMapping BYTES = ValueMapping.Scalar.of(Descriptor.B, LakeType.BINARY);
  private static final TableSchema SCHEMA =
      new TableSchema(
          "orders",
          List.of(new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.N)),
          List.of(
              Column.of("pk", "pk", TEXT),
              Column.of("sk", "sk", NUMBER),
              Column.of("t", "t", TEXT),
              Column.of("n", "n", NUMBER),
              Column.of("b", "b", BYTES),
              Column.of("ss", "ss", new ValueMapping.Sequence(Descriptor.SS, TEXT)),
              Column.of("ns", "ns", new ValueMapping.Sequence(Descriptor.NS, NUMBER)),
              Column.of("bs", "bs", new ValueMapping.Sequence(Descriptor.BS, BYTES)),
              Column.of("l", "l", new ValueMapping.Sequence(Descriptor.L, NUMBER)),
              Column.of(
                  "m",
                  "m",
                  new ValueMapping.Struct(
                      List.of(
                          new ValueMapping.Field("n", "n", NUMBER),
                          new ValueMapping.Field(
                              "ss", "ss", new ValueMapping.Sequence(Descriptor.SS, TEXT)))))));

  private final PlainRecords records = new PlainRecords(SCHEMA, PlainFields.TUTORIAL);

  private ChangeTape read(String document) throws MalformedRecordException {
    StreamRecordScanner scanner = new StreamRecordScanner(PlainFields.TUTORIAL, false);
    StreamRecord record = new StreamRecord();
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    scanner.begin(bytes, 0, bytes.length);
    assertThat(scanner.next(record)).isTrue();
    assertThat(record.form()).isEqualTo(StreamRecord.Form.PLAIN);
    return records.read(record);
  }

  private String image(String attribute) throws MalformedRecordException {
    ChangeTape change =
        read(
            "{\"eventName\":\"MODIFY\",\"timestamp\":1731990000,\"keys\":{\"pk\":\"A\",\"sk\":1},\"newImage\":{\"pk\":\"A\",\"sk\":1,%s}}"
                .formatted(attribute));
    ItemTape tape = change.newImage();
    int node = tape.next(tape.next(tape.firstChild(tape.item())));
    return new String(
        tape.line(),
        tape.rawStart(node),
        tape.rawEnd(node) - tape.rawStart(node),
        StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"t\":\"x\" | {\"S\":\"x\"}",
        "\"t\":null | {\"NULL\":true}",
        "\"t\":true | {\"BOOL\":true}",
        "\"n\":99.99 | {\"N\":\"99.99\"}",
        "\"n\":5.0 | {\"N\":\"5\"}",
        "\"n\":\"12345678901234567890.5\" | {\"N\":\"12345678901234567890.5\"}",
        "\"n\":{\"value\":\"9007199254740993\"} | {\"N\":\"9007199254740993\"}",
        "\"b\":\"AAE=\" | {\"B\":\"AAE=\"}",
        "\"b\":{\"type\":\"Buffer\",\"data\":[65,65,69,61]} | {\"B\":\"AAE=\"}",
        "\"b\":{\"type\":\"Buffer\",\"data\":[0,1]} | {\"B\":\"AAE=\"}",
        "\"ss\":[\"a\",\"b\"] | {\"SS\":[\"a\",\"b\"]}",
        "\"ns\":[1,\"2.5\"] | {\"NS\":[\"1\",\"2.5\"]}",
        "\"bs\":[{\"type\":\"Buffer\",\"data\":[65,65,69,61]}] | {\"BS\":[\"AAE=\"]}",
        "\"ss\":[1] | {\"L\":[{\"N\":\"1\"}]}",
        "\"l\":[1,\"x\",[]] | {\"L\":[{\"N\":\"1\"},{\"S\":\"x\"},{\"L\":[]}]}",
        "\"m\":{\"n\":1,\"ss\":[\"a\"],\"o\":[\"a\"]} | {\"M\":{\"n\":{\"N\":\"1\"},\"ss\":{\"SS\":[\"a\"]},\"o\":{\"L\":[{\"S\":\"a\"}]}}}",
        "\"m\":{} | {\"M\":{}}"
      })
  void valuesAreWhatTheColumnsSay(String plain, String typed) throws MalformedRecordException {
    assertThat(image(plain)).isEqualTo(typed);
    assertThat(records.lossy()).isFalse();
    assertThat(records.losses()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"ss\":{} | sets of which nothing is left",
        "\"m\":{\"ss\":{}} | sets of which nothing is left",
        "\"ss\":\"{'b', 'a'}\" | sets of which only a text is left",
        "\"n\":{} | values of which nothing is left",
        "\"n\":9007199254740992 | numbers with more digits than plain JSON keeps",
        "\"n\":12345678901234567000 | numbers with more digits than plain JSON keeps",
        "\"n\":1.2345678901234568e+37 | numbers with more digits than plain JSON keeps",
        "\"n\":1e+125 | numbers with more digits than plain JSON keeps"
      })
  void whatIsLostIsSeen(String plain, String loss) throws MalformedRecordException {
    image(plain);

    assertThat(records.lossy()).isTrue();
    assertThat(records.losses()).containsExactly(loss);
  }

  @Test
  void anAttributeWithoutAColumnIsCountedAndWhatAnOldImageHasLostHarmsNothing()
      throws MalformedRecordException {
    assertThat(image("\"new\":[\"a\"]")).isEqualTo("{\"L\":[{\"S\":\"a\"}]}");
    assertThat(records.losses())
        .containsExactly("attributes that the lake table has no column for");

    ChangeTape change =
        read(
            "{\"eventName\":\"REMOVE\",\"timestamp\":\"2026-11-18T03:20:00Z\",\"keys\":{\"pk\":\"A\",\"sk\":1},\"newImage\":null,\"oldImage\":{\"pk\":\"A\",\"sk\":1,\"ss\":{}}}");
    assertThat(records.lossy()).isFalse();
    assertThat(change.hasOldImage()).isTrue();
    assertThat(change.writeTimeMicros()).isEqualTo(1_794_972_000_000_000L);
  }

  @Test
  void keysAreTakenFromAnImageWhereTheyStandNowhereElse() throws MalformedRecordException {
    ChangeTape change =
        read(
            "{\"eventName\":\"INSERT\",\"timestamp\":1731990000,\"newImage\":{\"pk\":\"A\",\"sk\":\"7\",\"t\":\"x\"}}");

    assertThat(change.keys().childCount(change.keys().item())).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"eventName\":\"MODIFY\",\"timestamp\":1,\"keys\":{\"pk\":\"A\",\"sk\":1} | no new image",
        "\"eventName\":\"REMOVE\",\"timestamp\":1,\"keys\":{\"pk\":\"A\",\"sk\":1},\"newImage\":{} | a new image of what was removed",
        "\"eventName\":\"UPSERT\",\"timestamp\":1,\"keys\":{\"pk\":\"A\",\"sk\":1} | 'eventName' is neither INSERT nor MODIFY nor REMOVE",
        "\"eventName\":\"REMOVE\",\"timestamp\":\"soon\",\"keys\":{\"pk\":\"A\",\"sk\":1} | 'timestamp' is not a time",
        "\"eventName\":\"REMOVE\",\"timestamp\":1,\"keys\":{\"pk\":\"A\"} | no key attribute",
        "\"eventName\":\"REMOVE\",\"timestamp\":1,\"keys\":{\"pk\":\"A\",\"sk\":9007199254740993} | a key attribute is no N, or has lost digits",
        "\"eventName\":\"REMOVE\",\"timestamp\":1,\"keys\":{\"pk\":5,\"sk\":1} | a key attribute is no S, or has lost digits",
        "\"eventName\":\"REMOVE\",\"timestamp\":1,\"keys\":[1] | 'keys' is not an object"
      })
  void whatIsNoRecordIsSaidToBeNone(String members, String reason) {
    assertThatThrownBy(() -> read("{" + members + "}"))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining(reason);
  }
}
