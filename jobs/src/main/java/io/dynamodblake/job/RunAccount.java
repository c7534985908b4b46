package io.dynamodblake.job;

import io.dynamodblake.aws.RunMetrics;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.RunId;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a run, for its report and its metrics: counts, names and paths, never values.
 * Commands fill in what they come to know, so that a run that fails accounts for what it did.
 */
final class RunAccount {
  private final Instant startedAt;
  private final String runId;
  private final Map<RunMetrics.Metric, Long> counts = new EnumMap<>(RunMetrics.Metric.class);
  private Optional<String> table = Optional.empty();
  private Optional<String> region = Optional.empty();
  private Optional<Instant> dataTime = Optional.empty();
  private Optional<String> outputReport = Optional.empty();

  /** The account of a run that begins now. */
  RunAccount(Instant startedAt) {
    this.startedAt = startedAt;
    this.runId = RunId.of(startedAt);
  }

  String runId() {
    return runId;
  }

  /** The run, as documents about it begin. */
  Envelope.Run run(
      String command, String status, Optional<String> error, Optional<Instant> finishedAt) {
    return new Envelope.Run(runId, command, status, error, startedAt, finishedAt);
  }

  /** Which table it is about, unless empty. The first name stays: later ones are of parts. */
  RunAccount ofTable(String name) {
    table = table.or(() -> Optional.of(name).filter(text -> !text.isEmpty()));
    return this;
  }

  /** Where AWS is called, because an ARN says so. */
  void inRegion(String name) {
    region = Optional.of(name);
  }

  /** Items that were read, or that DynamoDB says it exported or imported. */
  RunAccount items(long count) {
    return count(RunMetrics.Metric.ITEMS, count);
  }

  RunAccount bytesRead(long bytes) {
    return count(RunMetrics.Metric.BYTES_READ, bytes);
  }

  RunAccount bytesWritten(long bytes) {
    return count(RunMetrics.Metric.BYTES_WRITTEN, bytes);
  }

  /** Records that were set aside or refused. */
  RunAccount rejected(long count) {
    return count(RunMetrics.Metric.REJECTED_RECORDS, count);
  }

  RunAccount rescued(long count) {
    return count(RunMetrics.Metric.RESCUED_VALUES, count);
  }

  private RunAccount count(RunMetrics.Metric metric, long count) {
    if (count >= 0) { // who counts says -1 for unknown
      counts.put(metric, count);
    }
    return this;
  }

  /** The instant that the items are of. */
  RunAccount ofData(Optional<Instant> time) {
    dataTime = time.or(() -> dataTime);
    return this;
  }

  /** Where the command's own report lies, or will lie, beside what it writes. */
  RunAccount reportedAt(String path) {
    outputReport = Optional.of(path);
    return this;
  }

  Map<RunMetrics.Metric, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  Optional<String> table() {
    return table;
  }

  Optional<String> region() {
    return region;
  }

  Optional<Instant> dataTime() {
    return dataTime;
  }

  Optional<String> outputReport() {
    return outputReport;
  }
}
