package io.dynamodblake.schema;

/**
 * {@code schema.json}: a {@link TableSchema} as text for people to read and edit. Writing is
 * stable; reading is strict and says what is wrong with which column and how to put it right.
 */
public final class TableSchemaJson {
  /** The {@code format} member. */
  public static final String FORMAT = "dynamodb-lake-schema";

  /** The {@code version} member; a higher one is refused. */
  public static final int VERSION = 1;

  private TableSchemaJson() {}

  /** Writes a schema, with the end of a line behind it; equal schemas become equal texts. */
  public static String toJson(TableSchema schema) {
    return SchemaWriter.schema(schema);
  }

  /**
   * Writes one column as it stands in a schema, on one line, for places that hold columns one by
   * one.
   */
  public static String columnToJson(Column column) {
    return SchemaWriter.column(column);
  }

  /** Writes how values are mapped as it stands in a schema, on one line. */
  static String mappingToJson(ValueMapping mapping) {
    return SchemaWriter.mapping(mapping);
  }

  /**
   * Reads a schema.
   *
   * @throws DataRefusedException if it is not a schema or contradicts itself; the message names the
   *     column and the way out
   */
  public static TableSchema fromJson(String json) {
    return SchemaReader.schema(json);
  }

  /**
   * Reads {@link #columnToJson} back.
   *
   * @throws DataRefusedException if it is not a column
   */
  public static Column columnFromJson(String json) {
    return SchemaReader.column(json);
  }
}
