package io.dynamodblake.ddl;

import io.dynamodblake.schema.LakeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The statements that make a lake table known to Spark's own catalog. */
final class SparkSql {
  private static final TypeWords WORDS =
      new TypeWords() {
        @Override
        public String scalar(LakeType type) {
          return type.sql().toUpperCase(Locale.ROOT);
        }

        @Override
        public String list(String element) {
          return "ARRAY<" + element + ">";
        }

        @Override
        public String map(String value) {
          return "MAP<STRING, " + value + ">";
        }

        @Override
        public String struct(List<Named> fields) {
          return fields.stream()
              .map(field -> HiveSql.name(field.name()) + ": " + field.type())
              .collect(Collectors.joining(", ", "STRUCT<", ">"));
        }
      };

  private SparkSql() {}

  static String script(TableDefinition table) {
    String name = TableDefinition.quotedName(table.database(), table.table());
    String columns =
        WORDS.columns(table).stream()
            .map(column -> "  " + HiveSql.name(column.name()) + " " + column.type())
            .collect(Collectors.joining(",\n"));
    String partitions =
        table.partitionColumns().stream()
            .map(column -> HiveSql.name(column.name()))
            .collect(Collectors.joining(", "));
    List<String> statements = new ArrayList<>();
    statements.add("CREATE DATABASE IF NOT EXISTS " + HiveSql.name(table.database()));
    statements.add("DROP TABLE IF EXISTS " + name);
    statements.add(
        "CREATE TABLE "
            + name
            + " (\n"
            + columns
            + "\n)\nUSING parquet\n"
            + (partitions.isEmpty() ? "" : "PARTITIONED BY (" + partitions + ")\n")
            + "LOCATION "
            + HiveSql.text(table.location()));
    if (!partitions.isEmpty()) {
      statements.add("ALTER TABLE " + name + " RECOVER PARTITIONS");
    }
    List<String> comments = new ArrayList<>();
    comments.add(
        "Spark table "
            + TableDefinition.shownName(table.database(), table.table())
            + " on Parquet files, made by dynamodb-lake; no jar of it is needed.");
    comments.add(StandardSql.moves("It"));
    comments.add(
        "With the jar, spark.read.format(\"dynamodb-lake\").load(...) reads whatever snapshot is current.");
    if (table.isOnS3()) {
      comments.add("Where Spark knows S3 as s3a only, as outside of EMR and Glue, write s3a://.");
    }
    return StandardSql.script(comments, statements);
  }
}
