package io.dynamodblake.job;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.input.csv.CsvDelimiters;
import io.dynamodblake.lake.write.CsvFiles;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.Unnesting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** The main job: an export in, a lake table out. */
final class FlattenCommand implements Command {
  private static final int MOST_NOTES = 12;

  private static final List<Option<?>> OF_CSV =
      List.of(
          FlattenKeys.CSV_DELIMITER,
          FlattenKeys.COMPRESSION,
          FlattenKeys.COALESCE,
          FlattenKeys.CSV_BOM,
          FlattenKeys.CSV_ESCAPE_FORMULAS);

  @Override
  public String name() {
    return "flatten";
  }

  @Override
  public String summary() {
    return "Turns an export into a typed lake table that Athena can query";
  }

  @Override
  public String synopsis() {
    return "flatten EXPORT --to DIR --table NAME [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reads a full export, verifies it while reading, and writes one new snapshot of the lake table: Parquet, schema.json,"
            + " the statements for Athena and a run report. Readers see the new snapshot when all of it is there, and the old"
            + " one until then. The same command again changes nothing.",
        "Every item is accounted for: written, or with --on-bad-record quarantine set aside. Values that do not fit their"
            + " column are kept in ddb_rescued.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.FLATTEN;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "flatten s3://bucket/prefix/ --to s3://lake/orders --table orders --key pk:S,sk:S",
        "flatten exports/ --to lake/orders --table orders --schema schema.json --partition-by 'day(createdAt)'",
        "flatten --conf-file conf/jobs/flatten.properties --export-time 2026-11-18T03:20:00Z");
  }

  @Override
  public void run(CommandRun run) {
    FlattenOptions options = options(run);
    boolean registers = run.find(FlattenKeys.REGISTER).isPresent();
    run.account()
        .ofTable(options.table())
        .reportedAt(new LakeLayout(options.target()).runs() + "/");
    Instant begin = Instant.now();
    run.stop().says(() -> LakeReaders.see(options.target(), begin));
    RunReport report = new Flatten(run.spark(), options).run(run.progress());
    run.progress().close();
    account(run.account(), report);
    if (report.isPartial()) {
      run.warn(ExportManifest.PARTIAL_WARNING);
    }
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      summary(report, run.terminal()).forEach(run::print);
    }
    if (registers) {
      // after the summary: if Glue refuses, the snapshot is published all the same
      Registration.afterPublishing(run, options.target());
    }
    MaintainCommand.afterPublishing(run, options.target());
  }

  private static void account(RunAccount account, RunReport report) {
    account.ofData(report.dataTime());
    if (report.status() == RunReport.Status.UNCHANGED) {
      return;
    }
    account
        .items(report.counts().itemsRead())
        .bytesRead(report.storedBytes())
        .bytesWritten(report.output().bytes())
        .rejected(report.counts().quarantined())
        .rescued(report.counts().rescuedValues())
        .reportedAt(new LakeLayout(report.output().root()).runReport(report.runId()));
  }

  /**
   * What the options ask for.
   *
   * @throws UsageException if they cannot be right, whatever the data is
   */
  static FlattenOptions options(CommandRun run) {
    if (run.find(FlattenKeys.REGISTER).isPresent()) {
      Registration.requireOnS3(run.value(FlattenKeys.TO));
    }
    FlattenOptions.Builder builder =
        FlattenOptions.builder(
                run.value(ReadKeys.EXPORT),
                run.value(FlattenKeys.TO),
                legal(run, FlattenKeys.TABLE))
            .selecting(ExportArguments.selection(run.settings()))
            .reading(ExportArguments.readOptions(run))
            .inDatabase(legal(run, FlattenKeys.DATABASE))
            .withKeys(ExportArguments.keys(run.find(FlattenKeys.KEY).orElse(List.of())))
            .partitionedBy(partitions(run.find(FlattenKeys.PARTITION_BY).orElse(List.of())))
            .sortedBy(run.find(FlattenKeys.SORT_BY).orElse(List.of()))
            .as(OutputFormat.valueOf(run.value(FlattenKeys.FORMAT).toUpperCase(Locale.ROOT)))
            .withTargetFileBytes(run.value(FlattenKeys.TARGET_FILE_SIZE))
            .onBadRecord(
                OnBadRecord.valueOf(run.value(FlattenKeys.ON_BAD_RECORD).toUpperCase(Locale.ROOT)))
            .withMaxBadRecords(run.value(FlattenKeys.MAX_BAD_RECORDS))
            .strict(run.value(FlattenKeys.STRICT))
            .replacing(run.value(FlattenKeys.REPLACE))
            .assumingTable(run.value(FlattenKeys.ASSUME_TABLE))
            .allowingEmpty(run.value(FlattenKeys.ALLOW_EMPTY))
            .allowingRepeatedKeys(run.value(FlattenKeys.ALLOW_REPEATED_KEYS))
            .withHistory(run.value(FlattenKeys.HISTORY));
    csv(run).ifPresent(builder::asCsv);
    run.find(FlattenKeys.CATALOG).ifPresent(builder::inCatalog);
    run.find(FlattenKeys.TAG).ifPresent(builder::taggedFor);
    run.find(FlattenKeys.SCHEMA).ifPresent(builder::withSchemaFile);
    unnesting(run).ifPresent(builder::unnesting);
    if (run.value(FlattenKeys.SUGGEST)) {
      if (run.find(FlattenKeys.SCHEMA).isPresent()) {
        throw new UsageException(
            "Cannot use %s with a schema file, which says all types; leave it out, or have inspect write the file with it"
                .formatted(run.words().of(FlattenKeys.SUGGEST)));
      }
      builder.suggesting(true);
    }
    run.find(FlattenKeys.ENTITIES).ifPresent(builder::withEntities);
    run.find(FlattenKeys.HASH_KEY)
        .map(place -> SecretHashKey.of(run, place))
        .ifPresent(builder::withHashKey);
    return builder.build();
  }

  /** Empty for other formats, of which nothing may be said then. */
  private static Optional<CsvFiles> csv(CommandRun run) {
    if (run.value(FlattenKeys.FORMAT).equals(OutputFormat.CSV.key())) {
      CsvDialect dialect =
          new CsvDialect(
              CsvDelimiters.of(run.value(FlattenKeys.CSV_DELIMITER), run.words()),
              run.value(FlattenKeys.COMPRESSION).equals("gzip"),
              run.value(FlattenKeys.CSV_BOM),
              run.value(FlattenKeys.CSV_ESCAPE_FORMULAS));
      OptionalInt most =
          run.find(FlattenKeys.COALESCE).stream().mapToInt(Math::toIntExact).findFirst();
      return Optional.of(new CsvFiles(dialect, most));
    }
    for (Option<?> option : OF_CSV) {
      if (run.settings().isGiven(option)) {
        throw new UsageException(
            "Cannot use %s: that is about CSV; add %s, or leave it out"
                .formatted(
                    run.words().of(option),
                    run.words().of(FlattenKeys.FORMAT, OutputFormat.CSV.key())));
      }
    }
    return Optional.empty();
  }

  private static Optional<Unnesting> unnesting(CommandRun run) {
    if (run.find(FlattenKeys.UNNEST).isEmpty()) {
      if (!run.value(FlattenKeys.SEPARATOR).equals(Unnesting.DEFAULT_SEPARATOR)) {
        throw new UsageException(
            "Cannot use --separator: it goes with --unnest, which says how deep; give it, too");
      }
      return Optional.empty();
    }
    if (run.find(FlattenKeys.SCHEMA).isPresent()) {
      throw new UsageException(
          "Cannot use --unnest with --schema: the file says which columns there are, and by \"unnest\" what becomes of later ones; leave one of both out");
    }
    try {
      return Optional.of(
          new Unnesting(
              Math.toIntExact(run.value(FlattenKeys.UNNEST)), run.value(FlattenKeys.SEPARATOR)));
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot use --unnest: " + e.getMessage(), e);
    }
  }

  private static String legal(CommandRun run, Option<String> option) {
    String name = run.value(option);
    if (!TableDefinition.isLegalName(name)) {
      throw new UsageException(
          "Cannot use --"
              + option.key()
              + " '"
              + name.replaceAll("\\p{Cntrl}", "?")
              + "': Athena takes a-z, 0-9 and _, at most 255 of them, such as "
              + ColumnNames.clean(name));
    }
    return name;
  }

  private static List<String> partitions(List<String> texts) {
    for (String text : texts) {
      try {
        PartitionField.parse(text);
      } catch (IllegalArgumentException e) {
        throw new UsageException("Cannot read --partition-by: " + e.getMessage(), e);
      }
    }
    return texts;
  }

  /** What a person wants to know when it is done. */
  static List<String> summary(RunReport report, Terminal terminal) {
    List<String> lines = new ArrayList<>();
    RunReport.Output output = report.output();
    String snapshot = output.snapshotId().orElse("");
    LakeLayout layout = new LakeLayout(output.root());
    if (report.status() == RunReport.Status.UNCHANGED) {
      lines.add(
          terminal.green("Unchanged")
              + "  "
              + output.table()
              + " already holds this export, as snapshot "
              + snapshot);
    } else {
      RunReport.Counts counts = report.counts();
      lines.add(terminal.green("Published") + "  " + output.table() + ", snapshot " + snapshot);
      lines.add(
          fact("Items")
              + Quantities.count(counts.itemsRead())
              + " read = "
              + Quantities.count(counts.rowsWritten())
              + " rows written + "
              + Quantities.count(counts.quarantined())
              + " set aside");
      lines.addAll(EntityLines.of(report));
      if (counts.rescuedValues() > 0) {
        List<String> columns = new ArrayList<>();
        counts
            .rescuedByColumn()
            .forEach((column, values) -> columns.add(column + " " + Quantities.count(values)));
        lines.add(
            fact("Rescued")
                + Quantities.count(counts.rescuedValues(), "value")
                + " in ddb_rescued: "
                + TextTable.printable(some(columns)));
      }
      lines.add(
          fact("Columns")
              + Quantities.count(report.schema().columns())
              + ", "
              + source(report.schema().source()));
      lines.add(
          fact("Files")
              + Quantities.count(output.files(), output.format() + " file")
              + ", "
              + Quantities.bytes(output.bytes())
              + (output.partitions() > 0
                  ? ", in " + Quantities.count(output.partitions(), "partition")
                  : ""));
      lines.add(fact("Verified") + verified(report));
      report
          .finishedAt()
          .ifPresent(
              end ->
                  lines.add(
                      fact("Took") + Quantities.time(Duration.between(report.startedAt(), end))));
    }
    notes(report, lines);
    lines.add("");
    place(lines, "Data", data(output));
    place(lines, "Athena", output.ddlPath());
    place(
        lines, "Schema", Optional.of(layout.schema()).filter(path -> report.entities().isEmpty()));
    // the folder itself holds the rows of every snapshot
    lines.add(fact("Read") + TextTable.printable(readingLine(EntityLines.readable(report))));
    if (report.status() != RunReport.Status.UNCHANGED) {
      place(lines, "Report", Optional.of(layout.runReport(report.runId())));
    }
    if (report.counts().quarantined() > 0) {
      place(lines, "Set aside", output.quarantinePath());
    }
    return lines;
  }

  /** Where the rows are, for people. */
  static Optional<String> data(RunReport.Output output) {
    return output
        .iceberg()
        .map(
            version ->
                "%s, snapshot %d of Iceberg"
                    .formatted(
                        version.table().map(IcebergName::toString).orElse(plain(output.root())),
                        version.snapshotId()))
        .or(output::snapshotPath);
  }

  static void notes(RunReport report, List<String> lines) {
    List<String> notes = new ArrayList<>(report.verification().warnings());
    notes.addAll(report.schema().notes());
    notes.stream()
        .limit(MOST_NOTES)
        .forEach(note -> lines.add(fact("Note") + TextTable.printable(note)));
    if (notes.size() > MOST_NOTES) {
      lines.add(fact("Note") + "and " + (notes.size() - MOST_NOTES) + " more, in the run report");
    }
  }

  static String verified(RunReport report) {
    if (!report.hasManifest()) {
      return "every line, but there is no manifest to compare with";
    }
    return switch (report.verification().level()) {
      case "md5" -> "checksums and item counts";
      case "counts" -> "item counts, not checksums";
      default -> "nothing";
    };
  }

  static String source(String source) {
    return switch (source) {
      case "observed" -> "observed over all items";
      case "pinned" -> "as the schema file says";
      case "evolved" -> "those of the lake table and what is new";
      default -> source;
    };
  }

  private static String some(List<String> texts) {
    int shown = Math.min(texts.size(), 6);
    return String.join(", ", texts.subList(0, shown))
        + (shown < texts.size() ? " and " + (texts.size() - shown) + " more columns" : "");
  }

  /** What reads the current snapshot, whichever that is then, in Python as in Scala. */
  static String readingLine(String root) {
    String path = plain(root).replace("\\", "\\\\").replace("\"", "\\\"");
    return "spark.read.format(\"%s\").load(\"%s\")".formatted(Words.LAKE_SOURCE.name(), path);
  }

  static void place(List<String> lines, String what, Optional<String> path) {
    path.ifPresent(text -> lines.add(fact(what) + TextTable.printable(plain(text))));
  }

  /** A local path as a shell takes it. */
  static String plain(String path) {
    return path.startsWith("file:///")
        ? path.substring("file://".length())
        : path.replaceFirst("^file:(?=/)", "");
  }

  static String fact(String name) {
    return "  %-10s ".formatted(name);
  }
}
