package io.dynamodblake.testing;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tapes for tests, and tapes read back as plain objects. */
public final class Tapes {
  private Tapes() {}

  /** The tape of a whole line. */
  public static ItemTape ofLine(String line) throws MalformedRecordException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    ItemTape tape = new ItemTape();
    new ItemScanner().scan(bytes, 0, bytes.length, tape);
    return tape;
  }

  /** The tape of an item: {@code {"pk":{"S":"x"}}} without the line around it. */
  public static ItemTape ofItem(String item) throws MalformedRecordException {
    return ofLine("{\"Item\":" + item + "}");
  }

  /** The item as Jackson would give it with {@code Map.class}, through the tape alone. */
  public static Object toObject(ItemTape tape) {
    return payload(tape, tape.item());
  }

  private static Object value(ItemTape tape, int node) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put(tape.descriptor(node).name(), payload(tape, node));
    return value;
  }

  private static Object payload(ItemTape tape, int node) {
    Descriptor descriptor = tape.descriptor(node);
    return switch (descriptor) {
      case S, N, B -> text(tape, node);
      case BOOL -> tape.bool(node);
      case NULL -> true;
      case SS, NS, BS, L -> {
        java.util.List<Object> elements = new java.util.ArrayList<>();
        int child = tape.firstChild(node);
        for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
          elements.add(descriptor == Descriptor.L ? value(tape, child) : text(tape, child));
        }
        yield elements;
      }
      case M -> {
        Map<String, Object> entries = new LinkedHashMap<>();
        int child = tape.firstChild(node);
        for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
          entries.put(tape.name(child), value(tape, child));
        }
        yield entries;
      }
    };
  }

  private static String text(ItemTape tape, int node) {
    int start = tape.valueStart(node);
    return new String(
        tape.valueBytes(node), start, tape.valueEnd(node) - start, StandardCharsets.UTF_8);
  }
}
