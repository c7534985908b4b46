package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.Extent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The account of one run: what came in, what went out, what was set aside, how long it took and
 * with which versions. Holds counts, names and paths, never values of items. The JSON form is
 * described in {@code docs/lake-table.md}.
 *
 * @param runId time of the start and a random part, such as {@code 20261118T032000Z-1a2b3c4d}
 * @param command such as {@code flatten}
 * @param finishedAt empty while the run lasts
 * @param inputs what was read; of {@code flatten} one export
 * @param entities what became of each table, where there is one for each kind of items; empty
 *     otherwise
 * @param changes what changes of a table came to, of a run that applies such
 * @param archive what is to be known of the archive of a stream, of a run that applies one
 * @param phaseMillis wall-clock milliseconds of each phase, in order
 * @param error why the run failed; empty otherwise
 */
public record RunReport(
    String runId,
    String command,
    Status status,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Versions versions,
    List<Input> inputs,
    Verification verification,
    Counts counts,
    List<EntityUse> entities,
    Optional<Changes> changes,
    Optional<Archive> archive,
    SchemaUse schema,
    Output output,
    Map<String, Long> phaseMillis,
    Optional<String> error) {
  public static final Envelope ENVELOPE = new Envelope("run-report", 2);

  /** How far a run came. */
  public enum Status {
    /** Written when a run begins; still there afterwards if its process was killed. */
    RUNNING,
    /** Readers see the new snapshot. */
    PUBLISHED,
    /** The export had been published before by the same plan; nothing was written. */
    UNCHANGED,
    /** Nothing was published; readers see what they saw before. */
    FAILED,
    /** The same, because the run was told to stop, as by Ctrl-C. */
    STOPPED,
    /** Nothing was to be written; the report says what would have been. */
    DRY_RUN;

    /** Returns the word in the JSON form. */
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What the run was made with. */
  public record Versions(String dynamodbLake, String spark, String hadoop, String java) {}

  /**
   * An export that was read.
   *
   * @param root folder of the manifests or data files
   * @param exportId last segment of the export ARN, or a name made for a folder without manifest
   * @param exportTime the instant the items are of
   * @param from begin of the window of an incremental export, inclusive
   * @param to its end, exclusive
   * @param extent whether it is the whole table
   * @param manifest false for a folder of data files, whose completeness nobody can check
   * @param files data files that hold items
   * @param items items the manifest promises, or -1 without a manifest
   * @param storedBytes compressed bytes of the data files, or -1 if not known
   */
  public record Input(
      String root,
      String exportId,
      Optional<String> exportArn,
      Optional<String> tableArn,
      Optional<Instant> exportTime,
      Optional<Instant> from,
      Optional<Instant> to,
      Extent extent,
      boolean manifest,
      int files,
      long items,
      long storedBytes) {}

  /**
   * What was checked of the export.
   *
   * @param level {@code md5}, {@code counts} or {@code none}
   * @param warnings what was not or could not be checked, in words
   */
  public record Verification(String level, List<String> warnings) {
    public Verification {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Items in and out. A published run of {@code flatten} always has {@code itemsRead == rowsWritten
   * + quarantined}; one that applies changes has {@code rowsAfter} of its {@link Changes} as rows.
   *
   * @param itemsRead lines of the data files that hold anything, good or bad
   * @param rowsWritten rows counted in the written files
   * @param quarantined lines set aside
   * @param rescuedValues values that did not fit their column and are in {@code ddb_rescued}
   * @param rescuedByColumn the same by column; attributes without a column under {@code
   *     ddb_rescued}
   * @param falseNulls values {@code {"NULL":false}}, taken for NULL
   */
  public record Counts(
      long itemsRead,
      long rowsWritten,
      long quarantined,
      long rescuedValues,
      SortedMap<String, Long> rescuedByColumn,
      long falseNulls) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, new TreeMap<>(), 0);

    public Counts {
      rescuedByColumn = Collections.unmodifiableSortedMap(new TreeMap<>(rescuedByColumn));
    }
  }

  /**
   * One of several tables that are published together. Their rows add up to those of the run.
   *
   * @param name of its folder
   * @param table its name in catalogs
   * @param rows counted in its files
   * @param columns written ones, without {@code ddb_rescued}, {@code ddb_nulls} and derived ones
   * @param snapshotPath whole path of the snapshot's folder, which may be one of before
   * @param softDeleted rows of items that are marked as deleted; empty if nothing tells
   * @param expired rows of items whose time was over at the moment of the data; empty if nothing
   *     tells
   * @param changes what changes did to it, of a run that applies such
   */
  public record EntityUse(
      String name,
      String table,
      long rows,
      int columns,
      int files,
      long bytes,
      int partitions,
      String snapshotPath,
      OptionalLong softDeleted,
      OptionalLong expired,
      Optional<EntityChanges> changes) {
    /** The columns of a table that was left as it is. */
    public static final int NOT_LOOKED_AT = -1;

    /**
     * Of a table whose snapshot readers see already.
     *
     * @param layout of that table
     */
    public static EntityUse of(
        String name, CurrentPointer current, LakeLayout layout, int columns) {
      PublishedSnapshot snapshot = current.snapshot();
      return new EntityUse(
          name,
          current.table(),
          snapshot.rows(),
          columns,
          snapshot.files(),
          snapshot.bytes(),
          0,
          layout.root() + "/" + snapshot.path(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty());
    }

    /** Returns the same, with rows of items that are no more for their application. */
    public EntityUse with(OptionalLong deletedRows, OptionalLong expiredRows) {
      return new EntityUse(
          name,
          table,
          rows,
          columns,
          files,
          bytes,
          partitions,
          snapshotPath,
          deletedRows,
          expiredRows,
          changes);
    }

    /** Returns the same of a run that applies changes. */
    public EntityUse with(EntityChanges applied) {
      return new EntityUse(
          name,
          table,
          applied.rowsAfter(),
          columns,
          files,
          bytes,
          partitions,
          snapshotPath,
          softDeleted,
          expired,
          Optional.of(applied));
    }

    void putInto(ObjectNode node) {
      node.put("name", name);
      node.put("table", table);
      node.put("rows", rows);
      if (columns != NOT_LOOKED_AT) {
        node.put("columns", columns);
      }
      node.put("files", files);
      node.put("bytes", bytes);
      node.put("partitions", partitions);
      node.put("snapshotPath", snapshotPath);
      softDeleted.ifPresent(count -> node.put("softDeleted", count));
      expired.ifPresent(count -> node.put("expired", count));
      changes.ifPresent(applied -> applied.putInto(node.putObject("changes")));
    }
  }

  /**
   * What changes did to one of several tables.
   *
   * @param movedIn keys that another table had before: the item is of this kind now
   * @param movedOut keys that another table has then
   */
  public record EntityChanges(
      long inserted, long updated, long deleted, long movedIn, long movedOut, long rowsAfter) {

    void putInto(ObjectNode node) {
      node.put("inserted", inserted);
      node.put("updated", updated);
      node.put("deleted", deleted);
      node.put("movedIn", movedIn);
      node.put("movedOut", movedOut);
    }
  }

  /**
   * What changes of a table came to. {@code rowsAfter} is {@code rowsBefore} and {@code inserted},
   * less {@code deleted}, unless several rows of the table had one key.
   *
   * @param records change records that were read
   * @param keys keys that they are of
   * @param inserted keys that the table has then and had not
   * @param updated keys whose row was replaced
   * @param deleted keys that it had and has not then
   * @param unknownDeletes deletes of keys that it had not
   * @param unknownUpdates of those inserted, how many were updates to the source
   * @param knownInserts of those updated, how many were inserts to the source
   * @param breaks changes of a key that did not begin where the one before it had ended
   * @param comparedRows rows that were compared with old images
   * @param differentRows those that were not equal
   * @param carriedFiles files of the snapshot before that are in the next one as they were
   * @param rewrittenFiles those that were written anew
   * @param rewrittenBytes stored bytes that those had
   * @param reversed whether the changes were undone
   * @param before whether the rows before were all of the table: what they lacked, the next ones do
   */
  public record Changes(
      long records,
      long keys,
      long inserted,
      long updated,
      long deleted,
      long unknownDeletes,
      long unknownUpdates,
      long knownInserts,
      long breaks,
      long comparedRows,
      long differentRows,
      long rowsBefore,
      long rowsAfter,
      int carriedFiles,
      int rewrittenFiles,
      long rewrittenBytes,
      boolean reversed,
      Wholeness before) {

    void putInto(ObjectNode node) {
      node.put("records", records);
      node.put("keys", keys);
      node.put("inserted", inserted);
      node.put("updated", updated);
      node.put("deleted", deleted);
      node.put("unknownDeletes", unknownDeletes);
      node.put("unknownUpdates", unknownUpdates);
      node.put("knownInserts", knownInserts);
      node.put("breaks", breaks);
      node.put("comparedRows", comparedRows);
      node.put("differentRows", differentRows);
      node.put("rowsBefore", rowsBefore);
      node.put("rowsAfter", rowsAfter);
      node.put("carriedFiles", carriedFiles);
      node.put("rewrittenFiles", rewrittenFiles);
      node.put("rewrittenBytes", rewrittenBytes);
      node.put("reversed", reversed);
      before.putInto(node.putObject("before"));
    }
  }

  /**
   * What is to be known of the archive of a stream that was applied.
   *
   * @param form what its records are
   * @param files those that were read, also such that had been applied before and were needed again
   * @param filesBefore those of the archive that the table had already
   * @param from the first change that was applied
   * @param to the last one
   * @param repeated records that were delivered again
   * @param older records from before the table's moment, which it has
   * @param late records that came later than the lateness that is allowed, and were left out
   * @param passedOver deletes of what had expired, which were not followed
   * @param kept rows that are there because of that
   * @param ties keys of which nobody can tell which of two changes was the last
   * @param lossy keys whose row stays, because what comes has lost values
   * @param losses images that have lost something, by what that is
   */
  public record Archive(
      String form,
      int files,
      int filesBefore,
      Optional<Instant> from,
      Optional<Instant> to,
      long repeated,
      long older,
      long late,
      long passedOver,
      long kept,
      long ties,
      long lossy,
      SortedMap<String, Long> losses) {

    public Archive {
      losses = Collections.unmodifiableSortedMap(new TreeMap<>(losses));
    }

    void putInto(ObjectNode node) {
      node.put("form", form);
      node.put("files", files);
      node.put("filesBefore", filesBefore);
      JsonDocuments.putInstant(node, "from", from);
      JsonDocuments.putInstant(node, "to", to);
      node.put("repeated", repeated);
      node.put("older", older);
      node.put("late", late);
      node.put("passedOver", passedOver);
      node.put("kept", kept);
      node.put("ties", ties);
      node.put("lossy", lossy);
      longs(node.putObject("losses"), losses);
    }
  }

  /**
   * Where the columns come from.
   *
   * @param source {@code observed}, {@code pinned} or {@code evolved}; empty if the run ended
   *     before
   * @param columns written columns, without {@code ddb_rescued} and {@code ddb_nulls}
   * @param notes decisions the user may want to know, such as renamed columns
   */
  public record SchemaUse(String source, int columns, List<String> notes) {
    public static final SchemaUse NONE = new SchemaUse("", 0, List.of());

    public SchemaUse {
      notes = List.copyOf(notes);
    }
  }

  /**
   * What was written.
   *
   * @param root folder of the lake table
   * @param snapshotId empty if the run ended before it was chosen
   * @param snapshotPath whole path of the snapshot's folder; if Iceberg keeps its rows, of that of
   *     its documents
   * @param iceberg where Iceberg keeps its rows; empty for a folder of files
   * @param quarantinePath folder of the bad lines, if there are any
   */
  public record Output(
      String root,
      String table,
      String format,
      Optional<String> snapshotId,
      Optional<String> snapshotPath,
      Optional<IcebergVersion> iceberg,
      int files,
      long bytes,
      int partitions,
      Optional<String> ddlPath,
      Optional<String> quarantinePath) {}

  public RunReport {
    inputs = List.copyOf(inputs);
    entities = List.copyOf(entities);
    phaseMillis = Collections.unmodifiableMap(new LinkedHashMap<>(phaseMillis));
  }

  /** Returns whether readers see what this run wrote. */
  public boolean published() {
    return status == Status.PUBLISHED;
  }

  /** Returns whether something that was read is known to be a part of its table. */
  public boolean isPartial() {
    return inputs.stream().anyMatch(input -> input.extent() == Extent.PARTIAL);
  }

  /** Returns whether there was a manifest for all that was read. */
  public boolean hasManifest() {
    return inputs.stream().allMatch(Input::manifest);
  }

  /** Returns the instant that the items are of, where it is known. */
  public Optional<Instant> dataTime() {
    if (changes.filter(Changes::reversed).isPresent()) {
      return inputs.stream().flatMap(input -> input.from().stream()).findFirst();
    }
    return Stream.concat(
            inputs.stream().flatMap(input -> input.exportTime().or(input::to).stream()),
            archive.flatMap(Archive::to).stream())
        .max(Comparator.naturalOrder());
  }

  /** The instant that what a run has published shows, by its report; empty if nobody knows. */
  static Optional<Instant> shownBy(JsonNode report) {
    List<String> times = new ArrayList<>();
    report
        .path("inputs")
        .forEach(
            input ->
                JsonDocuments.text(input, "exportTime")
                    .or(() -> JsonDocuments.text(input, "exportToTime"))
                    .ifPresent(times::add));
    try {
      return times.stream().map(Instant::parse).max(Comparator.naturalOrder());
    } catch (DateTimeException e) {
      return Optional.empty(); // edited by other hands
    }
  }

  /** Returns compressed bytes of all that was read, or -1 if they are not known. */
  public long storedBytes() {
    return inputs.stream().anyMatch(input -> input.storedBytes() < 0)
        ? -1
        : inputs.stream().mapToLong(Input::storedBytes).sum();
  }

  /** Returns the document that is kept in {@code runs/} and printed by {@code --json}. */
  public String toJson() {
    return JsonDocuments.print(toTree());
  }

  private ObjectNode toTree() {
    ObjectNode tree =
        ENVELOPE.begin(
            new Envelope.Run(runId, command, status.key(), error, startedAt, finishedAt));
    tree.put("published", published());
    ArrayNode read = tree.putArray("inputs");
    inputs.forEach(input -> putInput(read.addObject(), input));
    ObjectNode checks = tree.putObject("verification");
    checks.put("level", verification.level());
    texts(checks.putArray("warnings"), verification.warnings());
    ObjectNode counted = tree.putObject("counts");
    counted.put("itemsRead", counts.itemsRead());
    counted.put("rowsWritten", counts.rowsWritten());
    counted.put("quarantined", counts.quarantined());
    counted.put("rescuedValues", counts.rescuedValues());
    longs(counted.putObject("rescuedByColumn"), counts.rescuedByColumn());
    counted.put("falseNulls", counts.falseNulls());
    if (!entities.isEmpty()) {
      ArrayNode tables = tree.putArray("entities");
      entities.forEach(entity -> entity.putInto(tables.addObject()));
    }
    changes.ifPresent(found -> found.putInto(tree.putObject("changes")));
    archive.ifPresent(found -> found.putInto(tree.putObject("archive")));
    ObjectNode columns = tree.putObject("schema");
    columns.put("source", schema.source());
    columns.put("columns", schema.columns());
    texts(columns.putArray("notes"), schema.notes());
    putOutput(tree.putObject("output"));
    longs(tree.putObject("phaseMillis"), phaseMillis);
    ObjectNode made = tree.putObject("versions");
    made.put("dynamodbLake", versions.dynamodbLake());
    made.put("spark", versions.spark());
    made.put("hadoop", versions.hadoop());
    made.put("java", versions.java());
    return tree;
  }

  private static void putInput(ObjectNode node, Input input) {
    node.put("root", input.root());
    node.put("exportId", input.exportId());
    JsonDocuments.put(node, "exportArn", input.exportArn());
    JsonDocuments.put(node, "tableArn", input.tableArn());
    JsonDocuments.putInstant(node, "exportTime", input.exportTime());
    JsonDocuments.putInstant(node, "exportFromTime", input.from());
    JsonDocuments.putInstant(node, "exportToTime", input.to());
    node.put("extent", input.extent().key());
    node.put("manifest", input.manifest());
    node.put("files", input.files());
    if (input.items() >= 0) {
      node.put("items", input.items());
    }
    if (input.storedBytes() >= 0) {
      node.put("storedBytes", input.storedBytes());
    }
  }

  private void putOutput(ObjectNode node) {
    node.put("root", output.root());
    node.put("table", output.table());
    node.put("format", output.format());
    JsonDocuments.put(node, "snapshotId", output.snapshotId());
    JsonDocuments.put(node, "snapshotPath", output.snapshotPath());
    output.iceberg().ifPresent(version -> version.putInto(node));
    node.put("files", output.files());
    node.put("bytes", output.bytes());
    node.put("partitions", output.partitions());
    JsonDocuments.put(node, "ddlPath", output.ddlPath());
    JsonDocuments.put(node, "quarantinePath", output.quarantinePath());
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  private static void longs(ObjectNode node, Map<String, Long> values) {
    values.forEach(node::put);
  }
}
