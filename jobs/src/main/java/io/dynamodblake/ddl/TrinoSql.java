package io.dynamodblake.ddl;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements that make a lake table known to Trino's Hive connector. A table that is in Glue
 * already needs none of them where Trino's catalog is Glue.
 */
final class TrinoSql {
  private static final TypeWords WORDS =
      new StandardSql.Words("VARBINARY", "TIMESTAMP(3)", "ROW") {
        @Override
        public String list(String element) {
          return "ARRAY(" + element + ")";
        }
      };

  private TrinoSql() {}

  static String script(TableDefinition table) {
    List<String> properties = new ArrayList<>();
    properties.add("format = 'PARQUET'");
    properties.add("external_location = " + StandardSql.text(table.location()));
    boolean partitioned = !table.partitionColumns().isEmpty();
    if (partitioned) {
      properties.add(
          table.partitionColumns().stream()
              .map(column -> StandardSql.text(column.name()))
              .collect(Collectors.joining(", ", "partitioned_by = ARRAY[", "]")));
    }
    List<String> statements = new ArrayList<>();
    statements.add("CREATE SCHEMA IF NOT EXISTS " + StandardSql.name(table.database()));
    statements.add("DROP TABLE IF EXISTS " + StandardSql.name(table));
    statements.add(
        "CREATE TABLE "
            + StandardSql.name(table)
            + " (\n"
            + StandardSql.lines(WORDS.columns(table))
            + "\n)\nWITH (\n  "
            + String.join(",\n  ", properties)
            + "\n)");
    if (partitioned) {
      statements.add(
          "CALL system.sync_partition_metadata("
              + StandardSql.text(table.database())
              + ", "
              + StandardSql.text(table.table())
              + ", 'ADD')");
    }
    return StandardSql.script(
        List.of(
            "Trino table "
                + TableDefinition.shownName(table.database(), table.table())
                + " of the current catalog, which has to be one of the Hive connector; made by dynamodb-lake.",
            StandardSql.moves("It"),
            "A table that `dynamodb-lake register` or athena.sql has put into Glue is there already."),
        statements);
  }
}
