package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.AlertTopic;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.CloudWatchMetrics;
import io.dynamodblake.aws.RunMetrics;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Terminal;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells others of a run, the same way for every command: a report that machines read, metrics, a
 * message about a failure. What the run did and its exit code do not depend on any of it: where it
 * does not succeed there is a warning.
 */
final class RunWatch {
  private static final Envelope REPORT = new Envelope("command-report", 2);
  private static final Envelope NOTICE = new Envelope("failure-notice", 2);
  private static final String REPORT_OPTION = "--report";

  private final CommandRun run;
  private final String metrics;
  private final String namespace;
  private final Optional<String> topic;
  private final Optional<String> reportFile;
  private final Times times;
  private final long start = System.nanoTime();

  /**
   * What a watch knows of time.
   *
   * @param clock when it is
   * @param call how long one call of AWS may take
   * @param service how long it may take to tell a service, with the search for credentials and
   *     regions, which no call limits
   * @param file how long it may take to write the report
   */
  record Times(Clock clock, Duration call, Duration service, Duration file) {
    /** Those of real runs. */
    static final Times REAL =
        new Times(
            Clock.systemUTC(),
            Duration.ofSeconds(8),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    Instant now() {
      return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
  }

  private RunWatch(CommandRun run, Times times) {
    this.run = run;
    this.times = times;
    this.metrics = run.value(RunKeys.METRICS);
    this.namespace = RunMetrics.checkedNamespace(run.value(RunKeys.METRICS_NAMESPACE));
    this.topic = run.find(RunKeys.NOTIFY_TOPIC).map(AlertTopic::checked);
    this.reportFile =
        run.find(RunKeys.REPORT).map(path -> path.endsWith("/") ? path + runId() + ".json" : path);
  }

  /**
   * Begins before the command does. The report is written at once: so a place that cannot be
   * written to is found before the work, and a process that is killed leaves a report that says
   * {@code running}.
   *
   * @throws IOException if the report cannot be written
   * @throws io.dynamodblake.conf.UsageException if an option cannot be right
   */
  static RunWatch begin(CommandRun run, Times times) throws IOException {
    RunWatch watch = new RunWatch(run, times);
    if (watch.topic.isPresent() || watch.metrics.equals("cloudwatch")) {
      AwsArguments.settings(run, Optional.empty());
    }
    if (watch.reportFile.isPresent()) {
      watch.write(watch.report(Optional.empty()));
    }
    return watch;
  }

  /** How a run ended; the error is what the user was told. */
  private record End(
      Optional<ExitCode> code, Optional<String> error, Instant time, double seconds) {
    private static final String STOPPED = "stopped";

    /** The word in the report; who was told to stop has no exit code of ours. */
    String status() {
      return code.map(known -> known == ExitCode.DONE ? "done" : "failed").orElse(STOPPED);
    }

    String outcome() {
      return code.map(ExitCode::key).orElse(STOPPED);
    }

    String meaning() {
      return code.map(ExitCode::meaning).orElse("the process was told to stop");
    }

    String wayOut() {
      return code.map(ExitCode::wayOut).orElse("Do what the error says");
    }

    boolean isDone() {
      return code.isPresent() && code.get() == ExitCode.DONE;
    }
  }

  /**
   * Tells how the run ended. Throws nothing.
   *
   * @param error one paragraph, if it failed
   */
  void end(ExitCode code, Optional<String> error) {
    end(Optional.of(code), error);
  }

  /**
   * Tells that the process was told to stop before the run was done. Throws nothing.
   *
   * @param state what holds now, one paragraph
   */
  void stopped(String state) {
    end(Optional.empty(), Optional.of(state));
  }

  private void end(Optional<ExitCode> code, Optional<String> error) {
    End end =
        new End(code, error, times.now(), Math.round((System.nanoTime() - start) / 1e6) / 1000.0);
    if (reportFile.isPresent()) {
      attempt(
          "write the report",
          times.file(),
          () -> {
            write(report(Optional.of(end)));
            run.terminal().err().println("Wrote " + reportFile.get());
          });
    }
    if (metrics.equals("emf")) {
      run.terminal().err().println(metrics(end).toEmbeddedMetricFormat(properties(end)));
      run.terminal().err().flush();
    }
    if (metrics.equals("cloudwatch")) {
      attempt("publish metrics", times.service(), () -> putMetrics(end));
    }
    if (topic.isPresent() && !end.isDone()) {
      attempt("notify the topic", times.service(), () -> notifyTopic(topic.get(), end));
    }
  }

  // ---- the report

  private void write(String text) throws IOException {
    OutputFiles.write(reportFile.get(), REPORT_OPTION, text, Sessions.hadoopConfiguration());
  }

  private String report(Optional<End> end) {
    ObjectNode tree = REPORT.begin(run(end));
    putRun(tree);
    end.ifPresent(
        ended -> {
          putEnd(tree, ended);
          ObjectNode counts = tree.putObject("counts");
          run.account().counts().forEach((metric, count) -> counts.put(camelCase(metric), count));
        });
    JsonDocuments.putInstant(tree, "dataTime", run.account().dataTime());
    JsonDocuments.put(tree, "outputReport", run.account().outputReport());
    return JsonDocuments.print(tree);
  }

  private String runId() {
    return run.account().runId();
  }

  private Envelope.Run run(Optional<End> end) {
    return run.account()
        .run(
            run.command(),
            end.map(End::status).orElse("running"),
            end.flatMap(End::error),
            end.map(End::time));
  }

  private void putRun(ObjectNode tree) {
    tree.put("version", Versions.program());
    JsonDocuments.put(tree, "table", run.account().table());
  }

  private static void putEnd(ObjectNode tree, End end) {
    tree.put("seconds", end.seconds());
    end.code().ifPresent(code -> tree.put("exitCode", code.number()));
    tree.put("outcome", end.outcome());
  }

  private static String camelCase(RunMetrics.Metric metric) {
    return metric.key().substring(0, 1).toLowerCase(Locale.ROOT) + metric.key().substring(1);
  }

  // ---- metrics

  private RunMetrics metrics(End end) {
    RunAccount account = run.account();
    Map<RunMetrics.Metric, Double> values = new EnumMap<>(RunMetrics.Metric.class);
    account.counts().forEach((metric, count) -> values.put(metric, count.doubleValue()));
    values.put(RunMetrics.Metric.SECONDS, end.seconds());
    account
        .dataTime()
        .ifPresent(
            time ->
                values.put(
                    RunMetrics.Metric.DATA_AGE_SECONDS,
                    (double) Math.max(0, Duration.between(time, end.time()).toSeconds())));
    values.put(RunMetrics.Metric.FAILURES, end.isDone() ? 0.0 : 1.0);
    return new RunMetrics(namespace, run.command(), account.table(), end.time(), values);
  }

  private Map<String, String> properties(End end) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("RunId", runId());
    properties.put("Version", Versions.program());
    end.code().ifPresent(code -> properties.put("ExitCode", String.valueOf(code.number())));
    properties.put("Outcome", end.outcome());
    return properties;
  }

  private void putMetrics(End end) {
    AwsSettings settings = AwsArguments.settings(run, Optional.empty());
    if (settings.region().isEmpty() && run.account().region().isPresent()) {
      settings = settings.inRegion(run.account().region().get());
    }
    try (AwsClients clients = new AwsClients(settings, AwsArguments.userAgent(run))) {
      CloudWatchMetrics.put(clients, metrics(end), times.call());
    }
  }

  // ---- the message

  private void notifyTopic(String arn, End end) {
    AwsSettings settings =
        AwsArguments.settings(run, Optional.empty()).inRegion(Arns.region(arn).orElseThrow());
    String subject =
        "%s %s %s%s: %s"
            .formatted(
                Terminal.PROGRAM,
                run.command(),
                end.status(),
                run.account().table().map(name -> ", table " + name).orElse(""),
                end.meaning());
    try (AwsClients clients = new AwsClients(settings, AwsArguments.userAgent(run))) {
      AlertTopic.publish(clients, arn, subject, message(end), times.call());
    }
  }

  private String message(End end) {
    ObjectNode tree = NOTICE.begin(run(Optional.of(end)));
    putRun(tree);
    putEnd(tree, end);
    tree.put("meaning", end.meaning());
    tree.put("next", end.wayOut());
    JsonDocuments.put(tree, "report", reportFile);
    JsonDocuments.put(tree, "outputReport", run.account().outputReport());
    return JsonDocuments.print(tree);
  }

  // ---- without consequences

  private interface Action {
    void run() throws Exception;
  }

  /** Does it on a thread that nobody waits for longer than that. */
  private void attempt(String what, Duration patience, Action action) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              action.run();
              return null;
            });
    Thread thread = new Thread(task, "dynamodb-lake-watch");
    thread.setDaemon(true);
    try {
      thread.start();
      task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      warn(what, Failure.of(e.getCause()).message());
    } catch (TimeoutException e) {
      task.cancel(true);
      warn(what, "no answer within " + patience.toSeconds() + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      warn(what, "interrupted");
    } catch (OutOfMemoryError e) { // no thread to be had
      warn(what, "out of memory");
    }
  }

  private void warn(String what, String reason) {
    run.warn(reason.startsWith("Cannot ") ? reason : "Cannot " + what + ": " + reason);
  }
}
