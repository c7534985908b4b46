package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds out where in an item a value stands, so that nobody who walks an item keeps book of his way
 * for the few values of which that is asked. Values in the order of the item cost one walk through
 * it together.
 */
final class TapePath {
  private final ItemPath path = new ItemPath();
  private ItemTape tape;
  private int depth;
  private int[] nodes = new int[16]; // the way to the value asked for last, without the item
  private int[] elements = new int[16]; // which child of its container each of them is

  /** Begins another item. */
  void begin(ItemTape newTape) {
    tape = newTape;
    depth = 0;
  }

  /** Returns the path of a value of the item, in UTF-8; of a member of a set that of the set. */
  byte[] of(int node) {
    if (depth > 0 && node < nodes[depth - 1]) {
      depth = 0;
    }
    while (depth > 1 && isBehind(node, nodes[depth - 2])) {
      depth--;
    }
    if (depth == 0) {
      enter(tape.item());
    }
    while (true) {
      while (isBehind(node, nodes[depth - 1])) {
        nodes[depth - 1] = tape.next(nodes[depth - 1]);
        elements[depth - 1]++;
      }
      int present = nodes[depth - 1];
      if (present == node || tape.descriptor(present).isSet()) {
        return text();
      }
      enter(present);
    }
  }

  private boolean isBehind(int node, int other) {
    return node >= tape.next(other);
  }

  private void enter(int container) {
    if (depth == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * depth);
      elements = Arrays.copyOf(elements, 2 * depth);
    }
    nodes[depth] = tape.firstChild(container);
    elements[depth++] = 0;
  }

  private byte[] text() {
    path.clear();
    int container = tape.item();
    for (int i = 0; i < depth; i++) {
      if (tape.descriptor(container) == Descriptor.L) {
        path.push(elements[i]);
      } else {
        path.push(tape.name(nodes[i]));
      }
      container = nodes[i];
    }
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }
}
