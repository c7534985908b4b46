package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.CompareKeys;
import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ComparedSettings;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.compare.WrittenChanges;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.spark.scan.TableReading;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells whether two sets hold the same items. */
final class CompareCommand implements Command {
  @Override
  public String name() {
    return "compare";
  }

  @Override
  public String summary() {
    return "Tells whether two exports, lake tables, live tables or folders of import files hold the same items";
  }

  @Override
  public String synopsis() {
    return "compare A B [--key pk:S,sk:N] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Items are equal as DynamoDB defines it: numbers by value, sets without order, all else exact. The order of items does"
            + " not count, and how often each occurs does.",
        "With keys it says how many differ and at which places, without them only how many items have no equal. Values are"
            + " shown with --show-values and not otherwise. The exit code is 0 if all are equal and 6 if not.",
        "With --changes-to all differences are written as an incremental export that leads from A to B, which apply takes: two full"
            + " exports of a table give the changes between them. Nobody sees it before all of it is there.",
        "Of two live tables it also says how their settings differ, which does not make them different unless --settings count.",
        "A live table is dynamodb://NAME or its ARN. It is read once, by a parallel Scan with its own capacity, within a cap that"
            + " each of two tables has for itself. Which permissions that needs is in conf/iam/compare.json.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.COMPARE;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "compare s3://exports/orders/AWSDynamoDB/01731900000000-0a1b2c3d/ s3://lake/orders",
        "compare lake/orders import/orders --key pk:S,sk:S --show 3 --show-values",
        "compare lake/orders lake/orders --snapshot-a 01731900000000-0a1b2c3d",
        "compare dynamodb://Orders dynamodb://Orders-Restore --max-rcu 500",
        "compare exports/AWSDynamoDB/01731900000000-0a1b2c3d exports/AWSDynamoDB/01731986400000-9f8e7d6c --key pk:S,sk:S --changes-to changes/");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    Side a = side(run, CompareKeys.A, CompareKeys.SNAPSHOT_A);
    Side b = side(run, CompareKeys.B, CompareKeys.SNAPSHOT_B);
    checkTables(run, a, b);
    Optional<ComparedSettings> settings = SettingsComparison.of(run, a, b);
    ComparisonOptions options =
        new ComparisonOptions(
            a,
            b,
            ExportArguments.keys(run.find(CompareKeys.KEY).orElse(List.of())),
            (int) Math.min(run.value(CompareKeys.SHOW), Integer.MAX_VALUE),
            run.value(CompareKeys.SHOW_VALUES),
            ExportArguments.readOptions(run),
            ExportSourceKeys.MAX_PARTITION_BYTES.defaultValue().orElseThrow(),
            run.find(CompareKeys.CHANGES_TO));
    ComparisonReport report =
        new Comparison(run.spark(), options).run(run.progress()).with(settings);
    run.progress().close();
    run.account().items(report.itemsA() + report.itemsB());
    report
        .changes()
        .ifPresent(
            written ->
                run.account().bytesWritten(written.bytes()).ofData(Optional.of(written.to())));
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      summary(run, report);
    }
    if (!report.equal() || SettingsComparison.makesDifferent(run, settings)) {
      run.endsWith(ExitCode.DIFFERENT);
    }
  }

  private static Side side(CommandRun run, Option<String> which, Option<String> whichSnapshot) {
    String place = run.value(which);
    Optional<String> snapshot = run.find(whichSnapshot);
    Optional<String> table = Arns.liveTable(place);
    if (table.isPresent() && snapshot.isPresent()) {
      throw new UsageException(
          "Cannot use --" + whichSnapshot.key() + ": a live table has no snapshots");
    }
    return new Side(place, snapshot, table.map(name -> LiveReading.of(run, name)));
  }

  /** Says what reading the live tables will take, before it begins. */
  private static void checkTables(CommandRun run, Side a, Side b) throws IOException {
    List<TableReading> readings = Stream.of(a, b).flatMap(side -> side.table().stream()).toList();
    if (readings.isEmpty()) {
      for (Option<?> option : CommandKeys.LIVE_READING) {
        if (run.settings().isGiven(option)) {
          throw new UsageException(
              "Cannot use --%s: neither A nor B is a live table; write one as dynamodb://NAME"
                  .formatted(option.key()));
        }
      }
      return;
    }
    if (readings.size() == 2
        && readings.get(0).table().table().arn().equals(readings.get(1).table().table().arn())) {
      throw new UsageException("Cannot compare: A and B are the same table");
    }
    Prices prices = EstimateCommand.prices(run);
    for (TableReading reading : readings) {
      ScanForecast forecast =
          ScanForecast.of(
              reading.table(), reading.order().consistent(), reading.unitsPerSecond(), prices);
      LiveReading.announcement(forecast).forEach(run.terminal().err()::println);
    }
  }

  private static void summary(CommandRun run, ComparisonReport report) {
    if (!report.equal()) {
      run.print(run.terminal().red("Different"));
    } else if (SettingsComparison.makesDifferent(run, report.settings())) {
      run.print(run.terminal().red("Equal, but for settings"));
    } else {
      run.print(run.terminal().green("Equal"));
    }
    fact(run, "A", Quantities.count(report.itemsA(), "item") + ", " + printable(report.a()));
    fact(run, "B", Quantities.count(report.itemsB(), "item") + ", " + printable(report.b()));
    fact(run, "Equal", Quantities.count(report.equalItems(), "item"));
    boolean keyed = !report.keys().isEmpty();
    if (!report.equal()) {
      String thing = keyed ? "key" : "different item";
      fact(run, "Only in A", Quantities.count(report.keysOnlyInA(), thing));
      fact(run, "Only in B", Quantities.count(report.keysOnlyInB(), thing));
      fact(
          run,
          "In both",
          Quantities.count(report.differingKeys(), thing)
              + (keyed ? ", with other items" : ", not equally often"));
    }
    if (keyed) {
      fact(run, "By", printable(String.join(", ", report.keys())));
    }
    report.changes().ifPresent(written -> changes(run, written));
    report.settings().ifPresent(compared -> SettingsComparison.facts(run, compared));
    report.notes().forEach(note -> fact(run, "Note", printable(note)));
    if (!report.shown().isEmpty()) {
      run.print("");
    }
    report.shown().forEach(shown -> shown(run, shown, keyed));
  }

  private static void changes(CommandRun run, WrittenChanges written) {
    fact(
        run,
        "Changes",
        "%s, %s, %s"
            .formatted(
                Quantities.count(written.inserts(), "insert"),
                Quantities.count(written.updates(), "update"),
                Quantities.count(written.deletes(), "delete")));
    fact(run, "", "from %s to %s".formatted(written.from(), written.to()));
    fact(run, "", printable(written.path()));
  }

  private static void shown(CommandRun run, ComparisonReport.Shown shown, boolean keyed) {
    run.print(
        "  %s %s: %d in A, %d in B"
            .formatted(
                keyed ? "key" : "item",
                shown.item().map(CompareCommand::printable).orElse(shown.digest()),
                shown.inA(),
                shown.inB()));
    for (ComparisonReport.Place place : shown.places()) {
      run.print("    " + printable(place.path()) + ": " + place.what());
      place.a().ifPresent(value -> run.print("      A " + printable(value)));
      place.b().ifPresent(value -> run.print("      B " + printable(value)));
    }
  }

  private static String printable(String text) {
    return TextTable.printable(text);
  }

  private static void fact(CommandRun run, String name, String text) {
    run.print("  %-10s ".formatted(name) + text);
  }
}
