package io.dynamodblake.bench;

import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.ProfileLimits;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds to scan one line and take it into a profile, as the schema pass does. Run it with
 *
 * <pre>{@code
 * bin/benchmark jmh JmhItemObserver -prof gc
 * }</pre>
 *
 * The difference to {@link JmhItemScanner} is the profile's share.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JmhItemObserver {
  @Param({"NARROW", "ORDERS", "WIDE"})
  public String shape;

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
