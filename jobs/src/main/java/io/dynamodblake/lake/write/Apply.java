package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.export.ChangeSelection;
import io.dynamodblake.export.ExportFolders;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.entity.EntityRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps a lake table current: incremental exports that continue it, or an archive of its stream,
 * in, its next snapshot out. All changes of a window are in it then, once and in order, or readers
 * see what they saw before. Driver only.
 */
public final class Apply {
  private final SparkSession spark;
  private final ApplyOptions options;
  private final Configuration configuration;
  private final LakeFiles files;

  /** Makes a job that has not begun. */
  public Apply(SparkSession spark, ApplyOptions options) {
    this.spark = spark;
    this.options = options;
    this.configuration = spark.sessionState().newHadoopConf();
    this.files = new LakeFiles(configuration);
  }

  /**
   * Runs the job.
   *
   * @param progress hears of the phases and how far they are
   * @return the report, which is also kept in the lake table, unless nothing was to be done
   * @throws UsageException if there is no lake table, or one that cannot take changes
   * @throws ExportFormatException if an export is damaged, or does not continue the table
   * @throws DataRefusedException if its data does not fit
   * @throws UncheckedIOException if a file system fails
   */
  public RunReport run(ReadProgress progress) {
    if (options.database().filter(name -> !TableDefinition.isLegalName(name)).isPresent()) {
      throw new UsageException(
          "Cannot name the database so: use 1 to 255 of a-z, 0-9 and _ for "
              + options.words().of(FlattenKeys.DATABASE));
    }
    try {
      progress.phase("Looking at the exports", -1);
      LakeLayout layout = new LakeLayout(files.qualify(options.target()));
      LakeTarget target = settled(LakeTarget.open(files, configuration, layout));
      CurrentPointer table = requireTable(target);
      Optional<IcebergVersion> history = table.ledger().historyTable();
      if (history.isPresent()) {
        IcebergReader.find(); // says how its classes get there
        IcebergHistory.settle(spark, layout, history.get());
      }
      if (options.reverse()) {
        LastWindow.requireOne(table.ledger(), layout.root());
      } else {
        Optional<String> archive = archive();
        if (archive.isPresent()) {
          return apply(archive.get(), target, table, layout, progress);
        }
      }
      List<Chain.Given> given = given(table);
      Chain chain =
          options.reverse()
              ? LastWindow.of(table, given, layout.root())
              : Chain.of(table, given, layout.root());
      if (chain.windows().isEmpty()) {
        DerivedFiles.repair(files, layout, target.lake().orElseThrow());
        return book(List.of(), layout, table).unchanged(target.lake().orElseThrow(), layout);
      }
      WindowInput input = new WindowInput(chain, table, options);
      RunBook book = book(input.exports(), layout, table);
      book.notes(input.notes());
      ApplyRun run = new ApplyRun(spark, options, target, input, book, progress);
      return options.dryRun() ? run.dryRun() : run.publish();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The folder of an archive that others wrote, if it is one. */
  private Optional<String> archive() throws IOException {
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    List<String> archives = new ArrayList<>();
    for (String path : options.changes()) {
      if (!ExportFolders.isOfExports(store, path)) {
        archives.add(path);
      }
    }
    if (!archives.isEmpty() && options.changes().size() > 1) {
      throw new UsageException(
          "Cannot apply changes: %s is the archive of a stream, which is applied alone; give one such folder, or exports"
              .formatted(archives.get(0)));
    }
    return archives.stream().findFirst();
  }

  private RunReport apply(
      String archive,
      LakeTarget target,
      CurrentPointer table,
      LakeLayout layout,
      ReadProgress progress)
      throws IOException {
    if (!target.lake().orElseThrow().isOne()) {
      throw new UsageException(
          "Cannot apply the archive %s: the items of the lake are taken apart into several tables, which take incremental exports and what stream writes, at %s; give such"
              .formatted(archive, layout.root()));
    }
    if (options.history() || !table.ledger().history().isEmpty()) {
      throw new UsageException(
          "Cannot apply the archive %s: the lake table keeps a history, which takes incremental exports and what stream writes, at %s; keep the archive's changes in a lake table without %s"
              .formatted(archive, layout.root(), options.words().of(FlattenKeys.HISTORY)));
    }
    ArchiveChoice choice =
        ArchiveChoice.of(files, layout, table, archive, options.archive().lateness());
    if (choice.isEmpty()) {
      DerivedFiles.repair(files, layout, target.lake().orElseThrow());
      return book(List.of(), layout, table).unchanged(target.lake().orElseThrow(), layout);
    }
    TableSchema schema = LakeSnapshot.of(files, layout, table).schema();
    ArchiveInput input = new ArchiveInput(choice, table, schema, options, files, layout);
    RunBook book = book(input.exports(), layout, table);
    ApplyRun run = new ApplyRun(spark, options, target, input, book, progress);
    return options.dryRun() ? run.dryRun() : run.publish();
  }

  private RunBook book(List<ExportManifest> read, LakeLayout layout, CurrentPointer table) {
    return new RunBook(
        "apply",
        read,
        options.read().verify(),
        layout.root(),
        table.table(),
        table.snapshot().dataFormat());
  }

  /** Where a run was killed between the two steps of publishing, the second one is made first. */
  private LakeTarget settled(LakeTarget target) throws IOException {
    boolean byIceberg =
        target.lake().filter(lake -> lake.dataFormat() == OutputFormat.ICEBERG).isPresent();
    return byIceberg ? Takeover.settled(spark, files, configuration, target) : target;
  }

  private CurrentPointer requireTable(LakeTarget target) throws IOException {
    String root = target.layout().root();
    LakePointer lake =
        target
            .lake()
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot apply changes: there is no lake table at %s; flatten a full export first"
                            .formatted(root)));
    if (lake.dataFormat() == OutputFormat.CSV) {
      throw new UsageException(
          "Cannot apply changes: the lake table is kept as %s, which has lost the types of its keys, at %s; flatten as %s"
              .formatted(
                  lake.dataFormat().key(),
                  root,
                  Words.FLATTEN.of(FlattenKeys.FORMAT, OutputFormat.PARQUET.key())));
    }
    if (!lake.isOne() && options.history()) {
      throw new UsageException(
          "Cannot keep a history of items that are taken apart into several tables, at %s; leave %s out"
              .formatted(root, options.words().of(FlattenKeys.HISTORY)));
    }
    for (String name : lake.names()) {
      requireUnedited(target.table(files, name));
    }
    requireRules(lake, target.layout());
    return lake.together();
  }

  private static void requireUnedited(LakeTarget table) {
    String published = table.current().orElseThrow().snapshot().schemaFingerprint();
    boolean edited =
        table.schemaText().map(text -> !Fingerprint.of(text).equals(published)).orElse(false);
    if (edited) {
      throw new UsageException(
          "Cannot apply changes: %s was edited since the snapshot was published, and changes alone do not make other columns of the rows that are there; put it back, or flatten a full export with %s%s"
              .formatted(
                  table.layout().schema(),
                  table.layout().isEntity() ? "" : Words.FLATTEN.of(FlattenKeys.SCHEMA) + " and ",
                  Words.FLATTEN.of(FlattenKeys.REPLACE)));
    }
  }

  /** Refuses rules that were edited: changes alone do not take apart the rows that are there. */
  private void requireRules(LakePointer lake, LakeLayout layout) throws IOException {
    Optional<String> copy = lake.isOne() ? Optional.empty() : files.read(layout.entities());
    if (copy.isPresent()
        && !EntityRules.fromJson(copy.get())
            .equals(EntityRules.fromJson(lake.rules().orElseThrow()))) {
      throw new UsageException(
          "Cannot apply changes: %s was edited since the tables were published, and changes alone do not take apart the rows that are there; put it back, or flatten a full export with %s"
              .formatted(layout.entities(), Words.FLATTEN.of(FlattenKeys.REPLACE)));
    }
  }

  /**
   * Whoever names an export wants that one. A prefix may hold those of months and of several
   * tables: of it those are wanted that the table has not yet, or the one that is to be undone.
   */
  private List<Chain.Given> given(CurrentPointer table) throws IOException {
    TableFacts facts = table.facts();
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    ExportLocator locator = new ExportLocator(store, options.read());
    ChangeSelection newer = ChangeSelection.all();
    if (facts.arn().isPresent()) {
      newer = newer.withTableArn(facts.arn().get());
    }
    if (options.reverse()) {
      newer = newer.withExportId(table.ledger().last().exportId());
    } else if (facts.time().isPresent()) {
      newer = newer.withEndingAfter(Chain.earliest(table, facts.time().get()));
    }
    List<Chain.Given> given = new ArrayList<>();
    for (String path : options.changes()) {
      boolean named = locator.isExport(path);
      for (ExportManifest export : locator.changes(path, named ? ChangeSelection.all() : newer)) {
        given.add(new Chain.Given(export, named));
      }
    }
    return given;
  }
}
