package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.RowSource;
import io.dynamodblake.spark.source.ExportItems;
import io.dynamodblake.spark.write.LakeFiles;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/** Items wherever they lie: an export, import files, or the rows of a lake table. Driver only. */
sealed interface ItemSet {
  /** What it is, for people: without a path. */
  String kind();

  /** Items that its manifest or its footers promise; -1 if nothing does. */
  long promised() throws IOException;

  List<KeyAttribute> keys();

  /** What does not come back as it was, and is told. */
  List<String> notes();

  <T> JavaRDD<T> items(ExportItems.Maker<T> maker) throws IOException;

  /** Finds out what lies at a path. */
  static ItemSet open(SparkSession spark, String path, ReadOptions options, long taskBytes)
      throws IOException {
    Configuration configuration = spark.sessionState().newHadoopConf();
    ObjectStore store = new HadoopObjectStore(configuration);
    String root = new LakeLayout(store.qualify(path)).root();
    if (store.exists(new LakeLayout(root).current())) {
      LakeSnapshot snapshot =
          LakeSnapshot.open(new LakeFiles(configuration), root, Optional.empty());
      return new OfLake(spark, LakeInput.of(spark, snapshot, Optional.empty()));
    }
    boolean restored = store.exists(root + "/" + Restore.REQUEST);
    String folder = restored ? root + "/data" : root;
    if (store.list(folder).stream().anyMatch(file -> file.name().endsWith(".zst"))) {
      throw new UsageException(
          "Cannot compare: files compressed with zstd are not read, in "
              + folder
              + "; restore with --compression gzip or none");
    }
    ExportManifest manifest =
        new ExportLocator(store, options).locate(folder, ExportSelection.newest());
    return new OfExport(spark, configuration, manifest, options, taskBytes, restored);
  }

  /** An export, or data files without a manifest. */
  record OfExport(
      SparkSession spark,
      Configuration configuration,
      ExportManifest manifest,
      ReadOptions options,
      long taskBytes,
      boolean restored)
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
    public List<KeyAttribute> keys() {
      return List.of();
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

  /** The current snapshot of a lake table. */
  record OfLake(SparkSession spark, RestoreInput input) implements ItemSet {
    @Override
    public String kind() {
      return "lake table, " + input.name();
    }

    @Override
    public long promised() throws IOException {
      return input.allRows().orElse(-1);
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
      return input
          .rows(spark, false)
          .queryExecution()
          .toRdd()
          .toJavaRDD()
          .mapPartitions(rows -> new RowItems<T>(rows, schema, maker.get()));
    }
  }

  /** The rows of one task. */
  final class RowItems<T> implements Iterator<T> {
    private final Iterator<InternalRow> rows;
    private final Function<ItemTape, T> function;
    private final ItemEncoder encoder;
    private final RowSource source = RowSource.forRows();
    private final JsonItemWriter writer = new JsonItemWriter();
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();
    private T next;

    RowItems(Iterator<InternalRow> rows, TableSchema schema, Function<ItemTape, T> function) {
      this.rows = rows;
      this.function = function;
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
              "Cannot compare: a row of the lake table is no item: "
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
