package io.dynamodblake.testing;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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

  /**
   * The item in a form that is equal for two items exactly if DynamoDB takes them for equal:
   * numbers by value, sets without order, binaries by their bytes.
   */
  public static Object toComparable(ItemTape tape) {
    return comparable(tape, tape.item());
  }

  private static Object comparable(ItemTape tape, int node) {
    Descriptor descriptor = tape.descriptor(node);
    return switch (descriptor) {
      case S, N, B -> descriptor + ":" + comparableText(tape, node, descriptor);
      case BOOL -> tape.bool(node);
      case NULL -> "NULL";
      case SS, NS, BS -> {
        Set<String> members = new TreeSet<>();
        int child = tape.firstChild(node);
        for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
          members.add(comparableText(tape, child, descriptor.member()));
        }
        yield Map.of(descriptor, members);
      }
      case L -> {
        List<Object> elements = new ArrayList<>();
        int child = tape.firstChild(node);
        for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
          elements.add(comparable(tape, child));
        }
        yield elements;
      }
      case M -> {
        Map<String, Object> entries = new HashMap<>();
        int child = tape.firstChild(node);
        for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
          entries.put(tape.name(child), comparable(tape, child));
        }
        yield entries;
      }
    };
  }

  private static String comparableText(ItemTape tape, int node, Descriptor descriptor) {
    String text = text(tape, node);
    return switch (descriptor) {
      case N -> DynamoNumber.canonical(new BigDecimal(text));
      case B -> Arrays.toString(Base64.getDecoder().decode(text));
      default -> text;
    };
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
        List<Object> elements = new ArrayList<>();
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
