package io.dynamodblake.ddl;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The statements that make a lake table known to Athena. They can be run again after every new
 * snapshot: the table is external, so dropping it leaves the files alone, and creating it anew
 * moves its readers to the new snapshot. {@code STORED AS PARQUET} stands without a SerDe, which it
 * implies, so that Spark takes the same statements.
 */
public final class AthenaDdl {
  /** The longest query text that Athena takes, in bytes of UTF-8. */
  public static final int MOST_STATEMENT_BYTES = 262_144;

  private static final int MOST_ADD_STATEMENT_BYTES = 200_000;
  private static final int MOST_PARTITIONS_IN_STATEMENT = 1_000;

  static final String TABLE_COMMENT = "DynamoDB export, flattened by dynamodb-lake";
  static final String CSV_SERDE = "org.apache.hadoop.hive.serde2.OpenCSVSerde";

  private final TableDefinition definition;

  private AthenaDdl(TableDefinition definition) {
    this.definition = definition;
  }

  /**
   * Returns the statements in the order in which they are to be run, without closing semicolons:
   * Athena takes one a query.
   *
   * @throws DataRefusedException if a name, a type or a statement is longer than Athena or Glue
   *     takes
   */
  public static List<String> statements(TableDefinition definition) {
    AthenaDdl ddl = new AthenaDdl(definition);
    List<String> statements = new ArrayList<>();
    statements.add(ddl.createDatabase());
    statements.add(ddl.dropTable());
    statements.add(ddl.createTable());
    if (definition.layout() instanceof PartitionLayout.Registered registered) {
      statements.addAll(ddl.addPartitions(registered));
    }
    return List.copyOf(statements);
  }

  /**
   * Returns the text of {@code athena.sql}: the statements, each closed by a semicolon, with
   * comments.
   *
   * @throws DataRefusedException if a name, a type or a statement is longer than Athena or Glue
   *     takes
   */
  public static String script(TableDefinition definition) {
    AthenaDdl ddl = new AthenaDdl(definition);
    List<String> statements = statements(definition);
    StringBuilder script = new StringBuilder();
    for (String line : ddl.introduction()) {
      script.append("-- ").append(line).append('\n');
    }
    for (int i = 0; i < statements.size(); i++) {
      script.append('\n');
      if (statements.get(i).startsWith("DROP TABLE")) {
        script.append("-- The table is external: dropping it leaves its files alone.\n");
      }
      script.append(statements.get(i)).append(";\n");
    }
    return script.toString();
  }

  /**
   * Makes sure that {@link #statements} will accept such a table, before anything is written for
   * it.
   *
   * @throws DataRefusedException if a name, a type or the statement is longer than Athena or Glue
   *     takes
   */
  public static void check(
      String database, String table, TableSchema schema, List<PartitionColumn> partitionColumns) {
    PartitionLayout layout =
        partitionColumns.isEmpty()
            ? new PartitionLayout.None()
            : new PartitionLayout.Registered(List.of());
    statements(TableDefinition.of(database, table, schema, partitionColumns, "s3://any/", layout));
  }

  private List<String> introduction() {
    List<String> lines = new ArrayList<>();
    lines.add("Athena table " + shownName() + ", made by dynamodb-lake.");
    lines.add(
        "Athena takes one statement a query: run them in this order. The next flatten writes this file");
    lines.add("anew; running it then moves every reader of the table to the new snapshot.");
    if (!definition.isOnS3()) {
      lines.add(
          "Athena reads from S3 only: copy the files there and change every file location below.");
    }
    if (definition.format() == TableFormat.CSV) {
      lines.add(
          "Every CSV column is a string to Athena: cast it in the query. Null and empty text are both read as ''.");
      lines.add(
          "A value with a line break cannot be read, because Athena cuts CSV files into lines first.");
    }
    if (definition.layout() instanceof PartitionLayout.Projected) {
      lines.add(
          "Partitions are projected: Athena computes them from the ranges below, nothing has to be registered.");
    }
    if (definition.layout() instanceof PartitionLayout.Registered) {
      lines.add(
          "Between DROP TABLE and the last ALTER TABLE a query sees no table or only some of its partitions.");
    }
    return lines;
  }

  private String createDatabase() {
    return "CREATE DATABASE IF NOT EXISTS " + HiveSql.name(definition.database());
  }

  private String dropTable() {
    return "DROP TABLE IF EXISTS " + tableName();
  }

  private String createTable() {
    String sql = createTable(true);
    if (bytes(sql) <= MOST_STATEMENT_BYTES) {
      return sql;
    }
    // Very many columns: comments say nothing that schema.json does not say.
    sql = createTable(false);
    int length = bytes(sql);
    if (length > MOST_STATEMENT_BYTES) {
      throw new DataRefusedException(
          "Cannot write CREATE TABLE for "
              + shownName()
              + ": it has "
              + length
              + " bytes and Athena takes "
              + MOST_STATEMENT_BYTES
              + "; drop columns in schema.json");
    }
    return sql;
  }

  private String createTable(boolean commented) {
    StringBuilder sql =
        new StringBuilder("CREATE EXTERNAL TABLE ").append(tableName()).append(" (\n");
    sql.append(String.join(",\n", columnLines(commented))).append("\n)\n");
    sql.append("COMMENT ").append(HiveSql.text(TABLE_COMMENT)).append('\n');
    if (!definition.partitionColumns().isEmpty()) {
      sql.append("PARTITIONED BY (")
          .append(
              definition.partitionColumns().stream()
                  .map(column -> HiveSql.name(column.name()) + " " + column.type().sql())
                  .collect(Collectors.joining(", ")))
          .append(")\n");
    }
    sql.append(
        switch (definition.format()) {
          case PARQUET -> "STORED AS PARQUET\n";
          case CSV -> csvRowFormat() + "STORED AS TEXTFILE\n";
        });
    sql.append("LOCATION ").append(HiveSql.text(definition.location())).append('\n');
    sql.append("TBLPROPERTIES (\n")
        .append(propertyLines(tableProperties(definition)))
        .append("\n)");
    return sql.toString();
  }

  private List<String> columnLines(boolean commented) {
    Map<String, Column> sources = new LinkedHashMap<>();
    for (Column column : definition.schema().writtenColumns()) {
      sources.put(column.name(), column);
    }
    List<String> lines = new ArrayList<>();
    for (AthenaColumn column : columns(definition)) {
      Column source = sources.get(column.name());
      String type =
          source == null || definition.format() == TableFormat.CSV
              ? column.type()
              : AthenaTypes.statementType(source);
      String line = "  " + HiveSql.name(column.name()) + " " + type;
      lines.add(
          column.comment().isEmpty() || !commented
              ? line
              : line + " COMMENT " + HiveSql.text(column.comment()));
    }
    return lines;
  }

  /** The columns that are no partition columns, as the catalog stores them. */
  static List<AthenaColumn> columns(TableDefinition definition) {
    List<AthenaColumn> columns = new ArrayList<>();
    for (AthenaColumn column : AthenaTypes.columns(definition.schema())) {
      if (!definition.isPartitionColumn(column.name())) {
        columns.add(definition.format() == TableFormat.CSV ? asText(column) : column);
      }
    }
    return columns;
  }

  /** Every column of a CSV file is text; its comment keeps the type. */
  private static AthenaColumn asText(AthenaColumn column) {
    String comment =
        column.comment().isEmpty() ? column.type() : column.type() + ", " + column.comment();
    return new AthenaColumn(
        column.name(), "string", AthenaTypes.isCommentShort(comment) ? comment : column.comment());
  }

  /**
   * RFC 4180 doubles quotes and knows no escape character, but the SerDe always has one, backslash
   * unless told otherwise, which would eat the backslashes of nested JSON. U+0001 takes its place:
   * it escapes only before a quote or before itself.
   */
  private String csvRowFormat() {
    return "ROW FORMAT SERDE "
        + HiveSql.text(CSV_SERDE)
        + "\nWITH SERDEPROPERTIES (\n"
        + propertyLines(csvSerdeProperties(definition))
        + "\n)\n";
  }

  static Map<String, String> csvSerdeProperties(TableDefinition definition) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("separatorChar", String.valueOf(definition.delimiter()));
    properties.put("quoteChar", "\"");
    properties.put("escapeChar", "\u0001");
    return properties;
  }

  /** What the catalog is to know beside columns and place. */
  static Map<String, String> tableProperties(TableDefinition definition) {
    Map<String, String> properties = new LinkedHashMap<>();
    switch (definition.format()) {
      case PARQUET -> {
        properties.put("classification", "parquet");
        properties.put("parquet.compression", "ZSTD");
      }
      case CSV -> {
        properties.put("classification", "csv");
        properties.put("skip.header.line.count", "1");
      }
    }
    if (definition.layout() instanceof PartitionLayout.Projected projected) {
      properties.putAll(projection(definition, projected));
    }
    properties.putAll(definition.properties());
    return properties;
  }

  private static Map<String, String> projection(
      TableDefinition definition, PartitionLayout.Projected projected) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("projection.enabled", "true");
    StringBuilder template = new StringBuilder(definition.location());
    for (PartitionLayout.Range range : projected.ranges()) {
      String prefix = "projection." + range.column() + ".";
      range.properties().forEach((key, value) -> properties.put(prefix + key, value));
      template.append(range.column()).append("=${").append(range.column()).append("}/");
    }
    properties.put("storage.location.template", template.toString());
    return properties;
  }

  private List<String> addPartitions(PartitionLayout.Registered registered) {
    String start = "ALTER TABLE " + tableName() + " ADD IF NOT EXISTS";
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder(start);
    int partitions = 0;
    int length = bytes(start);
    for (PartitionLayout.Partition partition : registered.partitions()) {
      String clause = "\n  " + partitionClause(partition);
      int clauseLength = bytes(clause);
      boolean full =
          partitions == MOST_PARTITIONS_IN_STATEMENT
              || length + clauseLength > MOST_ADD_STATEMENT_BYTES;
      if (partitions > 0 && full) {
        statements.add(statement.toString());
        statement = new StringBuilder(start);
        partitions = 0;
        length = bytes(start);
      }
      statement.append(clause);
      partitions++;
      length += clauseLength;
    }
    if (partitions > 0) {
      statements.add(statement.toString());
    }
    return statements;
  }

  private String partitionClause(PartitionLayout.Partition partition) {
    List<String> assignments = new ArrayList<>();
    for (int i = 0; i < partition.values().size(); i++) {
      PartitionColumn column = definition.partitionColumns().get(i);
      assignments.add(
          HiveSql.name(column.name())
              + " = "
              + partitionLiteral(column, partition.values().get(i)));
    }
    return "PARTITION ("
        + String.join(", ", assignments)
        + ") LOCATION "
        + HiveSql.text(TableDefinition.folder(partition.location()));
  }

  /**
   * Athena wants quotes around the values of string columns only. Hive's grammar has no negative
   * numbers here, though, and null is text whatever the type; it converts quoted values.
   */
  private static String partitionLiteral(PartitionColumn column, String value) {
    LakeType.Kind kind = column.type().kind();
    boolean integer = kind == LakeType.Kind.BIGINT || kind == LakeType.Kind.INT;
    boolean bare = integer && value.matches("\\d+");
    return bare ? value : HiveSql.text(value);
  }

  static String propertyLines(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(entry -> "  " + HiveSql.text(entry.getKey()) + " = " + HiveSql.text(entry.getValue()))
        .collect(Collectors.joining(",\n"));
  }

  private String shownName() {
    return TableDefinition.shownName(definition.database(), definition.table());
  }

  private String tableName() {
    return TableDefinition.quotedName(definition.database(), definition.table());
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
