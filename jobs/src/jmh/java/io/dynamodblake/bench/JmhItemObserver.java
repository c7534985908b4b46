package io.dynamodblake.bench;

import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.ProfileLimits;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Nanoseconds to scan one line and take it into a profile, as the schema pass does. Run it with
 *
 * <pre>{@code
 * bin/benchmark jmh JmhItemObserver -prof gc
 * }</pre>
 *
 * The difference to {@link JmhItemScanner} is the profile's share.
 */
public class JmhItemObserver extends ItemBenchmark {
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();
  private final ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
  private Lines lines;

  @Setup
  public void generate() {
    lines = new Lines(Shape.of(shape));
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public long everyAttribute() throws MalformedRecordException {
    for (int i = 0; i < Lines.COUNT; i++) {
      scanner.scan(lines.bytes(), lines.start(i), lines.end(i), tape);
      observer.observe(tape, lines.end(i) - lines.start(i));
    }
    return observer.profile().items();
  }
}
