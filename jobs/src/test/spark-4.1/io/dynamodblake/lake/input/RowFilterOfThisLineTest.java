package io.dynamodblake.lake.input;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class RowFilterOfThisLineTest {
  @Test
  void theTimeOfDayIsAnotherInTheNextRun() {
    SparkSession spark = SparkTest.newSession();
    spark.conf().set("spark.sql.timeType.enabled", "true");
    Dataset<Row> rows = spark.range(3).toDF("n");
    RowFilter filter = RowFilter.parse(spark, "current_time() > TIME'12:00:00'", Words.RESTORE);
    assertThatThrownBy(() -> filter.apply(rows))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use --where: current_time has another value in the next run; write the value"
                + " itself");
  }
}
