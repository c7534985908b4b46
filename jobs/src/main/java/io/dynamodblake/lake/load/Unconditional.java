package io.dynamodblake.lake.load;

import io.dynamodblake.aws.WriteBatches;

/** Writes what changes come to, whatever is there. */
record Unconditional(BatchLines lines, WriteBatches batches) implements LineWriting.Lines {
  @Override
  public void write(byte[] packet) {
    write(lines, packet);
  }

  static void write(BatchLines lines, byte[] packet) {
    if (ChangePacket.isPut(packet)) {
      lines.put(ChangePacket.item(packet));
    } else {
      lines.delete(ChangePacket.key(packet));
    }
  }

  @Override
  public Written finish() {
    return new Written(batches.finish(), LeftAlone.NONE);
  }
}
