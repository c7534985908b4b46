package io.dynamodblake.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything that docs/performance.md claims, measured again: generates the data, runs
 * dynamodb-lake, Spark's own reader and DuckDB on it, in turn and in one process, checks that they
 * come to the same result, and prints Markdown. Run it with
 *
 * <pre>{@code
 * bin/benchmark
 * bin/benchmark --shape wide --rows flatten --against duckdb
 * }</pre>
 *
 * A row that fails says so in the table and the others go on; the exit code is 1 then.
 */
public final class Benchmark {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int LONGEST_REASON = 300;

  private final Arguments arguments;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private boolean failed;

  Benchmark(Arguments arguments) {
    this.arguments = arguments;
  }

  public static void main(String[] words) throws Exception {
    if (List.of(words).contains("--help")) {
      System.out.println(Arguments.USAGE);
      return;
    }
    Arguments arguments;
    try {
      arguments = Arguments.of(words);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(WRONG_USAGE);
      return;
    }
    Benchmark benchmark = new Benchmark(arguments);
    System.out.print(benchmark.run());
    System.exit(benchmark.failed ? FAILED : 0); // nothing that a library left running holds us up
  }

  boolean failed() {
    return failed;
  }

  /** Runs the rows and describes what came out. */
  String run() throws Exception {
    String machine = Machine.description();
    try (Workshop workshop = Workshop.open(arguments)) {
      remarks.add(workshop.describeData());
      for (RowName row : arguments.rows()) {
        measure(row, workshop);
      }
    }
    StringBuilder text = new StringBuilder();
    text.append(machine).append("\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "Medians of %d %s; lowest and highest in brackets.%n%n",
            arguments.pairs(),
            arguments.pairs() == 1 ? "pair" : "pairs"));
    text.append(Line.HEADER);
    lines.forEach(line -> text.append(line.markdown()));
    text.append('\n');
    remarks.forEach(remark -> text.append("- ").append(remark).append('\n'));
    return text.toString();
  }

  private void measure(RowName row, Workshop workshop) {
    System.err.println("== " + row.key());
    try {
      Row.Result result = row.row().measure(workshop);
      lines.addAll(result.lines());
      remarks.addAll(result.remarks());
      result.lines().forEach(line -> System.err.print(line.markdown()));
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      failed = true;
      e.printStackTrace();
      lines.add(Line.failed(row.key(), reason(e)));
    }
  }

  private static String reason(Throwable failure) {
    String text = String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
    return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + " …" : text;
  }
}
