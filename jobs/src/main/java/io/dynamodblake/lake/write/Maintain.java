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
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.EarlierSnapshot;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
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
      CurrentPointer current = target.current().orElseThrow();
      boolean keptByIceberg =
          current.snapshot().iceberg().isPresent() || current.ledger().historyTable().isPresent();
      List<IcebergUpkeep> iceberg =
          keptByIceberg ? IcebergUpkeep.of(spark, files, layout, current) : List.of();
      if (options.dryRun()) {
        Retention retention = Retention.of(target.current().orElseThrow(), options, now);
        List<Removal> planned = planned(layout, retention);
        return report(layout, retention, planned, cleaned(iceberg, retention));
      }
      for (IcebergUpkeep upkeep : iceberg) {
        if (options.upkeep() && !upkeep.isLeftToService()) {
          target = upkeep.rewrite(target, files, configuration, progress);
        }
      }
      Retention retention = Retention.of(target.current().orElseThrow(), options, now);
      DerivedFiles.repair(files, layout, retention.current());
      List<Removal> removed = forget(layout, target, retention, progress);
      progress.phase("Deleting what is old", -1);
      // while the reports of killed runs are there
      Optional<MaintainReport.Upkeep> upkeep = cleaned(iceberg, retention);
      List<Removal> rest = old(layout, retention);
      carryOut(rest);
      removed.addAll(rest);
      MaintainReport report = report(layout, retention, removed, upkeep);
      files.replace(layout.runReport(runId), report.toJson());
      return report;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Optional<MaintainReport.Upkeep> cleaned(List<IcebergUpkeep> iceberg, Retention retention)
      throws IOException {
    return iceberg.isEmpty()
        ? Optional.empty()
        : IcebergUpkeep.clean(iceberg, retention.pointer(), options, now);
  }

  private LakeTarget open(LakeLayout layout) throws IOException {
    LakeTarget target = LakeTarget.open(files, configuration, layout);
    if (target.current().isEmpty()) {
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
    Optional<IcebergVersion> iceberg = target.current().flatMap(one -> one.snapshot().iceberg());
    LakeTarget settled =
        iceberg.isEmpty()
            ? target
            : Takeover.settled(spark, files, configuration, target, iceberg.get().table());
    Optional<IcebergVersion> history =
        settled.current().flatMap(now -> now.ledger().historyTable());
    if (history.isPresent()) {
      IcebergReader.find(); // says how its classes get there
      IcebergHistory.settle(spark, settled.layout(), history.get());
    }
    return settled;
  }

  // ---- snapshots

  private List<Removal> forget(
      LakeLayout layout, LakeTarget target, Retention retention, ReadProgress progress)
      throws IOException {
    progress.phase("Forgetting snapshots", -1);
    if (!retention.going().isEmpty()) {
      List<String> ids = retention.going().stream().map(EarlierSnapshot::id).toList();
      files.replace(layout.going() + "/" + runId + ".json", list(ids));
      String text = retention.pointer().toJson();
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
    CurrentPointer current = open(layout).current().orElseThrow();
    List<Removal> removals = new ArrayList<>();
    for (String id : listed) {
      if (LakeLayout.snapshotId(LakeLayout.snapshotFolder(id)).equals(Optional.of(id))
          && !current.wasPublished(id)) {
        addSnapshot(layout, id, removals);
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
  private List<Removal> old(LakeLayout layout, Retention retention) throws IOException {
    // by their reports abandoned snapshots are known, so these are looked for first
    List<Removal> removals = new ArrayList<>(Leftovers.find(files, layout, now));
    if (options.olderThan().isEmpty()) {
      return removals;
    }
    for (String name : files.childNames(layout.quarantine())) {
      if (isOld(name, retention)) {
        removals.add(Removal.folder(files, Removal.Kind.QUARANTINE, layout.quarantine(name)));
      }
    }
    addDocuments(layout.runs(), Removal.Kind.REPORTS, retention, removals);
    addDocuments(layout.changes(), Removal.Kind.CHANGE_LISTS, retention, removals);
    return removals;
  }

  private void addDocuments(
      String folder, Removal.Kind kind, Retention retention, List<Removal> removals)
      throws IOException {
    for (FileStatus file : files.filesBelow(folder)) {
      String name = file.getPath().getName();
      if (name.endsWith(".json")
          && isOld(name.substring(0, name.length() - ".json".length()), retention)) {
        removals.add(Removal.file(kind, file));
      }
    }
  }

  private boolean isOld(String run, Retention retention) {
    return RunId.startedAt(run)
            .filter(started -> started.isBefore(now.minus(options.age())))
            // one that still runs, or was killed, is looked for by its report
            .filter(started -> started.isBefore(now.minus(Leftovers.AGE)))
            .isPresent()
        && !retention.needs(run);
  }

  private void carryOut(List<Removal> removals) throws IOException {
    for (Removal one : removals) {
      one.carryOut(files);
    }
  }

  private List<Removal> planned(LakeLayout layout, Retention retention) throws IOException {
    List<Removal> removals = new ArrayList<>();
    for (EarlierSnapshot snapshot : retention.going()) {
      addSnapshot(layout, snapshot.id(), removals);
    }
    removals.addAll(forgotten(layout, files.childNames(layout.going())));
    removals.addAll(old(layout, retention));
    return removals;
  }

  private MaintainReport report(
      LakeLayout layout,
      Retention retention,
      List<Removal> removed,
      Optional<MaintainReport.Upkeep> iceberg) {
    return new MaintainReport(
        runId,
        options.dryRun(),
        now,
        Instants.now(),
        layout.root(),
        retention.current().table(),
        retention.current().snapshot().id(),
        retention.staying().stream().map(EarlierSnapshot::id).toList(),
        retention.going().stream().map(EarlierSnapshot::id).toList(),
        Removal.sums(removed),
        iceberg);
  }
}
