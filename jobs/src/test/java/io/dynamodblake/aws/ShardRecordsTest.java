package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.aws.ShardRecords.Found;
import io.dynamodblake.aws.ShardRecords.Page;
import io.dynamodblake.json.JsonChangeWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;

class ShardRecordsTest {
  private static final String STREAM = FakeDynamoDb.TABLE + "/stream/2026-11-01T00:00:00.000";

  private final FakeStreams service = new FakeStreams();
  private final FakePauses pauses = new FakePauses();
  private final JsonChangeWriter writer = new JsonChangeWriter();

  private ShardRecords.Pages pages(ShardPosition from) {
    return new ShardRecords(service, "eu-west-1", pauses).pages(STREAM, "shard-1", from);
  }

  private static ShardPosition after(String sequenceNumber) {
    return new ShardPosition(sequenceNumber, 1);
  }

  private static Record.Builder record(String event, int sequenceNumber) {
    return Record.builder()
        .eventID("event-" + sequenceNumber)
        .eventName(event)
        .dynamodb(
            change -> {
              change
                  .approximateCreationDateTime(Instant.ofEpochSecond(1731990000))
                  .keys(Map.of("pk", AttributeValue.fromS("k")))
                  .sequenceNumber("0000" + sequenceNumber);
              if (!event.equals("REMOVE")) {
                change.newImage(Map.of("pk", AttributeValue.fromS("k")));
              }
            });
  }

  private static GetRecordsResponse page(boolean more, int... sequenceNumbers) {
    return GetRecordsResponse.builder()
        .records(
            java.util.Arrays.stream(sequenceNumbers)
                .mapToObj(number -> record("INSERT", number).build())
                .toList())
        .nextShardIterator(more ? "next" : null)
        .build();
  }

  private List<String> written() {
    String lines = new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
    return lines.lines().map(line -> line.replaceAll(".*event-(\\d+).*", "$1")).toList();
  }

  private Stream<String> opened() {
    return service.asked(GetShardIteratorRequest.class).stream()
        .map(
            request ->
                request.shardIteratorTypeAsString()
                    + (request.sequenceNumber() == null ? "" : " " + request.sequenceNumber()));
  }

  @Test
  void emptyPagesAreNotTheEndAndTheLastPageMayHoldRecords() {
    service.then(page(true)).then(page(true, 11)).then(page(true)).then(page(false, 12));
    ShardRecords.Pages pages = pages(ShardPosition.HORIZON);

    assertThat(Stream.generate(() -> pages.next(writer)).limit(4))
        .containsExactly(
            new Page(Found.MORE, 0),
            new Page(Found.MORE, 1),
            new Page(Found.MORE, 0),
            new Page(Found.END, 1));
    assertThat(written()).containsExactly("11", "12");
    assertThat(opened()).containsExactly("TRIM_HORIZON");
    assertThat(pages.position()).isEqualTo(new ShardPosition("000012", 1731990000000000L));
    assertThat(service.asked(GetRecordsRequest.class))
        .extracting(GetRecordsRequest::shardIterator)
        .containsExactly("iterator", "next", "next", "next");
  }

  @Test
  void anExpiredIteratorIsAskedForAgainAfterTheLastRecord() {
    service
        .failing(ExpiredIteratorException.builder().build())
        .then(page(true, 11))
        .failing(ExpiredIteratorException.builder().build())
        .then(page(false, 12));
    ShardRecords.Pages pages = pages(after("000010"));

    pages.next(writer);
    Page last = pages.next(writer);

    assertThat(last).isEqualTo(new Page(Found.END, 1));
    assertThat(written()).containsExactly("11", "12");
    assertThat(opened())
        .containsExactly(
            "AFTER_SEQUENCE_NUMBER 000010",
            "AFTER_SEQUENCE_NUMBER 000010",
            "AFTER_SEQUENCE_NUMBER 000011");
  }

  @Test
  void iteratorsThatExpireAtOnceAreGivenUpAtLast() {
    for (int i = 0; i < 10; i++) {
      service.failing(ExpiredIteratorException.builder().build());
    }

    assertThatThrownBy(() -> pages(ShardPosition.HORIZON).next(writer))
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot read shard shard-1 of stream %s: its iterators expire at once, 10 times in a row; set the clock of this machine, or try again later"
                .formatted(STREAM));
  }

  @Test
  void waitsWhereAShardIsReadTooOften() {
    service
        .failing(FakePauses.error(400, "LimitExceededException", "rate"))
        .failing(FakePauses.throttled())
        .failing(FakePauses.error(500, "InternalServerError", "oh"))
        .then(page(true, 11));

    assertThat(pages(ShardPosition.HORIZON).next(writer)).isEqualTo(new Page(Found.MORE, 1));
    assertThat(pauses.passed()).isPositive();
  }

  @Test
  void trimmedRecordsAndMissingShardsAreToldFromTheEnd() {
    service
        .failing(TrimmedDataAccessException.builder().build())
        .failing(ResourceNotFoundException.builder().build());
    ShardRecords.Pages pages = pages(after("000010"));

    assertThat(pages.next(writer)).isEqualTo(new Page(Found.TRIMMED, 0));
    assertThat(pages.next(writer)).isEqualTo(new Page(Found.GONE, 0));
    service.notOpening(TrimmedDataAccessException.builder().build());
    assertThat(pages.next(writer)).isEqualTo(new Page(Found.TRIMMED, 0));
    service.notOpening(ResourceNotFoundException.builder().build());
    assertThat(pages.next(writer)).isEqualTo(new Page(Found.GONE, 0));
  }

  @Test
  void goesOnWithWhatIsLeftAndSkipsWhatItHasRead() {
    service.failing(TrimmedDataAccessException.builder().build());
    ShardRecords.Pages pages = pages(after("000010"));
    pages.next(writer);
    service.then(page(true, 9, 10)).then(page(true, 11));

    pages.restart();

    assertThat(pages.next(writer)).isEqualTo(new Page(Found.MORE, 0));
    assertThat(pages.next(writer)).isEqualTo(new Page(Found.MORE, 1));
    assertThat(written()).containsExactly("11");
    assertThat(opened()).containsExactly("AFTER_SEQUENCE_NUMBER 000010", "TRIM_HORIZON");
    assertThat(service.asked(GetShardIteratorRequest.class).get(1).shardIteratorType())
        .isEqualTo(ShardIteratorType.TRIM_HORIZON);
  }

  @Test
  void marksWhatTimeToLiveHasRemoved() {
    service.then(
        GetRecordsResponse.builder()
            .records(
                record("REMOVE", 11)
                    .userIdentity(
                        identity -> identity.type("Service").principalId("dynamodb.amazonaws.com"))
                    .build(),
                record("REMOVE", 12).build())
            .build());

    pages(ShardPosition.HORIZON).next(writer);

    assertThat(
            new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8).lines().toList())
        .satisfiesExactly(
            expired -> assertThat(expired).contains("\"EventName\":\"REMOVE\",\"Ttl\":true}"),
            deleted -> assertThat(deleted).doesNotContain("Ttl"));
  }

  @Test
  void aRecordWithoutTheImageThatItMustHaveIsRefused() {
    service.then(
        GetRecordsResponse.builder()
            .records(
                record("MODIFY", 11)
                    .dynamodb(
                        change ->
                            change
                                .keys(Map.of("pk", AttributeValue.fromS("k")))
                                .sequenceNumber("000011"))
                    .build())
            .build());

    assertThatThrownBy(() -> pages(ShardPosition.HORIZON).next(writer))
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot read shard shard-1 of stream %s: record 000011 is MODIFY and has no new image, as records of another view have"
                .formatted(STREAM));
  }

  @Test
  void aShardThatMayNotBeOpenedIsAFailureAndNotAnEnd() {
    service.notOpening(FakePauses.error(400, "AccessDeniedException", "no"));

    assertThatThrownBy(() -> pages(ShardPosition.HORIZON).next(writer))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("Cannot open shard shard-1")
        .hasMessageContaining("no permission for dynamodb:GetShardIterator");
  }
}
