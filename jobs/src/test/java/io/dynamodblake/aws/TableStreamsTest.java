package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.aws.StreamShards.Shard;
import io.dynamodblake.conf.UsageException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

class TableStreamsTest {
  private static final String STREAM = FakeDynamoDb.TABLE + "/stream/2026-11-01T00:00:00.000";

  private final FakeDynamoDb tables = new FakeDynamoDb();
  private final FakeStreams service = new FakeStreams();
  private final TableStreams streams =
      new TableStreams(tables, service, "eu-west-1", new FakePauses());

  private void table(Consumer<TableDescription.Builder> change) {
    TableDescription.Builder table =
        TableDescription.builder()
            .tableName("Orders")
            .tableArn(FakeDynamoDb.TABLE)
            .tableId("id-1")
            .tableStatus(TableStatus.ACTIVE)
            .attributeDefinitions(
                AttributeDefinition.builder().attributeName("pk").attributeType("S").build())
            .keySchema(
                KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build());
    change.accept(table);
    tables.then(DescribeTableResponse.builder().table(table.build()).build());
  }

  private static Consumer<TableDescription.Builder> withStream(String view) {
    return table ->
        table
            .latestStreamArn(STREAM)
            .streamSpecification(stream -> stream.streamEnabled(true).streamViewType(view));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"})
  void takesStreamsThatSayWhatItemsBecame(String view) {
    table(withStream(view));

    assertThat(streams.stream("Orders"))
        .extracting(LiveStream::arn, LiveStream::view)
        .containsExactly(STREAM, view);
  }

  @ParameterizedTest
  @ValueSource(strings = {"KEYS_ONLY", "OLD_IMAGE"})
  void refusesStreamsFromWhichNobodyCanTellWhatItemsBecame(String view) {
    table(withStream(view));

    assertThatThrownBy(() -> streams.stream("Orders"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "its view is %s, which does not say what items became".formatted(view))
        .hasMessageContaining("--stream-specification StreamEnabled=false")
        .hasMessageEndingWith(
            "--stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES");
  }

  @Test
  void saysHowToSwitchOnAStreamThatIsOff() {
    // one that was switched off is still there for a day
    table(table -> table.latestStreamArn(STREAM));

    assertThatThrownBy(() -> streams.stream("Orders"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read the stream of table Orders: it is off; switch it on with: aws dynamodb update-table --table-name Orders"
                + " --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES");
  }

  private static DescribeStreamResponse page(String last, String... shards) {
    return DescribeStreamResponse.builder()
        .streamDescription(
            stream ->
                stream
                    .streamStatus(StreamStatus.DISABLED)
                    .creationRequestDateTime(FakePauses.BEGIN)
                    .lastEvaluatedShardId(last)
                    .shards(
                        java.util.Arrays.stream(shards)
                            .map(
                                id ->
                                    software.amazon.awssdk.services.dynamodb.model.Shard.builder()
                                        .shardId(id)
                                        .parentShardId(id.equals("a") ? null : "a")
                                        .sequenceNumberRange(
                                            range ->
                                                range.endingSequenceNumber(
                                                    id.equals("a") ? "9" : null))
                                        .build())
                            .toList()))
        .build();
  }

  @Test
  void listsTheShardsOfAllPages() {
    service.then(page("b", "a", "b")).failing(FakePauses.throttled()).then(page(null, "c"));

    StreamShards shards = streams.shards(STREAM).orElseThrow();

    assertThat(shards.shards())
        .containsExactly(
            new Shard("a", "", true), new Shard("b", "a", false), new Shard("c", "a", false));
    assertThat(shards.on()).isFalse();
    assertThat(shards.createdAt()).isEqualTo(FakePauses.BEGIN);
    assertThat(service.asked(DescribeStreamRequest.class))
        .extracting(DescribeStreamRequest::exclusiveStartShardId)
        .containsExactly(null, "b", "b");
  }

  @Test
  void aStreamThatIsGoneHasNoShards() {
    service.failing(ResourceNotFoundException.builder().build());

    assertThat(streams.shards(STREAM)).isEmpty();
  }
}
