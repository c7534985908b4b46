package io.dynamodblake.ddl;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The statements for Redshift: an external table for Spectrum, which reads the files where they
 * lie, and a table of its own that {@code COPY} fills. Text has at most 65,535 bytes in Redshift:
 * neither way shortens a longer one, both stop.
 */
final class RedshiftSql {
  /** The most partitions that one ALTER TABLE of Redshift adds. */
  private static final int MOST_PARTITIONS_IN_STATEMENT = 100;

  private static final String TEXT = "VARCHAR(65535)";

  /** An item has at most 400 KiB. */
  private static final String BYTES = "VARBYTE(409600)";

  /** What both ways call the same. */
  private abstract static class Words implements TypeWords {
    @Override
    public String scalar(LakeType type) {
      return switch (type.kind()) {
        case STRING -> TEXT;
        case INT -> "INTEGER";
        case DOUBLE -> "DOUBLE PRECISION";
        case BINARY -> BYTES;
        case BIGINT, BOOLEAN, DATE, TIMESTAMP, DECIMAL -> type.sql().toUpperCase(Locale.ROOT);
      };
    }
  }

  /** Nested types as Spectrum writes them. */
  private static final TypeWords EXTERNAL =
      new Words() {
        @Override
        public String list(String element) {
          return "array<" + element + ">";
        }

        @Override
        public String map(String value) {
          return "map<" + TEXT + "," + value + ">";
        }

        @Override
        public String struct(List<Named> fields) {
          return fields.stream()
              .map(field -> StandardSql.name(field.name()) + ":" + field.type())
              .collect(Collectors.joining(",", "struct<", ">"));
        }
      };

  /** Whatever is nested becomes SUPER. */
  private static final TypeWords OWN =
      new Words() {
        @Override
        public String list(String element) {
          return "SUPER";
        }

        @Override
        public String map(String value) {
          return "SUPER";
        }

        @Override
        public String struct(List<Named> fields) {
          return "SUPER";
        }
      };

  private RedshiftSql() {}

  static String script(TableDefinition table) {
    return StandardSql.script(
            List.of(
                "Redshift Spectrum: external table "
                    + TableDefinition.shownName(table.database(), table.table())
                    + " where the files lie; made by dynamodb-lake.",
                StandardSql.moves("It"),
                "Redshift holds at most 65,535 bytes of text in a value; a longer one is an error, not cut.",
                "Where Glue has the table without projected partitions, the first statement is enough."),
            external(table))
        + "\n"
        + own(table);
  }

  private static List<String> external(TableDefinition table) {
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE EXTERNAL SCHEMA IF NOT EXISTS "
            + StandardSql.name(table.database())
            + "\nFROM DATA CATALOG DATABASE "
            + StandardSql.text(table.database())
            + "\nIAM_ROLE DEFAULT\nCREATE EXTERNAL DATABASE IF NOT EXISTS");
    statements.add("DROP TABLE IF EXISTS " + StandardSql.name(table));
    String partitions =
        table.partitionColumns().isEmpty()
            ? ""
            : EXTERNAL.inPaths(table).stream()
                .map(column -> StandardSql.name(column.name()) + " " + column.type())
                .collect(Collectors.joining(", ", "PARTITIONED BY (", ")\n"));
    statements.add(
        "CREATE EXTERNAL TABLE "
            + StandardSql.name(table)
            + " (\n"
            + StandardSql.lines(EXTERNAL.inFiles(table))
            + "\n)\n"
            + partitions
            + "STORED AS PARQUET\nLOCATION "
            + StandardSql.text(table.location()));
    if (table.layout() instanceof PartitionLayout.Registered registered) {
      List<PartitionLayout.Partition> all = registered.partitions();
      for (int from = 0; from < all.size(); from += MOST_PARTITIONS_IN_STATEMENT) {
        statements.add(
            all.subList(from, Math.min(all.size(), from + MOST_PARTITIONS_IN_STATEMENT)).stream()
                .map(partition -> partition(table, partition))
                .collect(
                    Collectors.joining(
                        "\n",
                        "ALTER TABLE " + StandardSql.name(table) + " ADD IF NOT EXISTS\n",
                        "")));
      }
    }
    return statements;
  }

  private static String partition(TableDefinition table, PartitionLayout.Partition partition) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < partition.values().size(); i++) {
      values.add(
          StandardSql.name(table.partitionColumns().get(i).name())
              + " = "
              + StandardSql.text(partition.values().get(i)));
    }
    return "PARTITION ("
        + String.join(", ", values)
        + ") LOCATION "
        + StandardSql.text(TableDefinition.folder(partition.location()));
  }

  private static String own(TableDefinition table) {
    List<String> moved =
        table.partitionColumns().stream()
            .filter(column -> column.transform() == PartitionField.Transform.IDENTITY)
            .map(column -> StandardSql.name(column.name()))
            .toList();
    if (!moved.isEmpty()) {
      return StandardSql.script(
          List.of(
              "Without COPY: it reads files alone, and "
                  + String.join(", ", moved)
                  + " stands in the names of folders;",
              "CREATE TABLE AS SELECT from the external table has all columns."),
          List.of());
    }
    String name = StandardSql.name(table.table());
    return StandardSql.script(
        List.of(
            "Redshift's own table "
                + table.table()
                + ", of the current schema, in place of the external one: nested values are SUPER."),
        List.of(
            "CREATE TABLE " + name + " (\n" + StandardSql.lines(OWN.inFiles(table)) + "\n)",
            "COPY "
                + name
                + "\nFROM "
                + StandardSql.text(table.location() + dataFiles(table))
                + "\nIAM_ROLE DEFAULT\nFORMAT AS PARQUET SERIALIZETOJSON"));
  }

  /** What the names of data files begin with: the folder holds the snapshot's documents, too. */
  private static String dataFiles(TableDefinition table) {
    return table.partitionColumns().isEmpty()
        ? "part-"
        : table.partitionColumns().get(0).name() + "=";
  }
}
