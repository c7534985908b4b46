package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.LakeSourceKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.run.ListedParquet;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.sources.BaseRelation;

/**
 * One published snapshot of a lake table as it was written. Driver only.
 *
 * @param current what readers of the lake table see, which may be another snapshot
 * @param id the snapshot's, such as an export id
 * @param path whole path of its folder
 * @param schema the schema it was written with; {@code schema.json} may have been edited since
 */
public record LakeSnapshot(
    LakeFiles files,
    LakeLayout layout,
    CurrentPointer current,
    String id,
    String path,
    TableSchema schema) {

  private static final Pattern CSV = Pattern.compile(".*\\.csv(\\.[a-z0-9]+)?");

  /**
   * Opens a snapshot.
   *
   * @param wanted id of a snapshot that is or was published, or of an export of which there is one;
   *     empty for the current one
   * @throws UsageException if there is no such lake table or snapshot
   * @throws DataRefusedException if its pointer or schema was changed by other hands
   */
  public static LakeSnapshot open(LakeFiles files, String folder, Optional<String> wanted)
      throws IOException {
    return open(files, Lake.open(files, folder).one(), wanted);
  }

  static LakeSnapshot open(LakeFiles files, Lake.Table table, Optional<String> wanted)
      throws IOException {
    CurrentPointer current = table.current();
    return open(
        files, table.layout(), current, wanted.map(current::idOf).orElse(current.snapshot().id()));
  }

  /**
   * Opens the snapshot that readers see, by a pointer that was read already.
   *
   * @throws UsageException if its folder is not whole
   * @throws DataRefusedException if its schema was changed by other hands
   */
  public static LakeSnapshot of(LakeFiles files, LakeLayout layout, CurrentPointer current)
      throws IOException {
    return open(files, layout, current, current.snapshot().id());
  }

  /**
   * Opens the snapshot that readers saw at some time: the last one published at or before it.
   *
   * @throws UsageException if there is no such lake table, or nobody knows of such a snapshot
   * @throws DataRefusedException if its pointer or schema was changed by other hands
   */
  public static LakeSnapshot openAsOf(LakeFiles files, String folder, Instant instant)
      throws IOException {
    Lake.Table table = Lake.open(files, folder).one();
    LakeLayout layout = table.layout();
    CurrentPointer current = table.current();
    String id =
        current
            .idAt(instant)
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot open lake table as of %s: the first snapshot of which the time is known was published at %s, in %s; give a later time, or one of %s to %s"
                            .formatted(
                                instant,
                                current.firstPublishedAt(),
                                layout.root(),
                                String.join(", ", current.ids()),
                                Words.LAKE_SOURCE.of(LakeSourceKeys.SNAPSHOT))));
    return open(files, layout, current, id);
  }

  private static LakeSnapshot open(
      LakeFiles files, LakeLayout layout, CurrentPointer current, String id) throws IOException {
    if (!current.wasPublished(id)) {
      throw new UsageException(
          "Cannot open snapshot '%s': the lake table has published %s, in %s"
              .formatted(id, String.join(", ", current.ids()), layout.root()));
    }
    boolean isCurrent = id.equals(current.snapshot().id());
    String path = path(layout, current, id);
    String schemaPath = LakeLayout.snapshotSchema(path);
    String schema =
        files
            .read(schemaPath)
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot open snapshot '%s': it lacks %s; copy the whole folder of the lake table, or flatten again with %s"
                            .formatted(id, schemaPath, Words.FLATTEN.of(FlattenKeys.REPLACE))));
    Optional<String> published =
        isCurrent
            ? Optional.of(current.snapshot().schemaFingerprint())
            : current.earlier(id).flatMap(EarlierSnapshot::schemaFingerprint);
    if (published.filter(known -> !known.equals(Fingerprint.of(schema))).isPresent()) {
      throw new DataRefusedException(
          "Cannot open snapshot '%s': its schema is not the one that its files were written with, %s; put back the file as it was, or flatten again with %s"
              .formatted(id, schemaPath, Words.FLATTEN.of(FlattenKeys.REPLACE)));
    }
    return new LakeSnapshot(files, layout, current, id, path, parse(schema, id, schemaPath));
  }

  private static String path(LakeLayout layout, CurrentPointer current, String id) {
    if (id.equals(current.snapshot().id())) {
      return layout.root() + "/" + current.snapshot().path();
    }
    return current.earlier(id).flatMap(EarlierSnapshot::iceberg).isPresent()
        ? layout.root() + "/" + LakeLayout.documentsFolder(id)
        : layout.snapshot(id);
  }

  private static TableSchema parse(String schema, String id, String place) {
    try {
      return TableSchemaJson.fromJson(schema);
    } catch (DataRefusedException e) {
      throw new DataRefusedException(
          "Cannot open snapshot '" + id + "': " + e.getMessage() + ", in " + place, e);
    }
  }

  /**
   * Whether it holds the whole table, as the report of the run that published it says. A table into
   * which items of one kind were taken apart does not.
   */
  public Wholeness wholeness() throws IOException {
    Wholeness ofRun = wholenessOfRun();
    return layout.isEntity()
        ? ofRun.without(
            "they are the items of one kind, and those of others are in other tables of the lake")
        : ofRun;
  }

  /** Whether the run that published it has had the whole table. */
  public Wholeness wholenessOfRun() throws IOException {
    return report()
        .map(Wholeness::ofRun)
        .orElseGet(
            () -> Wholeness.doubt("the report of the run that made the snapshot is missing"));
  }

  /**
   * Returns what is known of the table, and the moment that this snapshot shows: of an earlier one
   * what the report of the run says that published it.
   */
  public TableFacts facts() throws IOException {
    TableFacts known = current.facts();
    if (isCurrent()) {
      return known;
    }
    Optional<Instant> shows = report().flatMap(RunReport::shownBy);
    return new TableFacts(known.arn(), known.id(), shows);
  }

  /** Returns the folders of the exports that the run has read which published it. */
  public List<String> exports() throws IOException {
    List<String> roots = new ArrayList<>();
    report()
        .ifPresent(
            run ->
                run.path("inputs")
                    .forEach(input -> JsonDocuments.text(input, "root").ifPresent(roots::add)));
    return roots;
  }

  /** Returns how many rows were published; empty if nobody knows any more. */
  public OptionalLong rows() throws IOException {
    if (isCurrent()) {
      return OptionalLong.of(current.snapshot().rows());
    }
    Optional<Long> remembered = current.earlier(id).flatMap(EarlierSnapshot::rows);
    if (remembered.isPresent()) {
      return OptionalLong.of(remembered.get());
    }
    JsonNode rows =
        report()
            .map(run -> run.path("counts").path("rowsWritten"))
            .orElse(MissingNode.getInstance());
    return rows.isIntegralNumber() ? OptionalLong.of(rows.longValue()) : OptionalLong.empty();
  }

  /** The report of the run that published it. */
  private Optional<JsonNode> report() throws IOException {
    List<String> runs = new ArrayList<>();
    if (isCurrent()) {
      runs.add(layout.runReport(current.snapshot().runId()));
    } else {
      for (String name : files.childNames(layout.runs())) {
        runs.add(layout.runs() + "/" + name);
      }
      // the names begin with the time
      runs.sort(Comparator.reverseOrder());
    }
    for (String path : runs) {
      Optional<JsonNode> report = files.read(path).flatMap(JsonDocuments::parseObject);
      if (report.isPresent()
          && report.get().path("published").asBoolean()
          && report.get().path("output").path("snapshotId").asText().equals(id)) {
        return report;
      }
    }
    return Optional.empty();
  }

  /** Returns where Iceberg keeps it; empty for a folder of files. */
  public Optional<IcebergVersion> iceberg() {
    return isCurrent()
        ? current.snapshot().iceberg()
        : current.earlier(id).flatMap(EarlierSnapshot::iceberg);
  }

  boolean isCurrent() {
    return id.equals(current.snapshot().id());
  }

  /**
   * Lists its files.
   *
   * @throws DataRefusedException if they are not those that were published, by name and length
   */
  public SnapshotContents contents(SparkSession spark) throws IOException {
    Optional<IcebergVersion> iceberg = iceberg();
    return asPublished(
        iceberg.isPresent()
            ? IcebergReader.find().contents(spark, layout, iceberg.get())
            : SnapshotContents.list(files, path));
  }

  /**
   * Lists the files that the next snapshot is to be made from: its own, or of a table of Iceberg
   * those that a compaction by others has made of them since.
   *
   * @throws DataRefusedException if they are not those that were published, or others have changed
   *     rows
   */
  public SnapshotContents base(SparkSession spark) throws IOException {
    Optional<IcebergVersion> iceberg = iceberg();
    return iceberg.isPresent()
        ? asPublished(IcebergReader.find().head(spark, layout, iceberg.get()))
        : contents(spark);
  }

  private SnapshotContents asPublished(SnapshotContents contents) throws IOException {
    Optional<SnapshotFiles> published = publishedFiles();
    if (published.isPresent() && isAsPublished(contents)) {
      published.get().requireSame(contents, id);
    }
    return contents;
  }

  /**
   * Reads the footers of its files and counts their rows.
   *
   * @param contents the files as they were just listed
   * @throws DataRefusedException if a file is damaged, or another one than was published, or there
   *     are not as many rows
   */
  public long verifiedRows(SnapshotContents contents, Configuration configuration)
      throws IOException {
    Optional<SnapshotFiles> published = publishedFiles();
    SnapshotFiles now =
        footers(contents, configuration, published.map(SnapshotFiles::deleted).orElse(0L));
    if (published.isPresent() && isAsPublished(contents)) {
      published.get().requireSameFooters(now, contents, id);
    }
    OptionalLong known = rows();
    boolean countable = isAsPublished(contents) || contents.deletes().isEmpty();
    if (countable && known.isPresent() && known.getAsLong() != now.rows()) {
      throw new DataRefusedException(
          "Cannot read snapshot '%s': its files hold %,d rows and %,d were published, in %s; %s"
              .formatted(id, now.rows(), known.getAsLong(), path, SnapshotFiles.wayOut()));
    }
    return now.rows();
  }

  /** Not of a table of Iceberg where others have put its files together and expired ours. */
  private boolean isAsPublished(SnapshotContents contents) {
    return contents
        .kept()
        .filter(kept -> kept.snapshotId() != iceberg().orElseThrow().snapshotId())
        .isEmpty();
  }

  private static SnapshotFiles footers(
      SnapshotContents contents, Configuration configuration, long deleted) throws IOException {
    return new SnapshotFiles(
        FolderStore.entries(contents.files(), contents, configuration, metadata -> {}),
        FolderStore.entries(contents.deletes(), contents, configuration, metadata -> {}),
        deleted);
  }

  /**
   * Returns the rows with what tells where they lie: columns of the schema, {@code ddb_rescued},
   * {@code ddb_nulls}, and of folders of Parquet the derived partition columns.
   *
   * @param contents the files
   */
  public PlacedRows placed(SparkSession spark, SnapshotContents contents) throws IOException {
    return contents.isPlain()
        ? PlacedRows.ofFiles(spark.baseRelationToDataFrame(relation(spark, contents, Map.of())))
        : IcebergReader.find()
            .rows(spark, layout, iceberg().orElseThrow().at(contents.kept().get().snapshotId()));
  }

  /**
   * Returns the same of some of the files.
   *
   * @param numbers of those, in the order of the contents
   */
  public PlacedRows placed(SparkSession spark, SnapshotContents contents, List<Integer> numbers)
      throws IOException {
    if (contents.isPlain()) {
      List<FileStatus> some = numbers.stream().map(contents.files()::get).toList();
      return placed(spark, new SnapshotContents(contents.folder(), some, contents.partitions()));
    }
    PlacedRows all = placed(spark, contents);
    Object[] paths = numbers.stream().map(contents::location).toArray();
    // Iceberg warns of conditions on its own columns, which it cannot push down
    Column file = functions.concat(all.file(), functions.lit(""));
    return new PlacedRows(all.rows().where(file.isin(paths)), all.file(), all.position());
  }

  /**
   * Returns the rows as Spark's planner reads them; lists the files. Of Parquet exactly the files
   * that were published are read, columns and partitions pruned and filters pushed down; those of
   * CSV are text but for the partition columns.
   *
   * @param settings Hadoop's, for this use alone
   * @throws DataRefusedException if the files are not those that were published, by name and length
   */
  public BaseRelation relation(SparkSession spark, Map<String, String> settings)
      throws IOException {
    SnapshotContents contents = contents(spark);
    if (iceberg().isEmpty()) {
      return relation(spark, contents, settings);
    }
    IcebergRelation.refuse(settings);
    return new IcebergRelation(
        spark, placed(spark, contents).rows(), SnapshotColumns.of(this, contents).all());
  }

  /**
   * Returns files of Parquet as a relation, of a table of Iceberg if {@link
   * SnapshotContents#isPlain} says so.
   *
   * @param contents what is to be read
   */
  public BaseRelation relation(
      SparkSession spark, SnapshotContents contents, Map<String, String> settings) {
    if (iceberg().isPresent()) {
      Map<String, String> all = new HashMap<>(settings);
      all.putAll(ListedParquet.TIMES_AS_THEY_STAND);
      return ListedParquet.relation(
          spark,
          contents.folder(),
          contents.files(),
          SnapshotColumns.of(this, contents).all(),
          List.of(),
          all);
    }
    return SnapshotStore.of(format(contents), csv())
        .relation(spark, contents, SnapshotColumns.of(this, contents), settings);
  }

  /**
   * Returns what was published of each of its files, in the order of the contents; of a snapshot
   * without such a list, what their footers say now.
   */
  public SnapshotFiles filesOf(SnapshotContents contents, Configuration configuration)
      throws IOException {
    Optional<SnapshotFiles> published = publishedFiles();
    return published.isPresent()
        ? published.get().ordered(contents)
        : footers(contents, configuration, 0);
  }

  private Optional<CsvDialect> csv() {
    return isCurrent()
        ? current.snapshot().csv()
        : current.earlier(id).flatMap(EarlierSnapshot::csv);
  }

  /** Of an earlier snapshot the files tell. */
  private OutputFormat format(SnapshotContents contents) {
    if (isCurrent()) {
      return current.snapshot().dataFormat();
    }
    if (iceberg().isPresent()) {
      return OutputFormat.ICEBERG;
    }
    return contents.files().stream()
            .anyMatch(file -> CSV.matcher(file.getPath().getName()).matches())
        ? OutputFormat.CSV
        : OutputFormat.PARQUET;
  }

  /** Returns the files as they were published; empty for snapshots of versions before that list. */
  public Optional<SnapshotFiles> publishedFiles() throws IOException {
    Optional<String> fingerprint =
        isCurrent()
            ? current.snapshot().filesFingerprint()
            : current.earlier(id).flatMap(EarlierSnapshot::filesFingerprint);
    if (fingerprint.isEmpty()) {
      return Optional.empty();
    }
    // where Iceberg has put the rows into other files since, there is a list of those, too
    Optional<String> rewritten =
        iceberg().isPresent()
            ? files.read(LakeLayout.snapshotFiles(path, iceberg().get().snapshotId()))
            : Optional.empty();
    String place = LakeLayout.snapshotFiles(path);
    return Optional.of(
        (rewritten.isPresent() ? rewritten : files.read(place))
            .filter(text -> Fingerprint.of(text).equals(fingerprint.get()))
            .flatMap(text -> SnapshotFiles.fromJson(text, id))
            .orElseThrow(
                () ->
                    new DataRefusedException(
                        "Cannot open snapshot '%s': the list of its files is gone or was changed, %s; %s"
                            .formatted(id, place, SnapshotFiles.wayOut()))));
  }
}
