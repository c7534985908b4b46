package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A published lake table, to be read. It keeps reading the snapshot that was current when it was
 * opened, whatever is published meanwhile. Driver only.
 */
public final class LakeTable {
  private final SparkSession spark;
  private final LakeFiles files;
  private final LakeLayout layout;
  private final CurrentPointer current;
  private final TableSchema schema;

  private LakeTable(
      SparkSession spark,
      LakeFiles files,
      LakeLayout layout,
      CurrentPointer current,
      TableSchema schema) {
    this.spark = spark;
    this.files = files;
    this.layout = layout;
    this.current = current;
    this.schema = schema;
  }

  /**
   * Opens the current snapshot of the lake table in a folder.
   *
   * @throws UsageException if there is none
   * @throws UncheckedIOException if the file system fails
   */
  public static LakeTable open(SparkSession spark, String folder) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    LakeFiles files = new LakeFiles(configuration);
    try {
      LakeLayout layout = new LakeLayout(files.qualify(folder));
      String text =
          files
              .read(layout.current())
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Cannot open lake table: there is no "
                              + layout.current()
                              + "; give the folder that flatten wrote to"));
      CurrentPointer current = CurrentPointer.fromJson(text, layout.current());
      String schemaPath = LakeLayout.snapshotSchema(layout.root() + "/" + current.snapshotPath());
      String schema =
          files
              .read(schemaPath)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Cannot open lake table: its current snapshot lacks "
                              + schemaPath
                              + "; copy the whole folder, or flatten again with --replace"));
      return new LakeTable(spark, files, layout, current, TableSchemaJson.fromJson(schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  public LakeLayout layout() {
    return layout;
  }

  /** What readers see, as {@code current.json} says. */
  public CurrentPointer current() {
    return current;
  }

  /** The schema the snapshot was written with; {@code schema.json} may have been edited since. */
  public TableSchema schema() {
    return schema;
  }

  /** Whole path of the snapshot's folder. */
  public String snapshotPath() {
    return layout.root() + "/" + current.snapshotPath();
  }

  /**
   * The rows, with the columns of the schema, {@code ddb_rescued}, {@code ddb_nulls} and the
   * derived partition columns; those of a CSV table are all strings but for the partition columns.
   */
  public Dataset<Row> rows() {
    StructType columns = SparkTypes.toStruct(schema);
    List<PartitionColumn> partitions = partitions();
    for (PartitionColumn partition : partitions) {
      if (partition.transform() != PartitionField.Transform.IDENTITY) {
        columns = columns.add(partition.name(), SparkTypes.dataType(partition.type()), true);
      }
    }
    return switch (current.dataFormat()) {
      case PARQUET -> spark.read().schema(columns).parquet(snapshotPath());
      case CSV -> CsvColumns.read(spark, snapshotPath(), asText(columns, partitions));
    };
  }

  private static StructType asText(StructType columns, List<PartitionColumn> partitions) {
    Stream<StructField> fields =
        Arrays.stream(columns.fields())
            .map(
                field ->
                    partitions.stream().anyMatch(p -> p.name().equals(field.name()))
                        ? field
                        : DataTypes.createStructField(field.name(), DataTypes.StringType, true));
    return DataTypes.createStructType(fields.toList());
  }

  /** The snapshot as Athena is to know it; lists the snapshot's files. */
  public TableDefinition definition(String database) {
    try {
      SnapshotContents contents = SnapshotContents.list(files, snapshotPath());
      return LakeDdl.define(current, database, schema, partitions(), contents);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The statements that flatten wrote: {@code athena.sql}. */
  public String ddl() {
    try {
      return files
          .read(layout.athenaDdl())
          .orElseThrow(
              () ->
                  new UsageException("Cannot show statements: there is no " + layout.athenaDdl()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private List<PartitionColumn> partitions() {
    return PartitionField.resolve(
        current.partitionBy().stream().map(PartitionField::parse).toList(), schema);
  }
}
