package io.dynamodblake.bench;

import io.dynamodblake.json.ChangeScanner;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Nanoseconds to scan one item, as a full export has it, and one change with that item as its old
 * and its new image. Run it with
 *
 * <pre>{@code
 * bin/benchmark jmh JmhChangeScanner
 * }</pre>
 *
 * A change has a little more than twice the bytes of its item, so it should take a little more than
 * twice its time.
 */
public class JmhChangeScanner extends ItemBenchmark {
  private static final String BEFORE_ITEM = "{\"Item\":";

  private final ItemScanner itemScanner = new ItemScanner();
  private final ItemTape item = new ItemTape();
  private final ChangeScanner changeScanner = new ChangeScanner();
  private final ChangeTape change = new ChangeTape();
  private Lines items;
  private Lines changes;

  @Setup
  public void generate() {
    Shape generated = Shape.of(shape);
    items = new Lines(generated);
    changes = new Lines(generated, this::update);
  }

  private String update(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      itemScanner.scan(bytes, 0, bytes.length, item);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException(e);
    }
    int key = item.firstChild(item.item());
    String value =
        new String(
            bytes,
            item.rawStart(key),
            item.rawEnd(key) - item.rawStart(key),
            StandardCharsets.UTF_8);
    String image = line.substring(BEFORE_ITEM.length(), line.lastIndexOf('}'));
    return "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1731990000123456\"}},\"Keys\":{\"%s\":%s},\"OldImage\":%s,\"NewImage\":%s}\n"
        .formatted(item.name(key), value, image, image);
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public int item() throws MalformedRecordException {
    int attributes = 0;
    for (int i = 0; i < Lines.COUNT; i++) {
      itemScanner.scan(items.bytes(), items.start(i), items.end(i), item, null);
      attributes += item.childCount(item.item());
    }
    return attributes;
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public int change() throws MalformedRecordException {
    int attributes = 0;
    for (int i = 0; i < Lines.COUNT; i++) {
      changeScanner.scan(changes.bytes(), changes.start(i), changes.end(i), change);
      attributes += change.newImage().childCount(change.newImage().item());
    }
    return attributes;
  }
}
