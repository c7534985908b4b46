package io.dynamodblake.lake.input;

import static org.apache.spark.sql.functions.expr;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.convert.SparkInternals;
import io.dynamodblake.spark.convert.SparkLine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * The condition that chooses rows: an expression of Spark SQL over the columns of a row, and over
 * nothing else. Other tables, functions that are not Spark's own, and whatever gives another answer
 * the next time are refused, the former before anything of theirs is looked up. Driver only.
 */
public final class RowFilter {
  private static final int LONGEST_REASON = 400;
  private static final Set<String> CALLING = Set.of("reflect", "java_method", "try_reflect");

  private final String text;
  private final String option;

  private RowFilter(String text, String option) {
    this.text = text;
    this.option = option;
  }

  /**
   * Reads a condition.
   *
   * @param words how whoever gave it writes options, for messages
   * @throws UsageException if it is none, or reaches beyond the row
   */
  public static RowFilter parse(SparkSession session, String text, Words words) {
    RowFilter filter = new RowFilter(text, words.of(RestoreKeys.WHERE));
    Expression condition;
    try {
      condition = session.sessionState().sqlParser().parseExpression(text);
    } catch (Exception e) {
      // Spark throws its AnalysisException without saying so
      throw filter.refused(reason(e), e);
    }
    filter.refuseForeignParts(condition);
    return filter;
  }

  /** Returns the condition as the user wrote it. */
  public String text() {
    return text;
  }

  /**
   * The rows for which it holds; not those for which it is null.
   *
   * @throws UsageException if it does not go with the columns
   */
  Dataset<Row> apply(Dataset<Row> rows) {
    return rows.filter(on(rows));
  }

  /**
   * Returns the condition on these rows.
   *
   * @throws UsageException if it does not go with the columns
   */
  public Column on(Dataset<Row> rows) {
    Column condition;
    Dataset<Row> filtered;
    try {
      condition = expr(text);
      filtered = rows.filter(condition);
    } catch (Exception e) {
      throw refused(reason(e), e);
    }
    LogicalPlan analyzed = filtered.queryExecution().analyzed();
    boolean plain =
        analyzed instanceof Filter filter
            && filter.child().fastEquals(rows.queryExecution().analyzed());
    if (!plain) {
      throw refused("it takes more than the columns of a row");
    }
    refuseChangingParts(((Filter) analyzed).condition());
    return condition;
  }

  private void refuseForeignParts(Expression part) {
    if (part instanceof PlanExpression<?>) {
      throw refused("it holds a query of its own; only the columns of the row can be asked");
    }
    Optional<List<String>> called = SparkInternals.calledFunction(part);
    if (called.isPresent()) {
      List<String> name = called.get();
      boolean known =
          name.size() == 1
              && FunctionRegistry.builtin().functionExists(FunctionIdentifier.apply(name.get(0)));
      if (!known) {
        throw refused("'" + String.join(".", name) + "' is no function of Spark's own");
      }
      // Spark loads the class that they name when it only looks at the types
      if (CALLING.contains(name.get(0).toLowerCase(Locale.ROOT))) {
        throw refused("'" + name.get(0) + "' calls Java code");
      }
    }
    ScalaCollections.list(part.children()).forEach(this::refuseForeignParts);
  }

  private void refuseChangingParts(Expression part) {
    if (SparkLine.changesByRun(part)) {
      throw refused(
          part.prettyName() + " has another value in the next run; write the value itself");
    }
    if (part instanceof UserDefinedExpression || SparkInternals.raisesErrors(part)) {
      throw refused(part.prettyName() + " does more than looking at a row");
    }
    ScalaCollections.list(part.children()).forEach(this::refuseChangingParts);
    if (!part.deterministic()) {
      throw refused(part.prettyName() + " need not give the same answer twice");
    }
  }

  /** Spark's words without the plan or the text that it repeats behind them. */
  private static String reason(Exception e) {
    String message =
        e instanceof AnalysisException analysis ? analysis.message() : e.getClass().getSimpleName();
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    if (line.endsWith(".")) {
      line = line.substring(0, line.length() - 1);
    }
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + " ...";
  }

  private UsageException refused(String reason) {
    return refused(reason, null);
  }

  private UsageException refused(String reason, Exception cause) {
    return new UsageException("Cannot use %s: %s".formatted(option, reason), cause);
  }
}
