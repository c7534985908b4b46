package io.dynamodblake.lake.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.document.RunId;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.EarlierSnapshot;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SparkSession;

/**
 * Rids a lake table of what it no longer needs. First the pointer forgets the snapshots that go, so
 * that nobody opens one any more, and only then their files are deleted. Which those are is written
 * down before, so that another run ends what a killed one has begun. Driver only.
 */
public final class Maintain {
  private static final Envelope GOING = new Envelope("going-snapshots", 1);

  private final SparkSession spark;
  private final MaintainOptions options;
  private final Configuration configuration;
  private final LakeFiles files;
  private final Instant now;
  private final String runId;

  /** Makes a job that has not begun. */
  public Maintain(SparkSession spark, MaintainOptions options) {
    this(spark, options, Instants.now());
  }

  Maintain(SparkSession spark, MaintainOptions options, Instant now) {
    this.spark = spark;
    this.options = options;
    this.now = now;
    this.runId = RunId.of(now);
    this.configuration = spark.sessionState().newHadoopConf();
    this.files = new LakeFiles(configuration);
  }

  /**
   * Runs the job.
   *
   * @param progress hears of the phases
   * @return the report, which is also kept in the lake table unless nothing was to be changed
   * @throws UsageException if there is no lake table
   * @throws ExportFormatException if another run publishes meanwhile; then no snapshot was deleted
   * @throws UncheckedIOException if a file system fails; the same command goes on then
   */
  public MaintainReport run(ReadProgress progress) {
    try {
      progress.phase("Looking at the lake table", -1);
      LakeLayout layout = new LakeLayout(files.qualify(options.target()));
      LakeTarget target = settled(open(layout));
      LakePointer lake = target.lake().orElseThrow();
      boolean keptByIceberg =
          lake.dataFormat() == OutputFormat.ICEBERG || lake.ledger().historyTable().isPresent();
      List<IcebergUpkeep> iceberg =
          keptByIceberg ? IcebergUpkeep.of(spark, files, target) : List.of();
      if (options.dryRun()) {
        Retentions retentions = Retentions.of(lake, options, now);
        List<Removal> planned = planned(layout, retentions);
        return report(layout, retentions, planned, cleaned(iceberg, retentions));
      }
      for (IcebergUpkeep upkeep : iceberg) {
        if (options.upkeep() && !upkeep.isLeftToService()) {
          target = upkeep.rewrite(target, files, configuration, progress);
        }
      }
      Retentions retentions = Retentions.of(target.lake().orElseThrow(), options, now);
      DerivedFiles.repair(files, layout, retentions.lake());
      List<Removal> removed = forget(layout, target, retentions, progress);
      progress.phase("Deleting what is old", -1);
      // while the reports of killed runs are there
      Optional<MaintainReport.Upkeep> upkeep = cleaned(iceberg, retentions);
      List<Removal> rest = old(layout, retentions);
      carryOut(rest);
      removed.addAll(rest);
      MaintainReport report = report(layout, retentions, removed, upkeep);
      files.replace(layout.runReport(runId), report.toJson());
      return report;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Optional<MaintainReport.Upkeep> cleaned(
      List<IcebergUpkeep> iceberg, Retentions retentions) throws IOException {
    return iceberg.isEmpty()
        ? Optional.empty()
        : IcebergUpkeep.clean(iceberg, retentions.pointer(), options, now);
  }

  private LakeTarget open(LakeLayout layout) throws IOException {
    LakeTarget target = LakeTarget.open(files, configuration, layout);
    if (target.lake().isEmpty()) {
      throw new UsageException(
          "Cannot maintain lake table: there is no %s; give the folder that flatten wrote to"
              .formatted(layout.current()));
    }
    return target;
  }

  /** Where a run was killed between the two steps of publishing, the second one is made first. */
  private LakeTarget settled(LakeTarget target) throws IOException {
    if (options.dryRun()) {
      return target;
    }
    LakePointer lake = target.lake().orElseThrow();
    LakeTarget settled =
        lake.dataFormat() == OutputFormat.ICEBERG
            ? Takeover.settled(spark, files, configuration, target)
            : target;
    Optional<IcebergVersion> history = settled.lake().orElseThrow().ledger().historyTable();
    if (history.isPresent()) {
      IcebergReader.find(); // says how its classes get there
      IcebergHistory.settle(spark, settled.layout(), history.get());
    }
    return settled;
  }

  // ---- snapshots

  private List<Removal> forget(
      LakeLayout layout, LakeTarget target, Retentions retentions, ReadProgress progress)
      throws IOException {
    progress.phase("Forgetting snapshots", -1);
    if (!retentions.going().isEmpty()) {
      files.replace(layout.going() + "/" + runId + ".json", list(retentions.going()));
      String text = retentions.pointer().toJson();
      GuardedFile pointer = new GuardedFile(configuration, layout.current());
      if (!pointer.replace(target.seen(), text)) {
        throw new ExportFormatException(
            "Cannot delete snapshots: another run has published meanwhile, at %s; nothing was deleted, run again"
                .formatted(layout.root()));
      }
    }
    progress.phase("Deleting snapshots", -1);
    return new ArrayList<>(deleteForgotten(layout));
  }

  private static String list(List<String> ids) {
    ObjectNode tree = GOING.begin();
    ids.forEach(tree.putArray("snapshots")::add);
    return JsonDocuments.print(tree);
  }

  /** Deletes what lists name and the pointer does not, and then the lists. */
  private List<Removal> deleteForgotten(LakeLayout layout) throws IOException {
    List<String> lists =
        files.childNames(layout.going()).stream().filter(name -> name.endsWith(".json")).toList();
    List<Removal> removed = forgotten(layout, lists);
    carryOut(removed);
    for (String name : lists) {
      // one of another run that is about to replace the pointer stays until it is old
      boolean own = name.equals(runId + ".json");
      boolean old =
          RunId.startedAt(name)
              .filter(started -> started.isBefore(now.minus(MaintainOptions.LEAST_AGE)))
              .isPresent();
      if (own || old) {
        files.deleteFile(layout.going() + "/" + name);
      }
    }
    return removed;
  }

  private List<Removal> forgotten(LakeLayout layout, List<String> lists) throws IOException {
    Set<String> listed = new TreeSet<>();
    for (String name : lists) {
      Optional<JsonNode> list =
          files.read(layout.going() + "/" + name).flatMap(JsonDocuments::parseObject);
      list.filter(GOING::isOf)
          .ifPresent(tree -> tree.path("snapshots").forEach(id -> listed.add(id.asText())));
    }
    // after the lists were read: what was in one and is in the pointer, no run has forgotten
    LakePointer current = open(layout).lake().orElseThrow();
    List<Removal> removals = new ArrayList<>();
    for (String id : listed) {
      if (!LakeLayout.snapshotId(LakeLayout.snapshotFolder(id)).equals(Optional.of(id))) {
        continue;
      }
      for (String name : current.names()) {
        // what one table has forgotten another one may still have
        if (!current.of(name).orElseThrow().wasPublished(id)) {
          addSnapshot(layout.entity(name), id, removals);
        }
      }
    }
    return removals;
  }

  private void addSnapshot(LakeLayout layout, String id, List<Removal> removals)
      throws IOException {
    for (String folder :
        List.of(layout.snapshot(id), layout.root() + "/" + LakeLayout.documentsFolder(id))) {
      if (files.exists(folder)) {
        removals.add(Removal.folder(files, Removal.Kind.SNAPSHOTS, folder));
      }
    }
  }

  // ---- everything else

  /** What is neither a snapshot that was published nor needed by one that stays. */
  private List<Removal> old(LakeLayout layout, Retentions retentions) throws IOException {
    // by their reports abandoned snapshots are known, so these are looked for first
    List<Removal> removals = new ArrayList<>(Leftovers.find(files, layout, now));
    for (String name : retentions.lake().names()) {
      if (!name.isEmpty()) {
        removals.addAll(Leftovers.find(files, layout.entity(name), now));
      }
    }
    if (options.olderThan().isEmpty()) {
      return removals;
    }
    for (String name : files.childNames(layout.quarantine())) {
      if (isOld(name, retentions)) {
        removals.add(Removal.folder(files, Removal.Kind.QUARANTINE, layout.quarantine(name)));
      }
    }
    addDocuments(layout.runs(), Removal.Kind.REPORTS, retentions, removals);
    addDocuments(layout.changes(), Removal.Kind.CHANGE_LISTS, retentions, removals);
    return removals;
  }

  private void addDocuments(
      String folder, Removal.Kind kind, Retentions retentions, List<Removal> removals)
      throws IOException {
    for (FileStatus file : files.filesBelow(folder)) {
      String name = file.getPath().getName();
      if (name.endsWith(".json")
          && isOld(name.substring(0, name.length() - ".json".length()), retentions)) {
        removals.add(Removal.file(kind, file));
      }
    }
  }

  private boolean isOld(String run, Retentions retentions) {
    return RunId.startedAt(run)
            .filter(started -> started.isBefore(now.minus(options.age())))
            // one that still runs, or was killed, is looked for by its report
            .filter(started -> started.isBefore(now.minus(Leftovers.AGE)))
            .isPresent()
        && !retentions.needs(run);
  }

  private void carryOut(List<Removal> removals) throws IOException {
    for (Removal one : removals) {
      one.carryOut(files);
    }
  }

  private List<Removal> planned(LakeLayout layout, Retentions retentions) throws IOException {
    List<Removal> removals = new ArrayList<>();
    for (String name : retentions.lake().names()) {
      for (EarlierSnapshot snapshot : retentions.of(name).going()) {
        addSnapshot(layout.entity(name), snapshot.id(), removals);
      }
    }
    removals.addAll(forgotten(layout, files.childNames(layout.going())));
    removals.addAll(old(layout, retentions));
    return removals;
  }

  private MaintainReport report(
      LakeLayout layout,
      Retentions retentions,
      List<Removal> removed,
      Optional<MaintainReport.Upkeep> iceberg) {
    return new MaintainReport(
        runId,
        options.dryRun(),
        now,
        Instants.now(),
        layout.root(),
        retentions.lake().table(),
        retentions.lake().made().id(),
        retentions.staying(),
        retentions.going(),
        Removal.sums(removed),
        iceberg);
  }
}
