package io.dynamodblake.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What records of archives are, in the forms in which they are met. */
class StreamRecordScannerTest {
  private static final String LAMBDA =
      """
      {"eventID":"7de3041dd709b024af6f29e4fa13d34c","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-west-1","dynamodb":{"ApproximateCreationDateTime":1731990000,"Keys":{"pk":{"S":"CUST#2"}},"OldImage":{"pk":{"S":"CUST#2"},"n":{"N":"1"}},"NewImage":{"pk":{"S":"CUST#2"},"n":{"N":"2"}},"SequenceNumber":"13021600000000001596893679","SizeBytes":112,"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-01T00:00:00.000"}\
      """;
  private static final String KINESIS =
      """
      {"awsRegion":"eu-west-1","eventID":"5a88419c-468a-4ac4-8bad-7f832caf7345","eventName":"INSERT","userIdentity":null,"recordFormat":"application/json","tableName":"orders","dynamodb":{"ApproximateCreationDateTime":1731990000123456,"Keys":{"pk":{"S":"CUST#9"}},"NewImage":{"pk":{"S":"CUST#9"},"n":{"N":"1"}},"SizeBytes":34,"ApproximateCreationDateTimePrecision":"MICROSECOND"},"eventSource":"aws:dynamodb"}\
      """;

  private final StreamRecord record = new StreamRecord();

  private List<String> read(String document) throws MalformedRecordException {
    return read(document, false);
  }

  private List<String> read(String document, boolean onlyPlain) throws MalformedRecordException {
    StreamRecordScanner scanner = new StreamRecordScanner(PlainFields.TUTORIAL, onlyPlain);
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    scanner.begin(bytes, 0, bytes.length);
    List<String> found = new ArrayList<>();
    while (scanner.next(record)) {
      found.add(record.form() + (record.change().hasNewImage() ? " " + image() : ""));
    }
    return found;
  }

  private String image() {
    ItemTape tape = record.change().newImage();
    int item = tape.item();
    return new String(
            tape.line(),
            tape.rawStart(item),
            tape.rawEnd(item) - tape.rawStart(item),
            StandardCharsets.UTF_8)
        .replace(" ", "");
  }

  private Instant time() {
    long micros = record.change().writeTimeMicros();
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }

  @Test
  void aRecordOfLambdaHasImagesNumberTimeAndStream() throws MalformedRecordException {
    assertThat(read(LAMBDA))
        .containsExactly("STREAMS {\"pk\":{\"S\":\"CUST#2\"},\"n\":{\"N\":\"2\"}}");
    assertThat(record.change().hasOldImage()).isTrue();
    assertThat(new String(record.change().sequence(), StandardCharsets.ISO_8859_1))
        .isEqualTo("\u001a13021600000000001596893679");
    assertThat(time()).isEqualTo("2024-11-19T04:20:00Z");
    assertThat(record.stream()).endsWith("table/orders/stream/2026-11-01T00:00:00.000");
    assertThat(record.view()).isEqualTo(StreamRecord.View.NEW_AND_OLD_IMAGES);
    assertThat(record.change().expired()).isFalse();
  }

  @Test
  void wholeEventsAndDumpsOfTheSdkHaveTheSameRecords() throws MalformedRecordException {
    assertThat(read("{\"Records\":[" + LAMBDA + " , " + LAMBDA + "]}")).hasSize(2);
    assertThat(read("{\"Records\":[]}")).isEmpty();
    String pascal =
        LAMBDA
            .replace("\"event", "\"Event")
            .replace("\"dynamodb\":", "\"Dynamodb\":")
            .replace("eventSourceARN", "EventSourceArn")
            .replace("}", "}");
    assertThat(read(pascal)).hasSize(1);
    assertThat(record.change().sequence()).isNotNull();
    String expired =
        LAMBDA
            .replace("MODIFY", "REMOVE")
            .replaceAll("\"NewImage\":\\{[^}]*\\},[^}]*\\}\\},", "")
            .replace(
                "\"awsRegion\"",
                "\"UserIdentity\":{\"PrincipalId\":\"dynamodb.amazonaws.com\",\"Type\":\"Service\"},\"awsRegion\"");
    assertThat(read(expired)).containsExactly("STREAMS");
    assertThat(record.change().expired()).isTrue();
  }

  @Test
  void theCondensedFormHasEverythingAtItsTop() throws MalformedRecordException {
    assertThat(
            read(
                "{\"Keys\":{\"pk\":{\"S\":\"a\"}},\"NewImage\":{\"pk\":{\"S\":\"a\"},\"b\":{\"B\":\"EgIIew==\"}},"
                    + "\"SequenceNumber\":\"4421584500000000017450439091\",\"SizeBytes\":26,\"eventName\":\"INSERT\","
                    + "\"ApproximateCreationDateTime\":1731990000}"))
        .containsExactly("STREAMS {\"pk\":{\"S\":\"a\"},\"b\":{\"B\":\"EgIIew==\"}}");
  }

  @Test
  void aRecordOfKinesisHasATimeAndBytesInBase64Twice() throws MalformedRecordException {
    assertThat(read(KINESIS))
        .containsExactly("KINESIS {\"pk\":{\"S\":\"CUST#9\"},\"n\":{\"N\":\"1\"}}");
    assertThat(time()).isEqualTo("2024-11-19T04:20:00.123456Z");
    assertThat(record.table()).isEqualTo("orders");
    assertThat(record.eventId()).isEqualTo("5a88419c-468a-4ac4-8bad-7f832caf7345");

    String bytes = "\"b\":{\"B\":\"RWdJSWV3PT0=\"},\"s\":{\"BS\":[\"RWdJSWV3PT0=\"]}";
    String nested =
        bytes + ",\"m\":{\"M\":{\"l\":{\"L\":[{\"B\":\"RWdJSWV3PT0\\u003d\"},{\"B\":\"\"}]}}}";
    assertThat(read(KINESIS.replace("\"n\":{\"N\":\"1\"}", nested)))
        .containsExactly(
            "KINESIS {\"pk\":{\"S\":\"CUST#9\"},\"b\":{\"B\":\"EgIIew==\"},\"s\":{\"BS\":[\"EgIIew==\"]},"
                + "\"m\":{\"M\":{\"l\":{\"L\":[{\"B\":\"EgIIew==\"},{\"B\":\"\"}]}}}}");
    assertThat(record.eventId()).isEqualTo("5a88419c-468a-4ac4-8bad-7f832caf7345");
    assertThat(time()).isEqualTo("2024-11-19T04:20:00.123456Z");
  }

  @Test
  void anEventOfLambdaMayHoldRecordsOfKinesis() throws MalformedRecordException {
    String data = Base64.getEncoder().encodeToString(KINESIS.getBytes(StandardCharsets.UTF_8));
    String event =
        "{\"Records\":[{\"kinesis\":{\"partitionKey\":\"x\",\"data\":\"%s\"},\"eventSource\":\"aws:kinesis\"}]}"
            .formatted(data);

    assertThat(read(event))
        .containsExactly("KINESIS {\"pk\":{\"S\":\"CUST#9\"},\"n\":{\"N\":\"1\"}}");
  }

  @ParameterizedTest
  @CsvSource({
    "1731990000, '', 2024-11-19T04:20:00Z",
    "1568013979.0, '', 2019-09-09T07:26:19Z",
    "1.731990000E9, '', 2024-11-19T04:20:00Z",
    "1646157866523, '', 2022-03-01T18:04:26.523Z",
    "1646157866523, MILLISECOND, 2022-03-01T18:04:26.523Z",
    "1646157866523123, '', 2022-03-01T18:04:26.523123Z",
    "\"2020-04-28T03:26:10.000Z\", '', 2020-04-28T03:26:10Z",
    "\"1731990000\", '', 2024-11-19T04:20:00Z"
  })
  void timesAreOfTheUnitThatTheRecordOrTheirSizeTells(String time, String unit, Instant is)
      throws MalformedRecordException {
    String precision =
        unit.isEmpty() ? "" : ",\"ApproximateCreationDateTimePrecision\":\"" + unit + "\"";
    read(LAMBDA.replace("1731990000,", time + precision + ","));

    assertThat(time()).isEqualTo(is);
  }

  @Test
  void plainRecordsAreToldAndNotRead() throws MalformedRecordException {
    String plain =
        "{\"eventName\":\"MODIFY\",\"timestamp\":1731990000,\"keys\":{\"pk\":\"A\"},\"newImage\":{\"pk\":\"A\"},\"oldImage\":null}";
    assertThat(read(plain)).containsExactly("PLAIN");
    assertThat(read("{\"op\":\"x\",\"Keys\":{\"pk\":\"A\"}}", true)).containsExactly("PLAIN");
  }

  @Test
  void whatIsNoRecordIsSaidToBeNone() {
    refused("{}", "no key, neither below 'dynamodb' nor at the top");
    refused(
        LAMBDA.replace("13021600000000001596893679", "x"),
        "'SequenceNumber' is not a text of digits");
    refused(
        LAMBDA.replace("1731990000,", "\"soon\","), "'ApproximateCreationDateTime' is not a time");
    refused(
        LAMBDA.replace("\"ApproximateCreationDateTime\":1731990000,", ""),
        "no 'ApproximateCreationDateTime'");
    refused(
        LAMBDA.replace("MODIFY", "UPSERT"), "'eventName' is neither INSERT nor MODIFY nor REMOVE");
    refused(LAMBDA.replace("MODIFY", "REMOVE"), "a new image of what was removed");
    refused(
        LAMBDA.replace(
            "\"NewImage\":{\"pk\":{\"S\":\"CUST#2\"}", "\"NewImage\":{\"pk\":{\"S\":\"CUST#3\"}"),
        "is another one in 'NewImage'");
    refused(
        LAMBDA.replace("{\"eventID\"", "{\"dynamodb\":{},\"eventID\""), "two members 'dynamodb'");
    refused(KINESIS.replace("{\"N\":\"1\"}", "{\"B\":\"EgIIew==\"}"), "in base64 once");
    refused(
        "{\"attemptsMade\":4,\"errorCode\":\"x\",\"rawData\":\"e30=\"}",
        "what Firehose could not deliver");
  }

  private void refused(String document, String reason) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining(reason);
  }
}
