package io.dynamodblake.lake.write;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.type.ItemPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Whether every row has a key of its own. An export of DynamoDB cannot have two items with one key;
 * a folder into which several were merged can. Where a manifest vouches for the items only the key
 * may be wrong, most of all half of it, and one file tells: the items of one partition key lie
 * together. It reads the key columns of what was written and nothing else, and shows no key. Memory
 * does not grow with the number of keys. Driver only.
 *
 * @param keyed whether the lake table has keys already, which no run may change
 */
record KeyCheck(SparkSession spark, FlattenOptions options, boolean keyed) {
  private static final String HASH = "hash";
  private static final String KEY = "key";
  private static final String KEPT = "kept";

  /**
   * Counts, over all tables of a run together: a key is in one of them.
   *
   * @param outcomes what was written
   * @throws DataRefusedException if rows share a key and that was not asked for
   */
  void check(List<TableOutcome> outcomes, ExportManifest export) throws IOException {
    if (options.format() == OutputFormat.CSV || options.allowRepeatedKeys()) {
      return;
    }
    if (surelyDiffer(outcomes, export)) {
      return;
    }
    Dataset<Row> rows = null;
    int keys = 0;
    for (Dataset<Row> own : keys(outcomes, export)) {
      keys = own.columns().length / 2;
      rows = rows == null ? own : rows.union(own);
    }
    if (rows == null) {
      return;
    }
    if (!hashesRepeat(rows, numbered(KEY, keys))) {
      return;
    }
    Dataset<Row> repeated =
        rows.groupBy(
                Stream.of(numbered(KEY, keys), numbered(KEPT, keys))
                    .flatMap(Stream::of)
                    .toArray(org.apache.spark.sql.Column[]::new))
            .agg(count(lit(1)).as("items"))
            .filter(PartitionExpressions.column("items").gt(1));
    Row counted = repeated.agg(count(lit(1)), sum(PartitionExpressions.column("items"))).first();
    if (counted.getLong(0) > 0) {
      throw new DataRefusedException(
          "Cannot publish: %,d items share %,d keys, in %s; %s, or %s to have a row for each of them"
              .formatted(
                  counted.getLong(1),
                  counted.getLong(0),
                  export.root(),
                  export.hasManifest() ? wholeKey() : "give a folder with one export",
                  options.words().of(FlattenKeys.ALLOW_REPEATED_KEYS)));
    }
  }

  /** A file of each of some tables whose key columns are equal. */
  private record LongestFiles(List<Column> keys, List<String> paths) {}

  private static org.apache.spark.sql.Column[] numbered(String name, int columns) {
    return IntStream.range(0, columns)
        .mapToObj(number -> col(name + number))
        .toArray(org.apache.spark.sql.Column[]::new);
  }

  /** Of one table of files that lie as they were read, which most are, without a query. */
  private boolean surelyDiffer(List<TableOutcome> outcomes, ExportManifest export) {
    TableOutcome outcome = outcomes.get(0);
    List<Column> keys = keyColumns(outcome.schema());
    SnapshotContents contents = outcome.written().orElseThrow().contents();
    return export.hasManifest()
        && outcomes.size() == 1
        && options.format() == OutputFormat.PARQUET
        && outcome.arrangement().isAsRead()
        && !keys.isEmpty()
        && !contents.files().isEmpty()
        && !FileKeys.mayRepeat(
            spark,
            contents,
            longestFile(contents),
            outcome.schema(),
            keys.stream().map(Column::name).toList());
  }

  /**
   * The keys that are looked at, and behind them what of each is kept in {@code ddb_rescued}; of
   * tables that have them in equal columns in one go.
   */
  private List<Dataset<Row>> keys(List<TableOutcome> outcomes, ExportManifest export)
      throws IOException {
    List<Dataset<Row>> all = new ArrayList<>();
    Map<StructType, LongestFiles> files = new LinkedHashMap<>();
    for (TableOutcome outcome : outcomes) {
      SnapshotTarget.Written written = outcome.written().orElseThrow();
      List<Column> keys = keyColumns(outcome.schema());
      if (keys.isEmpty() || written.rows() == 0) {
        continue;
      }
      boolean together =
          outcomes.size() > 1
              && export.hasManifest()
              && outcome.arrangement().partitions().isEmpty();
      if (together) {
        StructType columns = new StructType();
        for (Column key : keys) {
          columns = columns.add(key.name(), SparkTypes.dataType(key), true);
        }
        files
            .computeIfAbsent(columns, none -> new LongestFiles(keys, new ArrayList<>()))
            .paths()
            .add(written.contents().location(longestFile(written.contents())));
      } else {
        all.add(selected(rows(outcome, written, export), keys, outcomes.size() > 1));
      }
    }
    files.forEach(
        (columns, tables) ->
            all.add(
                selected(
                    ExactPaths.read(spark)
                        .schema(columns.add(TableSchema.RESCUED, SparkTypes.RESCUED_TYPE))
                        .parquet(tables.paths().toArray(String[]::new)),
                    tables.keys(),
                    true)));
    return all;
  }

  private Dataset<Row> rows(
      TableOutcome outcome, SnapshotTarget.Written written, ExportManifest export)
      throws IOException {
    SnapshotTarget snapshot = outcome.run().snapshot();
    return export.hasManifest()
        ? snapshot.rowsOf(spark, longestFile(written.contents()), written, outcome.schema())
        : snapshot.rows(spark, written, outcome.schema(), outcome.arrangement());
  }

  /** The columns of the keys; none if there is one that columns leave out. */
  private static List<Column> keyColumns(TableSchema schema) {
    List<Column> keys = new ArrayList<>();
    for (String attribute : schema.keys().stream().map(key -> key.attribute()).toList()) {
      Optional<Column> column = schema.find(attribute).filter(found -> !found.dropped());
      if (column.isEmpty()) {
        return List.of(); // nobody can be asked for it
      }
      keys.add(column.get());
    }
    return keys;
  }

  /**
   * The keys alone. A key that does not fit its column, or a time that the column does not give
   * back as it was written, is told from others by what of it is kept.
   *
   * @param asText whether they are to be compared with those of tables whose columns have other
   *     types
   */
  private static Dataset<Row> selected(Dataset<Row> rows, List<Column> keys, boolean asText) {
    List<org.apache.spark.sql.Column> columns = new ArrayList<>();
    for (Column column : keys) {
      org.apache.spark.sql.Column key = PartitionExpressions.column(column.name());
      columns.add((asText ? key.cast("string") : key).as(KEY + columns.size()));
    }
    org.apache.spark.sql.Column rescued = PartitionExpressions.column(TableSchema.RESCUED);
    for (int i = 0; i < keys.size(); i++) {
      String path = ItemPath.ofAttribute(keys.get(i).attribute());
      columns.add(element_at(rescued, path).as(KEPT + i));
    }
    return rows.select(columns.toArray(org.apache.spark.sql.Column[]::new));
  }

  /**
   * Whether two rows may have one key, because hashes of theirs are equal. Only eight bytes of each
   * row are shuffled and sorted, which Spark does on disk where memory does not do; that all keys
   * are different is nearly always known then, and never wrongly.
   */
  private static boolean hashesRepeat(Dataset<Row> rows, org.apache.spark.sql.Column[] keys) {
    return rows.select(xxhash64(keys).as(HASH))
        .repartition(col(HASH))
        .sortWithinPartitions(HASH)
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(sorted -> List.of(hasEqualNeighbours(sorted)).iterator())
        .fold(false, Boolean::logicalOr);
  }

  private static boolean hasEqualNeighbours(Iterator<InternalRow> sorted) {
    if (!sorted.hasNext()) {
      return false;
    }
    long before = sorted.next().getLong(0);
    while (sorted.hasNext()) {
      long hash = sorted.next().getLong(0);
      if (hash == before) {
        return true;
      }
      before = hash;
    }
    return false;
  }

  private String wholeKey() {
    return "an export holds no item twice, so %sgive the whole key in %s, such as pk:S,sk:S"
        .formatted(
            keyed ? "flatten into another folder and " : "", options.words().of(FlattenKeys.KEY));
  }

  /** Returns the number of the file in which most rows of a partition key may be together. */
  private static int longestFile(SnapshotContents contents) {
    return IntStream.range(0, contents.files().size())
        .boxed()
        .max(Comparator.comparingLong(file -> contents.files().get(file).getLen()))
        .orElseThrow();
  }
}
