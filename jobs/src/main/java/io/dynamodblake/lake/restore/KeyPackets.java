package io.dynamodblake.lake.restore;

import io.dynamodblake.spark.run.JavaBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.BiConsumer;

/**
 * Hashes of keys and places of their rows on the way to the partitions that look for keys that come
 * more than once, some hundred together; and what a packing task has counted.
 */
final class KeyPackets {
  private static final byte KEYS = 0;
  private static final byte FINDINGS = 1;
  private static final int LONGS = 3;
  private static final int ROWS_OF_ALL_PACKETS = 1 << 17;
  private static final int MOST_ROWS = 1 << 10;

  private final PackPlan plan;
  private final BiConsumer<Integer, byte[]> out;
  private final ByteBuffer[] packets;
  private final int packetBytes;

  /**
   * @param out takes partitions and packets
   */
  KeyPackets(PackPlan plan, BiConsumer<Integer, byte[]> out) {
    this.plan = plan;
    this.out = out;
    this.packets = new ByteBuffer[plan.keyPartitions()];
    int rows = Math.max(1, Math.min(MOST_ROWS, ROWS_OF_ALL_PACKETS / packets.length));
    this.packetBytes = 1 + rows * LONGS * Long.BYTES;
  }

  void add(long high, long low, long place) {
    int partition = plan.keyPartition(high);
    ByteBuffer packet = packets[partition];
    if (packet == null) {
      packet = ByteBuffer.allocate(packetBytes).put(KEYS);
      packets[partition] = packet;
    }
    packet.putLong(high).putLong(low).putLong(place);
    if (!packet.hasRemaining()) {
      send(partition);
    }
  }

  private void send(int partition) {
    ByteBuffer packet = packets[partition];
    byte[] bytes = new byte[packet.position()];
    packet.get(0, bytes);
    out.accept(partition, bytes);
    packet.position(1);
  }

  /** Sends what is left, and what was counted. */
  void end(ItemFindings findings) {
    for (int partition = 0; partition < packets.length; partition++) {
      if (packets[partition] != null && packets[partition].position() > 1) {
        send(partition);
      }
    }
    byte[] counted = JavaBytes.of(findings);
    byte[] packet = new byte[1 + counted.length];
    packet[0] = FINDINGS;
    System.arraycopy(counted, 0, packet, 1, counted.length);
    out.accept(PackPlan.FINDINGS_PARTITION, packet);
  }

  /**
   * Reads all packets of a partition.
   *
   * @param mostRepeated how many keys that come more than once to name at most
   */
  static ItemFindings read(Iterator<byte[]> packets, int mostRepeated) {
    ItemFindings findings = new ItemFindings();
    KeyTable keys = new KeyTable(mostRepeated);
    while (packets.hasNext()) {
      ByteBuffer packet = ByteBuffer.wrap(packets.next());
      if (packet.get() == FINDINGS) {
        byte[] counted = Arrays.copyOfRange(packet.array(), 1, packet.limit());
        findings.add(JavaBytes.to(ItemFindings.class, counted));
        continue;
      }
      while (packet.hasRemaining()) {
        long high = packet.getLong();
        long low = packet.getLong();
        findings.key(high, low);
        keys.add(high, low, packet.getLong());
      }
    }
    findings.repeated(keys);
    return findings;
  }
}
