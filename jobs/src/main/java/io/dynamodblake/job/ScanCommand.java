package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.FilterJson;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.aws.TableScan;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.ScanKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.spark.scan.ScanJob;
import io.dynamodblake.spark.scan.ScanReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a live table with its own capacity, where it cannot be exported. */
final class ScanCommand implements Command {
  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String summary() {
    return "Reads a DynamoDB table without point-in-time recovery into the layout of an export";
  }

  @Override
  public String synopsis() {
    return "scan TABLE --to DIR [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reads the table by a parallel Scan, within a cap of read units that all tasks share, and writes what it reads like a native"
            + " export, which inspect, flatten and compare read. It is no snapshot: items that are written meanwhile may be"
            + " there as they were before or after. Where point-in-time recovery is on, export is the better way.",
        "The same command continues a scan that was interrupted; segments that were finished are not read again. Which"
            + " permissions it needs is in conf/iam/scan.json.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.SCAN;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "scan Orders --to s3://acme-exports/scans/orders --dry-run",
        "scan Orders --to s3://acme-exports/scans/orders --max-rcu 500",
        "scan Orders --to scans/orders --attributes customer,total --max-rcu-percent 50");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String subject = Arns.checkedTable(run.value(ScanKeys.TABLE));
    String to = run.value(ScanKeys.TO);
    run.account().ofTable(Arns.tableName(subject));
    ReadCap asked = ReadCap.asked(run);
    OptionalInt segments = segments(run);
    ScanOrder order = order(run, subject);
    AwsSettings settings = AwsArguments.settings(run, Optional.of(subject));
    ScannedTable table;
    Optional<String> kept = Optional.empty();
    try (AwsClients clients = AwsArguments.clients(run, Optional.of(subject))) {
      settings = settings.inRegion(clients.region());
      TableScan scan = new TableScan(clients, Pauses.REAL);
      table = scan.table(subject);
      if (!run.value(ScanKeys.DRY_RUN)) {
        scan.checkFilter(withKeys(order, table));
        kept = new KeptSettings(run, clients, Pauses.REAL, subject).text();
      }
    }
    double cap = asked.of(table);
    if (run.value(ScanKeys.DRY_RUN)) {
      forecast(run, table, order, cap);
      return;
    }
    ScanJob job =
        new ScanJob(
            settings,
            AwsArguments.userAgent(run),
            table,
            withKeys(order, table),
            to,
            segments,
            cap,
            kept);
    run.stop().says("Segments that were finished are kept; the same command continues the scan");
    ScanReport report = job.run(run.spark(), run.progress());
    run.progress().close();
    run.account()
        .items(report.items())
        .bytesWritten(report.storedBytes())
        .ofData(Optional.of(report.beganAt()));
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      summary(run, table, report);
    }
  }

  // ---- what is asked for

  private static OptionalInt segments(CommandRun run) {
    return run.find(ScanKeys.SEGMENTS)
        .map(segments -> OptionalInt.of(segments.intValue()))
        .orElse(OptionalInt.empty());
  }

  private static ScanOrder order(CommandRun run, String table) throws IOException {
    String filter = run.find(ScanKeys.FILTER).orElse("");
    for (Option<String> file : List.of(ScanKeys.FILTER_NAMES, ScanKeys.FILTER_VALUES)) {
      if (filter.isEmpty() && run.settings().isGiven(file)) {
        throw new UsageException("Cannot use --" + file.key() + " without --filter");
      }
    }
    return new ScanOrder(
        table,
        run.value(ScanKeys.CONSISTENT),
        run.find(ScanKeys.ATTRIBUTES).orElse(List.of()),
        filter,
        text(run, ScanKeys.FILTER_NAMES)
            .map(text -> FilterJson.names(text, "--" + ScanKeys.FILTER_NAMES.key()))
            .orElse(Map.of()),
        text(run, ScanKeys.FILTER_VALUES)
            .map(text -> FilterJson.values(text, "--" + ScanKeys.FILTER_VALUES.key()))
            .orElse(Map.of()));
  }

  private static Optional<String> text(CommandRun run, Option<String> option) throws IOException {
    Optional<String> file = run.find(option);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (BufferedReader reader =
        new BufferedReader(
            OutputFiles.open(file.get(), "--" + option.key(), Sessions.hadoopConfiguration()))) {
      return Optional.of(reader.lines().collect(Collectors.joining("\n")));
    }
  }

  /** Items without their keys would be of no use. */
  private static ScanOrder withKeys(ScanOrder order, ScannedTable table) {
    if (order.attributes().isEmpty()) {
      return order;
    }
    Set<String> attributes = new LinkedHashSet<>();
    attributes.addAll(table.table().keyAttributes());
    attributes.addAll(order.attributes());
    return new ScanOrder(
        order.table(),
        order.consistent(),
        List.copyOf(attributes),
        order.filter(),
        order.filterNames(),
        order.filterValues());
  }

  // ---- what is said

  private static void forecast(CommandRun run, ScannedTable table, ScanOrder order, double cap)
      throws IOException {
    ScanForecast forecast =
        ScanForecast.of(table, order.consistent(), cap, EstimateCommand.prices(run));
    if (run.value(RunKeys.JSON)) {
      run.print(json(forecast));
      return;
    }
    run.print(run.terminal().green("Would scan") + "  table " + table.table().name());
    fact(run, "Holds", forecast.size());
    fact(run, "Reads", forecast.units());
    fact(run, "Cap", forecast.cap());
    forecast.duration().ifPresent(time -> fact(run, "Takes", time));
    fact(run, "Costs", forecast.price());
  }

  private static String json(ScanForecast forecast) {
    ScannedTable table = forecast.table();
    ObjectNode tree = new Envelope("scan-forecast", 1).begin();
    tree.put("tableArn", table.table().arn());
    tree.put("tableBytes", table.bytes());
    tree.put("items", table.items());
    tree.put("onDemand", table.onDemand());
    tree.put("readUnits", forecast.readUnits());
    if (!Double.isInfinite(forecast.unitsPerSecond())) {
      tree.put("maxReadUnitsPerSecond", forecast.unitsPerSecond());
    }
    forecast.time().ifPresent(time -> tree.put("seconds", time.toMillis() / 1000.0));
    tree.put("currency", forecast.prices().currency());
    tree.put("cost", forecast.cost());
    tree.put("pricesOf", forecast.prices().source());
    return JsonDocuments.printAnswer(tree);
  }

  private static void summary(CommandRun run, ScannedTable table, ScanReport report) {
    run.print(run.terminal().green("Scanned") + "  table " + table.table().name());
    fact(
        run,
        "Items",
        Quantities.count(report.items())
            + " in "
            + Quantities.count(report.pages(), "page")
            + (report.partial() ? "; partial, because attributes or items were left out" : ""));
    fact(
        run,
        "Segments",
        Quantities.count(report.segments())
            + (report.segmentsBefore() > 0
                ? ", " + Quantities.count(report.segmentsBefore()) + " of them read by earlier runs"
                : ""));
    fact(
        run,
        "Consumed",
        Quantities.units(report.readUnits())
            + " read units"
            + (report.segmentsBefore() > 0
                ? ", " + Quantities.units(report.readUnitsNow()) + " now"
                : ""));
    fact(
        run,
        "Took",
        Quantities.time(report.elapsed())
            + ", "
            + Quantities.units(report.meanReadUnits())
            + " read units a second"
            + (report.cap().isPresent()
                ? " of at most " + Quantities.units(report.cap().getAsDouble())
                : ""));
    fact(run, "Wrote", Quantities.bytes(report.storedBytes()));
    fact(run, "Export", report.folder());
  }

  private static void fact(CommandRun run, String name, String text) {
    AwsDocuments.fact(run, name, text);
  }
}
