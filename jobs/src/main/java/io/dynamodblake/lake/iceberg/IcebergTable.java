package io.dynamodblake.lake.iceberg;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.PlacedRows;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.parquet.FieldIds;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The table of Iceberg that keeps the snapshots of a lake table, to write to. A snapshot is staged
 * on no branch, so that no reader sees it, and no catalog is asked for branches, which some refuse;
 * then the main branch is moved there, if it still is where the run began. Driver only.
 */
public final class IcebergTable {
  /** Property of a table: the folder of the lake table that it belongs to. */
  public static final String LAKE = "dynamodb-lake.folder";

  /** Property of a table: the DynamoDB table that it shows. */
  public static final String TABLE_ARN = "dynamodb-lake.table-arn";

  /** Property of a table and of its snapshots: the name of the snapshot in the lake table. */
  public static final String SNAPSHOT = "dynamodb-lake.snapshot";

  /**
   * Property of a snapshot: the number of another one, whose rows it has because that one could not
   * be shown any more.
   */
  static final String STANDS_FOR = "dynamodb-lake.stands-for";

  /** Property of a table: Iceberg's number of the last snapshot that this program published. */
  static final String ICEBERG_SNAPSHOT = "dynamodb-lake.iceberg-snapshot";

  private final OpenTable place;
  private final Table table;
  // where the main branch was when the run began
  private Optional<Long> head = Optional.empty();
  // columns that no snapshot has from then on
  private List<String> surplus = List.of();

  private IcebergTable(OpenTable place, Table table) {
    this.place = place;
    this.table = table;
  }

  /**
   * Opens the table of a lake table.
   *
   * @param name empty for the folder of the lake table
   * @return empty if there is none yet
   * @throws UsageException if the catalog cannot be used, or the table is not ours
   */
  public static Optional<IcebergTable> find(
      SparkSession session, LakeLayout layout, Optional<IcebergName> name) {
    OpenTable place = new OpenTable(session, layout, name);
    Optional<IcebergTable> found = place.find().map(table -> new IcebergTable(place, table));
    found.ifPresent(IcebergTable::requireOurs);
    return found;
  }

  /** Lets a session look at the table anew, which it may have remembered as it was. */
  public static void forget(SparkSession session, LakeLayout layout, Optional<IcebergName> name) {
    new OpenTable(session, layout, name).forget();
  }

  /**
   * Makes the table, without rows.
   *
   * @param arn of the DynamoDB table, if it is known
   * @throws UsageException if it cannot be made so
   */
  public static IcebergTable create(
      SparkSession session,
      LakeLayout layout,
      Optional<IcebergName> name,
      TableShape shape,
      Optional<String> arn) {
    OpenTable place = new OpenTable(session, layout, name);
    return place.within(() -> create(place, shape, arn));
  }

  private static IcebergTable create(OpenTable place, TableShape shape, Optional<String> arn) {
    LakeLayout layout = place.layout();
    Schema columns = shape.columns();
    Map<String, String> properties = new HashMap<>(PROPERTIES);
    properties.putAll(shape.properties());
    properties.put(LAKE, layout.root());
    arn.ifPresent(known -> properties.put(TABLE_ARN, known));
    try {
      if (place.name().isEmpty()) {
        place
            .tables()
            .create(columns, shape.spec(columns), shape.order(columns), properties, layout.root());
      } else {
        place.makeDatabase();
        place
            .catalog()
            .buildTable(place.identifier(), columns)
            .withPartitionSpec(shape.spec(columns))
            .withSortOrder(shape.order(columns))
            .withProperties(properties)
            .create();
      }
    } catch (AlreadyExistsException e) {
      // another run was quicker; only one of them will publish
    }
    IcebergTable made =
        find(place.session(), layout, place.name())
            .orElseThrow(
                () ->
                    new UncheckedIOException(
                        new IOException(
                            "The table of Iceberg that was just made is not there, "
                                + place.text())));
    made.surplus = Attempts.on(made.table, place, () -> shape.evolve(made.table));
    return made;
  }

  // version 2 is what Athena reads; no retries, because after a lost answer Iceberg takes what was
  // staged for what is to be rolled back to, and readers would see it uncounted; paths without
  // values, so that no value can break one
  private static final Map<String, String> PROPERTIES =
      Map.of(
          TableProperties.FORMAT_VERSION, "2",
          TableProperties.PARQUET_COMPRESSION, "zstd",
          TableProperties.COMMIT_NUM_RETRIES, "0",
          TableProperties.OBJECT_STORE_ENABLED, "true",
          TableProperties.WRITE_OBJECT_STORE_PARTITIONED_PATHS, "false",
          TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true",
          TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20",
          TableProperties.UPDATE_MODE, "copy-on-write",
          TableProperties.DELETE_MODE, "copy-on-write",
          TableProperties.MERGE_MODE, "copy-on-write");

  private void requireOurs() {
    String lake = table.properties().get(LAKE);
    if (lake == null) {
      throw new UsageException(
          "Cannot use the table of Iceberg: it was not made by dynamodb-lake, %s; choose another name with %s or %s, or another folder"
              .formatted(
                  place.text(),
                  Words.FLATTEN.of(FlattenKeys.TABLE),
                  Words.FLATTEN.of(FlattenKeys.DATABASE)));
    }
    if (!lake.equals(place.layout().root())) {
      throw new UsageException(
          "Cannot use the table of Iceberg: it belongs to the lake table at %s, %s; give that folder, or choose another name with %s or %s"
              .formatted(
                  lake,
                  place.text(),
                  Words.FLATTEN.of(FlattenKeys.TABLE),
                  Words.FLATTEN.of(FlattenKeys.DATABASE)));
    }
  }

  /**
   * Makes sure that it shows no other DynamoDB table.
   *
   * @throws UsageException if it does
   */
  public void requireArn(Optional<String> arn) {
    Optional<String> known = Optional.ofNullable(table.properties().get(TABLE_ARN));
    if (known.isPresent() && arn.isPresent() && !known.equals(arn)) {
      throw new UsageException(
          "Cannot use the table of Iceberg: it holds %s and the export is of %s, %s; choose another folder and another name"
              .formatted(known.get(), arn.get(), place.text()));
    }
  }

  /** Whether it is the one that a snapshot is in. */
  public boolean isOf(IcebergVersion version) {
    return table.uuid().toString().equals(version.uuid());
  }

  /**
   * Brings it to a shape by Iceberg's rules.
   *
   * @throws DataRefusedException if these forbid it
   */
  public void evolve(TableShape shape) {
    surplus = place.within(() -> Attempts.on(table, place, () -> shape.evolve(table)));
  }

  /**
   * Returns the name of our snapshot whose rows readers see; empty if others have changed them
   * since, or none of ours is there.
   */
  public Optional<String> published() {
    return ours().map(snapshot -> snapshot.summary().get(SNAPSHOT));
  }

  /** What others have only put together is still ours. */
  private Optional<Snapshot> ours() {
    Snapshot now = table.currentSnapshot();
    while (now != null && DataOperations.REPLACE.equals(now.operation())) {
      now = now.parentId() == null ? null : table.snapshot(now.parentId());
    }
    return Optional.ofNullable(now);
  }

  /** Remembers where readers are: only from there they are taken to what the run makes. */
  public void begin() {
    table.refresh();
    head = MainBranch.head(table);
  }

  /** Returns the numbers of the columns, which its files carry. */
  public FieldIds fieldIds() {
    return TableShape.ids(table.schema());
  }

  /** Returns the columns as Iceberg's own writers put them into the footers of files. */
  public Map<String, String> footer() {
    return Map.of("iceberg.schema", org.apache.iceberg.SchemaParser.toJson(table.schema()));
  }

  /** Returns the folder of the files of rows; whoever writes makes one of its own in it. */
  public String dataFolder() {
    String given = table.properties().get(TableProperties.WRITE_DATA_LOCATION);
    return given != null ? given : table.location() + "/data";
  }

  // ---- what was written

  /**
   * Files that a run has written, and what they replace.
   *
   * @param all whether the rows of before go, all of them
   * @param base the files that it began with; empty if there were none
   * @param gone those of them, by number, of which nothing stays
   * @param rows new files of rows that lie in no partition
   * @param rewritten new files of rows, each with the number of one of before in whose partition it
   *     lies
   * @param deletes new files of positions that are no more, in the same way
   * @param placed further files, which Iceberg's writer has written
   */
  public record Written(
      boolean all,
      Optional<SnapshotContents> base,
      Set<Integer> gone,
      List<FileStatus> rows,
      Map<FileStatus, Integer> rewritten,
      Map<FileStatus, Integer> deletes,
      Placed placed) {}

  /** Files that Iceberg's writer has written, each into its partition, for no reader yet. */
  public record Placed(List<DataFile> files) {
    /** Returns that there are none. */
    public static Placed none() {
      return new Placed(List.of());
    }

    /** Returns those of several writers. */
    public static Placed all(Collection<Placed> parts) {
      return new Placed(parts.stream().flatMap(part -> part.files().stream()).toList());
    }

    /** Returns how many rows are in them. */
    public long rows() {
      return files.stream().mapToLong(DataFile::recordCount).sum();
    }

    /** Returns the lengths of the files by their paths. */
    public SortedMap<String, Long> lengths() {
      SortedMap<String, Long> lengths = new TreeMap<>();
      files.forEach(file -> lengths.put(file.location(), file.fileSizeInBytes()));
      return lengths;
    }
  }

  /**
   * A snapshot that no reader sees yet.
   *
   * @param parent the one that it goes on from; empty if the table had none
   */
  public record Staged(long snapshotId, Optional<Long> parent) {}

  /**
   * Writes rows through Iceberg's own writer, which finds partitions and order, onto no branch.
   *
   * @param options of that writer beside
   */
  public Placed write(Dataset<Row> rows, String id, Map<String, String> options)
      throws IOException {
    return new Staging(place, table).write(rows, id, options, surplus);
  }

  /**
   * Makes a snapshot of what was written, which only who knows its number finds.
   *
   * @param id of the snapshot in the lake table
   * @param summary what the snapshot says of itself
   * @throws DataRefusedException if files of before are no more in the table
   */
  public Staged stage(Written written, String id, Map<String, String> summary) throws IOException {
    return new Staging(place, table).stage(written, id, summary, head);
  }

  /** Lists the files of a snapshot that was staged, by its manifests. */
  public SnapshotContents contents(Staged staged) throws IOException {
    return IcebergSnapshots.contents(place.session(), table, table.snapshot(staged.snapshotId()));
  }

  /** Returns how many rows the files of a snapshot have that was staged, as its manifests say. */
  public long rowCount(Staged staged) throws IOException {
    return ListedFiles.files(table, table.snapshot(staged.snapshotId())).stream()
        .mapToLong(DataFile::recordCount)
        .sum();
  }

  /** Returns the files of a snapshot that may have rows with one of some values in a column. */
  public Set<String> filesWith(long snapshotId, String column, List<String> values)
      throws IOException {
    Set<String> locations = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks =
        table
            .newScan()
            .useSnapshot(snapshotId)
            .filter(Expressions.in(column, values.toArray()))
            .planFiles()) {
      tasks.forEach(task -> locations.add(task.file().location()));
    }
    return locations;
  }

  /** Returns the rows of a snapshot that was staged, as a session reads them. */
  public PlacedRows rows(SparkSession reader, Staged staged) {
    OpenTable again = new OpenTable(reader, place.layout(), place.name());
    again.forget();
    return IcebergSnapshots.rows(reader, again, staged.snapshotId());
  }

  /** Returns by what the pointer of the lake table finds a snapshot. */
  public IcebergVersion version(Staged staged) {
    return new IcebergVersion(place.name(), table.uuid().toString(), staged.snapshotId());
  }

  // ---- publication

  /**
   * A name for the snapshot that stays, for readers who travel back to it.
   *
   * @param kept after which Iceberg may forget it
   */
  public record Tag(String name, Duration kept) {}

  /**
   * Lets readers of the table see a snapshot, in one step.
   *
   * @param properties of the table, which come with it
   * @return false if others have published since the run began, and nothing was changed
   * @throws IOException if nobody knows whether readers see it
   */
  public boolean publish(Staged staged, Map<String, String> properties, Optional<Tag> tag)
      throws IOException {
    return staged.parent().equals(head)
        && place.within(
            () ->
                new MainBranch(place, table, head, surplus)
                    .move(staged.snapshotId(), properties, tag));
  }

  /**
   * Shows readers of the table a snapshot that was published by its number alone, if none that goes
   * on from it is shown already. Where others have put files together since it was staged, the same
   * is done on top of that.
   *
   * @throws IOException if nobody knows whether readers see it
   */
  public void follow(long snapshotId) throws IOException {
    begin();
    Snapshot named = table.snapshot(snapshotId);
    if (named == null || isShown(named)) {
      return;
    }
    String id = named.summary().getOrDefault(SNAPSHOT, "");
    Map<String, String> properties = Map.of(SNAPSHOT, id);
    Optional<Long> parent = Optional.ofNullable(named.parentId());
    if (!publish(new Staged(snapshotId, parent), properties, Optional.empty())
        && parent.isPresent()
        && ours().map(Snapshot::snapshotId).equals(parent)) {
      place.within(
          () -> {
            OverwriteFiles again = table.newOverwrite();
            named.addedDataFiles(table.io()).forEach(again::addFile);
            named.removedDataFiles(table.io()).forEach(again::deleteFile);
            again.set(SNAPSHOT, id);
            again.set(STANDS_FOR, String.valueOf(snapshotId));
            again.commit();
            return table;
          });
    }
    place.forget();
  }

  /** Whether readers see it, or what was made of it since. */
  private boolean isShown(Snapshot named) {
    String id = named.summary().get(SNAPSHOT);
    Snapshot now = table.currentSnapshot();
    while (now != null) {
      if (now.snapshotId() == named.snapshotId()
          || id != null && id.equals(now.summary().get(SNAPSHOT))) {
        return true;
      }
      now = now.parentId() == null ? null : table.snapshot(now.parentId());
    }
    return false;
  }

  /**
   * Lets readers of the table see a snapshot that another run has staged, where they see the one
   * that it goes on from.
   *
   * @return false if it is gone, or they see another one
   * @throws IOException if nobody knows whether readers see it
   */
  public boolean publish(IcebergVersion version, Map<String, String> properties)
      throws IOException {
    begin();
    Optional<Snapshot> made = Optional.ofNullable(table.snapshot(version.snapshotId()));
    return made.isPresent()
        && publish(
            new Staged(version.snapshotId(), Optional.ofNullable(made.get().parentId())),
            properties,
            Optional.empty());
  }

  /** Returns where everything of the lake table lies. */
  public LakeLayout lake() {
    return place.layout();
  }

  /** Takes away files that Iceberg's writer has written for a snapshot that was not published. */
  public void discard(Placed placed) {
    placed.files().forEach(file -> table.io().deleteFile(file.location()));
  }

  /** Where it is, for people. */
  @Override
  public String toString() {
    return place.text();
  }
}
