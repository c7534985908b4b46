package io.dynamodblake.bench;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.json.NameTable;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Nanoseconds to scan one line onto the tape, all attributes or one of them. Run it with
 *
 * <pre>{@code
 * bin/benchmark jmh JmhItemScanner
 * bin/benchmark jmh JmhItemScanner -p shape=ORDERS -prof gc
 * }</pre>
 */
public class JmhItemScanner extends ItemBenchmark {
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();
  private Lines lines;
  private NameTable firstAttribute;

  @Setup
  public void generate() {
    Shape generated = Shape.of(shape);
    lines = new Lines(generated);
    firstAttribute = new NameTable(List.of(generated.schema().columns().get(0).attribute()));
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public int everyAttribute() throws MalformedRecordException {
    return scan(null);
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public int oneAttribute() throws MalformedRecordException {
    return scan(firstAttribute);
  }

  private int scan(NameTable wanted) throws MalformedRecordException {
    int attributes = 0;
    for (int i = 0; i < Lines.COUNT; i++) {
      scanner.scan(lines.bytes(), lines.start(i), lines.end(i), tape, wanted);
      attributes += tape.childCount(tape.item());
    }
    return attributes;
  }
}
