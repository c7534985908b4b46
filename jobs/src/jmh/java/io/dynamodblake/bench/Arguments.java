package io.dynamodblake.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the command line of the benchmark says.
 *
 * @param items generated items
 * @param pairs timed rounds of each comparison, after those that warm up
 * @param memoryItems items of the smaller of the two exports whose memory is compared; the other
 *     has four times as many
 * @param manifestFiles data files of the manifest that is planned
 * @param rows what to measure, in the order of the table
 * @param others whom flatten is compared with
 * @param only one side of flatten run alone, for a profiler; empty for the whole benchmark
 * @param prices what a cluster costs
 */
record Arguments(
    Shape shape,
    long items,
    int pairs,
    int warmUps,
    long memoryItems,
    int manifestFiles,
    List<RowName> rows,
    Set<Other> others,
    String only,
    Path directory,
    Prices prices) {
  private static final long QUICK_ITEMS = 5_000;
  private static final long DEFAULT_ITEMS = 1_000_000;
  // Spark's generated code for 2,000 columns is too large for the JIT compiler
  private static final long DEFAULT_WIDE_ITEMS = 20_000;

  /** Whom flatten and restore are compared with. */
  enum Other {
    DUCKDB,
    SPARK
  }

  static final String USAGE =
      """
      Usage: bin/benchmark [OPTIONS]
        --shape NAME       orders (default), narrow or wide
        --items N          generated items (default 1000000, 20000 if wide)
        --rows A,B,...     of %s
                           (default all but growth for orders; those before count for the others)
        --pairs N          timed rounds of each comparison (default 5)
        --against A,B      whom flatten and restore are compared with: duckdb, spark (default both)
        --quick            smallest sizes, one pair, no warming up: does it work?
        --memory-items N   items of the smaller export for peak memory (default 1000000)
        --manifest-files N data files of the manifest to plan (default 1000000)
        --vcpu-hour USD --gb-hour USD    prices for the cost per TB
        --only SIDE        repeats one side of flatten for a profiler: ours, duckdb or spark
        --directory DIR    where data is generated and kept (default target/benchmark)"""
          .formatted(
              Arrays.stream(RowName.values()).map(RowName::key).collect(Collectors.joining(",")));

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with the usage if it is wrong
   */
  static Arguments of(String... words) {
    Shape shape = Shape.ORDERS;
    long items = 0;
    int pairs = 0;
    long memoryItems = 0;
    int manifestFiles = 0;
    List<RowName> rows = new ArrayList<>();
    Set<Other> others = EnumSet.allOf(Other.class);
    boolean quick = false;
    String only = "";
    Path directory = Path.of("target", "benchmark");
    Prices prices = Prices.builtIn();
    try {
      for (int i = 0; i < words.length; i++) {
        if (words[i].equals("--quick")) {
          quick = true;
          continue;
        }
        String option = words[i];
        if (++i == words.length) {
          throw new IllegalArgumentException(option + " needs a value");
        }
        String value = words[i];
        switch (option) {
          case "--shape" -> shape = shape(value);
          case "--items" -> items = number(option, value);
          case "--pairs" -> pairs = Math.toIntExact(number(option, value));
          case "--memory-items" -> memoryItems = number(option, value);
          case "--manifest-files" -> manifestFiles = Math.toIntExact(number(option, value));
          case "--rows" -> rows = RowName.listOf(value);
          case "--against" -> others = others(value);
          case "--only" -> only = value;
          case "--directory" -> directory = Path.of(value);
          case "--vcpu-hour" -> prices = prices.withVcpuHour(price(option, value));
          case "--gb-hour" -> prices = prices.withGigabyteHour(price(option, value));
          default -> throw new IllegalArgumentException("Unknown option " + option);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + "\n" + USAGE, e);
    }
    long defaultItems = shape == Shape.WIDE ? DEFAULT_WIDE_ITEMS : DEFAULT_ITEMS;
    return new Arguments(
        shape,
        items > 0 ? items : quick ? QUICK_ITEMS : defaultItems,
        pairs > 0 ? pairs : quick ? 1 : 5,
        quick ? 0 : 2,
        memoryItems > 0 ? memoryItems : quick ? QUICK_ITEMS : DEFAULT_ITEMS,
        manifestFiles > 0 ? manifestFiles : quick ? 10_000 : 1_000_000,
        rows.isEmpty() ? RowName.defaultsOf(shape) : rows,
        others,
        only,
        directory.toAbsolutePath().normalize(),
        prices);
  }

  private static long number(String option, String value) {
    try {
      long number = Long.parseLong(value);
      if (number >= 1 && number <= Integer.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " takes a whole number, not " + value, e);
    }
    throw new IllegalArgumentException(option + " takes 1 to " + Integer.MAX_VALUE);
  }

  private static double price(String option, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " takes a price such as 0.05, not " + value, e);
    }
  }

  private static Shape shape(String value) {
    return Arrays.stream(Shape.values())
        .filter(shape -> shape.lowerCaseName().equals(value))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Unknown shape " + value));
  }

  private static Set<Other> others(String value) {
    Set<Other> others = EnumSet.noneOf(Other.class);
    for (String name : value.split(",")) {
      others.add(
          Arrays.stream(Other.values())
              .filter(other -> other.name().toLowerCase(Locale.ROOT).equals(name.strip()))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("--against takes duckdb and spark")));
    }
    return others;
  }
}
