package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.sources.And;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.GreaterThan;
import org.apache.spark.sql.sources.GreaterThanOrEqual;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.IsNotNull;
import org.apache.spark.sql.sources.IsNull;
import org.apache.spark.sql.sources.LessThan;
import org.apache.spark.sql.sources.LessThanOrEqual;
import org.apache.spark.sql.sources.Or;
import org.apache.spark.sql.sources.PrunedFilteredScan;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that Iceberg reads, in the older of Spark's interfaces: Iceberg gets the columns and the
 * filters, and skips files, row groups and columns by them. Spark filters again.
 */
final class IcebergRelation extends BaseRelation implements PrunedFilteredScan {
  private final SparkSession session;
  private final Dataset<Row> rows;
  private final StructType columns;

  /**
   * @param columns what readers see of the rows, in their order
   */
  IcebergRelation(SparkSession session, Dataset<Row> rows, StructType columns) {
    this.session = session;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Refuses settings of a file system for one use alone.
   *
   * @throws UsageException if there are any
   */
  static void refuse(Map<String, String> settings) {
    if (!settings.isEmpty()) {
      String one = settings.keySet().iterator().next();
      throw new UsageException(
          "Cannot read a table of Iceberg with options of a file system, such as %s; set it for the session as spark.hadoop.%s"
              .formatted(one, one));
    }
  }

  @Override
  public SQLContext sqlContext() {
    return session.sqlContext();
  }

  @Override
  public StructType schema() {
    return columns;
  }

  @Override
  public RDD<Row> buildScan(String[] wanted, Filter[] filters) {
    Dataset<Row> some = rows;
    for (Filter filter : filters) {
      Optional<Column> condition = condition(filter);
      if (condition.isPresent()) {
        some = some.where(condition.get());
      }
    }
    return some.select(
            Arrays.stream(wanted).map(PartitionExpressions::column).toArray(Column[]::new))
        .rdd();
  }

  /** What Iceberg can skip by; the others are for Spark alone. */
  private static Optional<Column> condition(Filter filter) {
    if (filter instanceof EqualTo equal) {
      return Optional.of(column(equal.attribute()).equalTo(equal.value()));
    }
    if (filter instanceof GreaterThan greater) {
      return Optional.of(column(greater.attribute()).gt(greater.value()));
    }
    if (filter instanceof GreaterThanOrEqual atLeast) {
      return Optional.of(column(atLeast.attribute()).geq(atLeast.value()));
    }
    if (filter instanceof LessThan less) {
      return Optional.of(column(less.attribute()).lt(less.value()));
    }
    if (filter instanceof LessThanOrEqual atMost) {
      return Optional.of(column(atMost.attribute()).leq(atMost.value()));
    }
    if (filter instanceof In in) {
      return Optional.of(column(in.attribute()).isin(in.values()));
    }
    if (filter instanceof IsNull isNull) {
      return Optional.of(column(isNull.attribute()).isNull());
    }
    if (filter instanceof IsNotNull isNotNull) {
      return Optional.of(column(isNotNull.attribute()).isNotNull());
    }
    if (filter instanceof And and) {
      Optional<Column> left = condition(and.left());
      Optional<Column> right = condition(and.right());
      return left.isPresent() && right.isPresent()
          ? Optional.of(left.get().and(right.get()))
          : left.or(() -> right);
    }
    if (filter instanceof Or or) {
      Optional<Column> right = condition(or.right());
      return condition(or.left()).flatMap(left -> right.map(left::or));
    }
    return Optional.empty();
  }

  /** Filters name columns as SQL does, parts of them with dots between. */
  private static Column column(String attribute) {
    return functions.col(attribute);
  }
}
