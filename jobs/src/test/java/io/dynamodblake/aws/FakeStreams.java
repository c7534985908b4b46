package io.dynamodblake.aws;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Streams that say what a test has put into them, one answer after the other. An iterator is there
 * whenever it is asked for, unless something else is to be said.
 */
final class FakeStreams implements DynamoDbStreamsClient {
  final List<Object> requests = new ArrayList<>();
  private final Deque<Supplier<?>> answers = new ArrayDeque<>();
  private final Deque<RuntimeException> notOpened = new ArrayDeque<>();

  FakeStreams then(Object answer) {
    answers.add(() -> answer);
    return this;
  }

  FakeStreams failing(RuntimeException failure) {
    answers.add(
        () -> {
          throw failure;
        });
    return this;
  }

  FakeStreams notOpening(RuntimeException failure) {
    notOpened.add(failure);
    return this;
  }

  <T> List<T> asked(Class<T> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    requests.add(request);
    return (DescribeStreamResponse) answers.remove().get();
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    requests.add(request);
    if (!notOpened.isEmpty()) {
      throw notOpened.remove();
    }
    return GetShardIteratorResponse.builder().shardIterator("iterator").build();
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    requests.add(request);
    return (GetRecordsResponse) answers.remove().get();
  }

  @Override
  public String serviceName() {
    return "dynamodb";
  }

  @Override
  public void close() {}
}
