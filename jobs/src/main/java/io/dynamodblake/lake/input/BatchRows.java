package io.dynamodblake.lake.input;

import io.dynamodblake.spark.convert.BatchRow;
import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.convert.SparkInternals;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.run.LookAhead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.KnownNotNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * The rows of a Dataset as they lie in the columns that Spark has read, without a copy of each: for
 * those who look at every value once. Where the rows are not just columns that were read, as with a
 * condition, they are those that Spark makes.
 */
public final class BatchRows {
  private static final int NULL = -1;

  private static final String MOST_FIELDS = "spark.sql.codegen.maxFields";
  // looks for fields of structs that nobody wants, in a time that grows with the square of columns
  private static final String PRUNING = "spark.sql.optimizer.nestedSchemaPruning.enabled";
  private static final String ROWS_OF_BATCH = "spark.sql.parquet.columnarReaderBatchSize";
  private static final int VALUES_OF_BATCH = 1 << 21; // that a task holds, about
  private static final int LEAST_ROWS_OF_BATCH = 16;

  private BatchRows() {}

  /**
   * A session that reads such columns as they lie. Spark's own setting has it read more than some
   * hundred row by row, to spare itself the code for them, of which there is none here; its batches
   * are as long for thousands of columns as for ten.
   */
  static SparkSession session(SparkSession session, StructType columns) {
    int fields = fields(columns);
    SQLConf conf = session.sessionState().conf();
    if (fields <= conf.wholeStageMaxNumFields()) {
      return session;
    }
    int rows = Math.max(LEAST_ROWS_OF_BATCH, VALUES_OF_BATCH / fields);
    SparkSession wide = SparkLine.cloned(session);
    wide.conf().set(MOST_FIELDS, Integer.MAX_VALUE);
    wide.conf().set(PRUNING, false);
    wide.conf().set(ROWS_OF_BATCH, Math.min(rows, conf.parquetVectorizedReaderBatchSize()));
    return wide;
  }

  /** How many there are at all depths. */
  private static int fields(DataType type) {
    if (type instanceof StructType struct) {
      int fields = 0;
      for (StructField field : struct.fields()) {
        fields += fields(field.dataType());
      }
      return fields;
    }
    if (type instanceof ArrayType array) {
      return fields(array.elementType());
    }
    return type instanceof MapType map ? fields(map.keyType()) + fields(map.valueType()) : 1;
  }

  /** Returns the rows; each is valid until the next. Driver only. */
  public static JavaRDD<InternalRow> of(Dataset<Row> rows) {
    return direct(rows).orElseGet(() -> rows.queryExecution().toRdd().toJavaRDD());
  }

  /** The rows without a copy, if they can be had. */
  static Optional<JavaRDD<InternalRow>> direct(Dataset<Row> rows) {
    List<Expression> wanted = new ArrayList<>();
    SparkPlan plan = rows.queryExecution().executedPlan();
    ScalaCollections.list(plan.output()).forEach(wanted::add);
    while (!(plan instanceof ColumnarToRowExec)) {
      if (plan instanceof ProjectExec project) {
        Map<ExprId, NamedExpression> made = new HashMap<>();
        ScalaCollections.list(project.projectList())
            .forEach(expression -> made.put(expression.exprId(), expression));
        wanted.replaceAll(expression -> through(made, expression));
      } else if (!(plan instanceof WholeStageCodegenExec || plan instanceof InputAdapter)) {
        return Optional.empty();
      }
      plan = ScalaCollections.list(plan.children()).get(0);
    }
    SparkPlan scan = ((ColumnarToRowExec) plan).child();
    Map<ExprId, Integer> read = new HashMap<>();
    ScalaCollections.list(scan.output()).forEach(column -> read.put(column.exprId(), read.size()));
    int[] ordinals = new int[wanted.size()];
    for (int i = 0; i < ordinals.length; i++) {
      Expression expression = wanted.get(i);
      if (expression instanceof Literal literal && literal.value() == null) {
        ordinals[i] = NULL;
        continue;
      }
      Integer ordinal =
          expression instanceof Attribute attribute ? read.get(attribute.exprId()) : null;
      if (ordinal == null) {
        return Optional.empty();
      }
      ordinals[i] = ordinal;
    }
    JavaRDD<InternalRow> direct =
        scan.executeColumnar().toJavaRDD().mapPartitions(batches -> new Rows(batches, ordinals));
    // gives tasks the settings of the session, as Spark's own rows do
    return Optional.of(SparkInternals.withSettings(rows.sparkSession(), direct));
  }

  /** What an expression is in terms of what a projection is made of. */
  private static Expression through(Map<ExprId, NamedExpression> made, Expression expression) {
    if (expression instanceof Attribute attribute) {
      NamedExpression of = made.get(attribute.exprId());
      if (of != null) {
        return of instanceof Alias alias ? plain(alias.child()) : (Expression) of;
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
      return plain(ScalaCollections.list(made.valExprs()).get(field.ordinal()));
    }
    return new GetStructField(struct, field.ordinal(), field.name());
  }

  /** The rows of one task. */
  private static final class Rows extends LookAhead<InternalRow> {
    private final Iterator<ColumnarBatch> batches;
    private final int[] ordinals;
    private final BatchRow row = new BatchRow();
    private int rows; // of the batch
    private int next;

    Rows(Iterator<ColumnarBatch> batches, int[] ordinals) {
      this.batches = batches;
      this.ordinals = ordinals;
    }

    @Override
    protected boolean advance() {
      while (next == rows) {
        if (!batches.hasNext()) {
          return false;
        }
        begin(batches.next());
      }
      return true;
    }

    private void begin(ColumnarBatch batch) {
      ColumnVector[] columns = new ColumnVector[ordinals.length];
      for (int i = 0; i < columns.length; i++) {
        columns[i] =
            ordinals[i] == NULL ? SparkInternals.nulls(batch.numRows()) : batch.column(ordinals[i]);
      }
      // not closed: the columns belong to the reader, which fills them again
      rows = batch.numRows();
      next = 0;
      row.begin(columns, rows);
    }

    @Override
    protected InternalRow take() {
      row.at(next++);
      return row;
    }
  }
}
