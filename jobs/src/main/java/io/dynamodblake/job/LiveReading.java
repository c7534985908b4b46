package io.dynamodblake.job;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.aws.TableScan;
import io.dynamodblake.conf.ScanKeys;
import io.dynamodblake.spark.scan.TableReading;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the options of a command that reads whole live tables become a reading of one. */
final class LiveReading {
  private LiveReading() {}

  /**
   * Looks at a table.
   *
   * @param table name or ARN
   * @throws io.dynamodblake.conf.UsageException if the options cannot be meant of it
   * @throws io.dynamodblake.aws.AwsFailureException if it cannot be read
   */
  static TableReading of(CommandRun run, String table) {
    ReadCap cap = ReadCap.asked(run);
    AwsSettings settings = AwsArguments.settings(run, Optional.of(table));
    ScannedTable found;
    try (AwsClients clients = AwsArguments.clients(run, Optional.of(table))) {
      // executors should not look for it elsewhere than this process
      settings = settings.inRegion(clients.region());
      found = new TableScan(clients, Pauses.REAL).table(table);
    }
    return new TableReading(
        settings,
        AwsArguments.userAgent(run),
        found,
        new ScanOrder(table, run.value(ScanKeys.CONSISTENT), List.of(), "", Map.of(), Map.of()),
        cap.of(found));
  }

  /** What a reading will consume, in lines for stderr. */
  static List<String> announcement(ScanForecast forecast) {
    String table = "Reads table " + forecast.table().table().name();
    String cap = "  cap: " + forecast.cap();
    if (forecast.table().bytes() == 0) {
      return List.of(
          table
              + ": DynamoDB says that it is empty, which may be six hours old; if it is not, nobody can say what it takes and costs",
          cap);
    }
    return List.of(
        table + ": " + forecast.size(),
        "  "
            + forecast.units()
            + forecast.duration().map(time -> ", " + time).orElse("")
            + ", cost: "
            + forecast.price(),
        cap);
  }
}
