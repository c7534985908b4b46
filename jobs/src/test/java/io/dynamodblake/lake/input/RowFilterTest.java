package io.dynamodblake.lake.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.testing.SparkTest;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowFilterTest {
  @TempDir static Path directory;

  private final SparkSession spark = SparkTest.session();
  private Dataset<Row> rows;

  @BeforeEach
  void writeRows() {
    // files, because only they have _metadata
    Path file = directory.resolve("rows");
    if (!java.nio.file.Files.exists(file)) {
      spark
          .range(6)
          .selectExpr(
              "id AS n",
              "concat('p', id) AS pk",
              "array('a', concat('t', id)) AS tags",
              "timestamp_seconds(id * 86400) AS `at`")
          .write()
          .parquet(file.toString());
    }
    rows = spark.read().parquet(file.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n = 4",
        "PK = 'p4'",
        "exists(tags, tag -> tag = 't4')",
        "at >= '1970-01-05' AND at < timestamp'1970-01-06 00:00:00Z'",
        "CASE WHEN n > 3 THEN n < 5 ELSE NULL END",
        "pk RLIKE '^p[4]$' -- and no more",
        "n BETWEEN 4 AND 4 AND pk IS NOT NULL"
      })
  void aConditionOverColumnsTakesTheRowsForWhichItHolds(String condition) {
    assertThat(
            RowFilter.parse(spark, condition, Words.RESTORE)
                .apply(rows)
                .select("n")
                .collectAsList())
        .map(row -> row.getLong(0))
        .containsExactly(4L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          nosuch = 1 | function parameter with name `nosuch` cannot be resolved
          n = | [PARSE_SYNTAX_ERROR] Syntax error at or near end of input
          n + 1 | [DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN]
          n = 1; DROP TABLE x | [PARSE_SYNTAX_ERROR]
          n IN (SELECT 1) | it holds a query of its own
          EXISTS (SELECT * FROM text.`/etc/passwd`) | it holds a query of its own
          n = (SELECT max(n) FROM orders) | it holds a query of its own
          Reflect('java.lang.System', 'exit', 1) IS NULL | 'Reflect' calls Java code
          reflect('no.such.Name', 'x') = '' | 'reflect' calls Java code
          java_method('java.lang.Runtime', 'getRuntime') = '' | 'java_method' calls Java code
          rand() < 0.5 | rand need not give the same answer twice
          monotonically_increasing_id() < 5 | need not give the same answer twice
          input_file_name() LIKE '%' | need not give the same answer twice
          now() > '2026-01-01' | now has another value in the next run; write the value itself
          current_date > '2026-01-01' | current_date has another value in the next run
          current_user() = 'x' | has another value in the next run
          raise_error(pk) IS NULL | raise_error does more than looking at a row
          assert_true(n < 3) IS NULL | raise_error does more than looking at a row
          acme.evil(pk) = 1 | 'acme.evil' is no function of Spark's own
          evil(pk) = 1 | 'evil' is no function of Spark's own
          sum(n) > 1 | aggregate
          row_number() OVER (ORDER BY n) = 1 | WHERE clause
          explode(array(n)) = 1 | generator
          _metadata.file_path = '' | it takes more than the columns of a row
          window(pk, '1 day').start > '2026' | it takes more than the columns of a row
          """)
  void aConditionThatAsksMoreThanTheRowIsRefused(String condition, String says) {
    assertThatThrownBy(() -> RowFilter.parse(spark, condition, Words.RESTORE).apply(rows))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use --where: ")
        .hasMessageContaining(says)
        .message()
        .hasSizeLessThan(600)
        .doesNotContain("\n");
  }

  @Test
  void aFunctionOfTheUsersOwnIsNeverLookedAt() {
    AtomicBoolean called = new AtomicBoolean();
    spark
        .udf()
        .register(
            "own",
            (UDF1<Long, Boolean>)
                value -> {
                  called.set(true);
                  return true;
                },
            DataTypes.BooleanType);
    try {
      assertThatThrownBy(() -> RowFilter.parse(spark, "own(n)", Words.RESTORE).apply(rows).count())
          .isInstanceOf(UsageException.class)
          .hasMessage("Cannot use --where: 'own' is no function of Spark's own");
      assertThat(called).isFalse();
    } finally {
      spark.sql("DROP TEMPORARY FUNCTION own");
    }
  }
}
