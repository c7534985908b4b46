package io.dynamodblake.lake;

import java.util.Arrays;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.PrunedScan;
import org.apache.spark.sql.types.StructType;

/** Rows of CSV, which need a look at every text before they are what was written. */
final class TextRelation extends BaseRelation implements PrunedScan {
  private final SparkSession session;
  private final Dataset<Row> rows;

  TextRelation(SparkSession session, Dataset<Row> rows) {
    this.session = session;
    this.rows = rows;
  }

  @Override
  public SQLContext sqlContext() {
    return session.sqlContext();
  }

  @Override
  public StructType schema() {
    return rows.schema();
  }

  @Override
  public RDD<Row> buildScan(String[] wanted) {
    return rows.select(
            Arrays.stream(wanted).map(PartitionExpressions::column).toArray(Column[]::new))
        .rdd();
  }
}
