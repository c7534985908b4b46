package io.dynamodblake.lake.items;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.input.BatchRows;
import io.dynamodblake.lake.input.LakeInput;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.RowSource;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.scan.TableItems;
import io.dynamodblake.spark.scan.TableReading;
import io.dynamodblake.spark.write.ImportLayout;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Items wherever they lie: an export, import files, the rows of a lake table, or a live table.
 * Driver only.
 */
public sealed interface ItemSet extends AutoCloseable {
  String COMPARE = "compare";

  Pattern LOOKS_LIKE_TABLE = Pattern.compile("[A-Za-z0-9_-]{3,255}");

  Pattern CSV_FILE = Pattern.compile("\\.csv(\\.(gz|zst|zstd))?$", Pattern.CASE_INSENSITIVE);

  /** What it is, for people: without a path. */
  String kind();

  /** Reads what can be read only once; before anything is asked of its items. */
  default void read(ReadProgress progress) {}

  /** Items that its manifest or its footers promise, or were read once; -1 if nothing does. */
  long promised() throws IOException;

  /**
   * Whether they are all items of the table that they come from.
   *
   * @param items how many there are
   */
  Wholeness wholeness(long items) throws IOException;

  /**
   * Refuses what cannot be all that was written, by the report of whoever has written it.
   *
   * @param items how many were read
   * @throws DataRefusedException if there were others, or the writing did not come to its end
   */
  default void requireWritten(String action, long items) throws IOException {}

  List<KeyAttribute> keys();

  /** What does not come back as it was, and is told. */
  List<String> notes();

  <T> JavaRDD<T> items(ExportItems.Maker<T> maker) throws IOException;

  @Override
  default void close() {}

  /**
   * Finds out what lies at a path, unless the side is a live table.
   *
   * @param action what messages say cannot be done, such as {@code compare}
   * @throws UsageException if it is nothing that holds items
   * @throws io.dynamodblake.export.ExportFormatException if it is no export either, or a damaged
   *     one
   */
  static ItemSet open(
      SparkSession spark, String action, Side side, ReadOptions options, long taskBytes)
      throws IOException {
    if (side.table().isPresent()) {
      return new OfLiveTable(side.table().get(), new TableItems(spark, side.table().get()));
    }
    Configuration configuration = spark.sessionState().newHadoopConf();
    ObjectStore store = new HadoopObjectStore(configuration);
    String root = new LakeLayout(store.qualify(side.path())).root();
    if (store.exists(new LakeLayout(root).current())) {
      LakeSnapshot snapshot =
          LakeSnapshot.open(new LakeFiles(configuration), root, side.snapshot());
      return new OfLake(
          spark, action, LakeInput.of(spark, snapshot, Optional.empty(), options.words()));
    }
    if (side.snapshot().isPresent()) {
      throw new UsageException(
          "Cannot "
              + action
              + " snapshot '"
              + side.snapshot().get()
              + "': only lake tables have snapshots, and there is none at "
              + root);
    }
    Optional<String> report = Optional.empty();
    for (String name : ImportLayout.REPORTS) {
      if (store.exists(root + "/" + name)) {
        report = Optional.of(root + "/" + name);
      }
    }
    boolean restored = report.isPresent() || store.exists(ImportLayout.request(root));
    String folder = restored ? ImportLayout.data(root) : root;
    List<ObjectStore.Entry> files = store.list(folder);
    if (files.isEmpty() && LOOKS_LIKE_TABLE.matcher(side.path()).matches()) {
      throw new UsageException(
          "Cannot %s: there is nothing at %s; if %s is a DynamoDB table, %s"
              .formatted(
                  action,
                  root,
                  side.path(),
                  action.equals(COMPARE)
                      ? "write dynamodb://" + side.path()
                      : "export or scan it first"));
    }
    if (files.stream().anyMatch(file -> isCsv(file.name()))) {
      throw new UsageException(
          "Cannot "
              + action
              + ": CSV has lost the types of the items, in "
              + folder
              + "; restore with "
              + Words.RESTORE.of(RestoreKeys.FORMAT, "dynamodb-json")
              + " or ion, flatten as Parquet");
    }
    ExportManifest manifest =
        new ExportLocator(store, options).locate(folder, ExportSelection.newest());
    return new OfExport(spark, configuration, manifest, options, taskBytes, restored, report);
  }

  private static boolean isCsv(String name) {
    return CSV_FILE.matcher(name).find();
  }

  /**
   * An export, or data files without a manifest.
   *
   * @param restored whether they were written to be imported
   * @param report path of the report of whoever did that
   */
  record OfExport(
      SparkSession spark,
      Configuration configuration,
      ExportManifest manifest,
      ReadOptions options,
      long taskBytes,
      boolean restored,
      Optional<String> report)
      implements ItemSet {
    @Override
    public String kind() {
      String what =
          manifest.hasManifest()
              ? "export " + manifest.exportId()
              : restored ? "import files" : "data files";
      return what + ", " + manifest.recordFormat().words();
    }

    @Override
    public long promised() {
      return manifest.itemCount();
    }

    @Override
    public Wholeness wholeness(long items) throws IOException {
      if (!restored) {
        return Wholeness.of(manifest);
      }
      if (report.isEmpty()) {
        return Wholeness.doubt(Wholeness.NO_REPORT);
      }
      return readReport()
          .map(tree -> Wholeness.ofImport(tree, items))
          .orElseGet(() -> Wholeness.doubt(Wholeness.NO_REPORT));
    }

    private Optional<JsonNode> readReport() throws IOException {
      return report.isEmpty()
          ? Optional.empty()
          : new LakeFiles(configuration).read(report.get()).flatMap(JsonDocuments::parseObject);
    }

    @Override
    public void requireWritten(String action, long items) throws IOException {
      Optional<String> lacking = readReport().flatMap(tree -> Wholeness.lacking(tree, items));
      if (lacking.isPresent()) {
        throw new DataRefusedException(
            "Cannot %s: %s, in %s; copy or write them again, or give that folder to take what is there"
                .formatted(action, lacking.get(), manifest.root()));
      }
    }

    @Override
    public List<KeyAttribute> keys() {
      return manifest.keys().stream().map(KeyAttribute::parse).toList();
    }

    @Override
    public List<String> notes() {
      return restored ? List.of() : manifest.warnings();
    }

    @Override
    public <T> JavaRDD<T> items(ExportItems.Maker<T> maker) throws IOException {
      return ExportItems.of(spark, configuration, manifest, options, taskBytes, maker);
    }
  }

  /** A snapshot of a lake table. */
  record OfLake(SparkSession spark, String action, RowInput input) implements ItemSet {
    @Override
    public String kind() {
      return "lake table, " + input.name();
    }

    @Override
    public long promised() throws IOException {
      return input.allRows().orElse(-1);
    }

    @Override
    public Wholeness wholeness(long items) throws IOException {
      return input.wholeness();
    }

    @Override
    public List<KeyAttribute> keys() {
      return input.schema().keys();
    }

    @Override
    public List<String> notes() {
      List<String> losses = input.losses();
      return losses.isEmpty()
          ? List.of()
          : List.of("The lake table does not hold as it was: " + String.join(", ", losses));
    }

    @Override
    public <T> JavaRDD<T> items(ExportItems.Maker<T> maker) {
      TableSchema schema = input.schema();
      String task = action;
      return BatchRows.of(input.rows(spark, false))
          .mapPartitions(rows -> new RowItems<T>(rows, schema, task, maker));
    }
  }

  /** A table of DynamoDB, whose items are those of the moment at which each was read. */
  record OfLiveTable(TableReading reading, TableItems table) implements ItemSet {
    @Override
    public String kind() {
      return "live table " + reading.table().table().name();
    }

    @Override
    public void read(ReadProgress progress) {
      table.read(progress);
    }

    @Override
    public long promised() {
      return table.totals().items();
    }

    @Override
    public Wholeness wholeness(long items) {
      return Wholeness.doubt("they come from a live table, which is not of one moment");
    }

    @Override
    public List<KeyAttribute> keys() {
      return reading.table().table().keys().stream().map(KeyAttribute::parse).toList();
    }

    @Override
    public List<String> notes() {
      TableItems.Totals totals = table.totals();
      return List.of(
          String.format(
              Locale.ROOT,
              "It was read from %s to %s and not at one moment: what was written meanwhile may be in it or not. That consumed %,.1f read units, %s consistent",
              totals.begin().truncatedTo(ChronoUnit.SECONDS),
              totals.end().truncatedTo(ChronoUnit.SECONDS),
              totals.readUnits(),
              reading.order().consistent() ? "strongly" : "eventually"));
    }

    @Override
    public <T> JavaRDD<T> items(ExportItems.Maker<T> maker) {
      return table.items(maker);
    }

    @Override
    public void close() {
      table.close();
    }
  }

  /** The rows of one task. */
  final class RowItems<T> implements Iterator<T> {
    private final Iterator<InternalRow> rows;
    private final String action;
    private final Function<ItemTape, T> function;
    private final ItemEncoder encoder;
    private final RowSource source = RowSource.forRows();
    private final JsonItemWriter writer = new JsonItemWriter();
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();
    private T next;

    RowItems(
        Iterator<InternalRow> rows, TableSchema schema, String action, ExportItems.Maker<T> maker) {
      this.rows = rows;
      this.action = action;
      this.function = maker.get(() -> "a row of the lake table");
      this.encoder = ItemEncoder.forSchema(schema);
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        source.row(rows.next());
        writer.reset();
        try {
          encoder.encode(source, writer);
          scanner.scan(writer.bytes(), 0, writer.length() - 1, tape);
        } catch (ItemDefectException | MalformedRecordException e) {
          throw new DataRefusedException(
              "Cannot "
                  + action
                  + ": a row of the lake table is no item: "
                  + e.getMessage()
                  + "; flatten the export again",
              e);
        }
        next = function.apply(tape);
      }
      return next != null;
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      T item = next;
      next = null;
      return item;
    }
  }
}
