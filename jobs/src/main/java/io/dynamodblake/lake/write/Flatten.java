package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.entity.EntityDetection;
import io.dynamodblake.schema.entity.EntityHints;
import io.dynamodblake.schema.entity.EntityProposal;
import io.dynamodblake.spark.read.ProfilePass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The main job: an export in, a new snapshot of a lake table out. Either every item of the export
 * is accounted for and the snapshot is published, or readers see what they saw before. Of runs that
 * write to a lake table at the same time one publishes. Driver only.
 */
public final class Flatten {
  private final SparkSession spark;
  private final FlattenOptions options;
  private final Configuration configuration;
  private final LakeFiles files;

  /** Makes a job that has not begun. */
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
    IcebergChoice.check(options);
    try {
      progress.phase("Looking at the export", -1);
      ExportManifest export = locate();
      LakeLayout layout = new LakeLayout(files.qualify(options.target()));
      LakeTarget target = LakeTarget.open(files, configuration, layout);
      target = settled(export, target);
      settleHistory(target);
      Function<String, IcebergTarget.Where> iceberg = icebergOf(export, target);
      target.accept(export, options);

      EntityChoice entities =
          EntityChoice.of(files, options, target, () -> detected(export, progress));
      Optional<String> schemaFile = schemaFileText();
      HashKey hashKey = KeyedHashes.read(options.hashKey(), configuration);
      FlattenRun.Plan plan =
          new FlattenRun.Plan(
              export,
              target,
              schemaFile,
              hashKey,
              LakeTarget.fingerprint(export),
              planFingerprint(
                  schemaFile, hashKey, entities, iceberg.apply(entities.tables().get(0))),
              entities,
              iceberg);
      RunBook book =
          new RunBook(
              "flatten",
              List.of(export),
              options.read().verify(),
              layout.root(),
              options.table(),
              options.format());
      boolean begins =
          options.history()
              && target.current().filter(now -> now.ledger().history().isEmpty()).isPresent();
      if (!begins
          && target.isPublished(files, plan.exportFingerprint(), plan.planFingerprint(), options)) {
        LakePointer published = target.lake().orElseThrow();
        requireWhole(target);
        DerivedFiles.repair(files, layout, published);
        return book.unchanged(published, layout);
      }
      return new FlattenRun(spark, options, plan, book, progress).publish();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Function<String, IcebergTarget.Where> icebergOf(
      ExportManifest export, LakeTarget target) {
    return name -> {
      try {
        return IcebergChoice.where(
            options, export, target.table(files, name), LakePointer.tableOf(options.table(), name));
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    };
  }

  /** Reads all items once, for what tells their kinds apart. */
  private EntityProposal detected(ExportManifest export, ReadProgress progress) throws IOException {
    progress.phase("Finding kinds of items", export.itemCount());
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    long taskBytes =
        FileSizing.of(export, file -> store.length(file.path()), Optional.empty(), options)
            .taskBytes();
    List<KeyAttribute> keys = options.orKeysOf(export).keys();
    EntityHints hints =
        EntityHints.at(export.exportTime().orElseGet(Instant::now))
            .withKeys(keys.stream().map(KeyAttribute::attribute).toList());
    ProfilePass.Result found =
        TableColumns.pass(spark, configuration, options, keys, taskBytes)
            .withEntities(hints)
            .run(export, progress);
    EntityProposal proposal = EntityDetection.of(found.entities().orElseThrow());
    if (!proposal.hasEntities()) {
      throw new DataRefusedException(
          "Cannot take items apart: the export shows no kinds of items, in %s; leave %s out, or give a file that says which there are"
              .formatted(export.root(), options.words().of(FlattenKeys.ENTITIES)));
    }
    return proposal;
  }

  /** Where a run was killed between the two steps of publishing, the second one is made first. */
  private LakeTarget settled(ExportManifest export, LakeTarget target) throws IOException {
    if (options.format() != OutputFormat.ICEBERG) {
      return target;
    }
    Function<String, IcebergTarget.Where> iceberg = icebergOf(export, target);
    LakeTarget settled =
        Takeover.settled(spark, files, configuration, target, name -> iceberg.apply(name).name());
    for (String name : settled.lake().map(LakePointer::names).orElse(List.of())) {
      IcebergChoice.requireSameTable(
          spark, options, settled.table(files, name), iceberg.apply(name));
    }
    return settled;
  }

  /** The same of its history. */
  private void settleHistory(LakeTarget target) throws IOException {
    Optional<IcebergVersion> history = target.lake().flatMap(now -> now.ledger().historyTable());
    if (history.isPresent()) {
      IcebergReader.find(); // says how its classes get there
      IcebergHistory.settle(spark, target.layout(), history.get());
    }
  }

  /** Refuses to call snapshots published that have lost files since, or have got others. */
  private void requireWhole(LakeTarget target) throws IOException {
    for (Lake.Table table : target.opened(files).tables()) {
      requireWhole(table.current(), LakeSnapshot.of(files, table.layout(), table.current()));
    }
  }

  private void requireWhole(CurrentPointer published, LakeSnapshot snapshot) throws IOException {
    SnapshotContents contents = snapshot.contents(spark);
    if (published.snapshot().dataFormat() != OutputFormat.CSV) {
      snapshot.verifiedRows(contents, configuration);
      return;
    }
    boolean sameFiles =
        contents.files().size() == published.snapshot().files()
            && contents.bytes() == published.snapshot().bytes();
    if (!sameFiles) {
      throw new DataRefusedException(
          "Cannot leave the lake table as it is: snapshot '%s' was published with %,d rows in %,d files, and they are not all there any more, in %s; give %s to write it again"
              .formatted(
                  published.snapshot().id(),
                  published.snapshot().rows(),
                  published.snapshot().files(),
                  contents.folder(),
                  options.words().of(FlattenKeys.REPLACE)));
    }
  }

  private void requireSoundNames() {
    if (!TableDefinition.isLegalName(options.table())) {
      throw new UsageException(
          "Cannot name the table so: use 1 to 255 of a-z, 0-9 and _ for "
              + options.words().of(FlattenKeys.TABLE));
    }
    if (options.database().filter(name -> !TableDefinition.isLegalName(name)).isPresent()) {
      throw new UsageException(
          "Cannot name the database so: use 1 to 255 of a-z, 0-9 and _ for "
              + options.words().of(FlattenKeys.DATABASE));
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
  private String planFingerprint(
      Optional<String> schemaFile,
      HashKey hashKey,
      EntityChoice entities,
      IcebergTarget.Where iceberg) {
    Fingerprint plan = new Fingerprint();
    plan.add(options.table()).add(options.database().orElse(""));
    plan.addAll(KeyAttribute.texts(options.keys()));
    plan.add(
        schemaFile
            .map(Fingerprint::of)
            .orElse(options.suggest() ? "observed with suggestions" : "observed"));
    options
        .unnesting()
        .ifPresent(fields -> plan.add("unnest").add(fields.depth()).add(fields.separator()));
    plan.addAll(options.partitionBy()).addAll(options.sortBy());
    entities.text().ifPresent(plan::add);
    plan.add(options.format().key()).add(options.targetFileBytes());
    iceberg.name().ifPresent(name -> plan.add(name.toString()));
    if (!options.csv().equals(CsvFiles.USUAL)) {
      plan.add(options.csv().text());
    }
    plan.add(options.onBadRecord().key()).add(String.valueOf(options.strict()));
    plan.add(options.read().verify().name());
    if (hashKey.isPresent()) {
      plan.add(hashKey.fingerprint());
    }
    return plan.hex();
  }
}
