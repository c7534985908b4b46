package io.dynamodblake.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LoadTables;
import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.Options;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.Load;
import io.dynamodblake.lake.LoadInput;
import io.dynamodblake.lake.LoadOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Into a table that exists: puts items, after checking all of them, within a rate. */
final class LoadCommand implements Command {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long ON_DEMAND_UNITS = 1_000;
  private static final long MOST_PERCENT = 100;

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
        "An item replaces the one with the same key; nothing is deleted. After a failure run the same command again: it puts all"
            + " items again, which is right but costs again. Which permissions it needs is in conf/iam/load.json.");
  }

  @Override
  public List<Option<?>> options() {
    return Options.LOAD;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "load s3://acme-import/orders/ Orders --dry-run",
        "load s3://acme-import/orders/ Orders --max-wcu 500",
        "load lake/orders orders --endpoint-url http://localhost:8000 --region eu-west-1");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String table = Arns.checkedTable(run.value(Options.LOAD_TABLE));
    Prices prices = EstimateCommand.prices(run);
    AwsSettings settings = AwsArguments.settings(run, Optional.of(table));
    String userAgent = CommandLines.PROGRAM + "/" + Versions.program() + " " + run.command();
    checkPercent(run);
    LoadTarget target;
    try (AwsClients clients = new AwsClients(settings, userAgent)) {
      // executors should not look for it elsewhere than this process
      settings = settings.inRegion(clients.region());
      target = new LoadTables(clients, Pauses.REAL).table(table);
    }
    long rate = rate(run, target);
    Load load = new Load(run.spark(), options(run), target);
    LoadInput input = load.check(run.progress());
    if (run.value(Options.LOAD_DRY_RUN)) {
      run.progress().close();
      show(run, target, input, rate, prices, Optional.empty());
      return;
    }
    Instant begin = Instant.now();
    WriteBatches.Totals totals;
    try {
      totals = load.write(settings, userAgent, table, (double) rate, run.progress());
    } catch (AwsFailureException e) {
      throw new AwsFailureException(
          e.getMessage()
              + ". Some items may have been written; run the same command again, it puts all of them again",
          e);
    }
    run.progress().close();
    Duration took = Duration.between(begin, Instant.now());
    show(run, target, input, rate, prices, Optional.of(new Done(totals, took)));
  }

  private record Done(WriteBatches.Totals totals, Duration took) {}

  private static LoadOptions options(CommandRun run) {
    return new LoadOptions(
        run.value(Options.LOAD_DIR),
        run.find(Options.SNAPSHOT),
        run.value(Options.LOAD_ALLOW_LOSS),
        ExportArguments.readOptions(run.settings()),
        Options.SOURCE_MAX_PARTITION_BYTES.defaultValue().orElseThrow());
  }

  // ---- how fast

  private static void checkPercent(CommandRun run) {
    if (run.find(Options.MAX_WCU_PERCENT).filter(percent -> percent > MOST_PERCENT).isPresent()) {
      throw new UsageException("Cannot use --max-wcu-percent: at most 100");
    }
  }

  private static long rate(CommandRun run, LoadTarget target) {
    Optional<Long> units = run.find(Options.MAX_WCU);
    Optional<Long> percent = run.find(Options.MAX_WCU_PERCENT);
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
    return units.orElseGet(() -> usual(target));
  }

  /** What is used where nothing is said: it leaves half of the table to others. */
  private static long usual(LoadTarget target) {
    if (target.writeUnits().isEmpty()) {
      return ON_DEMAND_UNITS;
    }
    long half = share(target.writeUnits().getAsLong(), MOST_PERCENT / 2);
    return target.onDemand() ? Math.min(ON_DEMAND_UNITS, half) : half;
  }

  private static long share(long capacity, long percent) {
    return Math.max(1, capacity * percent / MOST_PERCENT);
  }

  // ---- what is said

  private static void show(
      CommandRun run,
      LoadTarget target,
      LoadInput input,
      long rate,
      Prices prices,
      Optional<Done> done) {
    double units =
        done.map(end -> end.totals().writeUnits()).orElseGet(() -> (double) input.writeUnits());
    double cost = target.onDemand() ? units / 1e6 * prices.number("write.per-million") : 0;
    if (run.value(Options.JSON)) {
      run.print(json(target, input, rate, prices, cost, done));
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
          "%s read = %s written, in %s%s"
              .formatted(
                  Quantities.count(input.items()),
                  Quantities.count(totals.items()),
                  Quantities.count(totals.requests(), "request"),
                  totals.repeated() == 0
                      ? ""
                      : "; " + Quantities.count(totals.repeated()) + " were sent again"));
    } else {
      fact(run, "Items", Quantities.count(input.items()));
    }
    fact(run, "Checked", "every item by DynamoDB's limits and the table's keys, no key twice");
    fact(run, "Size", Quantities.bytes(input.bytes()));
    fact(run, "Units", units(target, input, done));
    fact(run, "Limit", Quantities.count(rate) + " write units a second");
    if (done.isPresent()) {
      fact(run, "Took", Quantities.time(done.get().took()));
    } else {
      fact(run, "Takes", "at least " + Quantities.time(seconds(input, rate)));
    }
    fact(
        run,
        "Cost",
        target.onDemand()
            ? "%s %s (%s)".formatted(Estimate.money(cost), prices.currency(), prices.source())
            : "none but that of the capacity that the table has provisioned");
  }

  private static String units(LoadTarget target, LoadInput input, Optional<Done> done) {
    if (done.isPresent()) {
      return Quantities.count(Math.round(done.get().totals().writeUnits()))
          + " write units consumed"
          + (target.indexes() == 0 ? "" : ", of the table and " + indexes(target));
    }
    return Quantities.count(input.writeUnits())
        + " write units"
        + (target.indexes() == 0
            ? ""
            : " for the table alone, and up to as many for each of its " + indexes(target))
        + "; more where larger items are replaced";
  }

  private static String indexes(LoadTarget target) {
    return target.indexes() + (target.indexes() == 1 ? " index" : " indexes");
  }

  private static Duration seconds(LoadInput input, long rate) {
    return Duration.ofMillis((long) Math.ceil(1000.0 * input.writeUnits() / rate));
  }

  private static String json(
      LoadTarget target,
      LoadInput input,
      long rate,
      Prices prices,
      double cost,
      Optional<Done> done) {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.put("format", "dynamodb-lake/load");
    tree.put("formatVersion", 1);
    tree.put("status", done.isPresent() ? "LOADED" : "DRY_RUN");
    tree.put("table", target.table().name());
    tree.put("tableArn", target.table().arn());
    tree.put("input", input.kind());
    tree.put("items", input.items());
    tree.put("bytes", input.bytes());
    tree.put("writeUnitsWithoutIndexes", input.writeUnits());
    tree.put("indexes", target.indexes());
    tree.put("maxWriteUnitsPerSecond", rate);
    if (done.isPresent()) {
      tree.put("writtenItems", done.get().totals().items());
      tree.put("consumedWriteUnits", done.get().totals().writeUnits());
      tree.put("requests", done.get().totals().requests());
      tree.put("repeatedItems", done.get().totals().repeated());
    }
    tree.put(
        "seconds", done.map(Done::took).orElseGet(() -> seconds(input, rate)).toMillis() / 1000.0);
    tree.put("onDemand", target.onDemand());
    tree.put("cost", cost);
    tree.put("currency", prices.currency());
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot print a document made here", e);
    }
  }

  private static void fact(CommandRun run, String name, String text) {
    AwsDocuments.fact(run, name, text);
  }
}
