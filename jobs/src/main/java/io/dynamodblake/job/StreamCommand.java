package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LiveStream;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.TableStreams;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.StreamKeys;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.spark.stream.StreamJob;
import io.dynamodblake.spark.stream.StreamPace;
import io.dynamodblake.spark.stream.StreamReport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Keeps an archive of all that changes in a live table, as its stream tells it. */
final class StreamCommand implements Command {
  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String summary() {
    return "Reads what has changed in a DynamoDB table from its stream into the layout of an incremental export";
  }

  @Override
  public String synopsis() {
    return "stream TABLE --to DIR [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reads the table's stream (DynamoDB Streams) from where the last run ended to now, and writes every change once,"
            + " with its sequence number, like an incremental export of DynamoDB. Then it ends: run it again and again, such"
            + " as every quarter of an hour, and at least once in 24 hours, which is how long a stream keeps changes.",
        "A run that was interrupted has added nothing; the same command begins again where the last whole run ended. Changes"
            + " that are gone unread end the run with exit code 3, which says what is missing and how to fill the gap. Which"
            + " permissions it needs is in conf/iam/stream.json.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.STREAM;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "stream Orders --to s3://acme-exports/changes/orders",
        "stream Orders --to s3://acme-exports/changes/orders --from latest --metrics cloudwatch");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String subject = Arns.checkedTable(run.value(StreamKeys.TABLE));
    String to = run.value(StreamKeys.TO);
    run.account().ofTable(Arns.tableName(subject));
    AwsSettings settings = AwsArguments.settings(run, Optional.of(subject));
    try (AwsClients clients = AwsArguments.clients(run, Optional.of(subject))) {
      TableStreams streams = new TableStreams(clients, Pauses.REAL);
      LiveStream stream = streams.stream(subject);
      SparkSession spark = run.spark();
      StreamJob job =
          new StreamJob(
              spark,
              streams,
              settings.inRegion(clients.region()),
              AwsArguments.userAgent(run),
              stream,
              to,
              run.value(StreamKeys.FROM).equals(StreamKeys.LATEST),
              StreamPace.USUAL,
              Pauses.REAL);
      run.stop()
          .says(
              () ->
                  job.isCommitted()
                      ? "What was read is part of the archive; the same command goes on from there"
                      : "Nothing of this run is in the archive, which is as before; the same command reads it again");
      StreamReport report = job.run(spark, run.progress());
      run.progress().close();
      run.account()
          .items(report.records())
          .bytesWritten(report.storedBytes())
          .ofData(Optional.of(report.coveredTo()));
      if (run.value(RunKeys.JSON)) {
        run.terminal().out().print(report.toJson());
      } else {
        summary(run, stream, report);
      }
    }
  }

  private static void summary(CommandRun run, LiveStream stream, StreamReport report) {
    run.print(run.terminal().green("Read") + "  stream of table " + stream.table().name());
    fact(
        run,
        "Changes",
        "%s: %s, %s, %s%s"
            .formatted(
                Quantities.count(report.records()),
                Quantities.count(report.inserts(), "insert"),
                Quantities.count(report.modifies(), "update"),
                Quantities.count(report.removes(), "delete"),
                report.expired() > 0
                    ? ", %s of them by time to live".formatted(Quantities.count(report.expired()))
                    : ""));
    fact(run, "Window", report.coveredFrom() + " to " + report.coveredTo());
    fact(
        run,
        "Shards",
        "%s of %s, in %s"
            .formatted(
                Quantities.count(report.shardsRead()),
                Quantities.count(report.shards()),
                Quantities.count(report.pages(), "page")));
    fact(run, "Took", Quantities.time(report.elapsed()));
    fact(run, "Wrote", Quantities.bytes(report.storedBytes()));
    report
        .missingFrom()
        .ifPresent(
            from ->
                run.warn(
                    "The table has another stream than before; changes from %s to %s are in neither of the two: an incremental export has them"
                        .formatted(from, report.coveredFrom())));
    fact(
        run,
        "Export",
        report.export().orElse("none: the archive begins with what changes from now on"));
  }

  private static void fact(CommandRun run, String name, String text) {
    AwsDocuments.fact(run, name, text);
  }
}
