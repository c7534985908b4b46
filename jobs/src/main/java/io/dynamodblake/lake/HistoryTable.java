package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.ddl.PartitionLayout;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.ddl.TableFormat;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.ListedParquet;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The history of a lake table: a second table, to which every run adds and in which none changes
 * anything. It has a row for each item of a full export and for each change, with all columns of
 * the table and what happened when. Its files lie by run and day below {@code history/}; which runs
 * belong to it says the pointer of the lake table alone, so that nobody sees what a run has written
 * that did not publish. Beside a table of Iceberg it is one, too, and the pointer says which
 * snapshot of it.
 */
public final class HistoryTable {
  /**
   * What happened: {@code snapshot}, {@code insert}, {@code update}, {@code put}, {@code delete}.
   */
  public static final String OP = "ddb_op";

  /** Since when the row holds. */
  public static final String EVENT_TIME = "ddb_event_time";

  /** When it came into the lake. */
  public static final String WRITE_TIME = "ddb_write_time";

  /** Whether there is no item since then; the row has the key alone. */
  public static final String IS_DELETED = "ddb_is_deleted";

  /** What wrote the row; the folder's name. */
  public static final String RUN = "ddb_run";

  /** The day of the event time in UTC. */
  public static final String DAY = "ddb_day";

  /** The operation of a row that a full export has. */
  public static final String SNAPSHOT = "snapshot";

  private static final String ENDING = "_history";
  private static final Set<String> OWN = Set.of(OP, EVENT_TIME, WRITE_TIME, IS_DELETED, RUN, DAY);

  private HistoryTable() {}

  /** Returns the name of the table in catalogs. */
  public static String name(String table) {
    return table + ENDING;
  }

  /**
   * Makes sure that a table can have a history.
   *
   * @throws DataRefusedException if it has a column of a name that the history needs
   */
  public static void check(TableSchema schema) {
    for (Column column : schema.writtenColumns()) {
      if (OWN.contains(column.name().toLowerCase(Locale.ROOT))) {
        throw new DataRefusedException(
            "Cannot keep a history: the table has a column '%s', which the history has itself; give the column another \"name\" in schema.json"
                .formatted(column.name()));
      }
    }
  }

  /** Returns the columns of the files, those of the partitions after them as in the paths. */
  public static StructType columns(TableSchema schema) {
    return fileColumns(schema).add(RUN, DataTypes.StringType).add(DAY, DataTypes.DateType);
  }

  /** Returns the columns of the files. */
  public static StructType fileColumns(TableSchema schema) {
    StructType columns = own();
    for (StructField field : SparkTypes.toStruct(schema).fields()) {
      columns = columns.add(field);
    }
    return columns;
  }

  /** Returns the columns that come before those of the table. */
  public static StructType own() {
    return new StructType()
        .add(OP, DataTypes.StringType)
        .add(EVENT_TIME, DataTypes.TimestampType)
        .add(WRITE_TIME, DataTypes.TimestampType)
        .add(IS_DELETED, DataTypes.BooleanType);
  }

  /** Returns the partition column of the files of a part. */
  public static PartitionColumn day() {
    return partition(column(DAY, LakeType.DATE));
  }

  private static PartitionColumn partition(Column column) {
    return new PartitionColumn(
        PartitionField.parse(column.name()),
        column,
        column.name(),
        ((ValueMapping.Scalar) column.mapping()).type());
  }

  private static Column column(String name, LakeType type) {
    return Column.of(name, name, ValueMapping.Scalar.of(Descriptor.S, type));
  }

  /**
   * Returns what makes the history known to Athena, or says why there is nothing to do; empty if
   * there is no history.
   */
  public static Optional<String> statements(
      String table, String database, TableSchema schema, LakeLayout layout, Ledger ledger) {
    return ledger
        .historyTable()
        .map(version -> LakeDdl.ofIceberg(version, layout.ofHistory()))
        .or(
            () ->
                define(table, database, schema, layout, ledger)
                    .map(definition -> AthenaDdl.script(definition)));
  }

  /** Returns the history as Athena is to know it; empty if there is none, or Iceberg keeps it. */
  public static Optional<TableDefinition> define(
      String table, String database, TableSchema schema, LakeLayout layout, Ledger ledger) {
    if (ledger.history().isEmpty() || ledger.historyTable().isPresent()) {
      return Optional.empty();
    }
    List<PartitionLayout.Partition> partitions = new ArrayList<>();
    for (HistoryPart part : ledger.history()) {
      for (String day : part.days()) {
        partitions.add(
            new PartitionLayout.Partition(
                List.of(part.id(), day), layout.historyPart(part.id()) + "/" + DAY + "=" + day));
      }
    }
    return Optional.of(definition(table, database, schema, layout.history(), partitions));
  }

  /**
   * Makes sure that Athena will accept the table, before anything is written for it.
   *
   * @throws DataRefusedException if a name is longer than Athena or Glue takes
   */
  public static TableDefinition checked(
      String table, String database, TableSchema schema, LakeLayout layout) {
    check(schema);
    return definition(table, database, schema, layout.history(), List.of());
  }

  private static TableDefinition definition(
      String table,
      String database,
      TableSchema schema,
      String location,
      List<PartitionLayout.Partition> partitions) {
    Column run = column(RUN, LakeType.STRING);
    Column day = column(DAY, LakeType.DATE);
    List<Column> columns =
        new ArrayList<>(
            List.of(
                column(OP, LakeType.STRING),
                column(EVENT_TIME, LakeType.TIMESTAMP),
                column(WRITE_TIME, LakeType.TIMESTAMP),
                column(IS_DELETED, LakeType.BOOLEAN)));
    columns.addAll(schema.columns());
    columns.add(run);
    columns.add(day);
    return new TableDefinition(
        database,
        name(table),
        new TableSchema(schema.table(), schema.keys(), columns, schema.hashKey()),
        List.of(partition(run), partition(day)),
        location,
        new PartitionLayout.Registered(partitions),
        TableFormat.PARQUET,
        TableDefinition.COMMA,
        Map.of(TableDefinition.SNAPSHOT, "history"));
  }

  /**
   * Returns the rows as a relation that Spark's planner knows how to read well: of the runs that
   * were published, whatever else lies there.
   *
   * @param settings Hadoop's, for this use alone
   * @throws UsageException if the table has no history
   * @throws DataRefusedException if files are not those that were published
   */
  public static BaseRelation relation(
      SparkSession session, LakeSnapshot current, Map<String, String> settings) throws IOException {
    List<HistoryPart> parts = current.current().ledger().history();
    if (parts.isEmpty()) {
      throw new UsageException(
          "Cannot read the history: the lake table has none, in %s; flatten or apply with --history"
              .formatted(current.layout().root()));
    }
    Optional<IcebergVersion> version = current.current().ledger().historyTable();
    if (version.isPresent()) {
      return relation(session, current, version.get(), settings);
    }
    List<FileStatus> files = new ArrayList<>();
    for (HistoryPart part : parts) {
      SnapshotContents contents =
          SnapshotContents.list(current.files(), current.layout().historyPart(part.id()));
      if (!HistoryPart.fingerprint(contents).equals(part.filesFingerprint())) {
        throw new DataRefusedException(
            "Cannot read the history: the files are not those that were published, in %s; copy the whole folder of the lake table again"
                .formatted(contents.folder()));
      }
      files.addAll(contents.files());
    }
    return ListedParquet.relation(
        session,
        current.files().qualify(current.layout().history()),
        files,
        columns(current.schema()),
        List.of(RUN, DAY),
        settings);
  }

  private static BaseRelation relation(
      SparkSession session,
      LakeSnapshot current,
      IcebergVersion version,
      Map<String, String> settings)
      throws IOException {
    IcebergRelation.refuse(settings);
    LakeLayout layout = current.layout().ofHistory();
    SnapshotContents contents = IcebergReader.find().contents(session, layout, version);
    requireRows(current.current().ledger(), contents, layout);
    IcebergVersion now = version.at(contents.kept().orElseThrow().snapshotId());
    return new IcebergRelation(
        session, IcebergReader.find().rows(session, layout, now).rows(), columns(current.schema()));
  }

  /**
   * Makes sure that a snapshot of the table that Iceberg keeps the history in has as many rows as
   * its inputs have put there.
   *
   * @throws DataRefusedException if it has not
   */
  public static void requireRows(Ledger ledger, SnapshotContents contents, LakeLayout layout) {
    long rows = contents.kept().orElseThrow().records().stream().mapToLong(Long::longValue).sum();
    long published = ledger.history().stream().mapToLong(HistoryPart::rows).sum();
    if (rows != published || !contents.deletes().isEmpty()) {
      throw new DataRefusedException(
          "Cannot read the history: the table of Iceberg has %,d rows and %,d were published, in %s; roll it back to what this program has published"
              .formatted(rows, published, layout.root()));
    }
  }
}
