package io.dynamodblake.spark.run;

import io.dynamodblake.spark.convert.SparkLine;
import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Brings rows of the same key together: each begins with two longs that are a digest of its key,
 * and afterwards all rows of one key stand one after another in one partition, where {@link
 * KeyRuns} tells where they begin. No task needs memory for keys, however many there are: Spark
 * sorts on disk what is more than it has. Driver only.
 *
 * @param type of the rows
 * @param ordered by how many columns the rows of a partition are sorted, counted from the first
 */
public record KeySort(StructType type, int ordered) {
  /** The two columns that every type here begins with. */
  public static final StructType KEY =
      new StructType().add("k1", DataTypes.LongType, false).add("k2", DataTypes.LongType, false);

  /**
   * Returns the rows in their order. Nothing is read before they are asked for.
   *
   * @param rows each of which may be the same object as the one before it
   */
  public JavaRDD<InternalRow> sort(SparkSession session, JavaRDD<InternalRow> rows) {
    Column[] order =
        Arrays.stream(type.fieldNames()).limit(ordered).map(functions::col).toArray(Column[]::new);
    return SparkLine.dataset(session, rows, type)
        .repartition(order[0])
        .sortWithinPartitions(order)
        .queryExecution()
        .toRdd()
        .toJavaRDD();
  }
}
