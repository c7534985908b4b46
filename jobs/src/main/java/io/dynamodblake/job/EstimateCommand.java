package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.aws.TableCapacity;
import io.dynamodblake.aws.TableScan;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.EstimateKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Says what the ways of a table cost and how long they take. */
final class EstimateCommand implements Command {
  private static final TableCapacity WITHOUT_TABLE =
      new TableCapacity(true, false, OptionalLong.empty(), OptionalLong.empty());

  @Override
  public String name() {
    return "estimate";
  }

  @Override
  public String summary() {
    return "Says what exporting, flattening, restoring, importing and scanning a table costs, once and by month";
  }

  @Override
  public String synopsis() {
    return "estimate [TABLE] [--size SIZE --items N] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reckons from the size of a table with the prices in conf/prices.properties: list prices of one region, to be replaced by"
            + " yours. Nothing is written.",
        "Also reckons a month of nightly runs, each with a full export, or mostly with incremental ones of --changes-per-day, and how the"
            + " snapshots of the lake table add up if maintain deletes none.",
        "DescribeTable says of TABLE how large it is, how its requests are paid and what it can do a second; options win over"
            + " that. The permission is in conf/iam/estimate.json. Without TABLE nothing is called: --size and --items say it, and"
            + " requests are paid on demand.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.ESTIMATE;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "estimate Orders --region eu-west-1",
        "estimate Orders --size 2TB --items 4000000000",
        "estimate --size 120GB --items 250000000",
        "estimate Orders --changes-per-day 3% --full-every 30d --keep 3",
        "estimate --size 2TB --items 900000000 --vcpus 200 --prices prices.properties");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    Prices prices = prices(run);
    Optional<ScannedTable> table = table(run);
    Estimate.Requests requests = requests(run, table);
    long bytes = known(run, EstimateKeys.SIZE, table.map(ScannedTable::bytes));
    long items = known(run, EstimateKeys.ITEMS, table.map(ScannedTable::items));
    long virtualCpus = run.value(EstimateKeys.VCPUS);
    Estimate estimate = Estimate.of(bytes, items, prices, virtualCpus, requests);
    MonthlyEstimate month =
        MonthlyEstimate.of(
            bytes,
            items,
            new MonthlyEstimate.Plan(
                MonthlyEstimate.writes(run.value(EstimateKeys.CHANGES_PER_DAY), items),
                fullEvery(run),
                run.value(EstimateKeys.KEEP)),
            prices,
            virtualCpus);
    table.ifPresent(found -> warnIfEmpty(run, found));
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(json(estimate, month, prices, table, requests));
    } else {
      text(run, estimate, prices, table);
      month(run, month, prices);
      run.print("");
      run.print("Prices: " + prices.source() + "; give yours with --prices");
    }
  }

  // ---- what is reckoned with

  private static Optional<ScannedTable> table(CommandRun run) {
    if (run.find(EstimateKeys.TABLE).isEmpty()) {
      return Optional.empty();
    }
    String subject = Arns.checkedTable(run.value(EstimateKeys.TABLE));
    run.account().ofTable(Arns.tableName(subject));
    try (AwsClients clients = AwsArguments.clients(run, Optional.of(subject))) {
      return Optional.of(new TableScan(clients, Pauses.REAL).table(subject));
    }
  }

  private static long fullEvery(CommandRun run) {
    long days = run.value(EstimateKeys.FULL_EVERY).toDays();
    if (days < 1) {
      throw new UsageException(
          "Cannot use --%s: there is one run a night; give days, such as 7d"
              .formatted(EstimateKeys.FULL_EVERY.key()));
    }
    return days;
  }

  private static long known(CommandRun run, Option<Long> option, Optional<Long> said) {
    return run.find(option)
        .or(() -> said)
        .orElseThrow(
            () ->
                new UsageException(
                    "Missing option --%s %s, or a TABLE to ask for it"
                        .formatted(option.key(), option.label())));
  }

  /** Rates are what scan and load would take by themselves. */
  private static Estimate.Requests requests(CommandRun run, Optional<ScannedTable> table) {
    TableCapacity capacity = table.map(ScannedTable::capacity).orElse(WITHOUT_TABLE);
    return new Estimate.Requests(
        capacity.onDemand(),
        capacity.infrequentAccess(),
        run.find(EstimateKeys.MAX_RCU)
            .map(Long::doubleValue)
            .orElseGet(() -> ReadCap.usual(capacity)),
        run.find(EstimateKeys.MAX_WCU).orElseGet(() -> WriteCap.usual(capacity)));
  }

  private static void warnIfEmpty(CommandRun run, ScannedTable table) {
    List<String> missing = new ArrayList<>();
    if (table.bytes() == 0 && run.find(EstimateKeys.SIZE).isEmpty()) {
      missing.add("--" + EstimateKeys.SIZE.key());
    }
    if (table.items() == 0 && run.find(EstimateKeys.ITEMS).isEmpty()) {
      missing.add("--" + EstimateKeys.ITEMS.key());
    }
    if (!missing.isEmpty()) {
      run.warn(
          "DynamoDB says that table %s holds %s and %s. Its figures are up to six hours old, and the table may be new; if it holds more, say so with %s"
              .formatted(
                  table.table().name(),
                  Quantities.bytes(table.bytes()),
                  Quantities.count(table.items(), "item"),
                  String.join(" and ", missing)));
    }
  }

  /** The prices that {@code --prices} says, on top of the built-in ones. */
  static Prices prices(CommandRun run) throws IOException {
    Optional<String> file = run.find(EstimateKeys.PRICES);
    if (file.isEmpty()) {
      return Prices.builtIn();
    }
    try {
      Path path = Path.of(file.get());
      if (Files.isRegularFile(path)) {
        return Prices.builtIn().with(Files.readString(path), file.get());
      }
    } catch (InvalidPathException e) {
      // there is no such file then
    }
    throw new UsageException("Cannot read prices: there is no file " + file.get());
  }

  // ---- what is said

  private static void text(
      CommandRun run, Estimate estimate, Prices prices, Optional<ScannedTable> found) {
    run.print(
        "%s of %s and %s"
                .formatted(
                    found.map(known -> "Table " + known.table().name()).orElse("A table"),
                    Quantities.bytes(estimate.tableBytes()),
                    Quantities.count(estimate.items(), "item"))
            + (found.isPresent() ? source(run) : ""));
    found.map(ScannedTable::capacity).ifPresent(capacity -> run.print("  " + kind(capacity)));
    run.print("");
    TextTable table =
        new TextTable(
            List.of("work", prices.currency(), "takes", "rests on"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.FLEXIBLE));
    for (Estimate.Line line : estimate.lines()) {
      table.add(
          line.work(),
          Estimate.money(line.cost()),
          line.duration().map(Quantities::time).orElse(""),
          line.basis());
    }
    table.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
    run.print("");
  }

  private static void month(CommandRun run, MonthlyEstimate month, Prices prices) {
    run.print(
        "A month of %d nightly runs, if %s items are written a day"
            .formatted(
                MonthlyEstimate.NIGHTS, Quantities.count(Math.round(month.plan().writes()))));
    run.print("");
    TextTable table =
        new TextTable(
            List.of(
                "a month, " + prices.currency(),
                "full every night",
                "full every %s, else changes"
                    .formatted(Quantities.count(month.plan().fullEvery(), "day")),
                "rests on"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.FLEXIBLE));
    for (MonthlyEstimate.Line line : month.lines()) {
      table.add(
          line.work(),
          Estimate.money(line.full()),
          Estimate.money(line.increments()),
          line.basis());
    }
    table.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
    run.print("");
    String kept = Quantities.count(month.plan().keep()) + " kept";
    TextTable growth =
        new TextTable(
            List.of(
                "lake table after",
                "snapshots",
                "all of them",
                prices.currency() + " a month",
                kept,
                prices.currency() + " a month"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT));
    for (MonthlyEstimate.Growth then : month.growth()) {
      growth.add(
          Quantities.count(then.months(), "month"),
          Quantities.count(then.snapshots()),
          Quantities.bytes(Math.round(then.bytes())),
          Estimate.money(then.cost()),
          Quantities.bytes(Math.round(then.keptBytes())),
          Estimate.money(then.keptCost()));
    }
    growth.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
  }

  /** Whose word the size is. */
  private static String source(CommandRun run) {
    List<String> given = new ArrayList<>();
    for (Option<?> option : List.of(EstimateKeys.SIZE, EstimateKeys.ITEMS)) {
      if (run.find(option).isPresent()) {
        given.add("--" + option.key());
      }
    }
    return switch (given.size()) {
      case 0 -> ", as DynamoDB said in the last six hours";
      case 1 -> ", as DynamoDB said in the last six hours, and " + given.get(0) + " says";
      default -> ", as --size and --items say";
    };
  }

  private static String kind(TableCapacity capacity) {
    String units =
        capacity.readUnits().isEmpty() && capacity.writeUnits().isEmpty()
            ? "without a maximum"
            : units(capacity.readUnits(), "read")
                + " and "
                + units(capacity.writeUnits(), "write")
                + " units a second";
    return (capacity.onDemand() ? "on-demand, " : "provisioned, ")
        + units
        + (capacity.infrequentAccess() ? ", Standard-Infrequent Access" : "");
  }

  private static String units(OptionalLong units, String kind) {
    return (units.isPresent() ? Quantities.count(units.getAsLong()) : "any number of") + " " + kind;
  }

  private static String json(
      Estimate estimate,
      MonthlyEstimate month,
      Prices prices,
      Optional<ScannedTable> table,
      Estimate.Requests requests) {
    ObjectNode tree = new Envelope("estimate", 1).begin();
    table.ifPresent(found -> tree.put("tableArn", found.table().arn()));
    tree.put("tableBytes", estimate.tableBytes());
    tree.put("items", estimate.items());
    tree.put("onDemand", requests.onDemand());
    tree.put("tableClass", requests.infrequentAccess() ? "STANDARD_INFREQUENT_ACCESS" : "STANDARD");
    tree.put("maxReadUnitsPerSecond", requests.reads());
    tree.put("maxWriteUnitsPerSecond", requests.writes());
    tree.put("currency", prices.currency());
    tree.put("pricesOf", prices.source());
    ArrayNode lines = tree.putArray("lines");
    for (Estimate.Line line : estimate.lines()) {
      ObjectNode node = lines.addObject();
      node.put("work", line.work());
      node.put("cost", line.cost());
      line.duration().ifPresent(duration -> node.put("seconds", duration.toSeconds()));
      node.put("restsOn", line.basis());
    }
    putMonth(tree.putObject("month"), month);
    return JsonDocuments.printAnswer(tree) + "\n";
  }

  private static void putMonth(ObjectNode tree, MonthlyEstimate month) {
    tree.put("nights", MonthlyEstimate.NIGHTS);
    tree.put("writesPerDay", month.plan().writes());
    tree.put("fullEveryDays", month.plan().fullEvery());
    tree.put("keptSnapshots", month.plan().keep());
    ArrayNode lines = tree.putArray("lines");
    for (MonthlyEstimate.Line line : month.lines()) {
      ObjectNode node = lines.addObject();
      node.put("work", line.work());
      node.put("costOfFulls", line.full());
      node.put("costWithIncrements", line.increments());
      node.put("restsOn", line.basis());
    }
    ArrayNode growth = tree.putArray("growth");
    for (MonthlyEstimate.Growth then : month.growth()) {
      ObjectNode node = growth.addObject();
      node.put("months", then.months());
      node.put("snapshots", then.snapshots());
      node.put("bytes", Math.round(then.bytes()));
      node.put("costPerMonth", then.cost());
      node.put("keptBytes", Math.round(then.keptBytes()));
      node.put("keptCostPerMonth", then.keptCost());
    }
  }
}
