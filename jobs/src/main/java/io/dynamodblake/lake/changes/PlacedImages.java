package io.dynamodblake.lake.changes;

import static org.apache.spark.sql.functions.col;

import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.PlacedRows;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.run.KeyRuns;
import io.dynamodblake.spark.run.KeySort;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;

/** The same as {@link OldImages} of a table that Iceberg reads. */
final class PlacedImages {
  // what a change says comes before what the table has
  private static final int SAID = 0;
  private static final int HAD = 1;
  private static final KeySort SORT =
      new KeySort(
          KeySort.KEY
              .add("kind", DataTypes.IntegerType, false)
              .add("high", DataTypes.LongType, false)
              .add("low", DataTypes.LongType, false),
          3);

  private PlacedImages() {}

  /**
   * Compares.
   *
   * @param contents all files of the snapshot, by whose order they are numbered
   * @param files those whose rows are compared
   * @param rows how many rows are looked at, counted from the first of a single file; of several
   *     files it is all of them
   * @return how many rows were compared, and how many of them differ
   */
  static long[] compare(
      SparkSession session,
      LakeSnapshot base,
      SnapshotContents contents,
      Set<Integer> files,
      TableMerge merge,
      long rows)
      throws IOException {
    JavaRDD<InternalRow> said =
        merge.said(Set.copyOf(files), rows).map(change -> said(change._1(), change._2()));
    JavaRDD<InternalRow> had = had(session, base, contents, files, merge.table(), rows);
    return SORT.sort(session, said.union(had))
        .mapPartitions(part -> List.of(count(part)).iterator())
        .treeAggregate(new long[2], PlacedImages::sum, PlacedImages::sum);
  }

  /** A row of what a change says of a place. */
  private static InternalRow said(long place, byte[] image) {
    ByteBuffer digest = ByteBuffer.wrap(image);
    return row(place, SAID, digest.getLong(), digest.getLong());
  }

  private static InternalRow row(long place, int kind, long high, long low) {
    return new GenericInternalRow(new Object[] {place, 0L, kind, high, low});
  }

  private static long[] count(Iterator<InternalRow> rows) {
    KeyRuns runs = new KeyRuns();
    long[] found = new long[2];
    boolean isSaid = false;
    long high = 0;
    long low = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      if (runs.begins(row)) {
        isSaid = false;
      }
      if (row.getInt(2) == SAID) {
        isSaid = true;
        high = row.getLong(3);
        low = row.getLong(4);
      } else if (isSaid) {
        found[0]++;
        found[1] += row.getLong(3) == high && row.getLong(4) == low ? 0 : 1;
      }
    }
    return found;
  }

  private static long[] sum(long[] left, long[] right) {
    return new long[] {left[0] + right[0], left[1] + right[1]};
  }

  private static JavaRDD<InternalRow> had(
      SparkSession session,
      LakeSnapshot base,
      SnapshotContents contents,
      Set<Integer> files,
      ItemDigests table,
      long most)
      throws IOException {
    PlacedRows all = base.placed(session, contents, List.copyOf(files));
    List<Column> columns = new ArrayList<>();
    table
        .schema()
        .writtenColumns()
        .forEach(column -> columns.add(PartitionExpressions.column(column.name())));
    columns.add(col(TableSchema.RESCUED));
    columns.add(col(TableSchema.NULLS));
    columns.add(all.file());
    columns.add(all.position());
    int path = columns.size() - 2;
    RowPlaces places = RowPlaces.of(contents);
    return all.rows()
        .select(columns.toArray(Column[]::new))
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(part -> new Had(part, table, path, places, most));
  }

  /** What the table has, of one task; rows of a file come in their order. */
  private static final class Had extends LookAhead<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final ItemDigests.Taker digest;
    private final int path;
    private final FileNumbers files;
    private final long most;
    private InternalRow had;

    Had(Iterator<InternalRow> rows, ItemDigests table, int path, RowPlaces places, long most) {
      this.rows = rows;
      this.digest = table.taker();
      this.path = path;
      this.files = new FileNumbers(places);
      this.most = most;
    }

    @Override
    protected boolean advance() {
      if (rows.hasNext()) {
        InternalRow row = rows.next();
        long position = row.getLong(path + 1);
        if (position >= most) {
          return false; // whoever looks at the first rows alone looks at one file
        }
        digest.ofRow(row);
        int file = files.of(row.getUTF8String(path));
        had = row(ChangeMerge.place(file, position), HAD, digest.high(), digest.low());
        return true;
      }
      return false;
    }

    @Override
    protected InternalRow take() {
      return had;
    }
  }
}
