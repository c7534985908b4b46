package io.dynamodblake.lake;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.KnownNotNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SQLExecutionRDD;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.JavaConverters;

/**
 * The rows of a Dataset as they lie in the columns that Spark has read, without a copy of each: for
 * those who look at every value once. Where the rows are not just columns that were read, as with a
 * condition, they are those that Spark makes.
 */
final class BatchRows {
  private static final int NULL = -1;

  private BatchRows() {}

  /** The rows; each is valid until the next. Driver only. */
  static JavaRDD<InternalRow> of(Dataset<Row> rows) {
    return direct(rows).orElseGet(() -> rows.queryExecution().toRdd().toJavaRDD());
  }

  /** The rows without a copy, if they can be had. */
  static Optional<JavaRDD<InternalRow>> direct(Dataset<Row> rows) {
    List<Expression> wanted = new ArrayList<>();
    SparkPlan plan = rows.queryExecution().executedPlan();
    JavaConverters.seqAsJavaList(plan.output()).forEach(wanted::add);
    while (!(plan instanceof ColumnarToRowExec)) {
      if (plan instanceof ProjectExec project) {
        List<NamedExpression> made = JavaConverters.seqAsJavaList(project.projectList());
        wanted.replaceAll(expression -> through(made, expression));
      } else if (!(plan instanceof WholeStageCodegenExec || plan instanceof InputAdapter)) {
        return Optional.empty();
      }
      plan = JavaConverters.seqAsJavaList(plan.children()).get(0);
    }
    SparkPlan scan = ((ColumnarToRowExec) plan).child();
    List<Attribute> read = JavaConverters.seqAsJavaList(scan.output());
    int[] ordinals = new int[wanted.size()];
    for (int i = 0; i < ordinals.length; i++) {
      Expression expression = wanted.get(i);
      if (expression instanceof Literal literal && literal.value() == null) {
        ordinals[i] = NULL;
        continue;
      }
      ordinals[i] = ordinal(read, expression);
      if (ordinals[i] < 0) {
        return Optional.empty();
      }
    }
    JavaRDD<InternalRow> direct =
        scan.executeColumnar().toJavaRDD().mapPartitions(batches -> new Rows(batches, ordinals));
    // gives tasks the settings of the session, as Spark's own rows do
    return Optional.of(
        new SQLExecutionRDD(direct.rdd(), rows.sparkSession().sessionState().conf()).toJavaRDD());
  }

  /** What an expression is in terms of what a projection is made of. */
  private static Expression through(List<NamedExpression> made, Expression expression) {
    if (expression instanceof Attribute attribute) {
      for (NamedExpression each : made) {
        if (each.exprId().equals(attribute.exprId())) {
          return each instanceof Alias alias ? plain(alias.child()) : (Expression) each;
        }
      }
    } else if (expression instanceof GetStructField field) {
      return fieldOf(through(made, field.child()), field);
    }
    return expression;
  }

  private static Expression plain(Expression expression) {
    if (expression instanceof KnownNotNull known) {
      return plain(known.child());
    }
    return expression instanceof GetStructField field
        ? fieldOf(plain(field.child()), field)
        : expression;
  }

  private static Expression fieldOf(Expression struct, GetStructField field) {
    if (struct instanceof CreateNamedStruct made) {
      return plain(JavaConverters.seqAsJavaList(made.valExprs()).get(field.ordinal()));
    }
    return new GetStructField(struct, field.ordinal(), field.name());
  }

  private static int ordinal(List<Attribute> read, Expression expression) {
    for (int i = 0; i < read.size(); i++) {
      if (expression instanceof Attribute attribute
          && read.get(i).exprId().equals(attribute.exprId())) {
        return i;
      }
    }
    return -1;
  }

  /** The rows of one task. */
  private static final class Rows implements Iterator<InternalRow> {
    private final Iterator<ColumnarBatch> batches;
    private final int[] ordinals;
    private Iterator<InternalRow> rows;

    Rows(Iterator<ColumnarBatch> batches, int[] ordinals) {
      this.batches = batches;
      this.ordinals = ordinals;
    }

    @Override
    public boolean hasNext() {
      while (rows == null || !rows.hasNext()) {
        if (!batches.hasNext()) {
          return false;
        }
        rows = rows(batches.next());
      }
      return true;
    }

    private Iterator<InternalRow> rows(ColumnarBatch batch) {
      ColumnVector[] columns = new ColumnVector[ordinals.length];
      for (int i = 0; i < columns.length; i++) {
        columns[i] = ordinals[i] == NULL ? nulls(batch.numRows()) : batch.column(ordinals[i]);
      }
      // not closed: the columns belong to the reader, which fills them again
      return new ColumnarBatch(columns, batch.numRows()).rowIterator();
    }

    private static ColumnVector nulls(int rows) {
      ConstantColumnVector nulls =
          new ConstantColumnVector(rows, org.apache.spark.sql.types.DataTypes.StringType);
      nulls.setNull();
      return nulls;
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return rows.next();
    }
  }
}
