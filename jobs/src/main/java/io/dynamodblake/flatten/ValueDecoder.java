package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.Descriptor;

/**
 * One node of the decoder tree: puts the values of one place into a sink. Built once for a schema,
 * used by one thread. What becomes of NULL and of values that do not fit is decided here, once for
 * all kinds of values.
 */
abstract class ValueDecoder {
  private final Descriptor accepted;

  ValueDecoder(Descriptor accepted) {
    this.accepted = accepted;
  }

  /** Decodes a value into a place of the sink. */
  void decode(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
    Descriptor descriptor = tape.descriptor(node);
    if (descriptor == accepted && decodeValue(tape, node, sink, ordinal, misfits)) {
      return;
    }
    sink.putNull(ordinal);
    if (descriptor == Descriptor.NULL) {
      misfits.nullValue(node);
    } else {
      misfits.rescue(node);
    }
  }

  /**
   * Decodes a value of the accepted descriptor.
   *
   * @return false if it does not fit its type; then nothing has been put
   */
  abstract boolean decodeValue(
      ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits);
}
