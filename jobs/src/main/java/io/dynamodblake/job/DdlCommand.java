package io.dynamodblake.job;

import io.dynamodblake.conf.CatalogKeys;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.ddl.Dialect;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.ddl.TableFormat;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.job.inspect.Inspection;
import io.dynamodblake.job.inspect.Inspector;
import io.dynamodblake.lake.LakeTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints Athena's statements for a lake table or for an export as it is. */
final class DdlCommand implements Command {
  private static final List<Option<?>> ONLY_RAW =
      List.of(
          ReadKeys.EXPORT_ID,
          ReadKeys.TABLE_ARN,
          ReadKeys.EXPORT_TIME,
          ReadKeys.VERIFY,
          ReadKeys.ALLOW_OUTSIDE,
          ReadKeys.MAX_LINE_BYTES);

  @Override
  public String name() {
    return "ddl";
  }

  @Override
  public String summary() {
    return "Prints the statements of Athena, or of another engine, for a lake table or an untouched export";
  }

  @Override
  public String synopsis() {
    return "ddl DIR [--database NAME] [--table NAME]  |  ddl --raw EXPORT [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "For a lake table: the statements that point Athena at its current snapshot, as flatten wrote them, or with other"
            + " names if --database or --table say so.",
        "With --raw: a table on the data files of an export where they lie, through the OpenX JSON SerDe. All items are read"
            + " once, because the statement has to name every attribute.",
        "With --dialect: the same for Spark, Trino, Redshift (Spectrum, and COPY), DuckDB or Polars.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.DDL;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "ddl s3://lake/orders --database shop",
        "ddl s3://lake/orders --dialect duckdb",
        "ddl --raw s3://bucket/prefix/AWSDynamoDB/01731900000000-0a1b2c3d/ --table orders_raw");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    String path = run.value(CatalogKeys.DDL_DIR);
    if (run.value(CatalogKeys.RAW)) {
      run.terminal().out().print(raw(run, path));
      return;
    }
    for (Option<?> option : ONLY_RAW) {
      if (run.settings().isGiven(option)) {
        throw new UsageException(
            "Option --" + option.key() + " is about exports; add --raw, or leave it out");
      }
    }
    Dialect dialect = dialect(run);
    run.terminal()
        .out()
        .print(dialect == Dialect.ATHENA ? lake(run, path) : lake(run, path, dialect));
  }

  private static String lake(CommandRun run, String path) {
    return LakeTable.openAll(run.spark(), path).stream()
        .map(table -> statements(run, table))
        .collect(Collectors.joining("\n"));
  }

  private static String lake(CommandRun run, String path, Dialect dialect) {
    String database = run.value(FlattenKeys.DATABASE);
    Optional<String> name = run.find(FlattenKeys.TABLE);
    return LakeTable.openAll(run.spark(), path).stream()
        .map(
            table -> {
              if (table.iceberg().isPresent()) {
                throw new UsageException(
                    "Cannot write statements for "
                        + dialect.key()
                        + ": Iceberg keeps this table, and engines read it by its own catalog; leave out --dialect, which"
                        + " says where it is");
              }
              TableDefinition own = table.definitionByName(database);
              if (own.format() != TableFormat.PARQUET) {
                throw new UsageException(
                    "Cannot write statements for "
                        + dialect.key()
                        + ": the files of this table are CSV, whose types only schema.json knows; leave out --dialect");
              }
              return dialect.script(name.map(table::nameIn).map(own::withTable).orElse(own));
            })
        .collect(Collectors.joining("\n"));
  }

  private static Dialect dialect(CommandRun run) {
    return Dialect.of(run.value(CatalogKeys.DIALECT));
  }

  private static String statements(CommandRun run, LakeTable table) {
    if (!run.settings().isGiven(FlattenKeys.DATABASE)
        && !run.settings().isGiven(FlattenKeys.TABLE)) {
      return table.ddl();
    }
    if (table.iceberg().isPresent()) {
      return table.ddl(); // other names would not be those of its table
    }
    String database = run.value(FlattenKeys.DATABASE);
    Optional<String> name = run.find(FlattenKeys.TABLE).map(table::nameIn);
    TableDefinition own = table.definition(database);
    return AthenaDdl.script(name.map(own::withTable).orElse(own))
        + table.historyStatements(database, name).map(history -> "\n" + history).orElse("");
  }

  private static String raw(CommandRun run, String path) throws IOException {
    Dialect dialect = dialect(run);
    if (dialect == Dialect.SPARK) {
      throw new UsageException(
          "Spark reads an untouched export without a statement: spark.read.format(\"dynamodb-export\").load(...); leave out --raw");
    }
    if (dialect == Dialect.TRINO || dialect == Dialect.REDSHIFT) {
      throw new UsageException(
          "Cannot declare an untouched export in "
              + dialect.key()
              + ", which reads it through Glue: run what --raw prints for Athena, and read that table");
    }
    ExportManifest export = ExportArguments.locate(run, path);
    if (export.recordFormat() == RecordFormat.ION) {
      throw new UsageException(
          "Cannot declare a table on export "
              + export.exportId()
              + ": its data files are Ion and the statement reads DynamoDB JSON; run flatten and declare the lake table,"
              + " or export with the format DYNAMODB_JSON");
    }
    Inspection inspection = InspectCommand.inspect(run, export);
    Set<String> folders =
        inspection.export().files().stream().map(DdlCommand::folder).collect(Collectors.toSet());
    if (folders.size() > 1) {
      throw new UsageException(
          "Cannot declare one table: the data files lie in "
              + folders.size()
              + " folders; copy them into one");
    }
    String folder = folders.stream().findFirst().orElse(inspection.export().root() + "/data");
    String table =
        run.find(FlattenKeys.TABLE).orElse(Inspector.tableName(inspection.export()) + "_raw");
    return dialect
        .raw(
            run.value(FlattenKeys.DATABASE),
            table,
            inspection.profile(),
            inspection.plan().schema(),
            folder + "/")
        .orElseThrow();
  }

  private static String folder(DataFile file) {
    return file.path().substring(0, file.path().lastIndexOf('/'));
  }
}
