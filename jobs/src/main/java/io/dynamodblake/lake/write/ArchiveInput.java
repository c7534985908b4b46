package io.dynamodblake.lake.write;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.json.PlainFields;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.archive.ArchiveReading;
import io.dynamodblake.lake.archive.FileFacts;
import io.dynamodblake.lake.archive.RunArchive;
import io.dynamodblake.lake.archive.TakenFiles;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.lake.changes.MergeCounts;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The archive of a stream that others wrote: files without a manifest, in which nothing is in order
 * and some things are twice. Which of them the table has taken, it remembers itself; those that may
 * hold changes from around the moment that it shows are read again, so that what comes late finds
 * its place among what came in time.
 */
final class ArchiveInput implements ApplyInput {
  private static final long BYTES_OF_RECORD = 32; // a guess, of packed ones

  private final ArchiveChoice choice;
  private final CurrentPointer table;
  private final TableSchema schema;
  private final ApplyOptions options;
  private final LakeFiles files;
  private final LakeLayout layout;
  private PartProgress parts; // once there is something to read
  private RunArchive run;
  private ArchiveFindings findings;
  private TakenFiles taken;
  private String runId;

  /**
   * @param choice of at least one file
   * @param schema the columns of the table
   */
  ArchiveInput(
      ArchiveChoice choice,
      CurrentPointer table,
      TableSchema schema,
      ApplyOptions options,
      LakeFiles files,
      LakeLayout layout) {
    this.choice = choice;
    this.table = table;
    this.schema = schema;
    this.options = options;
    this.files = files;
    this.layout = layout;
  }

  @Override
  public List<ExportManifest> exports() {
    return List.of(choice.files());
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public long records() {
    long bytes = choice.files().files().stream().mapToLong(file -> file.length()).sum();
    return bytes / BYTES_OF_RECORD + 1;
  }

  @Override
  public ChangeMerge.Source source() {
    return ChangeMerge.Source.OVERLAPPING_EVENTS;
  }

  @Override
  public List<ChangeFeed> feeds(Reading reading) throws IOException {
    runId = reading.runId();
    parts = new PartProgress(reading.progress());
    run = new RunArchive(reading.session(), parts.part());
    boolean fails = options.onBadRecord() == OnBadRecord.FAIL;
    ArchiveOptions how = options.archive();
    return List.of(
        run.feed(
            reading.configuration(),
            choice.files(),
            new ArchiveReading(
                options.read(),
                choice.cutoff(how.lateness()),
                choice.again(),
                choice.continues(),
                how.keepExpired(),
                how.fields().orElse(PlainFields.TUTORIAL),
                how.fields().isPresent(),
                schema,
                fails ? "" : reading.quarantine().folder(),
                Math.max(options.maxBadRecords(), WindowInput.MOST_BAD_RECORDS_OF_TASK)),
            WindowInput.TASK_BYTES));
  }

  @Override
  public List<List<FileAccount>> settle() {
    parts.end();
    List<FileFacts> facts = run.files();
    List<FileAccount> read = facts.stream().map(FileFacts::account).toList();
    new Reconciliation(choice.files().files(), read, OptionalLong.empty(), choice.root())
        .requireFiles();
    findings = new ArchiveFindings(choice, table.facts(), options, facts, Instant.now());
    findings.check();
    taken = findings.taken();
    return List.of(read);
  }

  @Override
  public void check(MergeCounts counts) {}

  @Override
  public Optional<RunReport.Archive> archive(MergeCounts counts) {
    return Optional.of(findings.report(counts));
  }

  @Override
  public List<String> notes(MergeCounts counts) {
    return findings.notes(counts);
  }

  @Override
  public SnapshotRun.Source source(String earlierFingerprint, String planFingerprint) {
    return new SnapshotRun.Source(
        choice.files().exportId(),
        Optional.empty(),
        Optional.of(findings.time()),
        new Fingerprint().add(earlierFingerprint).add(Fingerprint.of(taken.toJson())).hex(),
        planFingerprint);
  }

  @Override
  public TableFacts facts() {
    return new TableFacts(table.facts().arn(), table.facts().id(), Optional.of(findings.time()));
  }

  @Override
  public List<LedgerEntry> entries(Published published) {
    return List.of(
        new LedgerEntry(
            LedgerEntry.Kind.ARCHIVE,
            choice.root(),
            findings.first(),
            Optional.of(findings.time()),
            Optional.of(findings.view()),
            findings.records(),
            Fingerprint.of(taken.toJson()),
            published.runId(),
            published.at(),
            published.rows(),
            Optional.of(published.changed())));
  }

  @Override
  public void keep() throws IOException {
    files.replace(layout.changes(runId), taken.toJson());
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
    }
  }
}
