package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.json.NameFinder;
import io.dynamodblake.json.NameTable;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.Arrays;
import java.util.List;

/**
 * Text that is a JSON object, as a struct. Text that the struct cannot give back byte by byte is
 * kept as well; it counts as rescued where a value in it does not fit its field.
 */
final class JsonTextDecoder extends ValueDecoder {
  private final ValueDecoder struct;
  private final Order order;
  private final JsonText text = new JsonText();
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape parsed = new ItemTape();
  private final Misfits inner = new Misfits(1);
  private final TapeValues values = new TapeValues();
  private final JsonTextWriter printer = new JsonTextWriter();

  JsonTextDecoder(ValueMapping.Struct mapping) {
    super(Descriptor.S);
    ValueMapping.Struct object = new ValueMapping.Struct(mapping.fields());
    this.struct = ContainerDecoders.of(object);
    this.order = Order.of(object);
  }

  @Override
  boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
    byte[] bytes = tape.valueBytes(node);
    int start = tape.valueStart(node);
    int end = tape.valueEnd(node);
    if (!text.read(bytes, start, end)) {
      return false;
    }
    try {
      scanner.scanValue(text.bytes(), 0, text.size(), parsed);
    } catch (MalformedRecordException e) {
      return false; // a name twice, half a surrogate, a number that DynamoDB does not have
    }
    inner.reset(true);
    long rescuedBefore = inner.counts()[0];
    struct.decodeValue(parsed, parsed.item(), sink, ordinal, inner);
    if (inner.counts()[0] > rescuedBefore) {
      misfits.rescue(node);
    } else if (!inner.isEmpty() || !isCanonical(bytes, start, end)) {
      misfits.keep(node);
    }
    return true;
  }

  private boolean isCanonical(byte[] bytes, int start, int end) {
    if (!order.isKept(parsed, parsed.item())) {
      return false;
    }
    printer.reset();
    values.write(parsed, parsed.item(), printer);
    byte[] printed = printer.text();
    return Arrays.equals(printed, 0, printed.length, bytes, start, end);
  }

  /** Whether names stand in the order of the fields; of what has no fields any order is kept. */
  private record Order(NameFinder names, Order[] fields, Order each) {

    static Order of(ValueMapping mapping) {
      if (mapping instanceof ValueMapping.Struct struct && !struct.isText()) {
        List<String> attributes =
            struct.fields().stream().map(ValueMapping.Field::attribute).toList();
        return new Order(
            new NameFinder(new NameTable(attributes)),
            struct.fields().stream().map(field -> of(field.mapping())).toArray(Order[]::new),
            null);
      }
      if (mapping instanceof ValueMapping.Sequence sequence) {
        return new Order(null, null, of(sequence.element()));
      }
      return mapping instanceof ValueMapping.OpenMap map
          ? new Order(null, null, of(map.value()))
          : new Order(null, null, null);
    }

    boolean isKept(ItemTape tape, int node) {
      if (names == null && each == null) {
        return true;
      }
      int next = 0;
      int child = tape.firstChild(node);
      for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
        Order inside = each;
        if (names != null) {
          int field = names.find(tape, child, next);
          if (field < next) {
            return false;
          }
          next = field + 1;
          inside = fields[field];
        }
        if (!inside.isKept(tape, child)) {
          return false;
        }
      }
      return true;
    }
  }
}
