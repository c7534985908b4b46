package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.ImplausibleTimes;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.changes.TableMerge;
import io.dynamodblake.lake.iceberg.DeletedRows;
import io.dynamodblake.lake.iceberg.IcebergTable;
import io.dynamodblake.lake.iceberg.TableShape;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.ListedParquet;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A snapshot that Iceberg keeps. Files that nobody knows yet are written into a folder of this run
 * among the files of the table; they become a snapshot on no branch, which is counted, and to which
 * the table's main branch is moved at last.
 */
final class IcebergTarget implements SnapshotTarget {
  private static final Pattern BESIDE = Pattern.compile("(files|positions)-(\\d+)/[^/]*");

  private final SparkSession user;
  private final SparkSession session;
  private final LakeFiles files;
  private final LakeTarget target;
  private final LakeLayout layout;
  private final String id;
  private final Where where;

  // once it was begun
  private IcebergTable table;
  private FileShape shape;
  private TableSchema schema;
  private Map<String, String> lineage = Map.of();
  // what was written
  private boolean all = true;
  private Optional<SnapshotContents> base = Optional.empty();
  private Set<Integer> gone = Set.of();
  private IcebergTable.Placed rows = IcebergTable.Placed.none();
  private Optional<IcebergTable.Staged> staged = Optional.empty();

  /**
   * Where the table is, and how it is published.
   *
   * @param name empty for the folder of the lake table
   * @param arn of the DynamoDB table, if it is known
   * @param tag for readers who travel back
   */
  record Where(Optional<IcebergName> name, Optional<String> arn, Optional<IcebergTable.Tag> tag) {}

  IcebergTarget(
      SparkSession user,
      SparkSession session,
      LakeFiles files,
      LakeTarget target,
      String id,
      Where where) {
    this.user = user;
    this.session = session;
    this.target = target;
    this.layout = target.layout();
    this.files = files;
    this.id = id;
    this.where = where;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String place() {
    return layout.root() + "/" + LakeLayout.documentsFolder(id);
  }

  @Override
  public OutputFormat format() {
    return OutputFormat.ICEBERG;
  }

  @Override
  public SparkSession session() {
    return session;
  }

  @Override
  public boolean takesItems(Arrangement arrangement) {
    return arrangement.isAsRead();
  }

  @Override
  public void begin(TableSchema columns, Arrangement arrangement, Map<String, String> madeOf)
      throws IOException {
    schema = columns;
    lineage = Map.copyOf(madeOf);
    TableShape shaped = TableShape.of(columns, arrangement.partitions(), arrangement.sortColumns());
    Optional<IcebergTable> found = IcebergTable.find(session, layout, where.name());
    if (found.isPresent()) {
      table = found.get();
      table.requireArn(where.arn());
      table.evolve(shaped);
    } else {
      table = IcebergTable.create(session, layout, where.name(), shaped, where.arn());
    }
    table.begin();
    Takeover.requireNotAhead(files, target, table);
    WriteSessions.prepare(session, ownFolder());
    shape =
        FileShape.of(session, SparkTypes.toStruct(columns)).with(table.fieldIds(), table.footer());
  }

  /** Among the files of the table, which runs write at the same time. */
  private String ownFolder() {
    return table.dataFolder() + "/" + id;
  }

  @Override
  public ItemFiles.Destination destination(FileSizing sizing) {
    return new ItemFiles.Destination(ownFolder(), schema, shape, sizing.fileBytes());
  }

  @Override
  public void write(Dataset<Row> written, Arrangement arrangement, FileSizing sizing)
      throws IOException {
    rows = table.write(written, id, writeOptions(sizing));
  }

  /** Returns what Iceberg's writer is to know of the sizes of files. */
  static Map<String, String> writeOptions(FileSizing sizing) {
    return Map.of(
        "target-file-size-bytes",
        String.valueOf(sizing.fileBytes()),
        "advisory-partition-size",
        String.valueOf(sizing.shuffleBytes()));
  }

  @Override
  public void take(SnapshotContents contents, FilePlan plan, TableMerge merge) throws IOException {
    all = false;
    base = Optional.of(contents);
    Set<Integer> out = new HashSet<>();
    for (int file = 0; file < contents.files().size(); file++) {
      out.add(file);
    }
    plan.carried().forEach(out::remove);
    plan.covered().forEach(out::remove);
    gone = out;
    new Rewriting(session, contents, merge)
        .write(plan.rewritten(), shape, ownFolder(), first -> "files-" + first);
    new Covering(session, contents, merge)
        .write(plan.covered(), ownFolder(), first -> "positions-" + first);
  }

  @Override
  public Written count(TableSchema columns, Arrangement arrangement) throws IOException {
    IcebergTable.Staged made = table.stage(written(), id, lineage);
    staged = Optional.of(made);
    SnapshotContents contents = table.contents(made);
    ImplausibleTimes times = new ImplausibleTimes(schema);
    SnapshotFiles counted =
        SnapshotFiles.ofIceberg(
            contents,
            session.sessionState().newHadoopConf(),
            times,
            DeletedRows.count(session, contents));
    return new Written(contents, counted, counted.rows(), times.notes());
  }

  private IcebergTable.Written written() throws IOException {
    List<FileStatus> unpartitioned = new ArrayList<>();
    Map<FileStatus, Integer> rewritten = new LinkedHashMap<>();
    Map<FileStatus, Integer> positions = new LinkedHashMap<>();
    String folder = files.qualify(ownFolder());
    for (FileStatus file : files.filesBelow(folder)) {
      String name = file.getPath().toString().substring(folder.length() + 1);
      Matcher beside = BESIDE.matcher(name);
      if (!beside.matches()) {
        unpartitioned.add(file);
      } else if (beside.group(1).equals("files")) {
        rewritten.put(file, Integer.valueOf(beside.group(2)));
      } else {
        positions.put(file, Integer.valueOf(beside.group(2)));
      }
    }
    return new IcebergTable.Written(all, base, gone, unpartitioned, rewritten, positions, rows);
  }

  @Override
  public Dataset<Row> rows(
      SparkSession reader, Written written, TableSchema columns, Arrangement arrangement) {
    return table.rows(reader, staged.orElseThrow()).rows();
  }

  @Override
  public Dataset<Row> rowsOf(SparkSession reader, int file, Written written, TableSchema columns) {
    // it was just written with the columns of now, so that any reader of Parquet reads it right
    return ExactPaths.read(reader)
        .options(ListedParquet.TIMES_AS_THEY_STAND)
        .schema(SparkTypes.toStruct(columns))
        .parquet(written.contents().location(file));
  }

  @Override
  public Optional<CsvDialect> csv() {
    return Optional.empty();
  }

  @Override
  public Optional<IcebergVersion> iceberg() {
    return staged.map(made -> table.version(made));
  }

  @Override
  public boolean release(Map<String, String> properties) throws IOException {
    boolean published = table.publish(staged.orElseThrow(), properties, where.tag());
    IcebergTable.forget(user, layout, where.name());
    return published;
  }

  @Override
  public void discard() throws IOException {
    if (table != null) {
      table.discard(rows);
      files.deleteFolder(ownFolder());
    }
    files.deleteFolder(place());
  }
}
