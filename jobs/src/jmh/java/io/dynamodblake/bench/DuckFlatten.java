package io.dynamodblake.bench;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What somebody writes who knows DuckDB well: {@code read_ndjson} on the data files, a SELECT to
 * the columns and types of a {@link TableSchema}, COPY to zstd Parquet. It checks no checksums and
 * no counts, has neither {@code ddb_rescued} nor {@code ddb_nulls}, and what does not fit fails the
 * query, all of which spares it work that we do.
 */
final class DuckFlatten implements AutoCloseable {
  private final TableSchema schema;
  private final Connection connection;

  DuckFlatten(TableSchema schema) throws SQLException {
    this.schema = schema;
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET threads = " + Workshop.THREADS);
    // rows need not come out as they went in, as with us
    execute("SET preserve_insertion_order = false");
  }

  static String version() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT version()")) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Writes with columns declared, so that nothing is sampled. */
  void write(Path export, Path target) throws SQLException, IOException {
    copy(declared(export), target);
  }

  private String declared(Path export) {
    String item =
        "{Item: '"
            + struct(schema.writtenColumns().stream().map(DuckFlatten::attribute).toList())
            + "'}";
    return "read_ndjson(" + files(export) + ", columns = " + item + ")";
  }

  /** Writes with the types that DuckDB finds in its sample of 20,480 lines. */
  void writeSampled(Path export, Path target) throws SQLException, IOException {
    // attributes that few items have, or that are many, would be read as one map otherwise
    copy(
        "read_ndjson("
            + files(export)
            + ", field_appearance_threshold = 0, map_inference_threshold = -1)",
        target);
  }

  /**
   * Applies changes as somebody would who knows DuckDB well: rows whose key did not change, and the
   * new images.
   */
  void apply(Path snapshot, Path increment, String key, Path target)
      throws SQLException, IOException {
    String item =
        "'" + struct(schema.writtenColumns().stream().map(DuckFlatten::attribute).toList()) + "'";
    String keys = "'" + struct(List.of(quoted(key) + " STRUCT(S VARCHAR)")) + "'";
    String changes =
        "read_ndjson("
            + text(increment.resolveSibling("data") + "/*.json.gz")
            + ", columns = {Keys: "
            + keys
            + ", NewImage: "
            + item
            + "})";
    String names =
        schema.writtenColumns().stream()
            .map(column -> quoted(column.name()))
            .collect(Collectors.joining(", "));
    String keyColumn = quoted(schema.find(key).orElseThrow().name());
    execute("CREATE OR REPLACE TEMP TABLE changes AS SELECT * FROM " + changes);
    write(
        "SELECT "
            + names
            + " FROM read_parquet("
            + text(snapshot + "/*.parquet")
            + ") WHERE "
            + keyColumn
            + " NOT IN (SELECT Keys."
            + quoted(key)
            + ".S FROM changes) UNION ALL SELECT "
            + columns("NewImage.")
            + " FROM changes WHERE NewImage IS NOT NULL",
        target);
  }

  /**
   * Writes as {@link #write} does, into a folder for each day.
   *
   * @param time attribute that says the day
   */
  void writePartitioned(Path export, Path target, String time) throws SQLException, IOException {
    String column = columnOf(time);
    String day = column + "_day";
    Files.createDirectories(target);
    execute(
        "COPY (SELECT *, strftime("
            + quoted(column)
            + ", '%Y-%m-%d') AS "
            + quoted(day)
            + " FROM (SELECT "
            + columns("Item.")
            + " FROM "
            + declared(export)
            + ")) TO "
            + text(target.toString())
            + " (FORMAT parquet, COMPRESSION zstd, OVERWRITE_OR_IGNORE, PARTITION_BY ("
            + quoted(day)
            + "))");
  }

  /**
   * Writes as {@link #write} does, in an order.
   *
   * @param attributes that the rows are sorted by
   */
  void writeSorted(Path export, Path target, List<String> attributes)
      throws SQLException, IOException {
    String order =
        attributes.stream()
            .map(attribute -> quoted(columnOf(attribute)))
            .collect(Collectors.joining(", "));
    write(
        "SELECT * FROM (SELECT "
            + columns("Item.")
            + " FROM "
            + declared(export)
            + ") ORDER BY "
            + order,
        target);
  }

  private String columnOf(String attribute) {
    return schema.find(attribute).orElseThrow().name();
  }

  private void copy(String source, Path target) throws SQLException, IOException {
    write("SELECT " + columns("Item.") + " FROM " + source, target);
  }

  private String columns(String image) {
    return schema.writtenColumns().stream()
        .map(
            column ->
                value(column.mapping(), image + quoted(column.attribute()), 0)
                    + " AS "
                    + quoted(column.name()))
        .collect(Collectors.joining(", "));
  }

  private void write(String query, Path target) throws SQLException, IOException {
    Files.createDirectories(target);
    execute(
        "COPY ("
            + query
            + ") TO "
            + text(target.resolve("items.parquet").toString())
            + " (FORMAT parquet, COMPRESSION zstd)");
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String files(Path export) {
    return text(export.resolve("data") + "/*.json.gz");
  }

  // ---- how the JSON looks

  private static String attribute(Column column) {
    return quoted(column.attribute()) + " " + attributeValue(column.mapping());
  }

  private static String attributeValue(ValueMapping mapping) {
    return struct(List.of(quoted(mapping.descriptor().name()) + " " + content(mapping)));
  }

  private static String content(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Struct map) {
      return struct(
          map.fields().stream()
              .map(field -> quoted(field.attribute()) + " " + attributeValue(field.mapping()))
              .toList());
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return sequence.descriptor() == Descriptor.L
          ? attributeValue(sequence.element()) + "[]"
          : "VARCHAR[]";
    }
    return mapping.descriptor() == Descriptor.BOOL ? "BOOLEAN" : "VARCHAR";
  }

  private static String struct(List<String> fields) {
    return "STRUCT(" + String.join(", ", fields) + ")";
  }

  // ---- how it becomes columns

  private static String value(ValueMapping mapping, String attributeValue, int depth) {
    String content = attributeValue + "." + quoted(mapping.descriptor().name());
    if (mapping instanceof ValueMapping.Struct map) {
      String fields =
          map.fields().stream()
              .map(
                  field ->
                      quoted(field.name())
                          + ": "
                          + value(
                              field.mapping(), content + "." + quoted(field.attribute()), depth))
              .collect(Collectors.joining(", "));
      return "CASE WHEN " + content + " IS NOT NULL THEN {" + fields + "} END";
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      if (sequence.descriptor() == Descriptor.SS) {
        return content;
      }
      String element = "e" + depth;
      String each =
          sequence.descriptor() == Descriptor.L
              ? value(sequence.element(), element, depth + 1)
              : scalar((ValueMapping.Scalar) sequence.element(), element);
      return "list_transform(" + content + ", lambda " + element + ": " + each + ")";
    }
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar(scalar, content);
    }
    throw new IllegalArgumentException("No expression for " + mapping);
  }

  private static String scalar(ValueMapping.Scalar scalar, String content) {
    if (scalar.conversion() == Conversion.EPOCH_MILLIS) {
      return "epoch_ms(CAST(" + content + " AS BIGINT))";
    }
    return switch (scalar.descriptor()) {
      case N -> "CAST(" + content + " AS " + sql(scalar.type()) + ")";
      case B -> "from_base64(" + content + ")";
      default -> content;
    };
  }

  private static String sql(LakeType type) {
    return type.kind() == LakeType.Kind.STRING ? "VARCHAR" : type.sql().toUpperCase(Locale.ROOT);
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
