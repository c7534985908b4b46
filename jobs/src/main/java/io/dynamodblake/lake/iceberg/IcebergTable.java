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
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PendingUpdate;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.SparkSQLProperties;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.functions;

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

  /** Property of a table: Iceberg's number of the last snapshot that this program published. */
  static final String ICEBERG_SNAPSHOT = "dynamodb-lake.iceberg-snapshot";

  private static final int MOST_ATTEMPTS = 5;

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
      Definition definition,
      Optional<String> arn) {
    OpenTable place = new OpenTable(session, layout, name);
    return place.within(() -> create(place, definition, arn));
  }

  private static IcebergTable create(OpenTable place, Definition definition, Optional<String> arn) {
    LakeLayout layout = place.layout();
    TableShape shape = definition.shape();
    Schema columns = shape.columns();
    Map<String, String> properties = new HashMap<>(PROPERTIES);
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
    made.surplus = shape.evolve(made.table);
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
   * @throws DataRefusedException if these forbid it
   */
  public void evolve(Definition definition) {
    surplus = place.within(() -> definition.shape().evolve(table));
  }

  /**
   * Returns the name of our snapshot whose rows readers see; empty if others have changed them
   * since, or none of ours is there.
   */
  public Optional<String> published() {
    Snapshot now = table.currentSnapshot();
    // what others have only put together is still ours
    while (now != null && DataOperations.REPLACE.equals(now.operation())) {
      now = now.parentId() == null ? null : table.snapshot(now.parentId());
    }
    return Optional.ofNullable(now).map(snapshot -> snapshot.summary().get(SNAPSHOT));
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
    stagesRows();
    place.forget();
    DataFrameWriterV2<Row> writer =
        withSurplus(rows).writeTo(place.sql()).option(SparkWriteOptions.CHECK_NULLABILITY, "false");
    options.forEach(writer::option);
    RuntimeException failure = null;
    place.session().conf().set(SparkSQLProperties.WAP_ID, id);
    try {
      writer.append();
    } catch (NoSuchTableException e) {
      throw new IOException("The table of Iceberg is gone, " + place.text(), e);
    } catch (RuntimeException e) {
      failure = e; // an answer may be lost: look
    } finally {
      place.session().conf().unset(SparkSQLProperties.WAP_ID);
    }
    table.refresh();
    Optional<Snapshot> made = staged(SnapshotSummary.STAGED_WAP_ID_PROP, id);
    if (made.isEmpty() && failure != null) {
      throw Damage.said(failure, place.text());
    }
    List<DataFile> files = new ArrayList<>();
    made.ifPresent(snapshot -> snapshot.addedDataFiles(table.io()).forEach(files::add));
    return new Placed(List.copyOf(files));
  }

  /** Lets Spark's writer put rows onto no branch, where its session asks for that. */
  private void stagesRows() {
    if (!"true".equals(table.properties().get(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED))) {
      commit(table.updateProperties().set(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, "true"));
    }
  }

  /** Iceberg's writer wants all columns of the table. */
  private Dataset<Row> withSurplus(Dataset<Row> rows) {
    Dataset<Row> all = rows;
    for (String name : surplus) {
      Column none =
          functions.lit(null).cast(SparkSchemaUtil.convert(table.schema().findType(name)));
      all = all.withColumn(name, none);
    }
    return all;
  }

  /**
   * Makes a snapshot of what was written, which only who knows its number finds.
   *
   * @param id of the snapshot in the lake table
   * @param summary what the snapshot says of itself
   * @throws DataRefusedException if files of before are no more in the table
   */
  public Staged stage(Written written, String id, Map<String, String> summary) throws IOException {
    NewFiles files = new NewFiles(table, place.session().sessionState().newHadoopConf());
    List<DataFile> added = new ArrayList<>(files.unpartitioned(written.rows()));
    List<DataFile> before = List.of();
    if (written.base().isPresent()) {
      long base = written.base().get().kept().orElseThrow().snapshotId();
      before = ListedFiles.files(table, table.snapshot(base));
    }
    added.addAll(files.beside(written.rewritten(), before));
    added.addAll(written.placed().files());
    List<DeleteFile> deletes = files.deletesBeside(written.deletes(), before);
    RuntimeException failure = null;
    Optional<Snapshot> made = Optional.empty();
    // Iceberg's own further tries would take a staged snapshot whose answer was lost for one to go
    // back to; the table asks for none
    for (int attempt = 0; attempt < MOST_ATTEMPTS && made.isEmpty(); attempt++) {
      table.refresh();
      SnapshotUpdate<?> update = update(written, before, added, deletes);
      summary.forEach(update::set);
      update.set(SNAPSHOT, id);
      update.stageOnly();
      failure = null;
      try {
        commit(update);
      } catch (RuntimeException e) {
        failure = e; // an answer may be lost: look
      }
      table.refresh();
      made = staged(SNAPSHOT, id);
      if (!(failure instanceof CommitFailedException)) {
        break;
      }
    }
    if (made.isEmpty()
        && failure instanceof ValidationException
        && !MainBranch.head(table).equals(head)) {
      throw new DataRefusedException(
          "Cannot publish: others have changed the table of Iceberg meanwhile, %s; nothing was changed, run again"
              .formatted(place.text()),
          failure);
    }
    if (made.isEmpty() && failure != null) {
      throw Damage.said(failure, place.text());
    }
    Snapshot found =
        made.orElseThrow(
            () ->
                new IOException("The table of Iceberg lacks what was put there, " + place.text()));
    return new Staged(found.snapshotId(), Optional.ofNullable(found.parentId()));
  }

  private void commit(PendingUpdate<?> update) {
    place.within(
        () -> {
          update.commit();
          return table;
        });
  }

  private Optional<Snapshot> staged(String key, String id) {
    for (Snapshot snapshot : table.snapshots()) {
      if (id.equals(snapshot.summary().get(key))) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
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

  /** Lists the files of a snapshot that was staged, by its manifests. */
  public SnapshotContents contents(Staged staged) throws IOException {
    return IcebergSnapshots.contents(place.session(), table, table.snapshot(staged.snapshotId()));
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
