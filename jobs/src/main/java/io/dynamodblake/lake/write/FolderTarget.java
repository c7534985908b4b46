package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.ImplausibleTimes;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.SnapshotStore;
import io.dynamodblake.lake.SpreadsheetNotes;
import io.dynamodblake.lake.changes.TableMerge;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
  private final CsvFiles csv;
  private TableSchema schema; // once it was begun
  private FileShape shape;

  /**
   * @param session one that was made for the folder
   * @param place the folder, which belongs to this run alone
   * @param csv what files of CSV are to be like
   */
  FolderTarget(
      SparkSession session,
      LakeFiles files,
      String id,
      String place,
      OutputFormat format,
      CsvFiles csv) {
    this.session = session;
    this.files = files;
    this.id = id;
    this.place = place;
    this.format = format;
    this.csv = csv;
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
  public void begin(TableSchema columns, Arrangement arrangement, Map<String, String> lineage) {
    schema = columns;
    shape = FileShape.of(session, arrangement.columnsOfFiles(SparkTypes.toStruct(columns)));
  }

  @Override
  public ItemFiles.Destination destination(FileSizing sizing) {
    return new ItemFiles.Destination(place, schema, shape, sizing.fileBytes());
  }

  @Override
  public void write(Dataset<Row> rows, Arrangement arrangement, FileSizing sizing)
      throws IOException {
    new SnapshotWriter(
            session,
            format,
            shape,
            arrangement.partitions(),
            arrangement.sortColumns(),
            sizing,
            csv,
            numbers())
        .write(rows, place);
  }

  private Set<String> numbers() {
    return schema.writtenColumns().stream()
        .filter(column -> column.mapping().descriptor() == Descriptor.N)
        .map(Column::name)
        .collect(Collectors.toSet());
  }

  @Override
  public void take(SnapshotContents contents, FilePlan plan, TableMerge merge) throws IOException {
    new Carrying(session, contents).carry(plan.carried(), place);
    new Rewriting(session, contents, merge).write(plan.rewritten(), shape, place, contents::group);
  }

  @Override
  public Written count(TableSchema columns, Arrangement arrangement) throws IOException {
    SnapshotContents contents = SnapshotContents.list(files, place);
    SnapshotStore store = SnapshotStore.of(format, csv());
    ImplausibleTimes times = new ImplausibleTimes(columns);
    SnapshotFiles written = store.files(session, contents, times);
    long rows = store.rows(session, contents, written, columns, arrangement.partitions(), times);
    List<String> notes = new ArrayList<>(times.notes());
    if (csv().isPresent() && csv.isForPeople()) {
      notes.addAll(
          SpreadsheetNotes.EXCEL.of(
              session,
              contents,
              SparkTypes.toStruct(columns),
              arrangement.partitions(),
              csv.dialect()));
    }
    return new Written(contents, written, rows, notes);
  }

  @Override
  public Dataset<Row> rows(
      SparkSession reader, Written written, TableSchema columns, Arrangement arrangement) {
    return SnapshotStore.of(format, csv())
        .open(reader, written.contents(), columns, arrangement.partitions());
  }

  @Override
  public Dataset<Row> rowsOf(SparkSession reader, int file, Written written, TableSchema columns) {
    return ExactPaths.read(reader)
        .schema(SparkTypes.toStruct(columns))
        .option("basePath", place)
        .parquet(written.contents().location(file));
  }

  @Override
  public Optional<CsvDialect> csv() {
    return format == OutputFormat.CSV ? Optional.of(csv.dialect()) : Optional.empty();
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
