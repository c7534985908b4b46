package io.dynamodblake.lake.write;

import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.ListedParquet;
import io.dynamodblake.spark.run.ParquetRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.XxHash64;

/**
 * The keys in one file of Parquet that lie in the order of the export, looked at in one task and
 * without Spark's planner: it is done with every run, and planning a query for it, generating its
 * code, shuffling and sorting took a tenth of a whole flatten.
 */
final class FileKeys {
  /** Rows that are looked at together: their hashes, eight bytes each, are held in memory. */
  private static final int ROWS_AT_ONCE = 1 << 20;

  private static final int FIRST_ROWS = 1 << 12;
  private static final long SEED = 42;

  private FileKeys() {}

  /**
   * Returns whether rows may share a key, because hashes of theirs are equal: of any two in each
   * million rows, which finds those of one partition key, for they lie together.
   *
   * @param file its number
   * @param keys names of the key columns
   */
  static boolean mayRepeat(
      SparkSession spark,
      SnapshotContents contents,
      int file,
      TableSchema schema,
      List<String> keys) {
    ParquetRows rows =
        ParquetRows.of(
            ListedParquet.relation(
                spark,
                contents.folder(),
                List.of(contents.files().get(file)),
                SparkTypes.toStruct(schema),
                List.of(),
                Map.of()),
            contents.files(),
            keys);
    byte[] part = JavaBytes.of(rows.whole().get(0));
    int columns = keys.size();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(List.of(part), 1)
        .map(one -> mayRepeat(rows, JavaBytes.to(ParquetRows.Part.class, one), columns))
        .first();
  }

  private static boolean mayRepeat(ParquetRows rows, ParquetRows.Part part, int columns) {
    List<Expression> keys = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      keys.add(new BoundReference(rows.ordinal(i), rows.type(i), true));
    }
    XxHash64 hash = new XxHash64(ScalaCollections.seq(keys), SEED);
    long[] hashes = new long[FIRST_ROWS];
    int count = 0;
    Iterator<InternalRow> all = rows.open(part);
    while (all.hasNext()) {
      if (count == ROWS_AT_ONCE) {
        if (repeats(hashes, count)) {
          return true;
        }
        count = 0;
      }
      if (count == hashes.length) {
        hashes = Arrays.copyOf(hashes, 2 * count);
      }
      hashes[count++] = (Long) hash.eval(all.next());
    }
    return repeats(hashes, count);
  }

  private static boolean repeats(long[] hashes, int count) {
    Arrays.sort(hashes, 0, count);
    for (int i = 1; i < count; i++) {
      if (hashes[i] == hashes[i - 1]) {
        return true;
      }
    }
    return false;
  }
}
