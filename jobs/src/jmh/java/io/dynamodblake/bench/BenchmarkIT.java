package io.dynamodblake.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** That the benchmark still works, in the smallest size; what it measures here means nothing. */
class BenchmarkIT {
  @Test
  void allSidesComeToEqualResults() throws Exception {
    Benchmark benchmark = run("--rows", "flatten,schema,first,columns,restore,count");

    String report = benchmark.run();

    assertThat(benchmark.failed()).as(report).isFalse();
    assertThat(report)
        .contains("Results are equal.")
        .contains("against DuckDB")
        .contains("against Spark's JSON reader")
        .contains("against gunzip and Jackson tokens")
        .contains("reading 2 of 16 columns")
        .contains("restore (")
        .contains("`count(*)` of 5,000 items");
  }

  @Test
  void plansAndBalances() throws Exception {
    Benchmark benchmark = run("--rows", "planning,balance");

    String report = benchmark.run();

    assertThat(benchmark.failed()).as(report).isFalse();
    assertThat(report).contains("planning 10,000 data files, 1 TB").contains("no LIST, 5 HEADs");
  }

  @Test
  void wideItemsGoThroughAllSides() throws Exception {
    Benchmark benchmark =
        run("--shape", "wide", "--items", "200", "--rows", "flatten,first", "--against", "duckdb");

    String report = benchmark.run();

    assertThat(benchmark.failed()).as(report).isFalse();
    assertThat(report).contains("Results are equal.");
  }

  private static Benchmark run(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "--quick";
    all[1] = "--directory";
    all[2] = Path.of("target", "benchmark-test").toString();
    System.arraycopy(words, 0, all, 3, words.length);
    return new Benchmark(Arguments.of(all));
  }
}
