package io.dynamodblake.lake.write;

import io.dynamodblake.conf.Options;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Verify;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CsvRows;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeDdl;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.ParquetFooters;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ProfilePass;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunItems;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main job: an export in, a new snapshot of a lake table out. Either every item of the export
 * is accounted for and the snapshot is published, or readers see what they saw before. One run at a
 * time may write to a lake table. Driver only.
 */
public final class Flatten {
  private static final Logger LOG = LoggerFactory.getLogger(Flatten.class);

  // a task that sets aside more than this reads something that is no export
  private static final long MOST_BAD_RECORDS_OF_TASK = 1_000_000;

  private final SparkSession spark;
  private final FlattenOptions options;
  private final Configuration configuration;
  private final LakeFiles files;

  public Flatten(SparkSession spark, FlattenOptions options) {
    this.spark = spark;
    this.options = options;
    this.configuration = spark.sessionState().newHadoopConf();
    this.files = new LakeFiles(configuration);
  }

  /**
   * Runs the job.
   *
   * @param progress hears of the phases and how far they are
   * @return the report, which is also kept in the lake table
   * @throws UsageException if the options contradict each other or the folder
   * @throws ExportFormatException if the export is damaged, incomplete or of another kind
   * @throws DataRefusedException if its data does not fit the plan
   * @throws UncheckedIOException if a file system fails
   */
  public RunReport run(ReadProgress progress) {
    requireSoundNames();
    try {
      progress.phase("Looking at the export", -1);
      ExportManifest export = locate();
      LakeLayout layout = new LakeLayout(files.qualify(options.target()));
      LakeTarget target = LakeTarget.open(files, layout);
      target.accept(export, options);

      Optional<String> schemaFile = schemaFileText();
      String exportFingerprint = LakeTarget.fingerprint(export);
      String planFingerprint = planFingerprint(schemaFile);
      RunBook book =
          new RunBook(
              "flatten",
              export,
              options.read().verify(),
              layout.root(),
              options.table(),
              options.format());
      if (target.isPublished(files, exportFingerprint, planFingerprint, options)) {
        requireWhole(files, layout, target.current().orElseThrow());
        return unchanged(book, target.current().orElseThrow(), layout);
      }
      Run run =
          new Run(export, target, schemaFile, exportFingerprint, planFingerprint, book, progress);
      return run.publish();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Refuses to call a snapshot published that has lost files since. Whoever has rewritten them, to
   * have fewer and larger ones, has kept the rows.
   */
  private void requireWhole(LakeFiles files, LakeLayout layout, CurrentPointer published)
      throws IOException {
    SnapshotContents contents =
        SnapshotContents.list(files, layout.root() + "/" + published.snapshotPath());
    if (contents.files().size() == published.files() && contents.bytes() == published.bytes()) {
      return;
    }
    boolean sameRows =
        published.dataFormat() == OutputFormat.PARQUET
            && ParquetFooters.rows(contents.files(), configuration) == published.rows();
    if (!sameRows) {
      throw new DataRefusedException(
          "Cannot leave the lake table as it is: snapshot '%s' was published with %,d rows in %,d files, and they are not all there any more, in %s; give --replace to write it again"
              .formatted(
                  published.snapshotId(), published.rows(), published.files(), contents.folder()));
    }
  }

  private void requireSoundNames() {
    if (!TableDefinition.isLegalName(options.table())) {
      throw new UsageException(
          "Cannot name the table so: use 1 to 255 of a-z, 0-9 and _ for --table");
    }
    if (options.database().filter(name -> !TableDefinition.isLegalName(name)).isPresent()) {
      throw new UsageException(
          "Cannot name the database so: use 1 to 255 of a-z, 0-9 and _ for --database");
    }
    options.partitionBy().forEach(SchemaChoice::parse);
  }

  private ExportManifest locate() throws IOException {
    return new ExportLocator(new HadoopObjectStore(configuration), options.read())
        .locate(options.export(), options.selection());
  }

  private Optional<String> schemaFileText() throws IOException {
    if (options.schemaFile().isEmpty()) {
      return Optional.empty();
    }
    String path = options.schemaFile().get();
    return Optional.of(
        files
            .read(path)
            .orElseThrow(() -> new UsageException("Cannot read schema: there is no file " + path)));
  }

  /** Everything that decides what is written, and what is required of it. */
  private String planFingerprint(Optional<String> schemaFile) {
    Fingerprint plan = new Fingerprint();
    plan.add(options.table()).add(options.database().orElse(""));
    plan.addAll(
        options.keys().stream().map(key -> key.attribute() + ":" + key.descriptor()).toList());
    plan.add(schemaFile.map(Fingerprint::of).orElse("observed"));
    plan.addAll(options.partitionBy()).addAll(options.sortBy());
    plan.add(options.format().key()).add(options.targetFileBytes());
    plan.add(options.onBadRecord().key()).add(String.valueOf(options.strict()));
    plan.add(options.read().verify().name());
    return plan.hex();
  }

  private static RunReport unchanged(RunBook book, CurrentPointer published, LakeLayout layout) {
    book.snapshot(published.snapshotId(), layout.snapshot(published.snapshotId()));
    book.written(published.files(), published.bytes(), 0);
    book.ddl(layout.athenaDdl());
    return book.end(RunReport.Status.UNCHANGED);
  }

  /** One run that writes. */
  private final class Run {
    private final ExportManifest export;
    private final LakeTarget target;
    private final LakeLayout layout;
    private final Optional<String> schemaFile;
    private final String exportFingerprint;
    private final String planFingerprint;
    private final RunBook book;
    private final ReadProgress progress;
    private final String snapshotId;
    private final String snapshot;
    private boolean publishing;

    Run(
        ExportManifest export,
        LakeTarget target,
        Optional<String> schemaFile,
        String exportFingerprint,
        String planFingerprint,
        RunBook book,
        ReadProgress progress) {
      this.export = export;
      this.target = target;
      this.layout = target.layout();
      this.schemaFile = schemaFile;
      this.exportFingerprint = exportFingerprint;
      this.planFingerprint = planFingerprint;
      this.book = book;
      this.progress = progress;
      this.snapshotId = target.freeSnapshotId(LakeTarget.snapshotId(export, exportFingerprint));
      this.snapshot = layout.snapshot(snapshotId);
    }

    RunReport publish() throws IOException {
      book.snapshot(snapshotId, snapshot);
      claimTarget();
      try {
        return writeAndPublish();
      } catch (Exception e) {
        // not only what is declared: Scala throws checked exceptions without saying so
        RuntimeException reason = placed(SparkFailures.unwrapped(e));
        recordFailure(reason);
        throw reason;
      }
    }

    /** A file system says what it lacks, such as space, but not what for. */
    private RuntimeException placed(RuntimeException reason) {
      return reason instanceof UncheckedIOException failure
          ? new UncheckedIOException(
              "Cannot make snapshot " + snapshot + ": " + reason.getMessage(), failure.getCause())
          : reason;
    }

    /**
     * The first thing written: it marks the folder as ours, and tells early if it cannot be
     * written.
     */
    private void claimTarget() {
      try {
        files.replace(layout.runReport(book.runId()), book.report().toJson());
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot write lake table: "
                + e.getMessage()
                + ", at "
                + layout.root()
                + "; check that the folder can be written",
            e);
      }
    }

    private RunReport writeAndPublish() throws IOException {
      HadoopObjectStore store = new HadoopObjectStore(configuration);
      FileSizing sizing =
          FileSizing.of(export, file -> store.length(file.path()), target.current(), options);

      SchemaChoice choice = chooseSchema(sizing);
      TableSchema schema = choice.schema();
      book.schema(choice.source(), schema.writtenColumns().size(), choice.notes());
      List<PartitionColumn> partitions = partitions(schema);
      List<String> sortColumns = sortColumns(schema);
      AthenaDdl.check(database(), options.table(), schema, partitions);

      // only a run that was killed leaves something here: published ids are never chosen again
      files.deleteFolder(snapshot);
      write(schema, partitions, sortColumns, sizing);

      phase("Checking", -1);
      SnapshotContents contents = SnapshotContents.list(files, snapshot);
      long rows = countRows(contents, schema, partitions);
      book.written(rows, contents);
      reconcile(rows);
      refuseRescued();

      phase("Publishing", -1);
      return publish(schema, partitions, contents, rows);
    }

    private void phase(String name, long items) {
      book.phase(name);
      progress.phase(name, items);
    }

    // ---- schema

    private SchemaChoice chooseSchema(FileSizing sizing) {
      Optional<TableSchema> existing =
          target.schemaText().map(text -> SchemaChoice.read(text, layout.schema(), options));
      if (schemaFile.isPresent()) {
        // who replaces a snapshot may also contradict it: the table is created anew
        TableSchema wanted =
            SchemaChoice.read(schemaFile.get(), options.schemaFile().orElseThrow(), options);
        return SchemaChoice.pinned(
            wanted, options.replace() ? Optional.empty() : existing, options);
      }
      phase("Reading types", export.itemCount());
      // too many bad lines are refused after the second pass, which sets them aside to be looked at
      BadRecordPolicy policy =
          options.onBadRecord() == OnBadRecord.FAIL
              ? BadRecordPolicy.FAIL
              : BadRecordPolicy.COUNT_ALL;
      ProfilePass pass =
          new ProfilePass(
              spark,
              configuration,
              options.read(),
              policy,
              ProfileLimits.DEFAULT,
              sizing.taskBytes());
      ProfilePass.Result seen = pass.run(export, progress);
      book.accounts(seen.accounts());
      FlattenOptions keyed =
          options.orKeys(export.keys().stream().map(KeyAttribute::parse).toList());
      return SchemaChoice.observed(seen.profile(), existing, keyed);
    }

    private List<PartitionColumn> partitions(TableSchema schema) {
      return PartitionField.resolve(
          options.partitionBy().stream().map(SchemaChoice::parse).toList(), schema);
    }

    private String database() {
      return options.database().or(Options.DATABASE::defaultValue).orElseThrow();
    }

    private List<String> sortColumns(TableSchema schema) {
      List<String> names = new ArrayList<>();
      for (String wanted : options.sortBy()) {
        Column column =
            schema
                .find(wanted)
                .filter(found -> !found.dropped())
                .orElseThrow(
                    () ->
                        new UsageException(
                            "Cannot sort by '" + wanted + "': no such attribute or column"));
        DataType type = SparkTypes.dataType(column);
        if (holdsMap(type)) {
          throw new UsageException(
              "Cannot sort by '" + wanted + "': maps have no order; sort by another column");
        }
        names.add(column.name());
      }
      return names;
    }

    private static boolean holdsMap(DataType type) {
      if (type instanceof StructType struct) {
        return Arrays.stream(struct.fields()).anyMatch(field -> holdsMap(field.dataType()));
      }
      return type instanceof MapType
          || (type instanceof ArrayType array && holdsMap(array.elementType()));
    }

    // ---- data files

    private void write(
        TableSchema schema,
        List<PartitionColumn> partitions,
        List<String> sortColumns,
        FileSizing sizing)
        throws IOException {
      phase("Writing", export.itemCount());
      SparkSession session = WriteSessions.forTarget(spark, snapshot);
      session.sparkContext().setJobDescription("Writing snapshot " + snapshotId);
      try (RunAccounts accounts = RunAccounts.open(session, export, progress)) {
        boolean asRead = partitions.isEmpty() && sortColumns.isEmpty();
        if (asRead && options.format() == OutputFormat.PARQUET) {
          ItemFiles.write(
              session,
              export,
              items(schema, accounts),
              sizing.taskBytes(),
              snapshot,
              sizing.fileBytes());
        } else {
          Dataset<Row> rows = read(session, schema, accounts, sizing);
          new SnapshotWriter(session, options.format(), partitions, sortColumns, sizing)
              .write(rows, snapshot);
        }
        book.accounts(accounts.files());
      } finally {
        session.sparkContext().setJobDescription(null);
      }
      refuseBadRecords();
    }

    /** The items for a write that leaves them in their order and needs no rows. */
    private RunItems items(TableSchema schema, RunAccounts accounts) {
      return switch (options.onBadRecord()) {
        case FAIL -> RunItems.failing(accounts, schema, options.read());
        case QUARANTINE ->
            RunItems.settingAside(
                accounts, schema, options.read(), quarantine(), mostBadRecordsOfTask());
      };
    }

    private String quarantine() {
      String quarantine = layout.quarantine(book.runId());
      book.quarantine(quarantine);
      return quarantine;
    }

    private long mostBadRecordsOfTask() {
      return Math.max(options.maxBadRecords(), MOST_BAD_RECORDS_OF_TASK);
    }

    private Dataset<Row> read(
        SparkSession session, TableSchema schema, RunAccounts accounts, FileSizing sizing) {
      DataFrameReader reader =
          session
              .read()
              .format("dynamodb-export")
              .schema(SparkTypes.toStruct(schema))
              .option(RunAccounts.ID_OPTION, accounts.id())
              .option("verify", options.read().verify().name().toLowerCase(Locale.ROOT))
              .option("maxLineBytes", options.read().maxLineBytes())
              .option("maxFileBytes", options.read().maxFileBytes())
              .option("allowOutside", options.read().allowOutside())
              .option("maxPartitionBytes", sizing.taskBytes())
              // quarantine files are written by the reader, with its own file systems
              .options(WriteSessions.fileSystemsFor(layout.root()));
      switch (options.onBadRecord()) {
        case FAIL -> reader.option("mode", "FAILFAST");
        case QUARANTINE ->
            reader
                .option("mode", "DROPMALFORMED")
                .option(RunAccounts.QUARANTINE_PATH_OPTION, quarantine())
                .option(RunAccounts.MAX_BAD_RECORDS_OPTION, mostBadRecordsOfTask());
      }
      return reader.load(export.root());
    }

    private void refuseBadRecords() {
      long bad = book.quarantined();
      if (bad > options.maxBadRecords() && options.onBadRecord() == OnBadRecord.QUARANTINE) {
        throw new DataRefusedException(
            "Cannot publish: "
                + bad
                + " bad records and at most "
                + options.maxBadRecords()
                + " are allowed, set aside with file, line and reason in "
                + layout.quarantine(book.runId())
                + "; look at them, then allow more with --max-bad-records");
      }
    }

    // ---- checks

    private long countRows(
        SnapshotContents contents, TableSchema schema, List<PartitionColumn> partitions)
        throws IOException {
      return switch (options.format()) {
        case PARQUET -> ParquetFooters.rows(contents.files(), configuration);
        case CSV -> CsvRows.rows(spark, contents, SparkTypes.toStruct(schema), partitions);
      };
    }

    /**
     * Items of the manifest, items read and rows written must be the same, file by file and in sum.
     */
    private void reconcile(long rows) {
      List<FileAccount> accounts = book.accounts();
      Set<Integer> seen = new HashSet<>();
      accounts.forEach(account -> seen.add(account.index()));
      List<String> missing =
          export.files().stream()
              .filter(file -> !seen.contains(file.index()))
              .map(file -> file.key())
              .toList();
      if (!missing.isEmpty()) {
        throw new ExportFormatException(
            "Cannot publish: "
                + missing.size()
                + " data files were not read to their end, first "
                + missing.get(0)
                + "; run again");
      }
      long items = accounts.stream().mapToLong(FileAccount::items).sum();
      if (rows != items) {
        throw new ExportFormatException(
            "Cannot publish: "
                + items
                + " items were read but the written files hold "
                + rows
                + " rows, in "
                + snapshot
                + "; run again, one run at a time");
      }
      long lines = items + book.quarantined();
      if (export.itemCount() >= 0
          && options.read().verify() != Verify.NONE
          && lines != export.itemCount()) {
        throw new ExportFormatException(
            "Cannot publish: the manifest promises "
                + export.itemCount()
                + " items but the data files hold "
                + lines
                + ", in "
                + export.root()
                + "; copy the export again or export again");
      }
    }

    private void refuseRescued() {
      Map<String, Long> rescued = book.report().counts().rescuedByColumn();
      if (options.strict() && !rescued.isEmpty()) {
        String columns =
            rescued.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
        throw new DataRefusedException(
            "Cannot publish: values do not fit their column: "
                + columns
                + "; widen the columns in schema.json or drop --strict");
      }
    }

    // ---- publication

    private RunReport publish(
        TableSchema schema, List<PartitionColumn> partitions, SnapshotContents contents, long rows)
        throws IOException {
      String schemaJson = TableSchemaJson.toJson(schema);
      CurrentPointer pointer = pointer(schemaJson, contents, rows);
      String ddl =
          AthenaDdl.script(LakeDdl.define(pointer, database(), schema, partitions, contents));
      book.ddl(layout.athenaDdl());

      publishing = true;
      files.replace(LakeLayout.snapshotSchema(snapshot), schemaJson);
      files.replace(layout.schema(), schemaJson);
      files.replace(layout.athenaDdl(), ddl);
      RunReport report = book.end(RunReport.Status.PUBLISHED);
      files.replace(layout.runReport(book.runId()), report.toJson());
      files.replace(layout.current(), pointer.toJson());
      return report;
    }

    private CurrentPointer pointer(String schemaJson, SnapshotContents contents, long rows) {
      List<String> earlier = new ArrayList<>();
      target
          .current()
          .ifPresent(
              published -> {
                earlier.addAll(published.earlier());
                earlier.add(published.snapshotId());
              });
      return new CurrentPointer(
          options.table(),
          snapshotId,
          LakeLayout.snapshotFolder(snapshotId),
          export.exportId(),
          export.exportArn(),
          export.tableArn(),
          export.tableId(),
          exportFingerprint,
          export.exportTime(),
          Fingerprint.of(schemaJson),
          planFingerprint,
          options.format(),
          options.partitionBy(),
          rows,
          contents.files().size(),
          contents.bytes(),
          book.runId(),
          Instant.now().truncatedTo(ChronoUnit.MILLIS),
          earlier);
    }

    /** Says in the lake what went wrong. What fails here must not hide the reason. */
    private void recordFailure(RuntimeException reason) {
      try {
        files.replace(layout.runReport(book.runId()), book.fail(describe(reason)).toJson());
      } catch (IOException | RuntimeException e) {
        reason.addSuppressed(e);
      }
      if (publishing) {
        // nobody knows whether current.json was replaced, so the snapshot must stay
        return;
      }
      try {
        files.deleteFolder(snapshot);
      } catch (IOException | RuntimeException e) {
        LOG.warn("Cannot delete unpublished snapshot {}", snapshot, e);
      }
    }

    /** Texts that this project or a file system wrote hold no values of items; others may. */
    private String describe(RuntimeException reason) {
      boolean known =
          reason instanceof ExportFormatException
              || reason instanceof DataRefusedException
              || reason instanceof UsageException
              || reason instanceof UncheckedIOException;
      return known && reason.getMessage() != null
          ? reason.getMessage()
          : reason.getClass().getName();
    }
  }
}
