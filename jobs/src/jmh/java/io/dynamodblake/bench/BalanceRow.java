package io.dynamodblake.bench;

import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * How even the tasks are if the largest data file is a hundred times the smallest. Nothing makes
 * them more even than that file allows, which one task has to read alone.
 */
final class BalanceRow implements Row {
  private static final double MOST_OF_MEAN = 2.0;
  private static final int FILES = 64;
  private static final double SKEW = 100;
  private static final int ITEMS_PER_FILE = 6_000;
  private static final int QUICK_ITEMS_PER_FILE = 100;
  private static final double NANOS_PER_MILLI = 1e6;

  @Override
  public Result measure(Workshop workshop) throws Exception {
    boolean quick = workshop.arguments().warmUps() == 0;
    long items = (long) FILES * (quick ? QUICK_ITEMS_PER_FILE : ITEMS_PER_FILE);
    Path directory = workshop.arguments().directory().resolve("skewed-" + items);
    Path export = new OrdersGenerator(Shape.ORDERS, items, weights()).writeTo(directory).folder();
    List<Double> clock = new ArrayList<>();
    List<Double> processor = new ArrayList<>();
    int tasks = 0;
    for (int i = -workshop.arguments().warmUps(); i < workshop.arguments().pairs(); i++) {
      TaskTimes times = read(workshop, export);
      tasks = times.clock.size();
      if (i >= 0) {
        clock.add(slowestOfMean(times.clock));
        processor.add(slowestOfMean(times.processor));
      }
    }
    clock.sort(null);
    processor.sort(null);
    return Result.of(
        Line.of(
            String.format(
                Locale.ROOT,
                "slowest task against the mean of %d, %d data files with sizes skewed 1:100",
                tasks,
                FILES),
            String.format(
                Locale.ROOT,
                "**%.2f** (%.2f–%.2f); processor %.2f",
                Contest.median(clock),
                clock.get(0),
                clock.get(clock.size() - 1),
                Contest.median(processor)),
            String.format(Locale.ROOT, "≤ %.1f", MOST_OF_MEAN),
            Contest.median(clock) <= MOST_OF_MEAN),
        new Line(
            "the largest of these files alone against the mean task, in bytes",
            String.format(Locale.ROOT, "%.2f", largestOfMean(export, tasks)),
            "",
            "",
            "",
            "",
            ""));
  }

  /** From 1 to 100 in even steps of proportion, not in order. */
  private static double[] weights() {
    double[] weights = new double[FILES];
    for (int i = 0; i < FILES; i++) {
      int step = i * 27 % FILES; // 27 and 64 have no common divisor
      weights[i] = Math.pow(SKEW, (double) step / (FILES - 1));
    }
    return weights;
  }

  private static double largestOfMean(Path export, int tasks) throws IOException {
    List<Double> bytes = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(export.resolve("data"), "*.json.gz")) {
      for (Path file : files) {
        bytes.add((double) Files.size(file));
      }
    }
    double all = bytes.stream().mapToDouble(Double::doubleValue).sum();
    return Collections.max(bytes) / (all / tasks);
  }

  private static double slowestOfMean(List<Double> times) {
    return Collections.max(times)
        / times.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static TaskTimes read(Workshop workshop, Path export) throws Exception {
    TaskTimes times = new TaskTimes();
    workshop.spark().sparkContext().addSparkListener(times);
    try {
      workshop
          .spark()
          .read()
          .format("dynamodb-export")
          .schema(SparkTypes.toStruct(Shape.ORDERS.schema()))
          .option("maxPartitionBytes", "4MB")
          .load(export.toString())
          .write()
          .format("noop")
          .mode("overwrite")
          .save();
      workshop.spark().sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      workshop.spark().sparkContext().removeSparkListener(times);
    }
    return times;
  }

  /** Milliseconds of each task. */
  private static final class TaskTimes extends SparkListener {
    private final List<Double> clock = new ArrayList<>();
    private final List<Double> processor = new ArrayList<>();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      clock.add((double) end.taskMetrics().executorRunTime());
      processor.add(end.taskMetrics().executorCpuTime() / NANOS_PER_MILLI);
    }
  }
}
