package io.dynamodblake.spark.stream;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ShardPosition;
import io.dynamodblake.aws.StreamShards;
import io.dynamodblake.aws.TableStreams;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.spark.run.ChangeFile;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.scan.ScanShares;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Reads one stream from where it was read to before up to a time, all its shards in the order of
 * their lineage: those whose turn it is at the same time, spread over tasks, and then those that
 * continue them. Driver only.
 */
final class StreamRound {
  private final TableStreams streams;
  private final String stream;
  private final Optional<StreamGap> gap;
  private final Optional<Instant> coveredTo;
  private final Pauses pauses;
  private final StreamLineage lineage;
  private final Set<String> read = new HashSet<>();
  private final Set<String> fromHorizon = new HashSet<>();
  private final List<ChangeFile> files = new ArrayList<>();
  private ChangeCounts counts = ChangeCounts.NONE;
  private long pages;
  private int tasks;

  /**
   * What was read.
   *
   * @param shards what is known of the shards that there are now
   * @param shardsRead how many of them were read
   * @param tasks how many tasks have read them
   */
  record Result(
      Map<String, ShardState> shards,
      List<ChangeFile> files,
      ChangeCounts counts,
      long pages,
      int shardsRead,
      int tasks,
      Instant finishedAt) {
    /** The last time at which a change was written that was read; empty if nobody knows any. */
    Optional<Instant> lastWrite() {
      return shards.values().stream()
          .filter(shard -> !shard.position().isHorizon())
          .map(shard -> shard.position().writeTimeMicros())
          .max(Long::compare)
          .map(micros -> Instant.ofEpochSecond(micros / 1_000_000));
    }
  }

  /**
   * How a stream is read, and where to.
   *
   * @param until a shard whose records have come to this time is read far enough
   * @param keeps whether what is read is written, and not only passed
   * @param notes folder for the names of data files
   * @param fileBytes about the most bytes of a data file
   */
  record Order(
      AwsSettings settings,
      String userAgent,
      StreamPace pace,
      Instant until,
      boolean keeps,
      String dataFolder,
      String notes,
      long fileBytes,
      HadoopConfiguration hadoop,
      LiveReads.Counter counter) {}

  /**
   * @param checkpoint of this stream; empty if it is read for the first time
   * @param gap what to say of a gap after the checkpoint
   */
  StreamRound(
      TableStreams streams,
      String stream,
      Optional<StreamCheckpoint> checkpoint,
      StreamGap gap,
      Pauses pauses) {
    this.streams = streams;
    this.stream = stream;
    this.gap = checkpoint.map(there -> gap);
    this.coveredTo = checkpoint.map(StreamCheckpoint::coveredTo);
    this.pauses = pauses;
    this.lineage =
        new StreamLineage(
            checkpoint.map(StreamCheckpoint::shards).orElse(Map.of()), this.gap, isStale());
  }

  /** Whether the service may have deleted what was not read at the time of the checkpoint. */
  private boolean isStale() {
    Instant oldest = pauses.now().minus(ShardTask.RETENTION);
    return coveredTo.isPresent() && !coveredTo.get().isAfter(oldest);
  }

  /** Takes the shards that are closed for read, whatever is in them. */
  StreamRound passingClosed() {
    for (StreamShards.Shard shard : listed()) {
      if (shard.closed()) {
        lineage.update(ShardState.passedOver(shard));
      }
    }
    return this;
  }

  /** Reads. */
  Result run(JavaSparkContext context, Order order) {
    ShardTask task =
        new ShardTask(
            order.settings(),
            order.userAgent(),
            stream,
            order.pace(),
            order.until(),
            order.keeps(),
            gap.orElse(null),
            order.dataFolder(),
            order.notes(),
            order.fileBytes(),
            order.hadoop(),
            order.counter());
    int slots = ScanShares.slots(context);
    List<StreamShards.Shard> listed = listed();
    List<StreamShards.Shard> ready = lineage.next(listed, read);
    while (!ready.isEmpty()) {
      readAll(context, task, deal(ready, listed, slots));
      listed = listed();
      ready = lineage.next(listed, read);
    }
    Instant finishedAt = pauses.now();
    if (isStale() && !fromHorizon.isEmpty()) {
      throw gap.orElseThrow().tooLate(fromHorizon.iterator().next());
    }
    return new Result(lineage.known(listed), files, counts, pages, read.size(), tasks, finishedAt);
  }

  private List<StreamShards.Shard> listed() {
    return streams
        .shards(stream)
        .orElseThrow(
            () ->
                new AwsFailureException(
                    "Cannot list the shards of stream %s: it is not there any more; run again"
                        .formatted(stream)))
        .shards();
  }

  private List<List<ShardShare>> deal(
      List<StreamShards.Shard> ready, List<StreamShards.Shard> listed, int slots) {
    // the parent of another shard has an end, although it may not be said of it yet
    Set<String> parents =
        listed.stream().map(StreamShards.Shard::parent).collect(Collectors.toSet());
    int hands = Math.min(slots, ready.size());
    List<List<ShardShare>> dealt = new ArrayList<>();
    for (int i = 0; i < hands; i++) {
      dealt.add(new ArrayList<>());
    }
    for (int i = 0; i < ready.size(); i++) {
      StreamShards.Shard shard = ready.get(i);
      ShardPosition from = lineage.state(shard.id()).position();
      if (from.isHorizon()) {
        fromHorizon.add(shard.id());
      }
      dealt
          .get(i % hands)
          .add(new ShardShare(shard.id(), from, shard.closed() || parents.contains(shard.id())));
    }
    return dealt;
  }

  private void readAll(JavaSparkContext context, ShardTask task, List<List<ShardShare>> hands) {
    tasks += hands.size();
    List<byte[]> answers;
    try {
      answers =
          context
              .parallelize(hands, hands.size())
              .map(hand -> JavaBytes.of(task.run(hand)))
              .collect();
    } catch (Exception e) {
      throw SparkFailures.unwrapped(e);
    }
    for (byte[] answer : answers) {
      ReadShards shards = JavaBytes.to(ReadShards.class, answer);
      files.addAll(shards.files());
      counts = counts.plus(shards.counts());
      pages += shards.pages();
      for (ReadShards.Shard shard : shards.shards()) {
        read.add(shard.id());
        lineage.update(lineage.state(shard.id()).readTo(shard.position(), shard.ended()));
      }
    }
  }
}
