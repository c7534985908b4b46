package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One published snapshot of a lake table as it was written: its own schema, its files. Driver only.
 *
 * @param root folder of the lake table
 * @param id the snapshot's, such as an export id
 * @param schema the schema it was written with
 * @param contents its data files, all Parquet
 */
record LakeSnapshot(String root, String id, TableSchema schema, SnapshotContents contents) {

  /**
   * Opens a snapshot.
   *
   * @param wanted id of a snapshot that is or was published; empty for the current one
   * @throws UsageException if there is no such lake table or snapshot, or it has lost its types
   */
  static LakeSnapshot open(LakeFiles files, String folder, Optional<String> wanted)
      throws IOException {
    LakeLayout layout = new LakeLayout(files.qualify(folder));
    CurrentPointer current =
        files
            .read(layout.current())
            .map(text -> CurrentPointer.fromJson(text, layout.current()))
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot open lake table: there is no "
                            + layout.current()
                            + "; give the folder that flatten wrote to"));
    String id = wanted.orElse(current.snapshotId());
    if (!current.wasPublished(id)) {
      List<String> known = new ArrayList<>(current.earlier());
      known.add(current.snapshotId());
      throw new UsageException(
          "Cannot open snapshot '"
              + id
              + "': the lake table has published "
              + String.join(", ", known)
              + ", in "
              + layout.root());
    }
    String path =
        id.equals(current.snapshotId())
            ? layout.root() + "/" + current.snapshotPath()
            : layout.snapshot(id);
    String schemaPath = LakeLayout.snapshotSchema(path);
    TableSchema schema =
        TableSchemaJson.fromJson(
            files
                .read(schemaPath)
                .orElseThrow(
                    () ->
                        new UsageException(
                            "Cannot open snapshot '"
                                + id
                                + "': it lacks "
                                + schemaPath
                                + "; it was deleted, or copy the whole folder of the lake table")));
    SnapshotContents contents = SnapshotContents.list(files, path);
    if (contents.files().stream().anyMatch(file -> !isParquet(file.getPath().getName()))) {
      throw new UsageException(
          "Cannot restore snapshot '"
              + id
              + "': it is not Parquet, and CSV has lost the types, in "
              + path
              + "; flatten the export as Parquet");
    }
    if (contents.files().isEmpty()) {
      throw new DataRefusedException(
          "Cannot open snapshot '" + id + "': its folder holds no data files, at " + path);
    }
    return new LakeSnapshot(layout.root(), id, schema, contents);
  }

  private static boolean isParquet(String name) {
    return name.endsWith(".parquet");
  }

  /**
   * The rows with the written columns in their order, {@code ddb_rescued}, {@code ddb_nulls}, and
   * behind them others.
   */
  Dataset<Row> rows(SparkSession session, boolean withPositions) {
    // derived partition columns are no columns of the schema; Spark adds them by itself
    Dataset<Row> all =
        session.read().schema(SparkTypes.toStruct(schema)).parquet(contents.folder());
    List<Column> columns = new ArrayList<>();
    schema
        .writtenColumns()
        .forEach(column -> columns.add(PartitionExpressions.column(column.name())));
    columns.add(PartitionExpressions.column(TableSchema.RESCUED));
    columns.add(PartitionExpressions.column(TableSchema.NULLS));
    if (withPositions) {
      Column metadata = all.metadataColumn("_metadata");
      columns.add(metadata.getField("file_path"));
      columns.add(metadata.getField("row_index"));
    }
    return all.select(columns.toArray(Column[]::new));
  }
}
