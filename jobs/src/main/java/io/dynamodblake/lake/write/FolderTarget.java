package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.ImplausibleTimes;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.SnapshotStore;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A snapshot that becomes a folder of files. */
final class FolderTarget implements SnapshotTarget {
  private final SparkSession session;
  private final LakeFiles files;
  private final String id;
  private final String place;
  private final OutputFormat format;
  private FileShape shape; // once it was begun

  /**
   * @param session one that was made for the folder
   * @param place the folder, which belongs to this run alone
   */
  FolderTarget(
      SparkSession session, LakeFiles files, String id, String place, OutputFormat format) {
    this.session = session;
    this.files = files;
    this.id = id;
    this.place = place;
    this.format = format;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public OutputFormat format() {
    return format;
  }

  @Override
  public SparkSession session() {
    return session;
  }

  @Override
  public boolean takesItems(Arrangement arrangement) {
    return arrangement.isAsRead() && format == OutputFormat.PARQUET;
  }

  @Override
  public void begin(TableSchema schema, Arrangement arrangement, Map<String, String> lineage) {
    shape = FileShape.of(session, arrangement.columnsOfFiles(SparkTypes.toStruct(schema)));
  }

  @Override
  public void write(ItemFiles.Source items, JavaRDD<byte[]> shares, FileSizing sizing)
      throws IOException {
    ItemFiles.write(session, items, shape, shares, place, sizing.fileBytes());
  }

  @Override
  public void write(Dataset<Row> rows, Arrangement arrangement, FileSizing sizing) {
    new SnapshotWriter(session, format, arrangement.partitions(), arrangement.sortColumns(), sizing)
        .write(rows, place);
  }

  @Override
  public void take(SnapshotContents contents, FilePlan plan, ChangeMerge merge) throws IOException {
    new Carrying(session, contents).carry(plan.carried(), place);
    new Rewriting(session, contents, merge).write(plan.rewritten(), shape, place, contents::group);
  }

  @Override
  public Written count(TableSchema schema, Arrangement arrangement) throws IOException {
    SnapshotContents contents = SnapshotContents.list(files, place);
    SnapshotStore store = SnapshotStore.of(format);
    ImplausibleTimes times = new ImplausibleTimes(schema);
    SnapshotFiles written = store.files(session, contents, times);
    long rows = store.rows(session, contents, written, schema, arrangement.partitions(), times);
    return new Written(contents, written, rows, times.notes());
  }

  @Override
  public Dataset<Row> rows(
      SparkSession reader, Written written, TableSchema schema, Arrangement arrangement) {
    return SnapshotStore.of(format)
        .open(reader, written.contents(), schema, arrangement.partitions());
  }

  @Override
  public Dataset<Row> rowsOf(SparkSession reader, int file, Written written, TableSchema schema) {
    return ExactPaths.read(reader)
        .schema(SparkTypes.toStruct(schema))
        .option("basePath", place)
        .parquet(written.contents().location(file));
  }

  @Override
  public Optional<IcebergVersion> iceberg() {
    return Optional.empty();
  }

  @Override
  public boolean release(Map<String, String> properties) {
    return true; // by the pointer
  }

  @Override
  public void discard() throws IOException {
    files.deleteFolder(place);
  }
}
