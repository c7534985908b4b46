package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A published lake table, to be read. It keeps reading the snapshot that was current when it was
 * opened, whatever is published meanwhile. Driver only.
 */
public final class LakeTable {
  private final SparkSession spark;
  private final LakeSnapshot snapshot;

  private LakeTable(SparkSession spark, LakeSnapshot snapshot) {
    this.spark = spark;
    this.snapshot = snapshot;
  }

  /**
   * Opens the current snapshot of the lake table in a folder.
   *
   * @throws UsageException if there is none
   * @throws UncheckedIOException if the file system fails
   */
  public static LakeTable open(SparkSession spark, String folder) {
    LakeFiles files = new LakeFiles(spark.sessionState().newHadoopConf());
    try {
      return new LakeTable(spark, LakeSnapshot.open(files, folder, Optional.empty()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Opens the current snapshots of all tables in a folder: of one, or of those that are published
   * together there.
   *
   * @throws UsageException if there is none
   * @throws UncheckedIOException if the file system fails
   */
  public static List<LakeTable> openAll(SparkSession spark, String folder) {
    LakeFiles files = new LakeFiles(spark.sessionState().newHadoopConf());
    try {
      List<LakeTable> tables = new ArrayList<>();
      for (Lake.Table table : Lake.open(files, folder).tables()) {
        tables.add(new LakeTable(spark, LakeSnapshot.of(files, table.layout(), table.current())));
      }
      return tables;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Returns the name that a catalog has for the table, where the lake has another name there.
   *
   * @param lake the other name
   */
  public String nameIn(String lake) {
    LakeLayout layout = layout();
    return layout.isEntity()
        ? LakePointer.tableOf(lake, layout.root().substring(layout.lake().length() + 1))
        : lake;
  }

  /** Returns where everything of the table lies. */
  public LakeLayout layout() {
    return snapshot.layout();
  }

  /** Returns what readers see, as {@code current.json} says. */
  public CurrentPointer current() {
    return snapshot.current();
  }

  /**
   * Returns the schema that the snapshot was written with; {@code schema.json} may have been edited
   * since.
   */
  public TableSchema schema() {
    return snapshot.schema();
  }

  /** Returns the whole path of the snapshot's folder. */
  public String snapshotPath() {
    return snapshot.path();
  }

  /**
   * Returns the rows, with the columns of the schema, {@code ddb_rescued}, {@code ddb_nulls} and
   * the derived partition columns; those of a CSV table are all strings but for the partition
   * columns.
   */
  public Dataset<Row> rows() {
    SnapshotContents contents = contents(); // refuses files that are not those of the snapshot
    if (snapshot.iceberg().isPresent()) {
      try {
        return snapshot.placed(spark, contents).rows();
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    return current().snapshot().store().open(spark, contents, schema(), partitions());
  }

  /** Returns where Iceberg keeps the snapshot; empty for a folder of files. */
  public Optional<IcebergVersion> iceberg() {
    return snapshot.iceberg();
  }

  /** Returns the snapshot as Athena is to know it; lists the snapshot's files. */
  public TableDefinition definition(String database) {
    return definition(database, contents());
  }

  private TableDefinition definition(String database, SnapshotContents contents) {
    return LakeDdl.define(
        current().table(), current().snapshot(), database, schema(), partitions(), contents);
  }

  /**
   * Returns the snapshot for engines that compute no partitions: each is told by name. Lists the
   * snapshot's files.
   */
  public TableDefinition definitionByName(String database) {
    SnapshotContents contents = contents();
    TableDefinition definition = definition(database, contents);
    return partitions().isEmpty()
        ? definition
        : definition.withLayout(LakeDdl.registered(contents));
  }

  /**
   * Returns the snapshot as the Glue Data Catalog is to hold it; lists the snapshot's files.
   *
   * @param table its name there; empty for its own
   * @throws io.dynamodblake.schema.DataRefusedException if Glue cannot hold it
   */
  public GlueTable glueTable(String database, Optional<String> table) {
    if (iceberg().isEmpty()) {
      TableDefinition definition = definition(database);
      return GlueTable.of(table.map(definition::withTable).orElse(definition));
    }
    return glueTable(
        database,
        table.orElse(current().table()),
        schema(),
        layout(),
        iceberg().get(),
        LakeDdl.provenance(current().snapshot()));
  }

  private GlueTable glueTable(
      String database,
      String table,
      TableSchema schema,
      LakeLayout layout,
      IcebergVersion version,
      Map<String, String> properties) {
    try {
      IcebergReader.Metadata metadata = IcebergReader.find().metadata(spark, layout, version);
      return GlueTable.ofIceberg(
          database,
          table,
          schema,
          layout.root(),
          metadata.current(),
          metadata.previous(),
          properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Returns the history as the Glue Data Catalog is to hold it; empty if there is none, or a
   * catalog of Iceberg's has it already.
   *
   * @param table name of the table that it is the history of; empty for its own
   * @throws io.dynamodblake.schema.DataRefusedException if Glue cannot hold it
   */
  public Optional<GlueTable> historyGlueTable(String database, Optional<String> table) {
    Optional<IcebergVersion> version = current().ledger().historyTable();
    if (version.isEmpty()) {
      return historyDefinition(database, table).map(GlueTable::of);
    }
    if (version.get().table().isPresent()) {
      return Optional.empty();
    }
    String name = table.orElse(current().table());
    LakeLayout layout = layout().ofHistory();
    TableDefinition definition = HistoryTable.checked(name, database, schema(), layout());
    return Optional.of(
        glueTable(
            database,
            definition.table(),
            definition.schema(),
            layout,
            version.get(),
            Map.of(TableDefinition.SNAPSHOT, "history")));
  }

  /**
   * Returns the history as Athena is to know it; empty if the table has none, or Iceberg keeps it.
   *
   * @param table name of the table that it is the history of; empty for its own
   */
  public Optional<TableDefinition> historyDefinition(String database, Optional<String> table) {
    return HistoryTable.define(
        table.orElse(current().table()), database, schema(), layout(), current().ledger());
  }

  /**
   * Returns what makes the history known to Athena, as SQL; empty if the table has none.
   *
   * @param table name of the table that it is the history of; empty for its own
   */
  public Optional<String> historyStatements(String database, Optional<String> table) {
    return HistoryTable.statements(
        table.orElse(current().table()), database, schema(), layout(), current().ledger());
  }

  /**
   * Returns the rows of the history.
   *
   * @throws UsageException if the table has none
   */
  public Dataset<Row> history() {
    try {
      return spark.baseRelationToDataFrame(HistoryTable.relation(spark, snapshot, Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private SnapshotContents contents() {
    try {
      return snapshot.contents(spark);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Returns whether the snapshot holds the whole table, as the report of its run says. */
  public Wholeness wholeness() {
    try {
      return snapshot.wholeness();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Returns the statements that make the snapshot known to Athena, as they were made for it. */
  public String ddl() {
    try {
      Optional<String> own = snapshot.files().read(LakeLayout.snapshotDdl(snapshotPath()));
      // before format version 2 they stood there only
      return (own.isPresent() ? own : snapshot.files().read(layout().athenaDdl()))
          .orElseThrow(
              () ->
                  new UsageException(
                      "Cannot show statements: there is no " + layout().athenaDdl()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Returns the columns by which the snapshot is partitioned. */
  public List<PartitionColumn> partitions() {
    return PartitionField.resolve(
        current().snapshot().partitionBy().stream().map(PartitionField::parse).toList(), schema());
  }
}
