package io.dynamodblake.lake.input;

import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.ParquetFooters;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.ForeignColumns;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.TablePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A table or view of the session's catalogs, read by a schema file. */
public final class CatalogInput implements ForeignRows {
  private static final String NO_SUCH_TABLE = "42P01";
  private static final List<String> SERVICE_FAILURES =
      List.of("org.apache.hadoop.hive.", "org.apache.thrift.", "com.amazonaws.");
  private static final String MODE = "mode";
  private static final String STRICT = "FAILFAST";

  /** How the place of a row is found. */
  private enum Places {
    /** File and row, as Parquet tells. */
    ROWS,
    FILES,
    /** By what the task has opened last. */
    OPEN_FILE,
    /** What a view computes of several rows has no place. */
    NONE
  }

  private final String name;
  private final boolean strict;
  private final StructType type;
  private final ForeignColumns columns;
  private final Optional<RowFilter> filter;
  private final TableFiles files;
  private final Places places;
  private final boolean rowByRow;
  private final String plan;
  private final Configuration configuration;

  private CatalogInput(SparkSession session, InputOptions options, Optional<TableSchema> given)
      throws IOException {
    name = options.path();
    configuration = session.sessionState().newHadoopConf();
    Dataset<Row> asItIs = open(session, false);
    TablePlan analyzed = TablePlan.of(asItIs);
    files = TableFiles.of(analyzed, configuration);
    strict = files.lenient() && !analyzed.isView();
    Dataset<Row> all = strict ? open(session, true) : asItIs;
    type = all.schema();
    columns = ForeignRows.columns(options, type, given, name());
    filter = options.where().map(text -> RowFilter.parse(session, text, options.words()));
    filter.ifPresent(condition -> condition.on(all)); // refuses what does not go with the columns
    rowByRow = analyzed.isRowByRow();
    places = places(all);
    plan = analyzed.text();
  }

  /**
   * Looks a table up.
   *
   * @param given the schema; without it columns become what their types say
   * @throws UsageException if there is no such table, or schema or condition do not go with it
   * @throws DataRefusedException if Spark cannot read it
   */
  public static CatalogInput open(
      SparkSession session, InputOptions options, Optional<TableSchema> given) throws IOException {
    return new CatalogInput(session, options, given);
  }

  private Dataset<Row> open(SparkSession session, boolean refuseBadLines) {
    try {
      return refuseBadLines ? session.read().option(MODE, STRICT).table(name) : session.table(name);
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      if (e instanceof AnalysisException analysis && NO_SUCH_TABLE.equals(analysis.getSqlState())) {
        throw new UsageException(
            "Cannot restore: there is no table or view "
                + name
                + " in the catalogs of this session; name it as [catalog.]database.table, and see"
                + " docs/restore.md for what Hive and Glue need",
            e);
      }
      if (e instanceof AnalysisException analysis && analysis.getCause() == null) {
        throw new UsageException(
            "Cannot restore: " + ForeignInput.reason(analysis) + ", in " + name(), e);
      }
      if (isOfService(e)) {
        throw new DataRefusedException("Cannot look up table " + name + " in the catalog", e);
      }
      throw SparkFailures.unwrapped(e);
    }
  }

  /** By name, because what talks to a metastore need not be there. */
  private static boolean isOfService(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String type = cause.getClass().getName();
      if (SERVICE_FAILURES.stream().anyMatch(type::startsWith)) {
        return true;
      }
    }
    return false;
  }

  private Places places(Dataset<Row> rows) {
    if (analyzes(() -> rows.select(metadata(rows, "file_path"), metadata(rows, "row_index")))) {
      return Places.ROWS;
    }
    if (analyzes(() -> rows.select(metadata(rows, "file_path")))) {
      return Places.FILES;
    }
    // Spark refuses it where there is more than one file to speak of
    return rowByRow && analyzes(() -> rows.select(input_file_name()))
        ? Places.OPEN_FILE
        : Places.NONE;
  }

  private static Column metadata(Dataset<Row> rows, String field) {
    return rows.metadataColumn("_metadata").getField(field);
  }

  private static boolean analyzes(Runnable selection) {
    try {
      selection.run();
      return true;
    } catch (Exception e) {
      // Spark throws its AnalysisException without saying so
      if (e instanceof AnalysisException) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public Dataset<Row> rows(SparkSession session, boolean withPlaces) {
    Dataset<Row> all = open(session, strict);
    if (filter.isPresent() && !rowByRow) {
      return chosenBehind(session, selected(all, withPlaces));
    }
    return selected(filter.map(condition -> condition.apply(all)).orElse(all), withPlaces);
  }

  /**
   * Asks each row that a view has made, and not what it makes them of: Spark would ask in another
   * stage than that which {@link RowFailures} guards.
   */
  private Dataset<Row> chosenBehind(SparkSession session, Dataset<Row> rows) {
    Dataset<Row> made =
        SparkLine.dataset(session, rows.queryExecution().toRdd().toJavaRDD(), rows.schema());
    return filter.orElseThrow().apply(made);
  }

  private Dataset<Row> selected(Dataset<Row> chosen, boolean withPlaces) {
    List<Column> wanted = new ArrayList<>();
    for (String column : type.fieldNames()) {
      wanted.add(PartitionExpressions.column(column));
    }
    if (withPlaces) {
      Column none = lit(null).cast(DataTypes.StringType);
      wanted.add(
          switch (places) {
            case ROWS, FILES -> metadata(chosen, "file_path");
            case OPEN_FILE -> input_file_name();
            case NONE -> none;
          });
      wanted.add(
          places == Places.ROWS
              ? metadata(chosen, "row_index")
              : lit(null).cast(DataTypes.LongType));
      wanted.add(none);
      for (int i = type.length(); i < wanted.size(); i++) {
        // a name that no condition can mean
        wanted.set(i, wanted.get(i).as("place " + i));
      }
    }
    return chosen.select(wanted.toArray(Column[]::new));
  }

  @Override
  public ForeignColumns columns() {
    return columns;
  }

  @Override
  public Optional<RowFilter> filter() {
    return filter;
  }

  @Override
  public String name() {
    return "table " + name;
  }

  @Override
  public String path() {
    return name;
  }

  @Override
  public RowPlaces places() {
    return new RowPlaces(files.files(), files.folder(), "row");
  }

  @Override
  public String wayOut() {
    return strict
        ? "correct the lines, or say in the table's option 'mode' what becomes of them"
        : ForeignRows.super.wayOut();
  }

  @Override
  public OptionalLong allRows() throws IOException {
    return places == Places.ROWS && files.complete()
        ? OptionalLong.of(ParquetFooters.rows(files.files(), configuration))
        : OptionalLong.empty();
  }

  @Override
  public long bytes() {
    return files.complete() ? files.files().stream().mapToLong(FileStatus::getLen).sum() : 0;
  }

  @Override
  public String fingerprint() {
    if (!files.complete()) {
      // whether it has the same rows as before, only reading all of them would tell
      return UUID.randomUUID().toString();
    }
    return new Fingerprint()
        .add(name)
        .add(plan)
        .add(type.json())
        .addAll(where().stream().toList())
        .addFiles(files.files())
        .hex();
  }
}
