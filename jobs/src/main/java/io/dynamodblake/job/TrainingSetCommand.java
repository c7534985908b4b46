package io.dynamodblake.job;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.ml.SplitRule;
import io.dynamodblake.ml.TrainingOptions;
import io.dynamodblake.ml.TrainingReport;
import io.dynamodblake.ml.TrainingSet;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Data for machine learning out of a lake table. */
final class TrainingSetCommand implements Command {
  private static final int MOST_UNUSED = 12;

  @Override
  public String name() {
    return "training-set";
  }

  @Override
  public String summary() {
    return "Makes train, validation and test data for machine learning of a lake table";
  }

  @Override
  public String synopsis() {
    return "training-set DIR --to DIR --label COLUMN [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Each row has a label and features as they were known at its time. From the history of the table that is exact: features of"
            + " a label that is in the item itself are strictly from before it. From a snapshot all is of one moment, and it says so.",
        "Groups, by default item collections, stay together in one split, by an MD5 that any language can repeat; a new export moves"
            + " no row. Vocabularies and what stands for missing values come from train alone. The same table and options make the"
            + " same bytes.",
        "Every attribute that is no feature is listed with the reason. Protected columns never become features or labels.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.TRAINING_SET;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "training-set lake/orders --to sets/orders --label status --where \"entity = 'order'\"",
        "training-set s3://lake/orders --to s3://ml/churn --from history --label status --as-of 2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
            + " --horizon 30d",
        "training-set s3://lake/orders --to s3://ml/fraud --from history --labels s3://ml/labels/ --label fraud --label-time seen_at"
            + " --format sagemaker-csv");
  }

  @Override
  public void run(CommandRun run) {
    TrainingOptions options = options(run);
    run.stop()
        .says(
            "%s is no training set until manifest.json is there%s"
                .formatted(options.output().to(), StopNotice.AGAIN));
    TrainingReport report = new TrainingSet(run.spark(), options).run(run.progress());
    run.stop().says("The training set is finished, in %s".formatted(report.root()));
    run.progress().close();
    run.account()
        .ofTable(report.table())
        .items(report.rows())
        .bytesWritten(report.bytes())
        .reportedAt(report.root() + "/manifest.json");
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.manifest());
    } else {
      summary(run, report);
    }
  }

  private static TrainingOptions options(CommandRun run) {
    return new TrainingOptions(
        new TrainingOptions.Source(
            run.value(TrainingKeys.DIR),
            run.value(TrainingKeys.FROM).equals("history"),
            run.find(RestoreKeys.SNAPSHOT),
            run.find(TrainingKeys.TIME_COLUMN),
            run.value(TrainingKeys.KNOWN).equals("lake"),
            run.find(TrainingKeys.MAX_AGE),
            run.find(TrainingKeys.WHERE)),
        new TrainingOptions.Labels(
            run.value(TrainingKeys.LABEL),
            TrainingOptions.LabelKind.valueOf(
                run.value(TrainingKeys.LABEL_KIND).toUpperCase(Locale.ROOT)),
            run.find(TrainingKeys.LABELS),
            run.value(TrainingKeys.LABEL_TIME),
            list(run, TrainingKeys.AS_OF),
            run.find(TrainingKeys.HORIZON)),
        new TrainingOptions.Columns(
            list(run, TrainingKeys.FEATURES),
            list(run, TrainingKeys.EXCLUDE),
            list(run, TrainingKeys.MAP_KEYS),
            list(run, TrainingKeys.CARRY),
            list(run, TrainingKeys.GROUP),
            (int) (long) run.value(TrainingKeys.MAX_CATEGORIES)),
        split(run),
        new TrainingOptions.Output(
            run.value(TrainingKeys.TO),
            TrainingOptions.Format.ofKey(run.value(TrainingKeys.FORMAT)),
            run.value(TrainingKeys.ENCODE),
            run.value(TrainingKeys.ROWS_PER_FILE),
            run.value(TrainingKeys.REPLACE)));
  }

  private static SplitRule split(CommandRun run) {
    List<Instant> times = list(run, TrainingKeys.SPLIT_TIMES);
    if (times.isEmpty()) {
      refuse(run, TrainingKeys.GAP, "give --split-times, too");
      refuse(run, TrainingKeys.STRADDLING, "give --split-times, too");
      return SplitRule.ofGroup(run.value(TrainingKeys.SALT), run.value(TrainingKeys.SPLIT));
    }
    refuse(run, TrainingKeys.SPLIT, "rows are split by --split-times");
    return SplitRule.ofTime(
        times, run.value(TrainingKeys.GAP), run.value(TrainingKeys.STRADDLING).equals("latest"));
  }

  private static void refuse(CommandRun run, Option<?> option, String reason) {
    if (run.settings().isGiven(option)) {
      throw new UsageException("Cannot use --%s: %s".formatted(option.key(), reason));
    }
  }

  private static <T> List<T> list(CommandRun run, Option<List<T>> option) {
    return run.find(option).orElse(List.of());
  }

  // ---- what is said

  private static void summary(CommandRun run, TrainingReport report) {
    run.print(run.terminal().green("Made") + "  a training set of " + report.table());
    fact(run, "Label", "%s, %s".formatted(report.label(), report.rule()));
    fact(
        run,
        "Features",
        "%s of the table%s"
            .formatted(
                Quantities.count(report.features()),
                report.greatestError() > 0
                    ? "; exact numbers became doubles, which changed them by %.1e of themselves at most"
                        .formatted(report.greatestError())
                    : ""));
    String label = "Not used";
    for (String unused : report.unused().stream().limit(MOST_UNUSED).toList()) {
      fact(run, label, unused);
      label = "";
    }
    if (report.unused().size() > MOST_UNUSED) {
      fact(run, "", "and %d more, in schema.json".formatted(report.unused().size() - MOST_UNUSED));
    }
    label = "Split";
    for (TrainingReport.Split split : report.splits()) {
      fact(
          run,
          label,
          "%-10s %s of %s"
              .formatted(
                  split.name(),
                  Quantities.count(split.rows(), "row"),
                  Quantities.count(split.groups(), "group")));
      label = "";
    }
    label = "Left out";
    for (String left : report.leftOut()) {
      fact(run, label, left);
      label = "";
    }
    report.warnings().forEach(warning -> fact(run, "Note", warning));
    fact(
        run,
        "Files",
        "%s, %s"
            .formatted(Quantities.count(report.files(), "file"), Quantities.bytes(report.bytes())));
    run.print("");
    fact(run, "Data", FlattenCommand.plain(report.root()));
  }

  private static void fact(CommandRun run, String name, String text) {
    run.print(FlattenCommand.fact(name) + TextTable.printable(text));
  }
}
