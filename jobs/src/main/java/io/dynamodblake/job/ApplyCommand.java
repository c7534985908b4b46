package io.dynamodblake.job;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.json.PlainFields;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.write.Apply;
import io.dynamodblake.lake.write.ApplyOptions;
import io.dynamodblake.lake.write.ArchiveOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Changes in, the next snapshot of a lake table out. */
final class ApplyCommand implements Command {
  @Override
  public String name() {
    return "apply";
  }

  @Override
  public String summary() {
    return "Applies incremental exports to a lake table, so that it shows a later moment";
  }

  @Override
  public String synopsis() {
    return "apply CHANGES... --to DIR [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reads the incremental exports that continue the lake table, in their order, and publishes its next snapshot. A new image"
            + " replaces its row, attributes that left the item leave the row, and a key without a new image is deleted. Files"
            + " without a changed row go into the snapshot as they are.",
        "The folder of an archive of the table's stream, written by Lambda, Firehose or Pipes, is taken, too: its form is found out,"
            + " what came twice counts once, and files that were taken are not taken again.",
        "An export is applied only if its window begins at the very moment that the lake table shows: after a gap, over an overlap,"
            + " from another table or twice it is refused, with what is missing. The same command again changes nothing.",
        "With --reverse the window that was applied last is undone from its old images: rows are as they were, and the lake table shows"
            + " the begin of the window.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.APPLY;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "apply s3://bucket/prefix/ --to s3://lake/orders",
        "apply s3://bucket/prefix/AWSDynamoDB/01731986400000-9f8e7d6c/ --to s3://lake/orders --strict --verify-old-images all",
        "apply s3://bucket/firehose/orders/ --to s3://lake/orders --lateness 1h",
        "apply exports/ --to lake/orders --dry-run",
        "apply s3://bucket/prefix/AWSDynamoDB/01731986400000-9f8e7d6c/ --to s3://lake/orders --reverse");
  }

  @Override
  public void run(CommandRun run) {
    ApplyOptions options = options(run);
    boolean registers = run.find(FlattenKeys.REGISTER).isPresent();
    run.account().reportedAt(new LakeLayout(options.target()).runs() + "/");
    Instant begin = Instant.now();
    run.stop().says(() -> LakeReaders.see(options.target(), begin));
    RunReport report = new Apply(run.spark(), options).run(run.progress());
    run.progress().close();
    account(run.account(), report);
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      summary(report, run.terminal()).forEach(run::print);
    }
    if (registers && report.status() != RunReport.Status.DRY_RUN) {
      // after the summary: if Glue refuses, the snapshot is published all the same
      Registration.afterPublishing(run, options.target());
    }
    if (report.status() != RunReport.Status.DRY_RUN) {
      MaintainCommand.afterPublishing(run, options.target());
    }
  }

  private static void account(RunAccount account, RunReport report) {
    account.ofTable(report.output().table()).ofData(report.dataTime());
    if (report.status() == RunReport.Status.UNCHANGED) {
      return;
    }
    account
        .items(report.counts().itemsRead())
        .bytesRead(report.storedBytes())
        .bytesWritten(report.output().bytes())
        .rejected(report.counts().quarantined())
        .rescued(report.counts().rescuedValues());
    if (report.published()) {
      account.reportedAt(new LakeLayout(report.output().root()).runReport(report.runId()));
    }
  }

  /** The options of a run, checked as far as that goes without looking. */
  static ApplyOptions options(CommandRun run) {
    if (run.find(FlattenKeys.REGISTER).isPresent()) {
      Registration.requireOnS3(run.value(ApplyKeys.TO));
    }
    ApplyOptions.Builder builder =
        ApplyOptions.builder(run.value(ApplyKeys.CHANGES), run.value(ApplyKeys.TO))
            .reading(ExportArguments.readOptions(run))
            .withTargetFileBytes(run.value(FlattenKeys.TARGET_FILE_SIZE))
            .onBadRecord(
                OnBadRecord.valueOf(run.value(FlattenKeys.ON_BAD_RECORD).toUpperCase(Locale.ROOT)))
            .withMaxBadRecords(run.value(FlattenKeys.MAX_BAD_RECORDS))
            .strict(run.value(ApplyKeys.STRICT))
            .comparing(
                ApplyOptions.OldImages.valueOf(
                    run.value(ApplyKeys.VERIFY_OLD_IMAGES).toUpperCase(Locale.ROOT)))
            .readingArchives(archives(run))
            .allowingEmpty(run.value(ApplyKeys.ALLOW_EMPTY))
            .reversing(run.value(ApplyKeys.REVERSE))
            .withHistory(run.value(FlattenKeys.HISTORY))
            .merging(
                run.value(ApplyKeys.MERGE_MODE).equals("mor")
                    ? ApplyOptions.MergeMode.MERGE_ON_READ
                    : ApplyOptions.MergeMode.COPY_ON_WRITE)
            .dryRun(run.value(ApplyKeys.DRY_RUN));
    run.find(ApplyKeys.DATABASE).ifPresent(builder::inDatabase);
    run.find(FlattenKeys.HASH_KEY)
        .map(place -> SecretHashKey.of(run, place))
        .ifPresent(builder::withHashKey);
    return builder.build();
  }

  private static String archive(RunReport.Archive archive, RunReport.Changes changes) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "%s, %s of %s"
            .formatted(
                archive.form(),
                Quantities.count(changes.records(), "change"),
                Quantities.count(changes.keys(), "key")));
    addCount(parts, archive.repeated(), "delivered again");
    addCount(parts, archive.older(), "from before the table's moment");
    addCount(parts, archive.late(), "too late and left out");
    addCount(parts, archive.passedOver(), "deletes of expired items passed over");
    addCount(parts, archive.kept(), "rows of those kept");
    return FlattenCommand.fact("Archive")
        + "%s (%s)".formatted(String.join(", ", parts), Quantities.count(archive.files(), "file"));
  }

  private static void addCount(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(Quantities.count(count) + " " + what);
    }
  }

  private static ArchiveOptions archives(CommandRun run) {
    return new ArchiveOptions(
        run.value(ApplyKeys.LATENESS),
        run.value(ApplyKeys.ON_LATE).equals("fail"),
        run.value(ApplyKeys.TTL_DELETES).equals("keep"),
        run.find(ApplyKeys.ARCHIVE_FIELDS).map(ApplyCommand::fields));
  }

  private static PlainFields fields(List<String> given) {
    Map<String, String> names =
        new HashMap<>(
            Map.of(
                "op", PlainFields.TUTORIAL.operation(),
                "time", PlainFields.TUTORIAL.time(),
                "keys", PlainFields.TUTORIAL.keys(),
                "new", PlainFields.TUTORIAL.newImage(),
                "old", PlainFields.TUTORIAL.oldImage()));
    for (String pair : given) {
      int equals = pair.indexOf('=');
      String what = equals < 0 ? pair : pair.substring(0, equals).strip();
      String name = equals < 0 ? "" : pair.substring(equals + 1).strip();
      if (name.isEmpty() || names.replace(what, name) == null) {
        throw new UsageException(
            "Cannot read --archive-fields: write op, time, keys, new or old, = and the name of the member, with commas between, such as op=event,new=after");
      }
    }
    return new PlainFields(
        names.get("op"), names.get("time"), names.get("keys"), names.get("new"), names.get("old"));
  }

  /** What a person wants to know when it is done. */
  static List<String> summary(RunReport report, Terminal terminal) {
    List<String> lines = new ArrayList<>();
    RunReport.Output output = report.output();
    if (report.status() == RunReport.Status.UNCHANGED) {
      lines.add(
          terminal.green("Unchanged")
              + "  "
              + output.table()
              + " already has all these changes, as snapshot "
              + output.snapshotId().orElse(""));
      FlattenCommand.notes(report, lines);
      return lines;
    }
    RunReport.Changes changes = report.changes().orElseThrow();
    boolean dry = report.status() == RunReport.Status.DRY_RUN;
    lines.add(
        terminal.green(dry ? "Would publish" : "Published")
            + "  "
            + output.table()
            + report.dataTime().map(time -> " as of " + time).orElse("")
            + (dry ? "" : ", snapshot " + output.snapshotId().orElse("")));
    for (RunReport.Input input : report.inputs()) {
      if (input.from().isEmpty()) {
        continue; // the files of an archive
      }
      lines.add(
          FlattenCommand.fact(changes.reversed() ? "Undone" : "Window")
              + "%s to %s, %s (%s)"
                  .formatted(
                      input.from().orElseThrow(),
                      input.to().orElseThrow(),
                      Quantities.count(input.items(), "change"),
                      input.exportId()));
    }
    report.archive().ifPresent(archive -> lines.add(archive(archive, changes)));
    lines.add(
        FlattenCommand.fact("Rows")
            + "%s before + %s inserted - %s deleted = %s; %s updated"
                .formatted(
                    Quantities.count(changes.rowsBefore()),
                    Quantities.count(changes.inserted()),
                    Quantities.count(changes.deleted()),
                    Quantities.count(changes.rowsAfter()),
                    Quantities.count(changes.updated())));
    lines.addAll(EntityLines.of(report));
    lines.add(
        FlattenCommand.fact("Files")
            + "%s kept as they are, %s %s (%s)"
                .formatted(
                    Quantities.count(changes.carriedFiles()),
                    Quantities.count(changes.rewrittenFiles()),
                    dry ? "would be written anew" : "written anew",
                    Quantities.bytes(changes.rewrittenBytes())));
    lines.add(
        FlattenCommand.fact("Verified")
            + FlattenCommand.verified(report)
            + (changes.comparedRows() == 0
                ? ""
                : "; %s of %s as the changes say they were"
                    .formatted(
                        Quantities.count(changes.comparedRows() - changes.differentRows()),
                        Quantities.count(changes.comparedRows(), "compared row"))));
    report
        .finishedAt()
        .ifPresent(
            end ->
                lines.add(
                    FlattenCommand.fact("Took")
                        + Quantities.time(Duration.between(report.startedAt(), end))));
    FlattenCommand.notes(report, lines);
    if (dry) {
      return lines;
    }
    lines.add("");
    FlattenCommand.place(lines, "Data", FlattenCommand.data(report.output()));
    FlattenCommand.place(lines, "Athena", output.ddlPath());
    lines.add(
        FlattenCommand.fact("Read")
            + TextTable.printable(FlattenCommand.readingLine(EntityLines.readable(report))));
    FlattenCommand.place(
        lines, "Report", Optional.of(new LakeLayout(output.root()).runReport(report.runId())));
    if (report.counts().quarantined() > 0) {
      FlattenCommand.place(lines, "Set aside", output.quarantinePath());
    }
    return lines;
  }
}
