package io.dynamodblake.spark.stream;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LiveStream;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.StreamShards;
import io.dynamodblake.aws.TableStreams;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.RunId;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.run.ChangeFile;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the stream of a table from the last checkpoint to now, into the layout of an incremental
 * export. Driver only; for one run.
 */
public final class StreamJob {
  private static final long FILE_BYTES = 64L << 20;
  private static final Duration MOST_AHEAD = Duration.ofMinutes(1);

  private final TableStreams streams;
  private final AwsSettings settings;
  private final String userAgent;
  private final LiveStream stream;
  private final StreamFolder folder;
  private final Configuration configuration;
  private final boolean fromLatest;
  private final StreamPace pace;
  private final Pauses pauses;
  private final Instant startedAt;
  private volatile boolean committed;

  /**
   * @param settings with the region
   * @param userAgent what the service's logs call us
   * @param to prefix of the archive, as of exports
   * @param fromLatest whether an archive that is new begins with the present
   * @param pauses the time of the driver
   */
  public StreamJob(
      SparkSession spark,
      TableStreams streams,
      AwsSettings settings,
      String userAgent,
      LiveStream stream,
      String to,
      boolean fromLatest,
      StreamPace pace,
      Pauses pauses)
      throws IOException {
    this.streams = streams;
    this.settings = settings;
    this.userAgent = userAgent;
    this.stream = stream;
    this.fromLatest = fromLatest;
    this.pace = pace;
    this.pauses = pauses;
    this.configuration = spark.sessionState().newHadoopConf();
    WriteSessions.fileSystemsFor(new LakeFiles(configuration).qualify(to))
        .forEach(configuration::set);
    this.folder = new StreamFolder(configuration, to, stream.table().name());
    this.startedAt = pauses.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Returns whether what this run has read is part of the archive, whatever becomes of it now. */
  public boolean isCommitted() {
    return committed;
  }

  /**
   * Reads what is left to read.
   *
   * @throws ExportFormatException if changes are missing between the checkpoint and what there
   *     still is, or another run was faster
   */
  public StreamReport run(SparkSession spark, ReadProgress progress) throws IOException {
    return RunJobs.during(spark, () -> read(spark, progress));
  }

  private StreamReport read(SparkSession spark, ReadProgress progress) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    if (context.getConf().getBoolean("spark.speculation", false)) {
      throw new UsageException(
          "Cannot read a stream with spark.speculation: shards would be read twice and too often; set it to false");
    }
    Optional<StreamCheckpoint> checkpoint = folder.checkpoint(stream.table().arn());
    if (checkpoint.isPresent()) {
      refuseOtherTable(checkpoint.get());
      folder.publish(checkpoint.get());
      folder.cleanUp(checkpoint.get().generation());
    }
    try (LiveReads reads = LiveReads.counting(context.sc(), progress)) {
      reads.phase("Reading the stream", -1, -1);
      if (checkpoint.isPresent() && !checkpoint.get().streamArn().equals(stream.arn())) {
        checkpoint = Optional.of(finish(context, checkpoint.get(), reads.counter()));
      }
      return readOn(context, checkpoint, reads.counter());
    }
  }

  private void refuseOtherTable(StreamCheckpoint checkpoint) {
    String id = stream.table().id();
    if (!checkpoint.tableId().isEmpty() && !id.isEmpty() && !checkpoint.tableId().equals(id)) {
      throw gap(checkpoint).anotherTable();
    }
  }

  private StreamGap gap(StreamCheckpoint checkpoint) {
    return new StreamGap(stream.table().name(), folder.checkpointPath(), checkpoint.coveredTo());
  }

  // ---- a stream that was switched off, and on again as another one

  /** What is left of the earlier stream, which has an end. */
  private StreamCheckpoint finish(
      JavaSparkContext context, StreamCheckpoint old, LiveReads.Counter counter)
      throws IOException {
    Optional<StreamShards> there = streams.shards(old.streamArn());
    if (there.isEmpty() && old.isAtEnd()) {
      return old;
    }
    if (there.isEmpty() || there.get().on()) {
      throw gap(old).anotherStream(old.streamArn());
    }
    String id = folder.begin(old.generation(), pauses.now());
    StreamCheckpoint next;
    try {
      StreamRound.Result result =
          new StreamRound(streams, old.streamArn(), Optional.of(old), gap(old), pauses)
              .run(context, order(pauses.now(), true, id, counter));
      if (!result.shards().values().stream().allMatch(ShardState::ended)) {
        throw gap(old).anotherStream(old.streamArn());
      }
      if (result.counts().all() == 0) {
        folder.takeAway(id);
        return with(old, old.generation(), old.coveredTo(), old.chunk(), result.shards());
      }
      Instant last = result.lastWrite().orElse(old.coveredTo());
      Instant to =
          (last.isAfter(old.coveredTo()) ? last : old.coveredTo()).plus(1, ChronoUnit.SECONDS);
      StreamChunk chunk = chunk(id, old.streamArn(), old.view(), old.coveredTo(), to, result);
      next = with(old, old.generation() + 1, to, Optional.of(chunk), result.shards());
      StreamReport report =
          report(next, Optional.of(chunk), old.coveredTo(), Optional.empty(), result);
      folder.list(next, chunk, result.files(), report.toJson());
    } catch (RuntimeException | IOException e) {
      giveUp(id, e);
      throw e;
    }
    commit(id, next);
    return next;
  }

  private StreamCheckpoint with(
      StreamCheckpoint old,
      long generation,
      Instant coveredTo,
      Optional<StreamChunk> chunk,
      Map<String, ShardState> shards) {
    return new StreamCheckpoint(
        old.tableArn(),
        old.tableId(),
        old.streamArn(),
        old.view(),
        generation,
        RunId.of(startedAt),
        coveredTo,
        chunk,
        shards);
  }

  // ---- the stream that the table has

  private StreamReport readOn(
      JavaSparkContext context, Optional<StreamCheckpoint> base, LiveReads.Counter counter)
      throws IOException {
    Optional<StreamCheckpoint> known =
        base.filter(checkpoint -> checkpoint.streamArn().equals(stream.arn()));
    Instant created =
        wholeSecond(
            streams
                .shards(stream.arn())
                .orElseThrow(
                    () ->
                        new AwsFailureException(
                            "Cannot read stream %s: it was switched off just now; run again"
                                .formatted(stream.arn())))
                .createdAt());
    boolean keeps = base.isPresent() || !fromLatest;
    Instant until = secondAfter(known.map(StreamCheckpoint::coveredTo).orElse(created));
    long generation = base.map(StreamCheckpoint::generation).orElse(0L);
    String id = folder.begin(generation, pauses.now());
    StreamCheckpoint next;
    StreamReport report;
    try {
      StreamRound round =
          new StreamRound(streams, stream.arn(), known, known.map(this::gap).orElse(null), pauses);
      StreamRound.Result result =
          (keeps ? round : round.passingClosed()).run(context, order(until, keeps, id, counter));
      Instant oldest = wholeSecond(result.finishedAt().minus(ShardTask.RETENTION));
      Instant from =
          known
              .map(StreamCheckpoint::coveredTo)
              .orElseGet(() -> created.isAfter(oldest) ? created : oldest);
      if (!keeps) {
        from = wholeSecond(result.finishedAt());
        until = from;
      }
      Optional<StreamChunk> chunk =
          keeps
              ? Optional.of(chunk(id, stream.arn(), stream.view(), from, until, result))
              : Optional.empty();
      next =
          new StreamCheckpoint(
              stream.table().arn(),
              stream.table().id(),
              stream.arn(),
              stream.view(),
              generation + 1,
              RunId.of(startedAt),
              until,
              chunk,
              result.shards());
      Optional<Instant> missingFrom =
          known.isPresent() ? Optional.empty() : base.map(StreamCheckpoint::coveredTo);
      report = report(next, chunk, from, missingFrom, result);
      if (chunk.isPresent()) {
        folder.list(next, chunk.get(), result.files(), report.toJson());
      }
    } catch (RuntimeException | IOException e) {
      giveUp(id, e);
      throw e;
    }
    commit(id, next);
    return report;
  }

  private StreamRound.Order order(
      Instant until, boolean keeps, String id, LiveReads.Counter counter) {
    return new StreamRound.Order(
        settings,
        userAgent,
        pace,
        until,
        keeps,
        folder.dataFolder(),
        folder.notes(id),
        FILE_BYTES,
        new HadoopConfiguration(configuration),
        counter);
  }

  /** Windows of two runs that follow each other are not the same, however quick the runs are. */
  private Instant secondAfter(Instant basis) {
    Instant first = basis.plus(1, ChronoUnit.SECONDS);
    Duration ahead = Duration.between(pauses.now(), first);
    if (ahead.compareTo(MOST_AHEAD) > 0) {
      throw new UsageException(
          "Cannot continue the stream of table %s: it was read up to %s, and the clock of this machine is behind that; set it"
              .formatted(stream.table().name(), basis));
    }
    if (!ahead.isNegative()) {
      try {
        pauses.pause(ahead.plusMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AwsFailureException("Cannot read the stream: interrupted", e);
      }
    }
    return pauses.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private static Instant wholeSecond(Instant time) {
    Instant floor = time.truncatedTo(ChronoUnit.SECONDS);
    return floor.equals(time) ? floor : floor.plus(1, ChronoUnit.SECONDS);
  }

  // ---- the end

  private StreamChunk chunk(
      String id,
      String streamArn,
      String view,
      Instant from,
      Instant to,
      StreamRound.Result result) {
    return new StreamChunk(
        id,
        streamArn,
        view,
        startedAt,
        result.finishedAt().truncatedTo(ChronoUnit.MILLIS),
        from,
        to,
        result.counts().all());
  }

  private StreamReport report(
      StreamCheckpoint next,
      Optional<StreamChunk> chunk,
      Instant from,
      Optional<Instant> missingFrom,
      StreamRound.Result result) {
    ChangeCounts counts = result.counts();
    return new StreamReport(
        next.runId(),
        chunk.map(written -> folder.export(written.exportId())),
        next.tableArn(),
        next.streamArn(),
        next.view(),
        from,
        next.coveredTo(),
        missingFrom,
        startedAt,
        result.finishedAt().truncatedTo(ChronoUnit.MILLIS),
        next.shards().size(),
        result.shardsRead(),
        (int) next.shards().values().stream().filter(ShardState::ended).count(),
        result.tasks(),
        counts.inserts(),
        counts.modifies(),
        counts.removes(),
        counts.expired(),
        result.pages(),
        result.files().size(),
        result.files().stream().mapToLong(ChangeFile::bytes).sum());
  }

  private void commit(String id, StreamCheckpoint next) throws IOException {
    try {
      folder.replace(next);
    } catch (ExportFormatException e) {
      giveUp(id, e);
      throw e;
    }
    committed = true;
    folder.publish(next);
    folder.cleanUp(next.generation());
  }

  /** Takes away what a run has written that came to nothing; its failure is what counts. */
  private void giveUp(String id, Exception failure) {
    try {
      folder.takeAway(id);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
