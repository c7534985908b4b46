package io.dynamodblake.spark.convert;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.CurrentCatalog;
import org.apache.spark.sql.catalyst.expressions.CurrentDatabase;
import org.apache.spark.sql.catalyst.expressions.CurrentDate;
import org.apache.spark.sql.catalyst.expressions.CurrentTime;
import org.apache.spark.sql.catalyst.expressions.CurrentTimestampLike;
import org.apache.spark.sql.catalyst.expressions.CurrentUser;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LocalTimestamp;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the lines of Spark name differently; this one is for Spark 4.1. Each line has a class of
 * this name under {@code src/main}, with the same methods. What is internal to Spark but the same
 * in both is in {@link SparkInternals}.
 */
public final class SparkLine {
  private static final List<Class<?>> CHANGING =
      List.of(
          CurrentTimestampLike.class,
          LocalTimestamp.class,
          CurrentDate.class,
          CurrentTime.class,
          CurrentUser.class,
          CurrentDatabase.class,
          CurrentCatalog.class);

  private SparkLine() {}

  /** A session with the settings, views and functions of another, which keeps its own. */
  public static SparkSession cloned(SparkSession session) {
    return classic(session).cloneSession();
  }

  /** A dataset of rows that are already as Spark holds them inside. */
  public static Dataset<Row> dataset(
      SparkSession session, JavaRDD<InternalRow> rows, StructType schema) {
    return classic(session).internalCreateDataFrame(rows.rdd(), schema, false);
  }

  /** Whether an expression has another value in another run, or for another user. */
  public static boolean changesByRun(Expression expression) {
    return CHANGING.stream().anyMatch(type -> type.isInstance(expression));
  }

  /** A map as what Spark's methods take. */
  public static scala.collection.immutable.Map<String, String> map(Map<String, String> map) {
    return scala.collection.immutable.Map$.MODULE$.from(CollectionConverters.asScala(map));
  }

  /** Spark Connect's sessions have no RDDs, and jobs of this project never run in one. */
  private static org.apache.spark.sql.classic.SparkSession classic(SparkSession session) {
    return (org.apache.spark.sql.classic.SparkSession) session;
  }

  /**
   * The same files, for reading alone: Spark refuses to insert where there is not exactly one root.
   *
   * @param files an index that never changes
   * @param name what is equal for equal indexes
   */
  public static FileIndex readOnly(FileIndex files, String name) {
    return new ReadOnlyFiles(files, name);
  }

  private record ReadOnlyFiles(FileIndex files, String name) implements FileIndex {
    @Override
    public Seq<Path> rootPaths() {
      return ScalaCollections.seq(List.of());
    }

    @Override
    public Seq<PartitionDirectory> listFiles(
        Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
      return files.listFiles(partitionFilters, dataFilters);
    }

    @Override
    public String[] inputFiles() {
      return files.inputFiles();
    }

    @Override
    public void refresh() {}

    @Override
    public long sizeInBytes() {
      return files.sizeInBytes();
    }

    @Override
    public StructType partitionSchema() {
      return files.partitionSchema();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ReadOnlyFiles same && same.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }
}
