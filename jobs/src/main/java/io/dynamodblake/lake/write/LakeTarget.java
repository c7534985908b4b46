package io.dynamodblake.lake.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.document.RunId;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The folder that a run is to write to, as the run found it: nothing, a lake table of ours, or
 * several that are published together, each of which is a target again. Anything else is refused.
 *
 * @param seen the pointer as it was read, by which it may be replaced
 * @param lake what readers see now of all that is published together; empty before the first
 *     publication
 * @param current what they see of the one table; empty where there are several, or none yet
 * @param schemaText its {@code schema.json} as it stands, possibly edited by the user
 */
record LakeTarget(
    LakeLayout layout,
    Optional<GuardedFile.Version> seen,
    Optional<LakePointer> lake,
    Optional<CurrentPointer> current,
    Optional<String> schemaText) {
  private static final int NAMED_IN_MESSAGES = 5;

  /**
   * Looks at the folder.
   *
   * @throws UsageException if it holds what this program did not write
   */
  static LakeTarget open(LakeFiles files, Configuration configuration, LakeLayout layout)
      throws IOException {
    List<String> names =
        files.childNames(layout.root()).stream().filter(name -> !name.startsWith(".")).toList();
    if (names.isEmpty()) {
      return new LakeTarget(
          layout, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
    if (!names.contains(LakeLayout.META)) {
      throw foreign(layout, "it holds " + some(names));
    }
    if (Lake.isEntity(files, layout)) {
      throw new UsageException(
          "Cannot write lake table: it is one of several that are published together, at %s; give the folder above it, which holds them all"
              .formatted(layout.root()));
    }
    Optional<GuardedFile.Version> seen = new GuardedFile(configuration, layout.current()).read();
    Optional<LakePointer> lake =
        seen.map(version -> LakePointer.fromJson(version.text(), layout.current()));
    if (lake.isEmpty() && !hasRunReport(files, layout)) {
      throw foreign(layout, "its folder _dynamodb has neither current.json nor a run report");
    }
    Optional<CurrentPointer> current = lake.filter(LakePointer::isOne).map(LakePointer::only);
    // before the first publication there is no schema that readers or users know
    Optional<String> schemaText =
        current.isPresent() ? schemaText(files, layout, current.get()) : Optional.empty();
    return new LakeTarget(layout, seen, lake, current, schemaText);
  }

  /** Returns what lies there now, as the run has found it. */
  Lake opened(LakeFiles files) {
    return new Lake(files, layout, lake.orElseThrow(), Optional.empty());
  }

  /**
   * Returns one of the tables that are published together, whether it is there already or not.
   *
   * @param name of the table; empty for a table that is published alone
   */
  LakeTarget table(LakeFiles files, String name) throws IOException {
    if (name.isEmpty()) {
      return this;
    }
    LakeLayout own = layout.entity(name);
    Optional<CurrentPointer> now = lake.flatMap(pointer -> pointer.of(name));
    return new LakeTarget(
        own,
        seen,
        lake,
        now,
        now.isPresent() ? schemaText(files, own, now.get()) : Optional.empty());
  }

  /**
   * The schema that the next run starts from. A run that was killed just after it had published
   * left the one of the snapshot before, or none: nobody has edited that.
   */
  private static Optional<String> schemaText(
      LakeFiles files, LakeLayout layout, CurrentPointer current) throws IOException {
    Optional<String> text = files.read(layout.schema());
    boolean ofEarlier =
        text.map(Fingerprint::of)
            .filter(
                fingerprint ->
                    !fingerprint.equals(current.snapshot().schemaFingerprint())
                        && current.earlier().stream()
                            .anyMatch(
                                earlier ->
                                    earlier.schemaFingerprint().equals(Optional.of(fingerprint))))
            .isPresent();
    if (text.isPresent() && (!ofEarlier || DerivedFiles.areOf(files, layout, current))) {
      return text;
    }
    return files.read(LakeLayout.snapshotSchema(layout.root() + "/" + current.snapshot().path()));
  }

  private static boolean hasRunReport(LakeFiles files, LakeLayout layout) throws IOException {
    for (String name : files.childNames(layout.runs())) {
      if (!name.endsWith(".json")) {
        continue;
      }
      Optional<JsonNode> report =
          files.read(layout.runs() + "/" + name).flatMap(JsonDocuments::parseObject);
      if (report.filter(RunReport.ENVELOPE::isOf).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static UsageException foreign(LakeLayout layout, String reason) {
    return new UsageException(
        "Cannot write lake table: the folder is not empty and was not written by dynamodb-lake ("
            + reason
            + "), at "
            + layout.root()
            + "; choose a new or empty folder");
  }

  private static String some(List<String> names) {
    List<String> sorted = names.stream().sorted().toList();
    return sorted.size() <= NAMED_IN_MESSAGES
        ? String.join(", ", sorted)
        : String.join(", ", sorted.subList(0, NAMED_IN_MESSAGES))
            + " and "
            + (sorted.size() - NAMED_IN_MESSAGES)
            + " more";
  }

  /**
   * Refuses an export that does not belong here.
   *
   * @throws UsageException if the lake holds another table, or a newer export that is not to be
   *     replaced
   */
  void accept(ExportManifest export, FlattenOptions options) {
    if (lake.isEmpty()) {
      return;
    }
    LakePointer published = lake.get();
    TableFacts known = published.facts();
    if (known.arn().isPresent() && export.tableArn().isEmpty() && !options.assumeTable()) {
      throw new UsageException(
          "Cannot write lake table: it holds %s, and nothing says of which table the input is, at %s; give the export with its manifests, or %s if it is of that table"
              .formatted(
                  known.arn().get(), layout.root(), options.words().of(FlattenKeys.ASSUME_TABLE)));
    }
    if (known.arn().isPresent()
        && export.tableArn().isPresent()
        && !known.arn().equals(export.tableArn())) {
      throw new UsageException(
          "Cannot write lake table: it holds "
              + known.arn().get()
              + " and the export is of "
              + export.tableArn().get()
              + ", at "
              + layout.root()
              + "; choose another folder for another table");
    }
    if (!published.table().equals(options.table())) {
      throw new UsageException(
          "Cannot write lake table: it is named '"
              + published.table()
              + "', not '"
              + options.table()
              + "', at "
              + layout.root()
              + "; keep its name, or choose another folder");
    }
    if (published.ledger().kept() > 0 && !options.replace()) {
      throw new UsageException(
          "Cannot write lake table: it keeps rows of items that time to live has deleted, which no full export has, at %s; choose another folder for the export, or give %s to do without those rows"
              .formatted(layout.root(), options.words().of(FlattenKeys.REPLACE)));
    }
    Optional<Instant> publishedTime = known.time();
    if (!options.replace()
        && publishedTime.isPresent()
        && export.exportTime().map(time -> time.isBefore(publishedTime.get())).orElse(false)) {
      throw new UsageException(
          "Cannot write lake table: export "
              + export.exportId()
              + " is of "
              + export.exportTime().get()
              + ", older than the published one of "
              + publishedTime.get()
              + ", at "
              + layout.root()
              + "; give "
              + options.words().of(FlattenKeys.REPLACE)
              + " to go back to it");
    }
  }

  /**
   * Whether readers already see this export as this plan would write it.
   *
   * @throws UsageException if they see it as another plan wrote it, and that is not to be replaced
   */
  boolean isPublished(
      LakeFiles files, String exportFingerprint, String planFingerprint, FlattenOptions options)
      throws IOException {
    if (options.replace()
        || lake.isEmpty()
        || !lake.get().made().exportFingerprint().equals(exportFingerprint)) {
      return false;
    }
    LakePointer.Made published = lake.get().made();
    boolean edited = false;
    for (String name : lake.get().names()) {
      LakeTarget table = table(files, name);
      PublishedSnapshot snapshot = table.current().orElseThrow().snapshot();
      if (!files.exists(table.layout().root() + "/" + snapshot.path())) {
        return false;
      }
      edited |=
          options.schemaFile().isEmpty()
              && table
                  .schemaText()
                  .map(text -> !Fingerprint.of(text).equals(snapshot.schemaFingerprint()))
                  .orElse(false);
    }
    boolean samePlan = published.planFingerprint().equals(planFingerprint);
    if (samePlan && !edited) {
      return true;
    }
    throw new UsageException(
        "Cannot write lake table: export "
            + published.exportId()
            + " is published already, "
            + (samePlan ? "and schema.json was edited since" : "with other options")
            + ", at "
            + layout.root()
            + "; give "
            + options.words().of(FlattenKeys.REPLACE)
            + " to write it again");
  }

  /**
   * A name for the snapshot that no other run gives: the export's id, for a folder without manifest
   * with a part that changes with its files, and the random part of the run's id.
   */
  static String snapshotId(ExportManifest export, String exportFingerprint, String runId) {
    String name = export.exportId().replaceAll("[^A-Za-z0-9._-]", "_");
    String ofExport = export.hasManifest() ? name : name + "-" + exportFingerprint.substring(0, 8);
    return ofExport + "." + RunId.randomPart(runId);
  }

  /** What makes two exports the same: id, and names, counts and checksums of the data files. */
  static String fingerprint(ExportManifest export) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(export.exportArn().orElse("")).add(export.itemCount());
    for (DataFile file : export.files()) {
      fingerprint.add(file.key()).add(file.itemCount()).add(file.md5()).add(file.length());
    }
    return fingerprint.hex();
  }
}
