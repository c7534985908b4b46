package io.dynamodblake.lake.changes;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_filter;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.PlacedRows;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.run.LookAhead;
import io.dynamodblake.type.ItemPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * The same as {@link KeyPlaces} of a table that Iceberg reads, which alone knows which rows of its
 * files are still there.
 */
final class PlacedKeys {
  private PlacedKeys() {}

  /**
   * Returns the places, as {@link MergeRows} has them.
   *
   * @param session in which the files are read
   * @param contents the files of the snapshot, by whose order they are numbered
   * @param firstFile the number of the first one
   * @param changed what answers false for keys that surely did not change
   */
  static JavaRDD<InternalRow> of(
      SparkSession session,
      LakeSnapshot snapshot,
      SnapshotContents contents,
      int firstFile,
      ItemDigests keys,
      Broadcast<ChangedKeys> changed)
      throws IOException {
    PlacedRows placed = snapshot.placed(session, contents);
    Dataset<Row> all = placed.rows();
    List<Column> columns = new ArrayList<>();
    List<Column> nulls = new ArrayList<>();
    keys.schema()
        .writtenColumns()
        .forEach(
            column -> {
              columns.add(PartitionExpressions.column(column.name()));
              nulls.add(PartitionExpressions.column(column.name()).isNull());
            });
    int keyColumns = columns.size();
    columns.add(rescuedKeys(all, keys.schema(), nulls));
    columns.add(lit(null).cast(type(all, TableSchema.NULLS)));
    columns.add(placed.file());
    columns.add(placed.position());
    columns.add(xxhash64(columns.subList(0, keyColumns).toArray(Column[]::new)));
    RowPlaces places = RowPlaces.of(contents);
    return all.select(columns.toArray(Column[]::new))
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(rows -> new Places(rows, firstFile, keys, keyColumns, places, changed));
  }

  /**
   * A key is set aside only if it does not fit its column, which is null then, or if it is a time
   * whose text the column does not give back.
   */
  private static Column rescuedKeys(Dataset<Row> all, TableSchema keys, List<Column> nullColumns) {
    Object[] paths =
        keys.columns().stream().map(column -> ItemPath.ofAttribute(column.attribute())).toArray();
    Column anyNull = nullColumns.stream().reduce(Column::or).orElseThrow();
    boolean anyTime =
        keys.columns().stream()
            .anyMatch(
                column ->
                    column.mapping() instanceof ValueMapping.Scalar scalar
                        && scalar.conversion() != Conversion.NONE);
    Column rescued = PartitionExpressions.column(TableSchema.RESCUED);
    return when(
            anyTime ? lit(true) : anyNull, map_filter(rescued, (path, value) -> path.isin(paths)))
        .otherwise(lit(null).cast(type(all, TableSchema.RESCUED)));
  }

  private static DataType type(Dataset<Row> rows, String column) {
    return rows.schema().apply(column).dataType();
  }

  /** The places of one task. */
  private static final class Places extends LookAhead<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final int firstFile;
    private final int keyColumns;
    private final FileNumbers files;
    private final ChangedKeys changed;
    private final ItemDigests.Taker digest;
    private InternalRow place;

    Places(
        Iterator<InternalRow> rows,
        int firstFile,
        ItemDigests keys,
        int keyColumns,
        RowPlaces places,
        Broadcast<ChangedKeys> changed) {
      this.rows = rows;
      this.firstFile = firstFile;
      this.keyColumns = keyColumns;
      this.files = new FileNumbers(places);
      this.changed = changed.value();
      this.digest = keys.taker();
    }

    @Override
    protected boolean advance() {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (changed.mayHave(row.getLong(keyColumns + 4))) {
          digest.ofRow(row);
          place =
              new GenericInternalRow(
                  new Object[] {
                    digest.high(),
                    digest.low(),
                    MergeRows.PLACE,
                    row.getLong(keyColumns + 3),
                    null,
                    firstFile + files.of(row.getUTF8String(keyColumns + 2)),
                    null,
                    null,
                    0L
                  });
          return true;
        }
      }
      return false;
    }

    @Override
    protected InternalRow take() {
      return place;
    }
  }
}
