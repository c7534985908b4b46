package io.dynamodblake.job;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.MaintainKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.write.Maintain;
import io.dynamodblake.lake.write.MaintainOptions;
import io.dynamodblake.lake.write.MaintainReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Old snapshots and what runs have left out of a lake table. */
final class MaintainCommand implements Command {
  private static final double GB = 1L << 30;

  /** What the summary calls the reasons. */
  private static final Map<String, String> NAMES =
      Map.of(
          "snapshots", "Snapshots",
          "leftovers", "Leftovers",
          "quarantine", "Set aside",
          "reports", "Reports",
          "changeLists", "Lists");

  @Override
  public String name() {
    return "maintain";
  }

  @Override
  public String summary() {
    return "Deletes old snapshots of a lake table, and what runs have left in it";
  }

  @Override
  public String synopsis() {
    return "maintain DIR [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Snapshots go that are beyond --keep and beyond --older-than, where both are given; the current one never goes. The age of"
            + " a snapshot begins when the next one took its place. The table forgets it first, and then its files are deleted, so"
            + " that nobody opens one that is going.",
        "What runs have left that were killed more than a week ago goes always. With --older-than, quarantined lines, run reports"
            + " and lists of taken files go, too, if they are older than that and than a week, and of no snapshot that stays.",
        "Runs may write to the table meanwhile and publish all the same. If one publishes first, this ends with exit code 3 and has deleted no snapshot. After a"
            + " run that was killed the same command goes on.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.MAINTAIN;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "maintain s3://lake/orders --keep 7 --dry-run",
        "maintain s3://lake/orders --keep 7 --older-than 30d",
        "maintain s3://lake/orders --keep 3 --register glue");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String folder = run.value(MaintainKeys.DIR);
    boolean registers = run.find(MaintainKeys.REGISTER).isPresent();
    if (registers) {
      Registration.requireOnS3(folder);
    }
    Prices prices = EstimateCommand.prices(run);
    MaintainOptions options = options(run, folder);
    run.stop()
        .says(
            "Readers see the current snapshot as before; some of what goes may be deleted, and the same command goes on");
    if (registers) {
      List<Registration.Result> results =
          Registration.run(run, folder, Optional.empty(), options.dryRun());
      if (!run.value(RunKeys.JSON)) {
        Registration.summary(results, options.dryRun()).forEach(run::print);
        run.print("");
      }
    }
    MaintainReport report = new Maintain(run.spark(), options).run(run.progress());
    if (registers && !report.dryRun() && report.iceberg().isPresent()) {
      // what others know of a table of Iceberg is one document, and there is a newer one
      Registration.run(run, folder, Optional.empty(), false);
      Registration.history(run, folder, Optional.empty(), false);
    }
    run.progress().close();
    run.account().ofTable(report.table());
    if (!report.dryRun()) {
      run.account().reportedAt(new LakeLayout(report.root()).runReport(report.runId()));
    }
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      summary(run, report, prices);
    }
  }

  /** What {@code --keep} of a run that publishes asks for, once readers see the new snapshot. */
  static void afterPublishing(CommandRun run, String folder) {
    Optional<Long> keep = run.find(FlattenKeys.KEEP);
    if (keep.isEmpty()) {
      return;
    }
    MaintainReport report;
    try {
      report =
          new Maintain(run.spark(), MaintainOptions.afterPublishing(folder, keep.get()))
              .run(run.progress());
    } catch (ExportFormatException e) {
      // whoever has published meanwhile deletes them, or the next run does
      run.warn(e.getMessage());
      return;
    } finally {
      run.progress().close();
    }
    if (!run.value(RunKeys.JSON)) {
      run.print(
          FlattenCommand.fact("Kept")
              + "%s; %s deleted, %s"
                  .formatted(
                      Quantities.count(report.kept().size() + 1L, "snapshot"),
                      Quantities.count(report.forgotten().size()),
                      Quantities.bytes(report.bytes())));
    }
  }

  private static MaintainOptions options(CommandRun run, String folder) {
    return new MaintainOptions(
        folder,
        run.find(MaintainKeys.KEEP).map(OptionalLong::of).orElseGet(OptionalLong::empty),
        run.find(MaintainKeys.OLDER_THAN),
        run.value(MaintainKeys.DRY_RUN),
        true);
  }

  private static void summary(CommandRun run, MaintainReport report, Prices prices) {
    run.print(
        run.terminal().green(report.dryRun() ? "Would maintain" : "Maintained")
            + "  "
            + report.table()
            + ", snapshot "
            + report.snapshot());
    List<String> lines = new ArrayList<>();
    lines.add(
        FlattenCommand.fact("Kept")
            + Quantities.count(report.kept().size() + 1L, "snapshot")
            + ", the current one among them");
    for (MaintainReport.Gone gone : report.gone()) {
      lines.add(
          FlattenCommand.fact(NAMES.get(gone.reason()))
              + "%s%s: %s, %s"
                  .formatted(
                      Quantities.count(gone.count()),
                      report.dryRun() ? " would go" : " deleted",
                      Quantities.count(gone.files(), "file"),
                      Quantities.bytes(gone.bytes())));
    }
    report.iceberg().ifPresent(done -> lines.add(iceberg(done)));
    lines.add(
        FlattenCommand.fact(report.dryRun() ? "Would free" : "Freed")
            + "%s, %s %s a month at the price of S3 Standard"
                .formatted(
                    Quantities.bytes(report.bytes()),
                    Estimate.money(report.bytes() / GB * prices.number("s3.per-gb-month")),
                    prices.currency()));
    lines.add(
        FlattenCommand.fact("Took")
            + Quantities.time(Duration.between(report.startedAt(), report.finishedAt())));
    if (!report.dryRun()) {
      lines.add("");
      lines.add(
          FlattenCommand.fact("Report")
              + TextTable.printable(new LakeLayout(report.root()).runReport(report.runId())));
    }
    lines.forEach(run::print);
  }

  private static String iceberg(MaintainReport.Upkeep done) {
    return FlattenCommand.fact("Iceberg")
        + done.leftTo()
            .map(service -> service + " looks after the table by itself; nothing was done")
            .orElseGet(
                () ->
                    "%s put together into %s; %s expired; %s deleted"
                        .formatted(
                            Quantities.count(done.rewritten(), "file"),
                            Quantities.count(done.written()),
                            Quantities.count(done.expired(), "version"),
                            Quantities.count(done.orphans(), "file without owner")));
  }
}
