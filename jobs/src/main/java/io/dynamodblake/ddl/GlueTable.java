package io.dynamodblake.ddl;

import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A lake table as the Glue Data Catalog is to hold it: what Athena would make there of the
 * statements of {@link AthenaDdl}.
 *
 * @param columns without the partition columns
 * @param location folder of the snapshot, on S3, with a slash at its end
 * @param parameters table properties
 * @param inputFormat empty if the files are found in another way, as those of Iceberg; so are the
 *     output format and the serde
 * @param partitions those to be registered; none where Athena projects them or there are none
 */
public record GlueTable(
    String database,
    String name,
    String comment,
    List<AthenaColumn> columns,
    List<AthenaColumn> partitionKeys,
    String location,
    String inputFormat,
    String outputFormat,
    String serde,
    Map<String, String> serdeParameters,
    Map<String, String> parameters,
    List<PartitionLayout.Partition> partitions) {

  private static final int MOST_TYPE_LENGTH = 131_072;

  public GlueTable {
    columns = List.copyOf(columns);
    partitionKeys = List.copyOf(partitionKeys);
    serdeParameters = Map.copyOf(serdeParameters);
    parameters = Map.copyOf(parameters);
    partitions = List.copyOf(partitions);
  }

  /**
   * Returns a table of Iceberg, whose readers find everything by a document of its metadata.
   *
   * @param folder of the table
   * @param metadata the document that is valid now
   * @param previous the one before
   * @param properties that say where the data comes from
   * @throws DataRefusedException if the table is not on S3, or a name or type is longer than Glue
   *     takes
   */
  public static GlueTable ofIceberg(
      String database,
      String table,
      TableSchema schema,
      String folder,
      String metadata,
      Optional<String> previous,
      Map<String, String> properties) {
    TableDefinition definition =
        TableDefinition.of(database, table, schema, List.of(), folder, new PartitionLayout.None());
    // its metadata has absolute paths, so that a copy would be none
    requireOnS3(definition, "write the lake table to S3");
    Map<String, String> parameters = new HashMap<>(properties);
    parameters.put("table_type", "ICEBERG");
    parameters.put("metadata_location", TableDefinition.onS3(metadata));
    previous.ifPresent(
        file -> parameters.put("previous_metadata_location", TableDefinition.onS3(file)));
    return new GlueTable(
        database,
        table,
        AthenaDdl.TABLE_COMMENT,
        checked(AthenaTypes.columns(schema)),
        List.of(),
        definition.location(),
        "",
        "",
        "",
        Map.of(),
        parameters,
        List.of());
  }

  /**
   * Returns the table of a definition.
   *
   * @throws DataRefusedException if the files are not on S3, or a name or type is longer than Glue
   *     takes
   */
  public static GlueTable of(TableDefinition definition) {
    requireOnS3(definition, "write the lake table to S3, or copy it there");
    List<AthenaColumn> columns = checked(AthenaDdl.columns(definition));
    boolean parquet = definition.format() == TableFormat.PARQUET;
    return new GlueTable(
        definition.database(),
        definition.table(),
        AthenaDdl.TABLE_COMMENT,
        columns,
        definition.partitionColumns().stream()
            .map(column -> new AthenaColumn(column.name(), column.type().sql(), ""))
            .toList(),
        definition.location(),
        parquet
            ? "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
            : "org.apache.hadoop.mapred.TextInputFormat",
        parquet
            ? "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
            : "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        parquet
            ? "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
            : AthenaDdl.CSV_SERDE,
        parquet ? Map.of("serialization.format", "1") : AthenaDdl.csvSerdeProperties(definition),
        AthenaDdl.tableProperties(definition),
        definition.layout() instanceof PartitionLayout.Registered registered
            ? registered.partitions().stream()
                .map(
                    partition ->
                        new PartitionLayout.Partition(
                            partition.values(), TableDefinition.folder(partition.location())))
                .toList()
            : List.of());
  }

  private static void requireOnS3(TableDefinition definition, String wayOut) {
    if (!definition.isOnS3()) {
      throw new DataRefusedException(
          "Cannot register table "
              + TableDefinition.shownName(definition.database(), definition.table())
              + ": Athena reads from S3 and the files are at "
              + definition.location()
              + "; "
              + wayOut);
    }
  }

  private static List<AthenaColumn> checked(List<AthenaColumn> columns) {
    for (AthenaColumn column : columns) {
      if (column.type().length() > MOST_TYPE_LENGTH) {
        throw new DataRefusedException(
            "Cannot register column '"
                + HiveSql.shown(column.name())
                + "': its type has "
                + column.type().length()
                + " characters and Glue takes "
                + MOST_TYPE_LENGTH
                + "; make it a map or dynamodb-json in schema.json");
      }
    }
    return columns;
  }
}
