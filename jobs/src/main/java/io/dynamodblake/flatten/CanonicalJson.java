package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.type.Base64Bytes;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a value as DynamoDB JSON that is the same for all equal values: no blanks, no needless
 * escapes, names of a map and members of a set in the order of their bytes, members that stand
 * twice once, numbers by their canonical digits. Anybody can make that text again, which is why
 * hashes are of it and not of what {@code identity} compares by. One a thread.
 */
final class CanonicalJson {
  private final TapeValues values = new TapeValues();
  private final JsonItemWriter writer = new JsonItemWriter();
  private final Base64Bytes base64 = new Base64Bytes();

  /** Writes one value, its descriptor included, in the place of the last one. */
  void write(ItemTape tape, int node) {
    writer.reset();
    put(tape, node);
  }

  /** The array whose first {@link #length} bytes were written last. */
  byte[] bytes() {
    return writer.bytes();
  }

  int length() {
    return writer.length();
  }

  private void put(ItemTape tape, int node) {
    Descriptor descriptor = tape.descriptor(node);
    switch (descriptor) {
      case S, N, B, BOOL, NULL -> values.write(tape, node, writer);
      case L -> {
        writer.beginList();
        for (int child : children(tape, node)) {
          put(tape, child);
        }
        writer.endList();
      }
      case M -> {
        writer.beginMap();
        putEntries(tape, node);
        writer.endMap();
      }
      case SS, NS, BS -> {
        writer.beginSet(descriptor);
        putMembers(tape, node, descriptor);
        writer.endSet();
      }
    }
  }

  private void putEntries(ItemTape tape, int map) {
    record Entry(byte[] name, int node) {}
    Entry[] entries =
        Arrays.stream(children(tape, map))
            .mapToObj(child -> new Entry(name(tape, child), child))
            .toArray(Entry[]::new);
    Arrays.sort(entries, (left, right) -> Arrays.compareUnsigned(left.name(), right.name()));
    for (Entry entry : entries) {
      writer.name(entry.name(), 0, entry.name().length);
      put(tape, entry.node());
    }
  }

  private void putMembers(ItemTape tape, int set, Descriptor descriptor) {
    int[] nodes = children(tape, set);
    byte[][] members = new byte[nodes.length][];
    for (int i = 0; i < nodes.length; i++) {
      members[i] = member(tape, nodes[i], descriptor);
    }
    Arrays.sort(members, Arrays::compareUnsigned);
    for (int i = 0; i < members.length; i++) {
      if (i > 0 && Arrays.equals(members[i - 1], members[i])) {
        continue;
      }
      switch (descriptor) {
        case SS -> writer.text(members[i], 0, members[i].length);
        case NS -> writer.number(members[i], 0, members[i].length);
        default -> writer.binary(members[i], 0, members[i].length);
      }
    }
  }

  private byte[] member(ItemTape tape, int node, Descriptor set) {
    int start = tape.valueStart(node);
    int end = tape.valueEnd(node);
    byte[] text = tape.valueBytes(node);
    return switch (set) {
      case SS -> Arrays.copyOfRange(text, start, end);
      case NS ->
          DynamoNumber.canonical(
                  new BigDecimal(new String(text, start, end - start, StandardCharsets.ISO_8859_1)))
              .getBytes(StandardCharsets.ISO_8859_1);
      default -> {
        int length = base64.decode(text, start, end);
        yield Arrays.copyOf(base64.decoded(), length);
      }
    };
  }

  private static byte[] name(ItemTape tape, int node) {
    return Arrays.copyOfRange(tape.nameBytes(node), tape.nameStart(node), tape.nameEnd(node));
  }

  private static int[] children(ItemTape tape, int container) {
    int[] nodes = new int[tape.childCount(container)];
    int child = tape.firstChild(container);
    for (int i = 0; i < nodes.length; i++, child = tape.next(child)) {
      nodes[i] = child;
    }
    return nodes;
  }
}
