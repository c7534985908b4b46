package io.dynamodblake.spark.stream;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ShardPosition;
import io.dynamodblake.aws.ShardRecords;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.json.JsonChangeWriter;
import io.dynamodblake.spark.run.ChangeFiles;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.type.ChangeOrigin;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Reads some shards of a stream into data files, on an executor: in turn, because each may be read
 * only a few times a second. Not under a commit protocol: whether the files are part of the archive
 * is the driver's to decide.
 *
 * @param until a shard whose records have come to this time is read far enough
 * @param keeps whether what is read is written, and not only passed
 * @param gap what to say of a gap; null where nothing was read before, and there can be none
 */
record ShardTask(
    AwsSettings settings,
    String userAgent,
    String stream,
    StreamPace pace,
    Instant until,
    boolean keeps,
    StreamGap gap,
    String dataFolder,
    String notes,
    long fileBytes,
    HadoopConfiguration hadoop,
    LiveReads.Counter counter)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How long streams keep records. */
  static final Duration RETENTION = Duration.ofHours(24);

  private static final int MOST_RESTARTS = 5;
  private static final long MICROS = 1_000_000;

  /** A shard that is being read. */
  private final class Reading {
    final ShardShare share;
    final ShardRecords.Pages pages;
    Instant due;
    int emptyPages;
    int restarts;

    Reading(ShardShare share, ShardRecords records, Instant due) {
      this.share = share;
      this.pages = records.pages(stream, share.shard(), share.from());
      this.due = due;
    }
  }

  ReadShards run(List<ShardShare> shares) throws IOException {
    try (AwsClients clients = new AwsClients(settings, userAgent);
        ChangeFiles files = new ChangeFiles(hadoop.configuration(), dataFolder, notes, fileBytes)) {
      return read(new ShardRecords(clients, Pauses.REAL), shares, files, Pauses.REAL);
    }
  }

  private ReadShards read(
      ShardRecords records, List<ShardShare> shares, ChangeFiles files, Pauses pauses)
      throws IOException {
    PriorityQueue<Reading> readings =
        new PriorityQueue<>(Comparator.comparing((Reading reading) -> reading.due));
    for (ShardShare share : shares) {
      readings.add(new Reading(share, records, pauses.now()));
    }
    List<ReadShards.Shard> done = new ArrayList<>();
    JsonChangeWriter lines = new JsonChangeWriter();
    ChangeCounts.Counting counting = new ChangeCounts.Counting(lines);
    long pages = 0;
    while (!readings.isEmpty()) {
      Reading reading = readings.poll();
      await(reading, pauses);
      reading.due = pauses.now().plus(pace.between());
      lines.reset();
      ShardRecords.Page page = reading.pages.next(counting);
      pages++;
      if (keeps) {
        files.write(lines.bytes(), lines.length(), page.records());
      }
      counter.items(page.records());
      if (isRead(reading, page, pauses)) {
        done.add(
            new ReadShards.Shard(
                reading.share.shard(),
                reading.pages.position(),
                page.found() == ShardRecords.Found.END));
      } else {
        readings.add(reading);
      }
    }
    return ReadShards.of(
        done, files.finish(), keeps ? counting.counts() : ChangeCounts.NONE, pages);
  }

  private void await(Reading reading, Pauses pauses) {
    if (TaskContext.get().isInterrupted()) {
      throw new TaskKilledException("reading the stream was given up");
    }
    Duration left = Duration.between(pauses.now(), reading.due);
    if (left.isNegative() || left.isZero()) {
      return;
    }
    try {
      pauses.pause(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("reading the stream was given up");
    }
  }

  /** Whether a shard is read as far as it is wanted. */
  private boolean isRead(Reading reading, ShardRecords.Page page, Pauses pauses) {
    switch (page.found()) {
      case END -> {
        return true;
      }
      case GONE ->
          throw new AwsFailureException(
              "Cannot read shard %s of stream %s: it has vanished while it was read; run again, which finds out whether changes are missing"
                  .formatted(reading.share.shard(), stream));
      case TRIMMED -> restart(reading, pauses.now());
      case MORE -> {
        if (page.records() > 0) {
          reading.emptyPages = 0;
          reading.restarts = 0;
          return !reading.share.closed() && hasReached(reading.pages.position());
        }
        reading.emptyPages++;
        // one that is closed has an end to come to, however long that takes
        return !reading.share.closed() && reading.emptyPages >= pace.emptyPages();
      }
    }
    return false;
  }

  private boolean hasReached(ShardPosition position) {
    return position.writeTimeMicros() != ChangeOrigin.UNKNOWN_TIME
        && position.writeTimeMicros() >= until.getEpochSecond() * MICROS;
  }

  /**
   * The service has deleted the record behind which to go on. That is no loss if it was old enough
   * for that, and everything up to less than a day ago was read.
   */
  private void restart(Reading reading, Instant now) {
    ShardPosition last = reading.pages.position();
    Instant oldest = now.minus(RETENTION);
    boolean harmless =
        gap == null
            || last.isHorizon()
            || (gap.from().isAfter(oldest)
                && last.writeTimeMicros() < oldest.getEpochSecond() * MICROS);
    if (!harmless) {
      throw gap.trimmed(reading.share.shard());
    }
    reading.restarts++;
    if (reading.restarts > MOST_RESTARTS) {
      throw new AwsFailureException(
          "Cannot read shard %s of stream %s: its oldest records are deleted faster than they are read, %d times in a row; run again"
              .formatted(reading.share.shard(), stream, MOST_RESTARTS));
    }
    reading.pages.restart();
  }
}
