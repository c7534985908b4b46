package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.ExportOrder;
import io.dynamodblake.aws.ExportState;
import io.dynamodblake.aws.LiveTable;
import io.dynamodblake.aws.LiveTables;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.PitrWindow;
import io.dynamodblake.aws.PointInTimeRecovery;
import io.dynamodblake.aws.TableExports;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.conf.Settings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.type.S3Names;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * From a live table: starts a native export, waits for it, and goes on to flatten or apply if
 * asked.
 */
final class ExportCommand implements Command {
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  private final Pauses pauses;

  ExportCommand() {
    this(Pauses.REAL);
  }

  ExportCommand(Pauses pauses) {
    this.pauses = pauses;
  }

  @Override
  public String name() {
    return "export";
  }

  @Override
  public String summary() {
    return "Exports a DynamoDB table to S3 and waits until that is done";
  }

  @Override
  public String synopsis() {
    return "export TABLE --bucket NAME [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Starts DynamoDB's own export, which takes nothing from the table's capacity, waits for it and prints where its manifest"
            + " is: the state of the table now or --at a time, or what changed between --from and --to, or --since-last. The"
            + " table needs point-in-time recovery; --enable-pitr switches it on.",
        "DynamoDB goes on if waiting is interrupted; --resume waits again. Which permissions it needs is in"
            + " conf/iam/export.json.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.EXPORT;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "export Orders --bucket acme-exports --prefix nightly/orders",
        "export Orders --bucket acme-exports --then-flatten s3://lake/orders",
        "export Orders --bucket acme-exports --prefix changes/orders --since-last",
        "export Orders --bucket acme-exports --prefix changes/orders --since-last --then-apply s3://lake/orders",
        "export --resume \"$EXPORT_ARN\"");
  }

  @Override
  public void run(CommandRun run) throws Exception {
    Optional<String> resume = run.find(ServiceKeys.EXPORT_RESUME);
    Optional<ExportOrder> order = resume.isPresent() ? Optional.empty() : Optional.of(order(run));
    checkFlatten(run, order);
    CatchUp.check(run);
    boolean applies = run.settings().isGiven(ServiceKeys.THEN_APPLY);
    Optional<CatchUp> lake =
        applies && order.isPresent() ? Optional.of(CatchUp.open(run)) : Optional.empty();
    run.value(ServiceKeys.TIMEOUT); // a wrong one is said now, and not when something has begun
    String subject =
        resume.isPresent() ? resume.get() : Arns.checkedTable(run.value(ServiceKeys.EXPORT_TABLE));
    // an export's ARN says the table, too
    run.account().ofTable(Arns.tableName(subject));
    Optional<Settings> then;
    try (AwsClients clients = AwsArguments.clients(run, Optional.of(subject))) {
      TableExports exports = new TableExports(clients, pauses);
      LiveTables tables = new LiveTables(clients, pauses);
      if (order.isPresent()) {
        LiveTable table = tables.table(subject);
        PitrWindow window = window(run, clients, table);
        KeptSettings settings = new KeptSettings(run, clients, pauses, subject);
        then =
            lake.isPresent()
                ? catchUp(run, lake.get(), exports, table, window, order.get(), settings)
                : export(run, tables, exports, table, window, order.get(), settings);
      } else {
        then = exported(run, tables, await(run, exports, resume.get()), Optional.empty());
      }
    }
    if (then.isPresent()) {
      Command next = applies ? new ApplyCommand() : new FlattenCommand();
      next.run(run.with(then.get()));
    }
  }

  private PitrWindow window(CommandRun run, AwsClients clients, LiveTable table) {
    if (run.value(ServiceKeys.ENABLE_PITR)) {
      run.stop().says("Point-in-time recovery may have been switched on" + StopNotice.AGAIN);
    }
    return new PointInTimeRecovery(clients, pauses)
        .window(table, run.value(ServiceKeys.ENABLE_PITR));
  }

  /** Exports; gives the settings of what comes next, if anything does. */
  private Optional<Settings> export(
      CommandRun run,
      LiveTables tables,
      TableExports exports,
      LiveTable table,
      PitrWindow window,
      ExportOrder order,
      KeptSettings settings) {
    Optional<ExportState> started = start(run, exports, table, window, order);
    if (started.isEmpty()) {
      return Optional.empty();
    }
    settings.beside(started.get());
    if (run.value(ServiceKeys.DETACH)) {
      show(run, started.get(), "Started");
      return Optional.empty();
    }
    return exported(run, tables, await(run, exports, started.get().arn()), Optional.of(table));
  }

  private Optional<Settings> exported(
      CommandRun run, LiveTables tables, ExportState export, Optional<LiveTable> table) {
    tell(run, List.of(export));
    if (run.settings().isGiven(ServiceKeys.THEN_APPLY)) {
      if (!export.isIncremental() || export.filtered()) {
        throw new UsageException(
            "Cannot apply export %s: it holds %s"
                .formatted(
                    Arns.id(export.arn()),
                    export.filtered() ? "a part of the table" : "a table, not changes"));
      }
      return Optional.of(CatchUp.settings(run, List.of(export)));
    }
    return run.settings().isGiven(ServiceKeys.THEN_FLATTEN)
        ? Optional.of(flattenSettings(run, tables, export, table))
        : Optional.empty();
  }

  private Optional<Settings> catchUp(
      CommandRun run,
      CatchUp lake,
      TableExports exports,
      LiveTable table,
      PitrWindow window,
      ExportOrder order,
      KeptSettings settings) {
    List<ExportState> all =
        lake.exports(
            exports,
            table,
            window,
            order,
            started -> {
              settings.beside(started);
              return await(run, exports, started.arn());
            });
    if (all.isEmpty()) {
      return Optional.empty();
    }
    tell(run, all);
    return Optional.of(CatchUp.settings(run, all));
  }

  private static void tell(CommandRun run, List<ExportState> all) {
    ExportState last = all.get(all.size() - 1);
    if (all.stream().allMatch(export -> export.items().isPresent())) {
      run.account().items(all.stream().mapToLong(export -> export.items().get()).sum());
    }
    run.account().ofData(last.at().or(last::until));
    boolean goesOn =
        run.settings().isGiven(ServiceKeys.THEN_FLATTEN)
            || run.settings().isGiven(ServiceKeys.THEN_APPLY);
    if (!(run.value(RunKeys.JSON) && goesOn)) {
      all.forEach(export -> show(run, export, "Exported"));
    }
  }

  // ---- what is asked for

  private static ExportOrder order(CommandRun run) {
    Settings settings = run.settings();
    boolean incremental = settings.isGiven(ServiceKeys.FROM) || run.value(ServiceKeys.SINCE_LAST);
    if (settings.isGiven(ServiceKeys.FROM) && run.value(ServiceKeys.SINCE_LAST)) {
      throw new UsageException("Cannot use --from with --since-last: both say where to begin");
    }
    if (incremental && settings.isGiven(ServiceKeys.AT)) {
      throw new UsageException(
          "Cannot use --at with --from or --since-last: it is for a full export");
    }
    if (!incremental
        && (settings.isGiven(ServiceKeys.UNTIL) || settings.isGiven(ServiceKeys.VIEW))) {
      throw new UsageException(
          "Cannot use --to or --view without --from or --since-last: they are for incremental exports");
    }
    String bucket = run.value(ServiceKeys.BUCKET);
    S3Names.bucketDefect(bucket, "--prefix")
        .ifPresent(
            defect -> {
              throw new UsageException("Cannot use --bucket '%s': %s".formatted(bucket, defect));
            });
    String prefix = run.find(ServiceKeys.PREFIX).orElse("").replaceAll("^/+|/+$", "");
    S3Names.prefixDefect(prefix, "/AWSDynamoDB/01234567890123-01234567/manifest-summary.json")
        .ifPresent(
            defect -> {
              throw new UsageException("Cannot use --prefix '%s': %s".formatted(prefix, defect));
            });
    Optional<String> owner = run.find(ServiceKeys.BUCKET_OWNER);
    if (owner.isPresent() && !ACCOUNT.matcher(owner.get()).matches()) {
      throw new UsageException(
          "Cannot use --bucket-owner '%s': an account ID has twelve digits".formatted(owner.get()));
    }
    return new ExportOrder(
        bucket,
        prefix,
        owner,
        run.find(ServiceKeys.KMS_KEY),
        run.value(ServiceKeys.EXPORT_FORMAT).equals("ion"),
        run.find(ServiceKeys.AT),
        run.find(ServiceKeys.FROM),
        run.find(ServiceKeys.UNTIL),
        run.value(ServiceKeys.VIEW).equals("new"),
        run.find(ServiceKeys.CLIENT_TOKEN).orElseGet(() -> UUID.randomUUID().toString()));
  }

  private static void checkFlatten(CommandRun run, Optional<ExportOrder> order) {
    if (!run.settings().isGiven(ServiceKeys.THEN_FLATTEN)) {
      return;
    }
    if (order.isPresent()
        && (order.get().from().isPresent() || run.value(ServiceKeys.SINCE_LAST))) {
      throw new UsageException(
          "Cannot use --then-flatten with an incremental export: it holds changes, not a table");
    }
    if (run.value(ServiceKeys.DETACH)) {
      throw new UsageException("Cannot use --then-flatten with --detach: nobody would wait");
    }
    // what is wrong with them is said now, and not when the export is done
    Settings settings =
        run.settings()
            .with(ReadKeys.EXPORT, run.value(ServiceKeys.THEN_FLATTEN))
            .with(FlattenKeys.TO, run.value(ServiceKeys.THEN_FLATTEN));
    FlattenCommand.options(
        run.with(
            settings.isGiven(ServiceKeys.FLATTEN_AS)
                ? settings
                : settings.with(FlattenKeys.TABLE, "named_after_the_export")));
  }

  /** Empty if there is nothing to export yet. */
  private Optional<ExportState> start(
      CommandRun run, TableExports exports, LiveTable table, PitrWindow window, ExportOrder asked) {
    ExportOrder order = asked;
    if (run.value(ServiceKeys.SINCE_LAST)) {
      Instant last = exports.endOfLast(table, asked.bucket(), asked.prefix());
      if (last.isBefore(window.earliest())) {
        throw new AwsFailureException(
            "Cannot continue the exports of table "
                + table.name()
                + ": the last one ended at "
                + last
                + ", but point-in-time recovery reaches back only to "
                + window.earliest()
                + "; take a full export and begin anew from it");
      }
      if (Duration.between(last, window.latest()).compareTo(ExportOrder.SHORTEST) < 0) {
        nothingYet(run, last);
        return Optional.empty();
      }
      order = asked.beginningAt(last);
    }
    ExportOrder checked = order.checked(window);
    run.stop().says("DynamoDB may have started the export; exports lists those that there are");
    ExportState started = exports.start(table, checked);
    run.progress().say("Started export " + Arns.id(started.arn()) + " of table " + table.name());
    if (run.value(ServiceKeys.SINCE_LAST) && checked.until().isPresent()) {
      Duration left = Duration.between(checked.until().get(), window.latest());
      if (left.compareTo(ExportOrder.SHORTEST) >= 0 && asked.until().isEmpty()) {
        run.progress()
            .say(
                "It ends at "
                    + checked.until().get()
                    + ", because 24 hours are the most; run again for what changed after that");
      }
    }
    return Optional.of(started);
  }

  private static void nothingYet(CommandRun run, Instant last) {
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.nothingYet(last));
    } else {
      run.print(
          "Nothing to export yet: the last export ended at "
              + last
              + ", and the next has to reach at least 15 minutes further");
    }
  }

  private ExportState await(CommandRun run, TableExports exports, String arn) {
    Duration limit = run.value(ServiceKeys.TIMEOUT);
    Instant begin = pauses.now();
    String resume = run.terminal().program() + " export --resume " + arn;
    try (StopNotice.Saying notice =
        run.stop().says("The export goes on in DynamoDB; to wait for it again: " + resume)) {
      return exports.await(
          arn,
          limit,
          state ->
              run.progress()
                  .waiting(
                      "Waiting for export %s: %s, %s"
                          .formatted(
                              Arns.id(arn),
                              state.status(),
                              Quantities.time(Duration.between(begin, pauses.now())))));
    } finally {
      run.progress().forgetNote();
    }
  }

  // ---- and then

  private static Settings flattenSettings(
      CommandRun run, LiveTables tables, ExportState export, Optional<LiveTable> known) {
    if (export.isIncremental() || export.filtered()) {
      throw new UsageException(
          "Cannot flatten export "
              + Arns.id(export.arn())
              + ": it holds "
              + (export.filtered() ? "a part of the table" : "changes, not a table"));
    }
    Settings settings =
        run.settings()
            .with(ReadKeys.EXPORT, export.folder())
            .with(FlattenKeys.TO, run.value(ServiceKeys.THEN_FLATTEN));
    if (!settings.isGiven(ServiceKeys.FLATTEN_AS)) {
      settings =
          settings.with(FlattenKeys.TABLE, ColumnNames.clean(Arns.tableName(export.tableArn())));
    }
    if (!settings.isGiven(ServiceKeys.FLATTEN_KEY)) {
      LiveTable table = known.orElseGet(() -> tables.table(export.tableArn()));
      // a name with a comma cannot be written as an option; flatten does without
      if (table.keys().stream().noneMatch(key -> key.contains(","))) {
        settings = settings.with(FlattenKeys.KEY, String.join(",", table.keys()));
      }
    }
    return settings;
  }

  private static void show(CommandRun run, ExportState export, String what) {
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.export(export));
      return;
    }
    run.print(
        run.terminal().green(what)
            + "  table "
            + TextTable.printable(Arns.tableName(export.tableArn())));
    AwsDocuments.facts(run, export);
  }
}
