package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LoadTables;
import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.TableCapacity;
import io.dynamodblake.aws.TableExports;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.conf.LoadKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.ScanKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.load.Load;
import io.dynamodblake.lake.load.LoadCensus;
import io.dynamodblake.lake.load.LoadInput;
import io.dynamodblake.lake.load.LoadOptions;
import io.dynamodblake.lake.load.LoadedItems;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.scan.KeyScan;
import io.dynamodblake.spark.scan.TableReading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Into a table that exists: puts items, after checking all of them, within a rate. */
final class LoadCommand implements Command {
  private static final long ON_DEMAND_UNITS = 1_000;
  private static final long MOST_PERCENT = 100;
  private static final String BEGAN_ANEW =
      "A load that was interrupted was of other items, or the table was made anew since; all items were put";

  @Override
  public String name() {
    return "load";
  }

  @Override
  public String summary() {
    return "Puts import files or a lake table into a DynamoDB table that exists, within a rate";
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
        "load lake/orders orders --endpoint-url http://localhost:8000 --region eu-west-1");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String table = Arns.checkedTable(run.value(LoadKeys.TABLE));
    run.account().ofTable(Arns.tableName(table));
    Prices prices = EstimateCommand.prices(run);
    AwsSettings settings = AwsArguments.settings(run, Optional.of(table));
    String userAgent = AwsArguments.userAgent(run);
    checkPercent(run);
    Optional<Deletes> deletes = deletes(run);
    LoadTarget target;
    Optional<KeyScan> keyScan;
    try (AwsClients clients = new AwsClients(settings, userAgent)) {
      // executors should not look for it elsewhere than this process
      settings = settings.inRegion(clients.region());
      target = new LoadTables(clients, Pauses.REAL).table(table);
      keyScan =
          deletes.isPresent()
              ? Optional.of(keyScan(settings, userAgent, target, table, deletes.get()))
              : Optional.empty();
    }
    long rate = rate(run, target);
    try (Load load = new Load(run.spark(), options(run), target)) {
      LoadInput input = load.check(run.progress());
      run.account().items(input.items());
      Optional<LoadCensus> census = Optional.empty();
      if (keyScan.isPresent()) {
        requireWhole(run, load, input, settings, userAgent);
        census = Optional.of(load.census(keyScan.get(), run.progress()));
      }
      Plan plan = new Plan(target, input, census, rate, prices);
      if (run.value(LoadKeys.DRY_RUN)) {
        run.progress().close();
        show(run, plan, Optional.empty());
        return;
      }
      if (census.isPresent()) {
        refuseMany(census.get(), target, deletes.get().limit().orElseThrow());
      }
      Done done;
      try (StopNotice notice =
          new StopNotice(run.terminal(), "Some items may have been written" + again(run))) {
        done = write(run, load, plan, settings, userAgent, table);
      }
      load.finish();
      run.progress().close();
      show(run, plan, Optional.of(done));
    }
  }

  private static Done write(
      CommandRun run, Load load, Plan plan, AwsSettings settings, String userAgent, String table) {
    Instant begin = Instant.now();
    LoadedItems puts;
    try {
      puts = load.write(settings, userAgent, table, (double) plan.rate(), run.progress());
    } catch (AwsFailureException e) {
      throw new AwsFailureException(
          e.getMessage()
              + ". Some items may have been written"
              + (plan.census().isPresent() ? ", none was deleted" : "")
              + again(run),
          e);
    }
    run.account().bytesWritten(plan.input().bytes());
    WriteBatches.Totals deletes = WriteBatches.Totals.NONE;
    if (plan.census().isPresent()) {
      try (AwsClients clients = new AwsClients(settings, userAgent)) {
        requireSameTable(plan.target(), new LoadTables(clients, Pauses.REAL).table(table));
        deletes =
            load.deleteSurplus(settings, userAgent, table, (double) plan.rate(), run.progress());
      } catch (AwsFailureException e) {
        throw new AwsFailureException(
            e.getMessage()
                + ". All items of DIR were put, and some of the others may have been deleted; run the same command again, it looks anew what to delete",
            e);
      }
    }
    return new Done(puts, deletes, Duration.between(begin, Instant.now()));
  }

  private static String again(CommandRun run) {
    return run.find(LoadKeys.STATE).isPresent()
        ? "; run the same command again, it goes on where this one stopped"
        : "; run the same command again, it puts all of them again; with --state DIR it would go on where it stopped";
  }

  /** Hours may have passed since it was looked at. */
  private static void requireSameTable(LoadTarget before, LoadTarget now) {
    if (!now.table().id().equals(before.table().id())) {
      throw new AwsFailureException(
          "Cannot delete from table "
              + now.table().name()
              + ": it was dropped and made again since its keys were read");
    }
  }

  /**
   * What is done, or would be.
   *
   * @param census what the table holds beside the input, if that is to be deleted
   * @param rate write units a second
   */
  private record Plan(
      LoadTarget target, LoadInput input, Optional<LoadCensus> census, long rate, Prices prices) {
    long surplus() {
      return census.map(LoadCensus::surplus).orElse(0L);
    }

    /** At least: what a delete takes depends on the size of its item. */
    long writeUnits() {
      return input.writeUnits() + surplus();
    }

    double readUnits() {
      return census.map(LoadCensus::readUnits).orElse(0.0);
    }

    Duration atLeast() {
      return Duration.ofMillis((long) Math.ceil(1000.0 * writeUnits() / rate));
    }

    /** Of what was or would be consumed. */
    double cost(double writeUnits) {
      return target.onDemand()
          ? prices.writes(writeUnits, target.capacity().infrequentAccess())
              + prices.reads(readUnits(), target.capacity().infrequentAccess())
          : 0;
    }
  }

  private record Done(LoadedItems puts, WriteBatches.Totals deletes, Duration took) {
    WriteBatches.Totals totals() {
      return puts.now().plus(deletes);
    }
  }

  // ---- what may be deleted

  /**
   * What the user has said of deleting.
   *
   * @param limit empty only for a dry run
   */
  private record Deletes(Optional<DeleteLimit> limit, ReadCap cap) {}

  private static Optional<Deletes> deletes(CommandRun run) {
    if (!run.value(LoadKeys.DELETE_MISSING)) {
      for (Option<?> option :
          List.of(
              LoadKeys.MAX_DELETES,
              LoadKeys.ALLOW_EMPTY,
              LoadKeys.ASSUME_WHOLE,
              LoadKeys.MAX_RCU,
              ScanKeys.MAX_RCU_PERCENT)) {
        if (run.settings().isGiven(option)) {
          throw new UsageException(
              "Cannot use --" + option.key() + " without --" + LoadKeys.DELETE_MISSING.key());
        }
      }
      return Optional.empty();
    }
    Optional<DeleteLimit> limit = run.find(LoadKeys.MAX_DELETES).map(DeleteLimit::parse);
    if (limit.isEmpty() && !run.value(LoadKeys.DRY_RUN)) {
      throw new UsageException(
          "Cannot use --delete-missing without --max-deletes: say how many items it may delete at most, such as 1000 or 2%; --dry-run counts them");
    }
    if (run.value(ReadKeys.VERIFY).equals("none")) {
      throw new UsageException(
          "Cannot use --delete-missing with --verify none: what a damaged export lacks would be deleted");
    }
    return Optional.of(new Deletes(limit, ReadCap.asked(run)));
  }

  private static KeyScan keyScan(
      AwsSettings settings, String userAgent, LoadTarget target, String table, Deletes deletes) {
    return new KeyScan(
        new TableReading(
            settings,
            userAgent,
            target.described(),
            ScanOrder.ofKeys(table, target.table().keyAttributes()),
            deletes.cap().of(target.described())));
  }

  /** Items that an incomplete input lacks would be taken for ones to be deleted. */
  private static void requireWhole(
      CommandRun run, Load load, LoadInput input, AwsSettings settings, String userAgent) {
    Wholeness whole = load.wholeness();
    List<String> gaps = new ArrayList<>(whole.gaps());
    List<String> doubts = new ArrayList<>(whole.doubts());
    if (gaps.isEmpty() && whole.exportArn().isPresent()) {
      String arn = whole.exportArn().get();
      AwsSettings there = Arns.region(arn).map(settings::inRegion).orElse(settings);
      try (AwsClients clients = new AwsClients(there, userAgent)) {
        if (new TableExports(clients, Pauses.REAL).isFiltered(arn)) {
          gaps.add("they come from a filtered export, " + Arns.id(arn));
        }
      } catch (AwsFailureException e) {
        doubts.add(
            "only DynamoDB knows whether the export was filtered, and did not say it ("
                + e.getMessage()
                + ")");
      }
    }
    if (!gaps.isEmpty()) {
      throw new DataRefusedException(
          "Cannot delete what is missing: the items of DIR are not all of the table that they come from: "
              + String.join("; ", gaps)
              + ". Nothing was written; load without --delete-missing, or give a whole export");
    }
    if (!doubts.isEmpty() && !run.value(LoadKeys.ASSUME_WHOLE)) {
      throw new DataRefusedException(
          "Cannot delete what is missing: nobody can tell whether the items of DIR are all of the table that they come from: "
              + String.join("; ", doubts)
              + ". Nothing was written; if you know that they are, give --assume-whole");
    }
    if (input.items() == 0 && !run.value(LoadKeys.ALLOW_EMPTY)) {
      throw new DataRefusedException(
          "Cannot delete what is missing: DIR holds no items, so all of the table would be deleted. Nothing was written; if that is meant, give --allow-empty");
    }
  }

  private static void refuseMany(LoadCensus census, LoadTarget target, DeleteLimit limit) {
    if (!limit.allows(census.surplus(), census.tableItems())) {
      throw new DataRefusedException(
          "Cannot delete what is missing: %,d of %,d items of table %s are not in DIR, which is more than --max-deletes %s. Nothing was written; look whether it is the right DIR and table, and allow as many"
              .formatted(census.surplus(), census.tableItems(), target.table().name(), limit));
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

  // ---- how fast

  private static void checkPercent(CommandRun run) {
    if (run.find(LoadKeys.MAX_WCU_PERCENT).filter(percent -> percent > MOST_PERCENT).isPresent()) {
      throw new UsageException("Cannot use --max-wcu-percent: at most 100");
    }
  }

  private static long rate(CommandRun run, LoadTarget target) {
    Optional<Long> units = run.find(LoadKeys.MAX_WCU);
    Optional<Long> percent = run.find(LoadKeys.MAX_WCU_PERCENT);
    OptionalLong capacity = target.writeUnits();
    if (percent.isPresent() && capacity.isEmpty()) {
      throw new UsageException(
          "Cannot use --max-wcu-percent: table %s is on demand and has no maximum, so there is nothing to take a share of; use --max-wcu"
              .formatted(target.table().name()));
    }
    if (percent.isPresent()) {
      long share = share(capacity.getAsLong(), percent.get());
      return units.isPresent() ? Math.min(units.get(), share) : share;
    }
    return units.orElseGet(() -> usualRate(target.capacity()));
  }

  /** What is used where nothing is said: it leaves half of the table to others. */
  static long usualRate(TableCapacity capacity) {
    if (capacity.writeUnits().isEmpty()) {
      return ON_DEMAND_UNITS;
    }
    long half = share(capacity.writeUnits().getAsLong(), MOST_PERCENT / 2);
    return capacity.onDemand() ? Math.min(ON_DEMAND_UNITS, half) : half;
  }

  private static long share(long capacity, long percent) {
    return Math.max(1, capacity * percent / MOST_PERCENT);
  }

  // ---- what is said

  private static void show(CommandRun run, Plan plan, Optional<Done> done) {
    LoadTarget target = plan.target();
    LoadInput input = plan.input();
    if (run.value(RunKeys.JSON)) {
      run.print(json(plan, done));
      return;
    }
    run.print(
        (done.isPresent() ? run.terminal().green("Loaded") : "Would load")
            + "  table "
            + target.table().name());
    fact(run, "From", input.kind());
    input.notes().forEach(note -> fact(run, "Note", note));
    if (done.isPresent()) {
      WriteBatches.Totals totals = done.get().totals();
      fact(
          run,
          "Items",
          "%s read = %s written%s, in %s%s"
              .formatted(
                  Quantities.count(input.items()),
                  Quantities.count(done.get().puts().now().items()),
                  done.get().puts().itemsBefore() == 0
                      ? ""
                      : " + "
                          + Quantities.count(done.get().puts().itemsBefore())
                          + " by earlier runs",
                  Quantities.count(done.get().puts().now().requests(), "request"),
                  totals.repeated() == 0
                      ? ""
                      : "; " + Quantities.count(totals.repeated()) + " were sent again"));
    } else {
      fact(run, "Items", Quantities.count(input.items()));
    }
    if (done.isPresent() && done.get().puts().beganAnew()) {
      fact(run, "Note", BEGAN_ANEW);
    }
    plan.census().ifPresent(census -> showCensus(run, census, done));
    fact(run, "Checked", "every item by DynamoDB's limits and the table's keys, no key twice");
    fact(run, "Size", Quantities.bytes(input.bytes()));
    fact(run, "Units", units(plan, done));
    fact(run, "Limit", Quantities.count(plan.rate()) + " write units a second");
    if (done.isPresent()) {
      fact(run, "Took", Quantities.time(done.get().took()));
    } else {
      fact(run, "Takes", "at least " + Quantities.time(plan.atLeast()));
    }
    fact(
        run,
        "Cost",
        target.onDemand()
            ? "%s %s (%s)"
                .formatted(
                    Estimate.money(cost(plan, done)),
                    plan.prices().currency(),
                    plan.prices().source())
            : "none but that of the capacity that the table has provisioned");
  }

  private static double cost(Plan plan, Optional<Done> done) {
    return plan.cost(
        done.map(end -> end.totals().writeUnits()).orElseGet(() -> (double) plan.writeUnits()));
  }

  private static void showCensus(CommandRun run, LoadCensus census, Optional<Done> done) {
    fact(
        run,
        done.isPresent() ? "Deleted" : "Deletes",
        "%s of %s in the table, as %s read"
            .formatted(
                Quantities.count(done.map(end -> end.deletes().items()).orElseGet(census::surplus)),
                Quantities.count(census.tableItems(), "item"),
                Quantities.count(Math.round(census.readUnits()), "read unit")));
    fact(
        run,
        done.isPresent() ? "Now" : "Then",
        "%s = %s replaced + %s new; what others write meanwhile comes on top"
            .formatted(
                Quantities.count(census.sourceItems(), "item"),
                Quantities.count(census.common()),
                Quantities.count(census.fresh())));
  }

  private static String units(Plan plan, Optional<Done> done) {
    LoadTarget target = plan.target();
    if (done.isPresent()) {
      return Quantities.count(Math.round(done.get().totals().writeUnits()))
          + " write units consumed"
          + (target.indexes() == 0 ? "" : ", of the table and " + indexes(target));
    }
    return Quantities.count(plan.writeUnits())
        + " write units"
        + (target.indexes() == 0
            ? ""
            : " for the table alone, and up to as many for each of its " + indexes(target))
        + "; more where larger items are replaced"
        + (plan.surplus() == 0 ? "" : " or deleted");
  }

  private static String indexes(LoadTarget target) {
    return target.indexes() + (target.indexes() == 1 ? " index" : " indexes");
  }

  private static String json(Plan plan, Optional<Done> done) {
    LoadTarget target = plan.target();
    LoadInput input = plan.input();
    ObjectNode tree = JsonDocuments.object();
    tree.put("format", "dynamodb-lake/load");
    tree.put("formatVersion", 1);
    tree.put("status", done.isPresent() ? "LOADED" : "DRY_RUN");
    tree.put("table", target.table().name());
    tree.put("tableArn", target.table().arn());
    tree.put("input", input.kind());
    tree.put("items", input.items());
    tree.put("bytes", input.bytes());
    tree.put("writeUnitsWithoutIndexes", plan.writeUnits());
    tree.put("indexes", target.indexes());
    tree.put("maxWriteUnitsPerSecond", plan.rate());
    if (plan.census().isPresent()) {
      LoadCensus census = plan.census().get();
      tree.put("tableItemsBefore", census.tableItems());
      tree.put("replacedItems", census.common());
      tree.put("newItems", census.fresh());
      tree.put("missingItems", census.surplus());
      tree.put("consumedReadUnits", census.readUnits());
    }
    if (done.isPresent()) {
      WriteBatches.Totals totals = done.get().totals();
      tree.put("writtenItems", done.get().puts().now().items());
      tree.put("itemsOfEarlierRuns", done.get().puts().itemsBefore());
      if (plan.census().isPresent()) {
        tree.put("deletedItems", done.get().deletes().items());
        tree.put("leftItems", plan.surplus() - done.get().deletes().items());
      }
      tree.put("consumedWriteUnits", totals.writeUnits());
      tree.put("requests", totals.requests());
      tree.put("repeatedItems", totals.repeated());
    }
    tree.put("seconds", done.map(Done::took).orElseGet(plan::atLeast).toMillis() / 1000.0);
    tree.put("onDemand", target.onDemand());
    tree.put("cost", cost(plan, done));
    tree.put("currency", plan.prices().currency());
    return JsonDocuments.printAnswer(tree);
  }

  private static void fact(CommandRun run, String name, String text) {
    AwsDocuments.fact(run, name, text);
  }
}
