package io.dynamodblake.ddl;

import io.dynamodblake.schema.LakeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Quoting by standard SQL, which Trino, Redshift and DuckDB follow, and what their scripts share.
 */
final class StandardSql {
  private StandardSql() {}

  /** A name, always in double quotes. */
  static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The table with its database. */
  static String name(TableDefinition table) {
    return name(table.database()) + "." + name(table.table());
  }

  /** A text literal in single quotes. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** The columns of a statement, a line each. */
  static String lines(List<TypeWords.Named> columns) {
    return columns.stream()
        .map(column -> "  " + name(column.name()) + " " + column.type())
        .collect(Collectors.joining(",\n"));
  }

  /** Comments, then the statements, each closed by a semicolon. */
  static String script(List<String> comments, List<String> statements) {
    List<String> parts = new ArrayList<>();
    parts.add(comments.stream().map(line -> "-- " + line + "\n").collect(Collectors.joining()));
    statements.forEach(statement -> parts.add(statement + ";\n"));
    return String.join("\n", parts);
  }

  /** What all scripts say of the snapshot that they name. */
  static String moves(String subject) {
    return subject + " shows one snapshot: print and run this again after a flatten or an apply.";
  }

  /**
   * A pattern for all data files of a table, as DuckDB and Polars read patterns; what would be one
   * in the folder's name stands in brackets, and a file of this machine is named by its path.
   */
  static String files(String folder, String files) {
    String path = folder.replaceFirst("^file:/+", "/");
    return path.replaceAll("[\\[*?{]", "[$0]") + files;
  }

  /** Types as standard SQL writes them, but for what engines call otherwise. */
  abstract static class Words implements TypeWords {
    private final String binary;
    private final String timestamp;
    private final String struct;

    /**
     * @param struct the word before the fields of a struct
     */
    Words(String binary, String timestamp, String struct) {
      this.binary = binary;
      this.timestamp = timestamp;
      this.struct = struct;
    }

    @Override
    public String scalar(LakeType type) {
      return switch (type.kind()) {
        case STRING -> "VARCHAR";
        case INT -> "INTEGER";
        case BINARY -> binary;
        case TIMESTAMP -> timestamp;
        case BIGINT, DOUBLE, BOOLEAN, DATE, DECIMAL -> type.sql().toUpperCase(Locale.ROOT);
      };
    }

    @Override
    public String map(String value) {
      return "MAP(VARCHAR, " + value + ")";
    }

    @Override
    public String struct(List<Named> fields) {
      return fields.stream()
          .map(field -> name(field.name()) + " " + field.type())
          .collect(Collectors.joining(", ", struct + "(", ")"));
    }
  }
}
