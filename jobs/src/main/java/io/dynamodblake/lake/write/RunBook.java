package io.dynamodblake.lake.write;

import io.dynamodblake.conf.BuiltVersions;
import io.dynamodblake.document.RunId;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.Verify;
import io.dynamodblake.export.Window;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.type.Instants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.package$;

/** What is known of a run while it lasts; makes its report at any time. Driver only. */
final class RunBook {
  private static final long UNKNOWN = -1;

  private final String command;
  private final Instant startedAt = Instants.now();
  private final String runId = RunId.of(startedAt);
  private final List<ExportManifest> exports;
  private final Verify verify;
  private final String root;
  private final String table;
  private final OutputFormat format;

  private final Map<String, Long> phaseMillis = new LinkedHashMap<>();
  private String phase = "";
  private long phaseStart;

  private final List<List<FileAccount>> accounts = new ArrayList<>(); // of each input
  private Map<String, Long> displaced = Map.of();
  private long rows;
  private RunReport.SchemaUse schema = RunReport.SchemaUse.NONE;
  private final List<String> notes = new ArrayList<>();
  private List<RunReport.EntityUse> entities = List.of();
  private Optional<RunReport.Changes> changes = Optional.empty();
  private Optional<RunReport.Archive> archive = Optional.empty();
  private Optional<String> snapshotId = Optional.empty();
  private Optional<String> snapshotPath = Optional.empty();
  private Optional<IcebergVersion> iceberg = Optional.empty();
  private Optional<String> ddlPath = Optional.empty();
  private Optional<String> quarantinePath = Optional.empty();
  private int files;
  private long bytes;
  private int partitions;
  private RunReport.Status status = RunReport.Status.RUNNING;
  private Optional<String> error = Optional.empty();

  RunBook(
      String command,
      List<ExportManifest> exports,
      Verify verify,
      String root,
      String table,
      OutputFormat format) {
    this.command = command;
    this.exports = List.copyOf(exports);
    exports.forEach(export -> accounts.add(List.of()));
    this.verify = verify;
    this.root = root;
    this.table = table;
    this.format = format;
  }

  String runId() {
    return runId;
  }

  /** Ends the phase before, if any. */
  void phase(String name) {
    long now = System.nanoTime();
    if (!phase.isEmpty()) {
      phaseMillis.merge(phase, (now - phaseStart) / 1_000_000, Long::sum);
    }
    phase = name;
    phaseStart = now;
  }

  /** What became of the data files of an input, by its number. */
  void accounts(int input, List<FileAccount> fileAccounts) {
    accounts.set(input, fileAccounts);
  }

  List<FileAccount> accounts(int input) {
    return accounts.get(input);
  }

  private Stream<FileAccount> allAccounts() {
    return accounts.stream().flatMap(List::stream);
  }

  void schema(String source, int columns, List<String> notes) {
    schema = new RunReport.SchemaUse(source, columns, notes);
  }

  /** What the changes of a run come to. */
  void changes(RunReport.Changes counts) {
    changes = Optional.of(counts);
  }

  /** What is to be known of an archive that is applied. */
  void archive(RunReport.Archive found) {
    archive = Optional.of(found);
  }

  /** What the user may want to know besides. */
  void notes(List<String> more) {
    notes.addAll(more);
  }

  void snapshot(String id, String path) {
    snapshotId = Optional.of(id);
    snapshotPath = Optional.of(path);
  }

  void iceberg(Optional<IcebergVersion> version) {
    iceberg = version;
  }

  /** What was written of all tables. */
  void written(List<SnapshotTarget.Written> all) {
    rows = all.stream().mapToLong(SnapshotTarget.Written::rows).sum();
    written(
        all.stream().mapToInt(one -> one.contents().files().size()).sum(),
        all.stream().mapToLong(one -> one.contents().bytes()).sum(),
        all.stream().mapToInt(one -> one.contents().partitions().size()).sum());
  }

  void written(int fileCount, long fileBytes, int partitionCount) {
    files = fileCount;
    bytes = fileBytes;
    partitions = partitionCount;
  }

  /** What becomes of each of several tables; of one, the run tells it all. */
  void tables(List<TableOutcome> outcomes) {
    if (outcomes.size() > 1) {
      entities = outcomes.stream().map(outcome -> outcome.use(table)).toList();
    }
  }

  /** How many rows of each of several tables stand for items that are no more, by its number. */
  void lifetimes(List<LifetimeCounts> counts) {
    List<RunReport.EntityUse> counted = new ArrayList<>();
    for (int i = 0; i < entities.size(); i++) {
      counted.add(entities.get(i).with(counts.get(i).softDeleted(), counts.get(i).expired()));
    }
    entities = counted;
  }

  /** What changes do to each of several tables, before anything is written. */
  void changed(List<TableChange> changes) {
    if (changes.size() > 1) {
      entities =
          changes.stream()
              .map(change -> change.outcome(Optional.empty()).use(table).with(change.counts()))
              .toList();
    }
  }

  /** What changes have made of the tables; those stay as they are that nothing was written of. */
  void written(List<TableOutcome> outcomes, List<TableChange> changes) {
    int fileCount = 0;
    long byteCount = 0;
    int partitionCount = 0;
    rows = 0;
    List<RunReport.EntityUse> uses = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      SnapshotContents contents =
          outcomes.get(i).written().isPresent()
              ? outcomes.get(i).written().get().contents()
              : changes.get(i).contents();
      fileCount += contents.files().size();
      byteCount += contents.bytes();
      partitionCount += contents.partitions().size();
      rows += changes.get(i).rowsAfter();
      uses.add(outcomes.get(i).use(table).with(changes.get(i).counts()));
    }
    written(fileCount, byteCount, partitionCount);
    entities = uses.size() > 1 ? uses : List.of();
  }

  void ddl(String path) {
    ddlPath = Optional.of(path);
  }

  void quarantine(String path) {
    quarantinePath = Optional.of(path);
  }

  /** Values that no partition folder could be named after, by column. */
  void displaced(Map<String, Long> byColumn) {
    displaced = byColumn;
  }

  long quarantined() {
    return allAccounts().mapToLong(FileAccount::badRecords).sum();
  }

  /** The report of a run that is not over. */
  RunReport report() {
    return make(Optional.empty());
  }

  RunReport end(RunReport.Status how) {
    phase("");
    status = how;
    return make(Optional.of(Instants.now()));
  }

  /** The end of a run that has found the snapshot published, and has written nothing. */
  RunReport unchanged(LakePointer published, LakeLayout layout) {
    String place = published.isOne() ? "/" + published.only().snapshot().path() : "";
    snapshot(published.made().id(), layout.root() + place);
    iceberg(published.together().snapshot().iceberg());
    written(published.files(), published.bytes(), 0);
    ddl(layout.athenaDdl());
    accounts.replaceAll(read -> List.of());
    rows = 0;
    entities =
        published.isOne()
            ? List.of()
            : published.names().stream().map(name -> use(published, layout, name)).toList();
    return end(RunReport.Status.UNCHANGED);
  }

  private static RunReport.EntityUse use(LakePointer published, LakeLayout layout, String name) {
    return RunReport.EntityUse.of(
        name,
        published.of(name).orElseThrow(),
        layout.entity(name),
        RunReport.EntityUse.NOT_LOOKED_AT);
  }

  RunReport fail(String reason) {
    error = Optional.of(reason);
    return end(RunReport.Status.FAILED);
  }

  /** The end of a run that was told to stop. */
  RunReport stop(String reason) {
    error = Optional.of(reason);
    return end(RunReport.Status.STOPPED);
  }

  private RunReport make(Optional<Instant> finishedAt) {
    return new RunReport(
        runId,
        command,
        status,
        startedAt,
        finishedAt,
        versions(),
        inputs(),
        new RunReport.Verification(verify.name().toLowerCase(Locale.ROOT), warnings()),
        counts(),
        entities,
        changes,
        archive,
        schemaUse(),
        new RunReport.Output(
            root,
            table,
            format.key(),
            snapshotId,
            snapshotPath,
            iceberg,
            files,
            bytes,
            partitions,
            ddlPath,
            quarantined() > 0 ? quarantinePath : Optional.empty()),
        phaseMillis,
        error);
  }

  private List<RunReport.Input> inputs() {
    List<RunReport.Input> inputs = new ArrayList<>();
    for (int i = 0; i < exports.size(); i++) {
      inputs.add(input(exports.get(i), accounts.get(i)));
    }
    return inputs;
  }

  private static RunReport.Input input(ExportManifest export, List<FileAccount> read) {
    long storedBytes =
        read.isEmpty() ? UNKNOWN : read.stream().mapToLong(FileAccount::storedBytes).sum();
    return new RunReport.Input(
        export.root(),
        export.exportId(),
        export.exportArn(),
        export.tableArn(),
        export.exportTime(),
        export.window().map(Window::from),
        export.window().map(Window::to),
        export.extent(),
        export.hasManifest(),
        export.files().size(),
        export.itemCount(),
        export.files().isEmpty() ? 0 : storedBytes);
  }

  private RunReport.SchemaUse schemaUse() {
    List<String> all = new ArrayList<>(schema.notes());
    all.addAll(notes);
    return new RunReport.SchemaUse(schema.source(), schema.columns(), all);
  }

  private RunReport.Counts counts() {
    long items = allAccounts().mapToLong(FileAccount::items).sum();
    TreeMap<String, Long> rescued = new TreeMap<>();
    allAccounts()
        .forEach(
            account ->
                account.rescued().forEach((column, n) -> rescued.merge(column, n, Long::sum)));
    displaced.forEach((column, n) -> rescued.merge(column, n, Long::sum));
    rescued.values().removeIf(count -> count == 0);
    return new RunReport.Counts(
        items + quarantined(),
        rows,
        quarantined(),
        rescued.values().stream().mapToLong(Long::longValue).sum(),
        rescued,
        allAccounts().mapToLong(FileAccount::falseNulls).sum());
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < exports.size(); i++) {
      ExportManifest export = exports.get(i);
      warnings.addAll(export.warnings());
      long unverified = accounts.get(i).stream().filter(account -> !account.md5Verified()).count();
      if (unverified > 0 && export.hasManifest()) {
        warnings.add(
            "md5 not verified: %d of %d data files".formatted(unverified, accounts.get(i).size()));
      }
    }
    if (verify == Verify.NONE) {
      warnings.add("Item counts of the manifest were not compared");
    }
    return warnings;
  }

  private static RunReport.Versions versions() {
    return new RunReport.Versions(
        BuiltVersions.program(),
        package$.MODULE$.SPARK_VERSION(),
        VersionInfo.getVersion(),
        Runtime.version().toString());
  }
}
