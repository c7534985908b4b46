package io.dynamodblake.lake.write;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
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
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
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
      keys = own.columns().length;
      rows = rows == null ? own : rows.union(own);
    }
    if (rows == null) {
      return;
    }
    org.apache.spark.sql.Column[] columns =
        IntStream.range(0, keys)
            .mapToObj(number -> col(KEY + number))
            .toArray(org.apache.spark.sql.Column[]::new);
    if (!hashesRepeat(rows, columns)) {
      return;
    }
    Dataset<Row> repeated =
        rows.groupBy(columns)
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

  /** The keys that are looked at; of tables that have them in equal columns in one go. */
  private List<Dataset<Row>> keys(List<TableOutcome> outcomes, ExportManifest export)
      throws IOException {
    List<Dataset<Row>> all = new ArrayList<>();
    Map<StructType, List<String>> files = new LinkedHashMap<>();
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
            .computeIfAbsent(columns, none -> new ArrayList<>())
            .add(written.contents().location(longestFile(written.contents())));
      } else {
        List<String> names = keys.stream().map(Column::name).toList();
        all.add(selected(rows(outcome, written, export), names, outcomes.size() > 1));
      }
    }
    files.forEach(
        (columns, paths) ->
            all.add(
                selected(
                    ExactPaths.read(spark).schema(columns).parquet(paths.toArray(String[]::new)),
                    List.of(columns.fieldNames()),
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
   * The keys alone.
   *
   * @param asText whether they are to be compared with those of tables whose columns have other
   *     types
   */
  private static Dataset<Row> selected(Dataset<Row> rows, List<String> names, boolean asText) {
    List<org.apache.spark.sql.Column> keys = new ArrayList<>();
    for (String name : names) {
      org.apache.spark.sql.Column key = PartitionExpressions.column(name);
      keys.add((asText ? key.cast("string") : key).as(KEY + keys.size()));
    }
    return rows.select(keys.toArray(org.apache.spark.sql.Column[]::new));
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
