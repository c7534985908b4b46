package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LoadTables;
import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.conf.LoadKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.lake.load.ChangeCheck;
import io.dynamodblake.lake.load.Checked;
import io.dynamodblake.lake.load.CheckedChanges;
import io.dynamodblake.lake.load.CheckedItems;
import io.dynamodblake.lake.load.LoadCheck;
import io.dynamodblake.lake.load.LoadOptions;
import io.dynamodblake.lake.load.LoadWrite;
import io.dynamodblake.lake.load.LoadedItems;
import io.dynamodblake.lake.load.SurplusItems;
import io.dynamodblake.lake.load.TableWriting;
import io.dynamodblake.spark.scan.KeyScan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Into a table that exists: puts items, after checking all of them, within a rate. */
final class LoadCommand implements Command {
  @Override
  public String name() {
    return "load";
  }

  @Override
  public String summary() {
    return "Puts import files, a lake table or changes into a DynamoDB table that exists, within a rate";
  }

  @Override
  public String synopsis() {
    return "load DIR TABLE [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Checks every item by DynamoDB's limits and the keys of the table and of its indexes, and that no key comes twice: if an"
            + " item cannot be put, nothing is written and the exit code is 4. Then puts them by BatchWriteItem, never faster than"
            + " --max-wcu, until all are acknowledged.",
        "An item replaces the one with the same key, and others stay. With --delete-missing those that are not in DIR are deleted"
            + " afterwards: the keys of the table are read first, and if there are more to delete than --max-deletes, or DIR is not"
            + " known to be whole, nothing is written.",
        "Of changes, which is what an incremental export holds, new images are put and keys without one are deleted; of several exports"
            + " the first old and the last new image of a key count. With --reverse it is the other way: the table gets back what was"
            + " before. With --check-old-images only what nobody else has changed since is written.",
        "After a failure run the same command again. With --state DIR it goes on where it stopped, without it puts all items again,"
            + " which is right but costs again. Which permissions it needs is in conf/iam/load.json.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.LOAD;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "load s3://acme-import/orders/ Orders --dry-run",
        "load s3://acme-import/orders/ Orders --max-wcu 500",
        "load s3://acme-import/orders/ Orders --delete-missing --max-deletes 1%",
        "load s3://acme-exports/nightly/AWSDynamoDB/01731986400000-9f8e7d6c/ Orders --reverse --check-old-images --dry-run",
        "load lake/orders orders --endpoint-url http://localhost:8000 --region eu-west-1");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String table = Arns.checkedTable(run.value(LoadKeys.TABLE));
    run.account().ofTable(Arns.tableName(table));
    Prices prices = EstimateCommand.prices(run);
    AwsSettings settings = AwsArguments.settings(run, Optional.of(table));
    String userAgent = AwsArguments.userAgent(run);
    WriteCap cap = WriteCap.asked(run);
    Optional<LoadDeletes> deletes = LoadDeletes.asked(run);
    Optional<LoadChanges> changes = LoadChanges.asked(run);
    LoadTarget target;
    Optional<KeyScan> keyScan = Optional.empty();
    try (AwsClients clients = new AwsClients(settings, userAgent)) {
      // executors should not look for it elsewhere than this process
      settings = settings.inRegion(clients.region());
      target = new LoadTables(clients, Pauses.REAL).table(table);
      if (deletes.isPresent()) {
        keyScan = Optional.of(deletes.get().keyScan(settings, userAgent, target, table));
      }
    }
    long rate = cap.of(target);
    TableWriting writing = new TableWriting(settings, userAgent, table, (double) rate);
    if (changes.isPresent()) {
      try (CheckedChanges checked =
          new ChangeCheck(run.spark(), options(run), changes.get().of(target), target)
              .run(run.progress())) {
        loadAll(run, checked, writing, new Plan(target, rate, prices));
      }
      return;
    }
    CheckedItems checked = new LoadCheck(run.spark(), options(run), target).run(run.progress());
    if (deletes.isEmpty()) {
      loadAll(run, checked, writing, new Plan(target, rate, prices));
      return;
    }
    run.account().items(checked.input().items());
    deletes.get().requireWhole(checked, settings, userAgent);
    try (SurplusItems surplus = SurplusItems.find(checked, keyScan.get(), run.progress())) {
      LoadOutcome plan =
          new LoadOutcome(
              target,
              checked.input(),
              Optional.of(surplus.census()),
              rate,
              prices,
              Optional.empty());
      if (!run.value(LoadKeys.DRY_RUN)) {
        deletes.get().refuseMany(surplus.census(), target);
      }
      finish(run, new Writing(run, checked, writing, Optional.of(surplus)), plan);
    }
  }

  /** What is known of a load before its input. */
  private record Plan(LoadTarget target, long rate, Prices prices) {}

  private static void loadAll(CommandRun run, Checked checked, TableWriting writing, Plan plan) {
    run.account().items(checked.input().items());
    finish(
        run,
        new Writing(run, checked, writing, Optional.empty()),
        new LoadOutcome(
            plan.target(),
            checked.input(),
            Optional.empty(),
            plan.rate(),
            plan.prices(),
            Optional.empty()));
  }

  /** Does what is planned, unless it is only asked for, and says what came of it. */
  private static void finish(CommandRun run, Writing writing, LoadOutcome plan) {
    LoadOutcome outcome = run.value(LoadKeys.DRY_RUN) ? plan : plan.with(writing.write(plan));
    run.progress().close();
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(LoadJson.of(outcome, run.done()));
    } else {
      LoadText.print(run, outcome);
    }
  }

  private static LoadOptions options(CommandRun run) {
    return new LoadOptions(
        run.value(LoadKeys.DIR),
        run.find(RestoreKeys.SNAPSHOT),
        run.value(LoadKeys.ALLOW_LOSS),
        run.find(LoadKeys.STATE),
        ExportArguments.readOptions(run),
        ExportSourceKeys.MAX_PARTITION_BYTES.defaultValue().orElseThrow());
  }

  /**
   * What writes.
   *
   * @param surplus what is to be deleted, if anything
   */
  private record Writing(
      CommandRun run, Checked checked, TableWriting table, Optional<SurplusItems> surplus) {
    LoadOutcome.Done write(LoadOutcome plan) {
      LoadWrite write = LoadWrite.of(checked, table);
      run.stop().says("Some items may have been written" + again());
      LoadOutcome.Done done = write(write, plan);
      write.forget();
      return done;
    }

    private LoadOutcome.Done write(LoadWrite write, LoadOutcome plan) {
      Instant begin = Instant.now();
      LoadedItems puts = put(write);
      run.account().bytesWritten(plan.input().bytes());
      WriteBatches.Totals deletes =
          surplus.map(items -> delete(items, plan.target())).orElse(WriteBatches.Totals.NONE);
      return new LoadOutcome.Done(puts, deletes, Duration.between(begin, Instant.now()));
    }

    private LoadedItems put(LoadWrite write) {
      try {
        return write.run(run.progress());
      } catch (AwsFailureException e) {
        throw new AwsFailureException(
            "%s. Some items may have been written%s%s"
                .formatted(
                    e.getMessage(), surplus.isPresent() ? ", none was deleted" : "", again()),
            e);
      }
    }

    private WriteBatches.Totals delete(SurplusItems items, LoadTarget before) {
      try (AwsClients clients = new AwsClients(table.settings(), table.userAgent())) {
        LoadTarget now = new LoadTables(clients, Pauses.REAL).table(table.table());
        LoadDeletes.requireSameTable(before, now);
        return items.delete(table, run.progress());
      } catch (AwsFailureException e) {
        throw new AwsFailureException(
            "%s. All items of DIR were put, and some of the others may have been deleted; run the same command again, it looks anew what to delete"
                .formatted(e.getMessage()),
            e);
      }
    }

    private String again() {
      return run.find(LoadKeys.STATE).isPresent()
          ? "; run the same command again, it goes on where this one stopped"
          : "; run the same command again, it writes all of them again; with --state DIR it would go on where it stopped";
    }
  }
}
