package io.dynamodblake.bench;

import java.util.List;

/** One thing that is measured: one or more lines of the table. */
@FunctionalInterface
interface Row {
  /**
   * Measures.
   *
   * @throws IllegalStateException if the sides do not come to the same result
   */
  Result measure(Workshop workshop) throws Exception;

  /**
   * What came out.
   *
   * @param remarks sentences to stand under the table
   */
  record Result(List<Line> lines, List<String> remarks) {
    public Result {
      lines = List.copyOf(lines);
      remarks = List.copyOf(remarks);
    }

    static Result of(Line... lines) {
      return new Result(List.of(lines), List.of());
    }
  }
}
