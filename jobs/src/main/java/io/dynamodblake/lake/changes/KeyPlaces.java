package io.dynamodblake.lake.changes;

import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LookAhead;
import io.dynamodblake.spark.run.ParquetRows;
import io.dynamodblake.type.ItemPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Where the rows of a snapshot lie whose keys may be among those that changed. Nothing but the key
 * columns is read, and of them nothing is kept but a digest.
 */
final class KeyPlaces {
  private KeyPlaces() {}

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
    List<String> columns = new ArrayList<>();
    keys.schema().writtenColumns().forEach(column -> columns.add(column.name()));
    columns.add(TableSchema.RESCUED);
    ParquetRows rows =
        ParquetRows.of(snapshot.relation(session, contents, Map.of()), contents.files(), columns);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<byte[]> shares = new ArrayList<>();
    for (List<ParquetRows.Part> share : rows.shares(context.defaultParallelism())) {
      shares.add(JavaBytes.of(share.toArray(ParquetRows.Part[]::new)));
    }
    return context
        .parallelize(shares, Math.max(1, shares.size()))
        .mapPartitions(own -> new Places(own, rows, firstFile, keys, changed));
  }

  /** The places of one task. */
  private static final class Places extends LookAhead<InternalRow> {
    private final Iterator<byte[]> shares;
    private final ParquetRows rows;
    private final int firstFile;
    private final int keyColumns;
    private final Set<UTF8String> keyPaths;
    private final ChangedKeys changed;
    private final KeyHash hash;
    private final ItemDigests.Taker digest;

    private Iterator<ParquetRows.Part> parts = List.<ParquetRows.Part>of().iterator();
    private ParquetRows.Part part;
    private Iterator<InternalRow> ofPart = List.<InternalRow>of().iterator();
    private InternalRow place;

    Places(
        Iterator<byte[]> shares,
        ParquetRows rows,
        int firstFile,
        ItemDigests keys,
        Broadcast<ChangedKeys> changed) {
      List<Column> columns = keys.schema().writtenColumns();
      this.shares = shares;
      this.rows = rows;
      this.firstFile = firstFile;
      this.keyColumns = columns.size();
      this.keyPaths =
          columns.stream()
              .map(column -> UTF8String.fromString(ItemPath.ofAttribute(column.attribute())))
              .collect(Collectors.toSet());
      this.changed = changed.value();
      this.hash = KeyHash.ofRows(rows, keyColumns);
      this.digest = keys.taker();
    }

    @Override
    protected boolean advance() {
      while (true) {
        while (ofPart.hasNext()) {
          InternalRow row = ofPart.next();
          if (changed.mayHave(hash.of(row))) {
            place = place(row);
            return true;
          }
        }
        if (parts.hasNext()) {
          part = parts.next();
          ofPart = rows.open(part);
        } else if (shares.hasNext()) {
          parts = Arrays.asList(JavaBytes.to(ParquetRows.Part[].class, shares.next())).iterator();
        } else {
          return false;
        }
      }
    }

    private InternalRow place(InternalRow row) {
      InternalRow columns = rows.columns(row);
      Object[] key = new Object[keyColumns + 2]; // with what was set aside, and no nulls
      for (int i = 0; i < keyColumns; i++) {
        key[i] = columns.isNullAt(i) ? null : columns.get(i, rows.type(i));
      }
      // what does not fit its column, or is a time whose text the column does not give back
      key[keyColumns] = columns.isNullAt(keyColumns) ? null : ofKey(columns.getMap(keyColumns));
      digest.ofRow(new GenericInternalRow(key));
      return new GenericInternalRow(
          new Object[] {
            digest.high(),
            digest.low(),
            MergeRows.PLACE,
            rows.position(row),
            null,
            firstFile + part.file(),
            null,
            null,
            0L
          });
    }

    private MapData ofKey(MapData rescued) {
      List<Object> paths = new ArrayList<>();
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < rescued.numElements(); i++) {
        UTF8String path = rescued.keyArray().getUTF8String(i);
        if (keyPaths.contains(path)) {
          paths.add(path);
          values.add(rescued.valueArray().getUTF8String(i));
        }
      }
      if (paths.isEmpty()) {
        return null; // of the other columns
      }
      return new ArrayBasedMapData(
          new GenericArrayData(paths.toArray()), new GenericArrayData(values.toArray()));
    }

    @Override
    protected InternalRow take() {
      return place;
    }
  }
}
