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
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * The table of Iceberg that keeps the snapshots of a lake table, to write to. A snapshot is made on
 * a branch of its own, which no reader sees; then the main branch is moved there, if it still is
 * where the run began. Driver only.
 */
public final class IcebergTable {
  /** Property of a table: the folder of the lake table that it belongs to. */
  public static final String LAKE = "dynamodb-lake.folder";

  /** Property of a table: the DynamoDB table that it shows. */
  public static final String TABLE_ARN = "dynamodb-lake.table-arn";

  /** Property of a table and of its snapshots: the name of the snapshot in the lake table. */
  public static final String SNAPSHOT = "dynamodb-lake.snapshot";

  /** Property of a table: Iceberg's number of the last snapshot that this program published. */
  static final String ICEBERG_SNAPSHOT = "dynamodb-lake.iceberg-snapshot";

  private static final String BRANCH = "dynamodb_lake_";
  private static final String STAGE = "dynamodb_lake_rows_";
  private static final int MOST_ATTEMPTS = 5;

  private final OpenTable place;
  private final Table table;

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
      Definition definition,
      Optional<String> arn) {
    OpenTable place = new OpenTable(session, layout, name);
    TableShape shape = definition.shape();
    Schema columns = shape.columns();
    Map<String, String> properties = new HashMap<>(PROPERTIES);
    properties.put(LAKE, layout.root());
    arn.ifPresent(known -> properties.put(TABLE_ARN, known));
    try {
      if (name.isEmpty()) {
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
        find(session, layout, name)
            .orElseThrow(
                () ->
                    new UncheckedIOException(
                        new IOException(
                            "The table of Iceberg that was just made is not there, "
                                + place.text())));
    shape.evolve(made.table);
    return made;
  }

  // version 2 is what Athena reads; paths without values, so that no value can break one
  private static final Map<String, String> PROPERTIES =
      Map.of(
          TableProperties.FORMAT_VERSION, "2",
          TableProperties.PARQUET_COMPRESSION, "zstd",
          TableProperties.OBJECT_STORE_ENABLED, "true",
          TableProperties.WRITE_OBJECT_STORE_PARTITIONED_PATHS, "false",
          TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true",
          TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20",
          TableProperties.UPDATE_MODE, "copy-on-write",
          TableProperties.DELETE_MODE, "copy-on-write",
          TableProperties.MERGE_MODE, "copy-on-write");

  /**
   * How the table is to be.
   *
   * @param partitions as the Parquet kind has them
   * @param sortColumns by which the rows of a file are sorted
   */
  public record Definition(
      TableSchema schema, List<PartitionColumn> partitions, List<String> sortColumns) {
    TableShape shape() {
      return new TableShape(schema, partitions, sortColumns);
    }
  }

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
   * @throws io.dynamodblake.schema.DataRefusedException if these forbid it
   */
  public void evolve(Definition definition) {
    definition.shape().evolve(table);
  }

  /** Returns the name of our snapshot that readers see; empty if they see none of ours. */
  public Optional<String> published() {
    return Optional.ofNullable(table.currentSnapshot())
        .map(snapshot -> snapshot.summary().get(SNAPSHOT));
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

  /** Whether rows of a key's change lie in partitions, which only Iceberg's writer finds. */
  public boolean isPartitioned() {
    return table.spec().isPartitioned();
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
   * @param staged the branch that Iceberg's writer has put further files on
   */
  public record Written(
      boolean all,
      Optional<SnapshotContents> base,
      Set<Integer> gone,
      List<FileStatus> rows,
      Map<FileStatus, Integer> rewritten,
      Map<FileStatus, Integer> deletes,
      Optional<Staged> staged) {}

  /** A snapshot that no reader sees yet. */
  public record Staged(String branch, long snapshotId) {}

  /**
   * Writes rows through Iceberg's own writer, which finds partitions and order, onto a branch.
   *
   * @param options of that writer beside
   */
  public Staged stageRows(Dataset<Row> rows, String id, Map<String, String> options)
      throws IOException {
    String branch = STAGE + id;
    table.refresh();
    table.manageSnapshots().createBranch(branch).commit();
    place.forget();
    DataFrameWriterV2<Row> writer =
        rows.writeTo(place.sql() + "." + OpenTable.quoted("branch_" + branch))
            .option(SparkWriteOptions.CHECK_NULLABILITY, "false")
            .option(SparkWriteOptions.SNAPSHOT_PROPERTY_PREFIX + "." + SNAPSHOT, id);
    options.forEach(writer::option);
    try {
      writer.append();
    } catch (NoSuchTableException e) {
      throw new IOException("The table of Iceberg is gone, " + place.text(), e);
    }
    table.refresh();
    return new Staged(branch, table.refs().get(branch).snapshotId());
  }

  /**
   * Puts what was written onto a branch.
   *
   * @param id of the snapshot in the lake table
   * @param summary what the snapshot says of itself
   */
  public Staged stage(Written written, String id, Map<String, String> summary) throws IOException {
    String branch = BRANCH + id;
    NewFiles files = new NewFiles(table, place.session().sessionState().newHadoopConf());
    List<DataFile> added = new ArrayList<>(files.unpartitioned(written.rows()));
    List<DataFile> before = List.of();
    if (written.base().isPresent()) {
      before = filesOf(written.base().get());
    }
    added.addAll(files.beside(written.rewritten(), before));
    written.staged().ifPresent(staged -> addedBy(staged).forEach(added::add));
    List<DeleteFile> deletes = files.deletesBeside(written.deletes(), before);
    begin(branch);
    SnapshotUpdate<?> update = update(written, before, added, deletes);
    summary.forEach(update::set);
    update.set(SNAPSHOT, id);
    update.toBranch(branch);
    try {
      update.commit();
    } catch (RuntimeException e) {
      table.refresh();
      if (!isStaged(branch, id)) {
        throw e;
      }
    }
    table.refresh();
    return new Staged(branch, table.refs().get(branch).snapshotId());
  }

  /** A branch that is not there yet would begin without rows, and its counts with none. */
  private void begin(String branch) {
    table.refresh();
    if (table.currentSnapshot() != null) {
      table.manageSnapshots().createBranch(branch, table.currentSnapshot().snapshotId()).commit();
      table.refresh();
    }
  }

  private SnapshotUpdate<?> update(
      Written written, List<DataFile> before, List<DataFile> added, List<DeleteFile> deletes) {
    if (!deletes.isEmpty()) {
      RowDelta delta = table.newRowDelta();
      added.forEach(delta::addRows);
      deletes.forEach(delta::addDeletes);
      written.gone().forEach(file -> delta.removeRows(before.get(file)));
      return delta;
    }
    OverwriteFiles overwrite = table.newOverwrite();
    if (written.all()) {
      overwrite.overwriteByRowFilter(Expressions.alwaysTrue());
    }
    added.forEach(overwrite::addFile);
    written.gone().forEach(file -> overwrite.deleteFile(before.get(file)));
    return overwrite;
  }

  private boolean isStaged(String branch, String id) {
    SnapshotRef ref = table.refs().get(branch);
    return ref != null && id.equals(table.snapshot(ref.snapshotId()).summary().get(SNAPSHOT));
  }

  private List<DataFile> filesOf(SnapshotContents contents) throws IOException {
    Snapshot snapshot = table.snapshot(contents.kept().orElseThrow().snapshotId());
    return IcebergSnapshots.files(place.session(), table, snapshot).files();
  }

  private List<DataFile> addedBy(Staged staged) {
    List<DataFile> files = new ArrayList<>();
    table.snapshot(staged.snapshotId()).addedDataFiles(table.io()).forEach(files::add);
    return files;
  }

  /** Lists the files of a snapshot that was staged, by its manifests. */
  public SnapshotContents contents(Staged staged) throws IOException {
    return IcebergSnapshots.files(place.session(), table, table.snapshot(staged.snapshotId()))
        .contents();
  }

  /**
   * Counts the rows of the files of a snapshot that was staged which files of deletes take away.
   * These are read, and nothing else.
   */
  public long deletedRows(Staged staged) throws IOException {
    return DeletedRows.count(place, table, table.snapshot(staged.snapshotId()));
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
    RuntimeException last = null;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      table.refresh();
      Snapshot now = table.currentSnapshot();
      if (now != null && now.snapshotId() == staged.snapshotId()) {
        place.forget();
        return true;
      }
      try {
        move(staged, properties, tag);
        place.forget();
        return true;
      } catch (NotAheadException e) {
        return false;
      } catch (CommitFailedException e) {
        last = e; // another writer was there first, or an answer was lost: look again
      } catch (RuntimeException e) {
        last = e;
        attempt =
            Math.max(attempt, MOST_ATTEMPTS - 2); // of what is no conflict once more is enough
      }
    }
    table.refresh();
    Snapshot now = table.currentSnapshot();
    if (now != null && now.snapshotId() == staged.snapshotId()) {
      return true;
    }
    throw new IOException(
        "Nobody knows whether snapshot %d of the table of Iceberg was published, %s; run again"
            .formatted(staged.snapshotId(), place.text()),
        last);
  }

  private static final class NotAheadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAheadException(Throwable cause) {
      super(cause);
    }
  }

  private void move(Staged staged, Map<String, String> properties, Optional<Tag> tag) {
    Transaction transaction = table.newTransaction();
    ManageSnapshots refs = transaction.manageSnapshots();
    try {
      refs.fastForwardBranch(SnapshotRef.MAIN_BRANCH, staged.branch());
    } catch (IllegalArgumentException e) {
      throw new NotAheadException(e);
    }
    Set<String> known = new HashSet<>(table.refs().keySet());
    for (String own :
        List.of(staged.branch(), STAGE + staged.branch().substring(BRANCH.length()))) {
      if (known.contains(own)) {
        refs.removeBranch(own);
      }
    }
    if (tag.isPresent() && !known.contains(tag.get().name())) {
      refs.createTag(tag.get().name(), staged.snapshotId());
      refs.setMaxRefAgeMs(tag.get().name(), tag.get().kept().toMillis());
    }
    refs.commit();
    UpdateProperties update = transaction.updateProperties();
    properties.forEach(update::set);
    update.set(ICEBERG_SNAPSHOT, String.valueOf(staged.snapshotId()));
    update.commit();
    transaction.commitTransaction();
  }

  /**
   * Takes away the branches of a snapshot that was not published, and the files that Iceberg's
   * writer has written for it.
   */
  public void discard(String id) {
    table.refresh();
    Optional<SnapshotRef> rows = Optional.ofNullable(table.refs().get(STAGE + id));
    List<String> paths = new ArrayList<>();
    rows.map(ref -> table.snapshot(ref.snapshotId()))
        .filter(snapshot -> id.equals(snapshot.summary().get(SNAPSHOT)))
        .ifPresent(
            snapshot ->
                snapshot.addedDataFiles(table.io()).forEach(file -> paths.add(file.location())));
    ManageSnapshots refs = table.manageSnapshots();
    boolean any = false;
    for (String branch : List.of(BRANCH + id, STAGE + id)) {
      if (table.refs().containsKey(branch)) {
        refs.removeBranch(branch);
        any = true;
      }
    }
    if (any) {
      refs.commit();
    }
    paths.forEach(table.io()::deleteFile);
  }

  /** Names of our snapshots for which runs have made branches and not yet taken them away. */
  public Set<String> begun() {
    Set<String> ids = new TreeSet<>();
    for (String ref : table.refs().keySet()) {
      if (ref.startsWith(STAGE)) {
        ids.add(ref.substring(STAGE.length()));
      } else if (ref.startsWith(BRANCH)) {
        ids.add(ref.substring(BRANCH.length()));
      }
    }
    return ids;
  }

  /** Where it is, for people. */
  @Override
  public String toString() {
    return place.text();
  }
}
