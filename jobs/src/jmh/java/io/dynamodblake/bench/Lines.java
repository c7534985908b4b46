package io.dynamodblake.bench;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Some generated lines in one buffer, for benchmarks that should not measure reading. */
final class Lines {
  /** Enough that branch predictors and caches see more than one item. */
  static final int COUNT = 1000;

  private static final long SEED = 7;

  private final byte[] bytes;
  private final int[] ends = new int[COUNT];

  Lines(Shape shape) {
    this(shape, UnaryOperator.identity());
  }

  /**
   * @param made makes another line, with its end, of each that the shape has generated
   */
  Lines(Shape shape, UnaryOperator<String> made) {
    StringBuilder text = new StringBuilder();
    SplittableRandom random = new SplittableRandom(SEED);
    int[] chars = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      StringBuilder line = new StringBuilder();
      shape.appendLine(line, i, random);
      text.append(made.apply(line.toString()));
      chars[i] = text.length();
    }
    String all = text.toString();
    int start = 0;
    int bytesSoFar = 0;
    for (int i = 0; i < COUNT; i++) {
      bytesSoFar += all.substring(start, chars[i]).getBytes(StandardCharsets.UTF_8).length;
      ends[i] = bytesSoFar;
      start = chars[i];
    }
    this.bytes = all.getBytes(StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    return bytes;
  }

  int start(int line) {
    return line == 0 ? 0 : ends[line - 1];
  }

  /** Without the line's end. */
  int end(int line) {
    return ends[line] - 1;
  }
}
