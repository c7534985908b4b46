package io.dynamodblake.ddl;

import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The engines that statements are made for. */
public enum Dialect {
  /** And Glue, and Hive. */
  ATHENA(AthenaDdl::script),
  /** Spark itself, without a jar of ours. */
  SPARK(SparkSql::script),
  /** Trino's Hive connector. */
  TRINO(TrinoSql::script),
  /** Redshift: Spectrum where the files lie, and COPY. */
  REDSHIFT(RedshiftSql::script),
  DUCKDB(DuckDbSql::script),
  /** A snippet of Python. */
  POLARS(PolarsScan::script);

  private final Function<TableDefinition, String> script;

  Dialect(Function<TableDefinition, String> script) {
    this.script = script;
  }

  /** Returns the names of all, as they are given. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Dialect::key).toList();
  }

  /** Returns the dialect of that name. */
  public static Dialect of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /**
   * Returns the text that makes an untouched export in DynamoDB JSON known to the engine, read by
   * types, with comments.
   *
   * @param profile what was seen in all items of the export
   * @param schema the columns that it would get
   * @param location the export's own folder of data files
   * @return empty if the engine has no reader of its own that could
   */
  public Optional<String> raw(
      String database, String table, Profile profile, TableSchema schema, String location) {
    return switch (this) {
      case ATHENA -> Optional.of(RawExportDdl.script(database, table, profile, location));
      case DUCKDB -> Optional.of(DuckDbSql.raw(database, table, profile, schema, location));
      case POLARS -> Optional.of(PolarsScan.raw(table, profile, schema, location));
      case SPARK, TRINO, REDSHIFT -> Optional.empty();
    };
  }

  /** Returns its name as it is given. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the text that makes a lake table of Parquet files known to the engine, with comments.
   * Where the engine wants to be told of partitions one by one, the table's layout has to be {@link
   * PartitionLayout.Registered}.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if the engine cannot hold such a table
   */
  public String script(TableDefinition table) {
    if (this != ATHENA && table.format() != TableFormat.PARQUET) {
      throw new IllegalArgumentException("Only tables of Parquet have statements for " + key());
    }
    return script.apply(table);
  }
}
