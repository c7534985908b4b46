package io.dynamodblake.ddl;

import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A table as the catalog is to know it.
 *
 * @param database name of the catalog's database; empty if the statements are to name the table
 *     alone and to run where another database is current
 * @param table name in the catalog
 * @param schema columns of the lake table, those that have moved into paths included
 * @param partitionColumns in the order of the paths
 * @param location folder of the snapshot; {@code s3a://} and {@code s3n://} mean {@code s3://}
 * @param layout {@link PartitionLayout.None} exactly if there are no partition columns
 * @param delimiter what stands between the fields of CSV
 * @param properties table properties that say where the data comes from, in their order
 */
public record TableDefinition(
    String database,
    String table,
    TableSchema schema,
    List<PartitionColumn> partitionColumns,
    String location,
    PartitionLayout layout,
    TableFormat format,
    char delimiter,
    Map<String, String> properties) {

  /** What stands between the fields of CSV if nobody has said. */
  public static final char COMMA = ',';

  /** Key of the table property that names the snapshot. */
  public static final String SNAPSHOT = "dynamodb-lake.snapshot";

  /** Key of the table property that names the export. */
  public static final String EXPORT_ARN = "dynamodb-lake.export-arn";

  /**
   * Key of the table property with the moment whose state of the DynamoDB table the snapshot shows.
   */
  public static final String EXPORT_TIME = "dynamodb-lake.export-time";

  private static final Pattern LEGAL_NAME = Pattern.compile("[a-z0-9_]{1,255}");
  private static final Pattern OTHER_S3_SCHEME = Pattern.compile("^(?i:s3|s3a|s3n)://");
  private static final int MOST_LOCATION_LENGTH = 2_056;

  public TableDefinition {
    Objects.requireNonNull(schema, "schema is null");
    Objects.requireNonNull(layout, "layout is null");
    Objects.requireNonNull(format, "format is null");
    requireLegal("database", database);
    requireLegal("table", table);
    partitionColumns = List.copyOf(partitionColumns);
    location = folder(location);
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    requireMatchingLayout(partitionColumns, layout);
  }

  /** Returns a Parquet table without provenance properties. */
  public static TableDefinition of(
      String database,
      String table,
      TableSchema schema,
      List<PartitionColumn> partitionColumns,
      String location,
      PartitionLayout layout) {
    return new TableDefinition(
        database,
        table,
        schema,
        partitionColumns,
        location,
        layout,
        TableFormat.PARQUET,
        COMMA,
        Map.of());
  }

  /** Returns the same table in files of another format. */
  public TableDefinition withFormat(TableFormat other) {
    return new TableDefinition(
        database, table, schema, partitionColumns, location, layout, other, delimiter, properties);
  }

  /** Returns the same table in files of CSV with something else between the fields. */
  public TableDefinition withDelimiter(char other) {
    return new TableDefinition(
        database, table, schema, partitionColumns, location, layout, format, other, properties);
  }

  /** Returns the same table with other provenance properties. */
  public TableDefinition withProperties(Map<String, String> others) {
    return new TableDefinition(
        database, table, schema, partitionColumns, location, layout, format, delimiter, others);
  }

  /** Returns the same table with its partitions told in another way. */
  public TableDefinition withLayout(PartitionLayout other) {
    return new TableDefinition(
        database, table, schema, partitionColumns, location, other, format, delimiter, properties);
  }

  /** Returns the same table under another name. */
  public TableDefinition withTable(String other) {
    return new TableDefinition(
        database, other, schema, partitionColumns, location, layout, format, delimiter, properties);
  }

  /**
   * Returns whether Athena takes the name for a database or table without folding or refusing it.
   */
  public static boolean isLegalName(String name) {
    return LEGAL_NAME.matcher(name).matches();
  }

  /** What comments and messages call the table. */
  static String shownName(String database, String table) {
    return database + "." + table;
  }

  /** What statements call the table. */
  static String quotedName(String database, String table) {
    return HiveSql.name(database) + "." + HiveSql.name(table);
  }

  /** Returns whether a column of that name stands in the paths, not in the files. */
  boolean isPartitionColumn(String name) {
    return partitionColumns.stream().anyMatch(column -> column.name().equals(name));
  }

  /** Returns whether Athena can reach the files at all. */
  public boolean isOnS3() {
    return location.startsWith("s3://");
  }

  /** A place with the scheme that Athena knows, if it is on S3. */
  static String onS3(String location) {
    return OTHER_S3_SCHEME.matcher(location).replaceFirst("s3://");
  }

  /**
   * The folder as Athena wants it: scheme {@code s3} and a slash at the end. A location elsewhere
   * only gets the slash.
   */
  static String folder(String location) {
    Objects.requireNonNull(location, "location is null");
    String folder = onS3(location);
    folder = folder.endsWith("/") ? folder : folder + "/";
    if (folder.length() > MOST_LOCATION_LENGTH) {
      throw new DataRefusedException(
          "Cannot declare location: it has "
              + folder.length()
              + " characters and Glue takes "
              + MOST_LOCATION_LENGTH
              + "; write to a shorter path");
    }
    return folder;
  }

  static void requireLegal(String what, String name) {
    if (!isLegalName(name)) {
      throw new DataRefusedException(
          "Cannot declare "
              + what
              + " '"
              + HiveSql.shown(name)
              + "' in Athena: only a-z, 0-9 and _ are allowed, at most 255 of them; choose another name with --"
              + what);
    }
  }

  private static void requireMatchingLayout(List<PartitionColumn> columns, PartitionLayout layout) {
    List<String> names = columns.stream().map(PartitionColumn::name).toList();
    if (layout instanceof PartitionLayout.None && !names.isEmpty()) {
      throw new IllegalArgumentException("Partition columns without a partition layout: " + names);
    }
    if (!(layout instanceof PartitionLayout.None) && names.isEmpty()) {
      throw new IllegalArgumentException("A partition layout without partition columns");
    }
    if (layout instanceof PartitionLayout.Projected projected) {
      List<String> ranged = new ArrayList<>();
      projected.ranges().forEach(range -> ranged.add(range.column()));
      if (!ranged.equals(names)) {
        throw new IllegalArgumentException(
            "Ranges for " + ranged + " but partition columns are " + names);
      }
    }
    if (layout instanceof PartitionLayout.Registered registered) {
      for (PartitionLayout.Partition partition : registered.partitions()) {
        if (partition.values().size() != names.size()) {
          throw new IllegalArgumentException(
              "A partition with "
                  + partition.values().size()
                  + " values but partition columns are "
                  + names);
        }
      }
    }
  }
}
