package io.dynamodblake.job;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.input.csv.CsvDelimiters;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.spark.write.ImportLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** The way back: a lake table in, files for ImportTable out. */
final class RestoreCommand implements Command {
  private static final Map<RestoreOptions.Source, Option<String>> SOURCES =
      Map.of(
          RestoreOptions.Source.FOLDER,
          RestoreKeys.DIR,
          RestoreOptions.Source.CSV,
          RestoreKeys.FROM_CSV,
          RestoreOptions.Source.TABLE,
          RestoreKeys.FROM_TABLE);

  private static final Map<RestoreOptions.Source, String> SOURCE_WORDS =
      Map.of(
          RestoreOptions.Source.FOLDER,
          "DIR",
          RestoreOptions.Source.CSV,
          "--from-csv",
          RestoreOptions.Source.TABLE,
          "--from-table");

  @Override
  public String name() {
    return "restore";
  }

  @Override
  public String summary() {
    return "Turns a lake table back into files that DynamoDB imports as a new table";
  }

  @Override
  public String synopsis() {
    return "restore DIR --to DIR [--table NAME] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Makes every row of a snapshot the item it was: names, sets, NULL, 38 digits, values that were rescued. Writes the"
            + " data files under DIR/data/ and beside them import-table.json, the complete request for ImportTable.",
        "All rows are checked first, by DynamoDB's own limits and for keys that occur twice. If one of them cannot be an item,"
            + " nothing is written and the exit code is 4, unless such rows are to be set aside.",
        "Repeating a restore that is done does nothing.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.RESTORE;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "restore s3://lake/orders --to s3://bucket/import/orders --table Orders-Restore",
        "restore lake/orders --to import/orders --table orders --import-bucket acme-import --compression zstd",
        "restore --from-csv orders.csv --key OrderId:S --to import/orders --table Orders --import-bucket acme-import",
        "restore --from-table sales.orders --schema schema.json --to import/orders --table Orders --import-bucket acme-import",
        "restore lake/orders --to import/open --table OpenOrders --where \"status = 'OPEN' AND createdat_day >= '2026-11-01'\"");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    Optional<String> schemaOut = run.find(RestoreKeys.SCHEMA_OUT);
    if (schemaOut.isPresent()) {
      propose(run, schemaOut.get());
    } else {
      restore(run);
    }
  }

  private static void restore(CommandRun run) {
    RestoreOptions options = options(run);
    String reportFile = options.target().replaceAll("/+$", "") + "/" + ImportLayout.RESTORE_REPORT;
    run.account().reportedAt(reportFile);
    options.table().ifPresent(run.account()::ofTable);
    run.stop()
        .says(
            "%s holds nothing new to import until import-table.json is there%s"
                .formatted(options.target(), StopNotice.AGAIN));
    RestoreReport report = new Restore(spark(run), options).run(run.progress());
    run.stop().says("The restore is done, in %s".formatted(options.target()));
    run.account().ofTable(report.table());
    run.progress().close();
    if (report.status() != RestoreReport.Status.UNCHANGED) {
      run.account()
          .items(report.rows())
          .bytesWritten(report.bytes())
          .rejected(report.quarantined());
    }
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      summary(run, report);
    }
  }

  private static SparkSession spark(CommandRun run) {
    return run.find(RestoreKeys.FROM_TABLE).isPresent() ? run.sparkWithCatalog() : run.spark();
  }

  private static RestoreOptions options(CommandRun run) {
    return source(run, run.value(RestoreKeys.TO), run.find(RestoreKeys.TABLE))
        .withSnapshot(run.find(RestoreKeys.SNAPSHOT))
        .as(ImportFormat.ofKey(run.value(RestoreKeys.FORMAT)))
        .compressedAs(ImportCompression.ofKey(run.value(RestoreKeys.COMPRESSION)))
        .inBucket(run.find(RestoreKeys.IMPORT_BUCKET))
        .withPrefix(run.find(RestoreKeys.IMPORT_PREFIX))
        .withIndexesFile(run.find(RestoreKeys.INDEXES))
        .withSettings(run.find(RestoreKeys.SETTINGS))
        .withTargetFileBytes(run.value(RestoreKeys.TARGET_FILE_SIZE))
        .onInvalid(OnBadRecord.valueOf(run.value(RestoreKeys.ON_INVALID).toUpperCase(Locale.ROOT)))
        .withMaxInvalid(run.value(RestoreKeys.MAX_INVALID))
        .allowingLoss(run.value(RestoreKeys.ALLOW_LOSS))
        .build();
  }

  /** What is read, and how. */
  private static RestoreOptions.Builder source(
      CommandRun run, String target, Optional<String> table) {
    Map<RestoreOptions.Source, Option<String>> given = new EnumMap<>(RestoreOptions.Source.class);
    SOURCES.forEach(
        (source, option) -> run.find(option).ifPresent(text -> given.put(source, option)));
    if (given.size() > 1) {
      throw new UsageException(
          "Cannot restore both %s; give one of them"
              .formatted(
                  given.keySet().stream()
                      .map(SOURCE_WORDS::get)
                      .collect(Collectors.joining(" and "))));
    }
    RestoreOptions.Source source =
        given.keySet().stream().findFirst().orElse(RestoreOptions.Source.FOLDER);
    if (source != RestoreOptions.Source.FOLDER && run.find(RestoreKeys.SNAPSHOT).isPresent()) {
      throw new UsageException(
          "Cannot restore a --snapshot of %s: only lake tables have snapshots; leave it out"
              .formatted(SOURCE_WORDS.get(source)));
    }
    return RestoreOptions.builder(run.value(SOURCES.get(source)), target)
        .forTable(table)
        .from(source)
        .askedBy(run.words())
        .withCsvDelimiter(CsvDelimiters.of(run.value(RestoreKeys.CSV_DELIMITER), run.words()))
        .withCsvEmptyAbsent(run.value(RestoreKeys.CSV_EMPTY).equals("absent"))
        .withSchemaFile(run.find(RestoreKeys.SCHEMA))
        .where(run.find(RestoreKeys.WHERE))
        .withKeys(ExportArguments.keys(run.find(RestoreKeys.KEY).orElse(List.of())));
  }

  private static void propose(CommandRun run, String file) throws IOException {
    Configuration configuration = spark(run).sessionState().newHadoopConf();
    OutputFiles.refuseSchema(file, configuration);
    RestoreOptions options = source(run, "", run.find(RestoreKeys.TABLE)).build();
    TableSchema schema = new Restore(spark(run), options).propose(run.progress());
    run.progress().close();
    String text = TableSchemaJson.toJson(schema);
    OutputFiles.write(file, "--schema-out", text, configuration);
    run.terminal().out().print(text);
    run.terminal().err().println("Wrote " + file);
  }

  private static void summary(CommandRun run, RestoreReport report) {
    run.print(
        report.status() == RestoreReport.Status.UNCHANGED
            ? run.terminal().green("Unchanged") + "  " + report.input() + " is restored already"
            : run.terminal().green("Restored") + "  " + report.input());
    String label = "Columns";
    for (String column : report.columns()) {
      fact(run, label, TextTable.printable(column));
      label = "";
    }
    fact(
        run,
        "Items",
        "%s%s rows = %s items written%s"
            .formatted(
                Quantities.count(report.rows()),
                report.where().isPresent() && report.allRows().isPresent()
                    ? " of " + Quantities.count(report.allRows().getAsLong())
                    : "",
                Quantities.count(report.items()),
                report.quarantined() > 0
                    ? " + " + Quantities.count(report.quarantined()) + " set aside"
                    : ""));
    report.where().ifPresent(where -> fact(run, "Where", TextTable.printable(where)));
    fact(run, "Checked", "every row by DynamoDB's limits, no key twice");
    report
        .quarantine()
        .ifPresent(path -> fact(run, "Set aside", TextTable.printable(FlattenCommand.plain(path))));
    report.findings().forEach(text -> fact(run, "", TextTable.printable(text)));
    report.settings().forEach(text -> fact(run, "Settings", TextTable.printable(text)));
    report
        .wholeness()
        .gaps()
        .forEach(
            gap -> fact(run, "Note", "Not all items of the table: " + TextTable.printable(gap)));
    if (!report.losses().isEmpty()) {
      fact(run, "Lost", TextTable.printable(String.join(", ", report.losses())));
    }
    fact(
        run,
        "Files",
        Quantities.count(report.files(), "file")
            + ", "
            + Quantities.bytes(report.bytes())
            + ", "
            + report.format()
            + ", "
            + report.compression());
    report
        .finishedAt()
        .ifPresent(
            end -> fact(run, "Took", Quantities.time(Duration.between(report.startedAt(), end))));
    run.print("");
    fact(run, "Data", TextTable.printable(FlattenCommand.plain(report.data())));
    report
        .request()
        .ifPresent(
            path -> {
              fact(run, "Request", TextTable.printable(FlattenCommand.plain(path)));
              fact(run, "Table", report.table());
              run.print("");
              ImportSteps.of(report, path).forEach(line -> run.print("  " + line));
            });
  }

  private static void fact(CommandRun run, String name, String text) {
    run.print("  %-10s ".formatted(name) + text);
  }
}
