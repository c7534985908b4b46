package io.dynamodblake.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The most memory that flatten ever has, as the kernel counts it, in a process of its own that the
 * launcher starts with its default settings, without a schema: both passes.
 */
final class MemoryRow implements Row {
  private static final double MOST_MEBIBYTES = 1536;
  private static final double SAME = 1.15;
  private static final int LARGER = 4;
  private static final int ITEMS_PER_LARGE = 1000;
  private static final int ITEMS_PER_BROAD = 500;
  private static final long POLL_MILLIS = 20;
  private static final double KIBIBYTES_PER_MEBIBYTE = 1024;

  @Override
  public Result measure(Workshop workshop) throws Exception {
    long items = workshop.arguments().memoryItems();
    List<Line> lines = new ArrayList<>();
    double one = add(lines, workshop, Shape.ORDERS, items, "orders");
    double four = add(lines, workshop, Shape.ORDERS, items * LARGER, "orders");
    lines.add(
        Line.of(
            "the same, the larger against the smaller",
            String.format(Locale.ROOT, "**%.2f**", four / one),
            String.format(Locale.ROOT, "≤ %.2f", SAME),
            four / one <= SAME));
    add(lines, workshop, Shape.LARGE, items / ITEMS_PER_LARGE, "items of 400 KB");
    add(lines, workshop, Shape.BROAD, items / ITEMS_PER_BROAD, "items of 5,000 attributes");
    return new Result(lines, List.of());
  }

  private static double add(
      List<Line> lines, Workshop workshop, Shape shape, long items, String what)
      throws IOException, InterruptedException {
    Path export = workshop.generate(shape, items).folder();
    Path target = workshop.freshTarget();
    long start = System.nanoTime();
    double peak = peakMebibytes(export, target, shape);
    double seconds = (System.nanoTime() - start) / 1e9;
    Directories.delete(target);
    lines.add(
        Line.of(
            String.format(
                Locale.ROOT, "peak RSS of `flatten`, %,d %s, launcher's defaults", items, what),
            String.format(Locale.ROOT, "%.0f MiB (%.1f s)", peak, seconds),
            "< 1,536 MiB",
            peak < MOST_MEBIBYTES));
    return peak;
  }

  private static double peakMebibytes(Path export, Path target, Shape shape)
      throws IOException, InterruptedException {
    File log = target.resolveSibling(target.getFileName() + ".log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher().toString(),
            "flatten",
            export.toString(),
            "--to",
            target.toString(),
            "--table",
            shape.lowerCaseName());
    builder.environment().put("DYNAMODB_LAKE_CORES", Integer.toString(Workshop.THREADS));
    Process process = builder.redirectErrorStream(true).redirectOutput(log).start();
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    double peak = 0;
    try {
      // the launcher becomes the JVM, so that its process is the one to look at
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, highWaterMark(status));
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "flatten ended with exit code " + process.exitValue() + ", see " + log);
    }
    Files.delete(log.toPath());
    if (peak == 0) {
      throw new IllegalStateException("This system does not tell the peak memory of a process");
    }
    return peak;
  }

  private static double highWaterMark(Path status) throws IOException {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Double.parseDouble(line.replaceAll("\\D", "")) / KIBIBYTES_PER_MEBIBYTE;
        }
      }
    } catch (NoSuchFileException ended) {
      return 0;
    } catch (IOException endedWhileRead) {
      return 0;
    }
    return 0;
  }

  private static Path launcher() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path launcher = folder.resolve("bin").resolve("dynamodb-lake");
      if (Files.isExecutable(launcher)) {
        return launcher;
      }
    }
    throw new IllegalStateException("bin/dynamodb-lake is not above the working directory");
  }
}
