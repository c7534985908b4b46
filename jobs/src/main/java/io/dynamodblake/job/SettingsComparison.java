package io.dynamodblake.job;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.TableSettingsReader;
import io.dynamodblake.conf.CompareKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ComparedSettings;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.spark.scan.TableReading;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code compare} says of two live tables beside their items. */
final class SettingsComparison {
  private static final String COUNT = "count";
  private static final String NONE = "none";
  private static final int LONGEST = 300;

  private SettingsComparison() {}

  private static boolean counts(CommandRun run) {
    return run.value(CompareKeys.SETTINGS).equals(COUNT);
  }

  /** Whether the tables are different for their settings alone. */
  static boolean makesDifferent(CommandRun run, Optional<ComparedSettings> settings) {
    return counts(run) && settings.stream().anyMatch(compared -> !compared.equal());
  }

  /**
   * Asks for the settings of both tables, before any item is read.
   *
   * @return empty if they are not two live tables, or nobody wants to know
   * @throws UsageException if they have to be equal and are not those of two live tables
   * @throws AwsFailureException if they have to be equal and one of them is not known
   */
  static Optional<ComparedSettings> of(CommandRun run, Side a, Side b) {
    if (a.table().isEmpty() || b.table().isEmpty()) {
      if (counts(run)) {
        throw new UsageException(
            "Cannot use --settings count: A and B have to be live tables, dynamodb://NAME or an ARN");
      }
      return Optional.empty();
    }
    if (run.value(CompareKeys.SETTINGS).equals(NONE)) {
      return Optional.empty();
    }
    ComparedSettings compared =
        ComparedSettings.of(read(run, a.table().get()), read(run, b.table().get()));
    if (counts(run) && !compared.unknown().isEmpty()) {
      Map.Entry<TableSetting, String> first = compared.unknown().entrySet().iterator().next();
      throw new AwsFailureException(
          "Cannot tell whether the settings of both tables are equal: %s. The first reason: %s. Allow that, or give --settings tell"
              .formatted(named(compared), first.getValue()));
    }
    return Optional.of(compared);
  }

  private static TableSettings read(CommandRun run, TableReading reading) {
    String table = reading.order().table();
    try (AwsClients clients = AwsArguments.clients(run, Optional.of(table))) {
      return new TableSettingsReader(clients, Pauses.REAL).read(table);
    }
  }

  private static String named(ComparedSettings compared) {
    return "not known: "
        + compared.unknown().keySet().stream()
            .map(TableSetting::words)
            .collect(Collectors.joining(", "));
  }

  /** Says how they differ. */
  static void facts(CommandRun run, ComparedSettings compared) {
    String name = "Settings";
    if (compared.differences().isEmpty()) {
      fact(run, name, "no difference");
      name = "";
    }
    for (ComparedSettings.Difference difference : compared.differences()) {
      String words = difference.words();
      fact(
          run,
          name,
          words.length() <= LONGEST
              ? words
              : words.substring(0, LONGEST) + " ... (--json has all)");
      name = "";
    }
    if (!compared.unknown().isEmpty()) {
      fact(run, name, named(compared));
    }
  }

  private static void fact(CommandRun run, String name, String text) {
    run.print("  %-10s ".formatted(name) + TextTable.printable(text));
  }
}
