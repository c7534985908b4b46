package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.lit;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** A snapshot of a lake table, to be made items again. */
final class LakeInput implements RestoreInput {
  private final LakeSnapshot snapshot;
  private final SnapshotContents contents;
  private final Configuration configuration;

  private LakeInput(LakeSnapshot snapshot, SnapshotContents contents, Configuration configuration) {
    this.snapshot = snapshot;
    this.contents = contents;
    this.configuration = configuration;
  }

  /**
   * Takes a snapshot.
   *
   * @throws UsageException if it has lost its types, being CSV
   * @throws DataRefusedException if its files are gone
   */
  static LakeInput of(LakeSnapshot snapshot, Configuration configuration) throws IOException {
    SnapshotContents contents = snapshot.contents();
    boolean parquet =
        contents.files().stream().allMatch(file -> file.getPath().getName().endsWith(".parquet"));
    if (!parquet) {
      throw new UsageException(
          "Cannot make items of snapshot '"
              + snapshot.id()
              + "': it is CSV, which has lost the types, in "
              + snapshot.path()
              + "; flatten the export as Parquet, with another --to");
    }
    if (contents.files().isEmpty()) {
      throw new DataRefusedException(
          "Cannot open snapshot '"
              + snapshot.id()
              + "': its folder holds no data files, at "
              + snapshot.path());
    }
    return new LakeInput(snapshot, contents, configuration);
  }

  @Override
  public String name() {
    return "snapshot " + snapshot.id();
  }

  @Override
  public String path() {
    return snapshot.path();
  }

  @Override
  public TableSchema schema() {
    return snapshot.schema();
  }

  @Override
  public List<String> losses() {
    return Losses.of(snapshot.schema());
  }

  @Override
  public Dataset<Row> rows(SparkSession session, boolean withPlaces) {
    // derived partition columns are no columns of the schema; Spark adds them by itself
    Dataset<Row> all =
        session.read().schema(SparkTypes.toStruct(schema())).parquet(contents.folder());
    List<Column> columns = new ArrayList<>();
    schema()
        .writtenColumns()
        .forEach(column -> columns.add(PartitionExpressions.column(column.name())));
    columns.add(PartitionExpressions.column(TableSchema.RESCUED));
    columns.add(PartitionExpressions.column(TableSchema.NULLS));
    if (withPlaces) {
      Column metadata = all.metadataColumn("_metadata");
      columns.add(metadata.getField("file_path"));
      columns.add(metadata.getField("row_index"));
      columns.add(lit(null).cast(DataTypes.StringType));
    }
    return all.select(columns.toArray(Column[]::new));
  }

  @Override
  public RowPlaces places() {
    return new RowPlaces(contents.files(), contents.folder(), "row");
  }

  @Override
  public OptionalLong promisedRows() throws IOException {
    return OptionalLong.of(ParquetFooters.rows(contents.files(), configuration));
  }

  @Override
  public long bytes() {
    return contents.bytes();
  }

  @Override
  public String fingerprint() {
    Fingerprint fingerprint = new Fingerprint().add(path());
    for (FileStatus file : contents.files()) {
      fingerprint.add(file.getPath().toString()).add(file.getLen());
    }
    return fingerprint.hex();
  }
}
