package io.dynamodblake.spark.convert;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.RaiseError;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap;
import org.apache.spark.sql.execution.SQLExecutionRDD;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * What is internal to Spark, promised to nobody and the same in both lines; what is not the same is
 * in {@link SparkLine}.
 */
public final class SparkInternals {
  private SparkInternals() {}

  /**
   * Returns the rows with tasks that have the settings of a session, as those of Spark's own plans
   * do.
   */
  public static JavaRDD<InternalRow> withSettings(SparkSession session, JavaRDD<InternalRow> rows) {
    return new SQLExecutionRDD(rows.rdd(), session.sessionState().conf()).toJavaRDD();
  }

  /** Makes a column of nothing but nulls. */
  public static ColumnVector nulls(int rows) {
    ConstantColumnVector nulls = new ConstantColumnVector(rows, DataTypes.StringType);
    nulls.setNull();
    return nulls;
  }

  /** Returns the parts of the name by which an expression that was only parsed calls a function. */
  public static Optional<List<String>> calledFunction(Expression parsed) {
    return parsed instanceof UnresolvedFunction function
        ? Optional.of(ScalaCollections.list(function.nameParts()))
        : Optional.empty();
  }

  /** Returns the options of a data source with their keys as they were given, not in lower case. */
  public static Map<String, String> asGiven(
      scala.collection.immutable.Map<String, String> options) {
    scala.collection.immutable.Map<String, String> given =
        options instanceof CaseInsensitiveMap<String> folded ? folded.originalMap() : options;
    Map<String, String> copy = new HashMap<>();
    // Scala's own iterator: the converters to Java differ from one Scala to the next
    for (Iterator<Tuple2<String, String>> entries = given.iterator(); entries.hasNext(); ) {
      Tuple2<String, String> entry = entries.next();
      copy.put(entry._1(), entry._2());
    }
    return copy;
  }

  /** Whether an expression is there to fail. */
  public static boolean raisesErrors(Expression expression) {
    return expression instanceof RaiseError;
  }
}
