package io.dynamodblake.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.type.ChangeOrigin;
import io.dynamodblake.type.ItemWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonChangeWriterTest {
  private final JsonChangeWriter writer = new JsonChangeWriter();

  private String written() {
    return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
  }

  private static void item(ItemWriter writer, String name, String text) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] textBytes = text.getBytes(StandardCharsets.UTF_8);
    writer.beginItem();
    writer.name(nameBytes, 0, nameBytes.length);
    writer.text(textBytes, 0, textBytes.length);
    writer.endItem();
  }

  @Test
  void writesALineForEachChangeWithTheImagesThatItHas() {
    writer.beginChange(new ChangeOrigin(1731990000123456L, "21", "e1", "MODIFY", false));
    item(writer.keys(), "pk", "a");
    item(writer.newImage(), "pk", "a");
    item(writer.oldImage(), "pk", "a");
    writer.endChange();
    writer.beginChange(new ChangeOrigin(1731990000000000L, "22", "e2", "REMOVE", true));
    item(writer.keys(), "pk", "b");
    writer.endChange();

    assertThat(written())
        .isEqualTo(
            """
            {"Metadata":{"WriteTimestampMicros":{"N":"1731990000123456"},"SequenceNumber":"21","EventId":"e1","EventName":"MODIFY"},"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"}},"OldImage":{"pk":{"S":"a"}}}
            {"Metadata":{"WriteTimestampMicros":{"N":"1731990000000000"},"SequenceNumber":"22","EventId":"e2","EventName":"REMOVE","Ttl":true},"Keys":{"pk":{"S":"b"}}}
            """);
  }

  @Test
  void aTimeThatNobodyKnowsIsLeftOutAndTextsAreEscaped() {
    writer.beginChange(new ChangeOrigin(ChangeOrigin.UNKNOWN_TIME, "23", "e\"3", "INSERT", false));
    item(writer.keys(), "p\"k", "a\n");
    writer.endChange();

    assertThat(written())
        .isEqualTo(
            "{\"Metadata\":{\"SequenceNumber\":\"23\",\"EventId\":\"e\\\"3\",\"EventName\":\"INSERT\"},"
                + "\"Keys\":{\"p\\\"k\":{\"S\":\"a\\n\"}}}\n");
  }

  @Test
  void imagesThatAreDynamoDbJsonAlreadyAreWrittenAsTheyAre() {
    writer.beginChange(ChangeOrigin.UNKNOWN);
    writer.keys("{\"pk\":{\"N\":\"1\"}}".getBytes(StandardCharsets.UTF_8));
    writer.newImage("{\"pk\":{\"N\":\"1\"},\"a\":{\"S\":\"ü\"}}".getBytes(StandardCharsets.UTF_8));
    writer.oldImage("{\"pk\":{\"N\":\"1.0\"}}".getBytes(StandardCharsets.UTF_8));
    writer.endChange();

    assertThat(written())
        .isEqualTo(
            """
            {"Metadata":{},"Keys":{"pk":{"N":"1"}},"NewImage":{"pk":{"N":"1"},"a":{"S":"ü"}},"OldImage":{"pk":{"N":"1.0"}}}
            """);
  }
}
