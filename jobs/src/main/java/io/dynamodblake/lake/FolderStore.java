package io.dynamodblake.lake;

import io.dynamodblake.ddl.TableFormat;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.ListedParquet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.format.FileMetaData;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Snapshots that are folders of files, which nobody changes once they are published. */
record FolderStore(OutputFormat format, CsvDialect csv) implements SnapshotStore {

  @Override
  public TableFormat tableFormat() {
    return switch (format) {
      case PARQUET -> TableFormat.PARQUET;
      case CSV -> TableFormat.CSV;
      case ICEBERG -> throw notAFolder();
    };
  }

  @Override
  public SnapshotFiles files(SparkSession spark, SnapshotContents contents, ImplausibleTimes times)
      throws IOException {
    return switch (format) {
      case PARQUET -> filesOf(contents, spark.sessionState().newHadoopConf(), times::add);
      case CSV ->
          new SnapshotFiles(
              contents.files().stream()
                  .map(
                      file ->
                          new SnapshotFiles.Entry(
                              contents.name(file),
                              file.getLen(),
                              Optional.empty(),
                              Optional.empty()))
                  .toList());
      case ICEBERG -> throw notAFolder();
    };
  }

  private static IllegalStateException notAFolder() {
    return new IllegalStateException("A table of Iceberg is no folder of files");
  }

  /** The files of a snapshot of Parquet, with what their footers say. */
  static SnapshotFiles filesOf(SnapshotContents contents, Configuration configuration)
      throws IOException {
    return filesOf(contents, configuration, metadata -> {});
  }

  private static SnapshotFiles filesOf(
      SnapshotContents contents, Configuration configuration, Consumer<FileMetaData> listener)
      throws IOException {
    return new SnapshotFiles(entries(contents.files(), contents, configuration, listener));
  }

  /** What the footers of some files say, in their order. */
  static List<SnapshotFiles.Entry> entries(
      List<FileStatus> files,
      SnapshotContents contents,
      Configuration configuration,
      Consumer<FileMetaData> listener)
      throws IOException {
    List<ParquetFooters.Footer> footers = ParquetFooters.read(files, configuration, listener);
    List<SnapshotFiles.Entry> entries = new ArrayList<>();
    for (int i = 0; i < footers.size(); i++) {
      FileStatus file = files.get(i);
      entries.add(
          new SnapshotFiles.Entry(
              contents.name(file),
              file.getLen(),
              Optional.of(footers.get(i).rows()),
              Optional.of(footers.get(i).fingerprint())));
    }
    return entries;
  }

  @Override
  public long rows(
      SparkSession spark,
      SnapshotContents contents,
      SnapshotFiles files,
      TableSchema schema,
      List<PartitionColumn> partitions,
      ImplausibleTimes times) {
    return switch (format) {
      case PARQUET -> files.rows();
      case CSV ->
          CsvRows.rows(spark, contents, SparkTypes.toStruct(schema), partitions, csv, times);
      case ICEBERG -> throw notAFolder();
    };
  }

  /** Opens the rows; the columns of CSV are all strings but for the partition columns. */
  @Override
  public Dataset<Row> open(
      SparkSession spark,
      SnapshotContents contents,
      TableSchema schema,
      List<PartitionColumn> partitions) {
    List<String> names = partitions.stream().map(PartitionColumn::name).toList();
    StructType columns = SparkTypes.toStruct(schema);
    for (PartitionColumn partition : partitions) {
      if (partition.transform() != PartitionField.Transform.IDENTITY) {
        columns = columns.add(partition.name(), SparkTypes.dataType(partition.type()), true);
      }
    }
    return switch (format) {
      case PARQUET ->
          spark.baseRelationToDataFrame(
              ListedParquet.relation(
                  spark, contents.folder(), contents.files(), columns, names, Map.of()));
      case CSV -> CsvRows.read(spark, contents.folder(), asText(columns, names), csv, Map.of());
      case ICEBERG -> throw notAFolder();
    };
  }

  @Override
  public BaseRelation relation(
      SparkSession spark,
      SnapshotContents contents,
      SnapshotColumns columns,
      Map<String, String> settings) {
    return switch (format) {
      case PARQUET ->
          ListedParquet.relation(
              spark,
              contents.folder(),
              contents.files(),
              columns.all(),
              columns.partitions(),
              settings);
      case CSV ->
          new TextRelation(
              spark,
              CsvRows.read(
                  spark,
                  contents.folder(),
                  asText(columns.all(), columns.partitions()),
                  csv,
                  settings));
      case ICEBERG -> throw notAFolder();
    };
  }

  private static StructType asText(StructType columns, List<String> partitions) {
    Stream<StructField> fields =
        Arrays.stream(columns.fields())
            .map(
                field ->
                    partitions.contains(field.name())
                        ? field
                        : DataTypes.createStructField(field.name(), DataTypes.StringType, true));
    return DataTypes.createStructType(fields.toList());
  }
}
