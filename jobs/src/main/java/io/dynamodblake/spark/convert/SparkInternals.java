package io.dynamodblake.spark.convert;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.RaiseError;
import org.apache.spark.sql.execution.SQLExecutionRDD;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * What is internal to Spark, promised to nobody and the same in both lines; what is not the same is
 * in {@link SparkLine}.
 */
public final class SparkInternals {
  private SparkInternals() {}

  /** Rows whose tasks have the settings of a session, as those of Spark's own plans do. */
  public static JavaRDD<InternalRow> withSettings(SparkSession session, JavaRDD<InternalRow> rows) {
    return new SQLExecutionRDD(rows.rdd(), session.sessionState().conf()).toJavaRDD();
  }

  /** A column of nothing but nulls. */
  public static ColumnVector nulls(int rows) {
    ConstantColumnVector nulls = new ConstantColumnVector(rows, DataTypes.StringType);
    nulls.setNull();
    return nulls;
  }

  /** The parts of the name by which an expression that was only parsed calls a function. */
  public static Optional<List<String>> calledFunction(Expression parsed) {
    return parsed instanceof UnresolvedFunction function
        ? Optional.of(SparkLine.list(function.nameParts()))
        : Optional.empty();
  }

  /** Whether an expression is there to fail. */
  public static boolean raisesErrors(Expression expression) {
    return expression instanceof RaiseError;
  }
}
