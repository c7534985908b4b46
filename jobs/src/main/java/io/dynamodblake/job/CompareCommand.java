package io.dynamodblake.job;

import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.Options;
import io.dynamodblake.lake.Comparison;
import io.dynamodblake.lake.ComparisonOptions;
import io.dynamodblake.lake.ComparisonReport;
import java.util.List;

/** Tells whether two sets hold the same items. */
final class CompareCommand implements Command {
  @Override
  public String name() {
    return "compare";
  }

  @Override
  public String summary() {
    return "Tells whether two exports, lake tables or folders of import files hold the same items";
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
            + " shown with --show-values and not otherwise. The exit code is 0 if all are equal and 6 if not.");
  }

  @Override
  public List<Option<?>> options() {
    return Options.COMPARE;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "compare s3://exports/orders/AWSDynamoDB/01731900000000-0a1b2c3d/ s3://lake/orders",
        "compare lake/orders import/orders --key pk:S,sk:S --show 3 --show-values",
        "compare lake/orders lake/orders --snapshot-a 01731900000000-0a1b2c3d");
  }

  @Override
  public void run(CommandRun run) {
    ComparisonOptions options =
        new ComparisonOptions(
            new ComparisonOptions.Side(run.value(Options.COMPARE_A), run.find(Options.SNAPSHOT_A)),
            new ComparisonOptions.Side(run.value(Options.COMPARE_B), run.find(Options.SNAPSHOT_B)),
            ExportArguments.keys(run.find(Options.COMPARE_KEY).orElse(List.of())),
            (int) Math.min(run.value(Options.SHOW), Integer.MAX_VALUE),
            run.value(Options.SHOW_VALUES),
            ExportArguments.readOptions(run.settings()),
            Options.SOURCE_MAX_PARTITION_BYTES.defaultValue().orElseThrow());
    ComparisonReport report = new Comparison(run.spark(), options).run(run.progress());
    run.progress().close();
    run.account().items(report.itemsA() + report.itemsB());
    if (run.value(Options.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      summary(run, report);
    }
    if (!report.equal()) {
      run.endsWith(ExitCode.DIFFERENT);
    }
  }

  private static void summary(CommandRun run, ComparisonReport report) {
    run.print(report.equal() ? run.terminal().green("Equal") : run.terminal().red("Different"));
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
    report.notes().forEach(note -> fact(run, "Note", printable(note)));
    if (!report.shown().isEmpty()) {
      run.print("");
    }
    report.shown().forEach(shown -> shown(run, shown, keyed));
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
