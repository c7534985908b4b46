package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
  private final LakeSnapshot snapshot;

  private LakeTable(SparkSession spark, LakeSnapshot snapshot) {
    this.spark = spark;
    this.snapshot = snapshot;
  }

  /**
   * Opens the current snapshot of the lake table in a folder.
   *
   * @throws UsageException if there is none
   * @throws UncheckedIOException if the file system fails
   */
  public static LakeTable open(SparkSession spark, String folder) {
    LakeFiles files = new LakeFiles(spark.sessionState().newHadoopConf());
    try {
      return new LakeTable(spark, LakeSnapshot.open(files, folder, Optional.empty()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  public LakeLayout layout() {
    return snapshot.layout();
  }

  /** What readers see, as {@code current.json} says. */
  public CurrentPointer current() {
    return snapshot.current();
  }

  /** The schema the snapshot was written with; {@code schema.json} may have been edited since. */
  public TableSchema schema() {
    return snapshot.schema();
  }

  /** Whole path of the snapshot's folder. */
  public String snapshotPath() {
    return snapshot.path();
  }

  /**
   * The rows, with the columns of the schema, {@code ddb_rescued}, {@code ddb_nulls} and the
   * derived partition columns; those of a CSV table are all strings but for the partition columns.
   */
  public Dataset<Row> rows() {
    StructType columns = SparkTypes.toStruct(schema());
    List<PartitionColumn> partitions = partitions();
    for (PartitionColumn partition : partitions) {
      if (partition.transform() != PartitionField.Transform.IDENTITY) {
        columns = columns.add(partition.name(), SparkTypes.dataType(partition.type()), true);
      }
    }
    return switch (current().dataFormat()) {
      case PARQUET -> ExactPaths.read(spark).schema(columns).parquet(snapshotPath());
      case CSV -> CsvRows.read(spark, snapshotPath(), asText(columns, partitions));
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
      return LakeDdl.define(current(), database, schema(), partitions(), snapshot.contents());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Whether the snapshot holds the whole table, as the report of its run says. */
  public Wholeness wholeness() {
    try {
      return snapshot.wholeness();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The statements that flatten wrote: {@code athena.sql}. */
  public String ddl() {
    try {
      return snapshot
          .files()
          .read(layout().athenaDdl())
          .orElseThrow(
              () ->
                  new UsageException(
                      "Cannot show statements: there is no " + layout().athenaDdl()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private List<PartitionColumn> partitions() {
    return PartitionField.resolve(
        current().partitionBy().stream().map(PartitionField::parse).toList(), schema());
  }
}
