package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.Base64Bytes;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemWriter;

/** Writes values from a tape as they are, numbers by their canonical digits. One a thread. */
public final class TapeValues {
  private final NumberText number = new NumberText();
  private final Base64Bytes base64 = new Base64Bytes();

  /** Writes the whole item of a tape. */
  public void writeItem(ItemTape tape, ItemWriter writer) {
    writer.beginItem();
    entries(tape, tape.item(), writer);
    writer.endItem();
  }

  void write(ItemTape tape, int node, ItemWriter writer) {
    Descriptor descriptor = tape.descriptor(node);
    switch (descriptor) {
      case S -> {
        int start = tape.valueStart(node);
        writer.text(tape.valueBytes(node), start, tape.valueEnd(node) - start);
      }
      case N -> {
        number.read(tape, node);
        number.writeCanonical(writer);
      }
      case B -> {
        int length =
            base64.decode(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
        writer.binary(base64.decoded(), 0, length);
      }
      case BOOL -> writer.bool(tape.bool(node));
      case NULL -> writer.nullValue();
      case L -> {
        writer.beginList();
        children(tape, node, writer);
        writer.endList();
      }
      case M -> {
        writer.beginMap();
        entries(tape, node, writer);
        writer.endMap();
      }
      case SS, NS, BS -> {
        writer.beginSet(descriptor);
        children(tape, node, writer);
        writer.endSet();
      }
    }
  }

  private void children(ItemTape tape, int container, ItemWriter writer) {
    int child = tape.firstChild(container);
    for (int i = tape.childCount(container); i > 0; i--, child = tape.next(child)) {
      write(tape, child, writer);
    }
  }

  private void entries(ItemTape tape, int map, ItemWriter writer) {
    int child = tape.firstChild(map);
    for (int i = tape.childCount(map); i > 0; i--, child = tape.next(child)) {
      int start = tape.nameStart(child);
      writer.name(tape.nameBytes(child), start, tape.nameEnd(child) - start);
      write(tape, child, writer);
    }
  }
}
