package io.dynamodblake.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** That the benchmark still works, in the smallest size; what it measures here means nothing. */
class BenchmarkIT {
  @Test
  void allSidesComeToEqualResults() throws Exception {
    Benchmark benchmark =
        run("--rows", "flatten,floor,schema,first,columns,restore,apply,count,sorted,iceberg");

    String report = benchmark.run();

    assertThat(benchmark.failed()).as(report).isFalse();
    assertThat(report)
        .contains("Results are equal.")
        .contains("against DuckDB")
        .contains("against Spark's JSON reader")
        .contains("against gunzip, MD5, CRC and zstd of the same bytes alone")
        .contains("against gunzip and Jackson tokens")
        .contains("reading 2 of 16 columns")
        .contains("against Spark writing the rows as JSON lines")
        .contains("against DuckDB with `PARTITION_BY`")
        .contains("`count(*)` of 5,000 items");
  }

  @Test
  void plansAndBalances() throws Exception {
    Benchmark benchmark = run("--rows", "planning,balance,files");

    String report = benchmark.run();

    assertThat(benchmark.failed()).as(report).isFalse();
    assertThat(report)
        .contains("planning 10,000 data files, 1 TB")
        .contains("no LIST, 5 HEADs")
        .contains("flatten of 100 data files of 50 items, against 16 files of the same items")
        .contains("| the largest of these files alone against the mean task, in bytes | 1.1");
  }

  @Test
  void wideItemsGoThroughAllSides() throws Exception {
    Benchmark benchmark =
        run("--shape", "wide", "--items", "200", "--rows", "flatten,first", "--against", "duckdb");

    String report = benchmark.run();

    assertThat(benchmark.failed()).as(report).isFalse();
    assertThat(report).contains("Results are equal.");
  }

  @Test
  void oneOtherValueIsNoticed() throws Exception {
    try (Workshop workshop = Workshop.open(arguments("--items", "300"))) {
      Path ours = workshop.freshTarget();
      Path changed = workshop.freshTarget();
      workshop.flattenPinned(ours);
      Path snapshot = Workshop.snapshot(ours);
      Dataset<Row> rows = workshop.spark().read().parquet(snapshot.toString());
      String first = rows.agg(functions.min("orderid")).head().getString(0);
      Column same = functions.col("loyaltypoints");
      rows.drop(TableSchema.RESCUED, TableSchema.NULLS)
          .withColumn(
              "loyaltypoints",
              functions.when(functions.col("orderid").equalTo(first), same.plus(1)).otherwise(same))
          .write()
          .parquet(changed.toString());

      assertThatThrownBy(
              () -> new ResultCheck(workshop.spark()).requireEqual(snapshot, changed, "DuckDB"))
          .hasMessage("Results differ from those of DuckDB in the values of loyaltypoints");
    }
  }

  @Test
  void aRowThatFailsSaysSoAndTheOthersGoOn() throws Exception {
    Benchmark benchmark =
        run("--shape", "narrow", "--items", "100", "--rows", "flatten,count", "--only", "nobody");

    String report = benchmark.run();

    assertThat(benchmark.failed()).isTrue();
    assertThat(report)
        .contains("| flatten | failed: --only takes ours, duckdb or spark |")
        .contains("`count(*)` of 100 items");
  }

  @Test
  void wrongOptionsAreToldWithTheUsage() {
    assertThatThrownBy(() -> Arguments.of("--pears", "5"))
        .hasMessageStartingWith("Unknown option --pears\nUsage: bin/benchmark");
    assertThatThrownBy(() -> Arguments.of("--pairs"))
        .hasMessageStartingWith("--pairs needs a value");
    assertThatThrownBy(() -> Arguments.of("--rows", "flatten,speed"))
        .hasMessageStartingWith("Unknown row speed\nUsage");
    assertThatThrownBy(() -> Arguments.of("--pairs", "many"))
        .hasMessageStartingWith("--pairs takes a whole number, not many\nUsage");
  }

  private static Benchmark run(String... words) {
    return new Benchmark(arguments(words));
  }

  private static Arguments arguments(String... words) {
    List<String> all = new ArrayList<>(List.of("--quick", "--directory", "target/benchmark-test"));
    all.addAll(List.of(words));
    return Arguments.of(all.toArray(new String[0]));
  }
}
