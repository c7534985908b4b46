package io.dynamodblake.lake.load;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is to become of one key, as bytes: the first half of the digest of the key, the digest of
 * the item before, if there was one, the key as a line, and the item to be put as a line, if there
 * is one. Or, as the last of a task, its account.
 */
final class ChangePacket {
  private static final byte ACCOUNT = -1;
  private static final byte PUT = 1;
  private static final byte BEFORE = 2;
  private static final int HIGH = 1;
  private static final int BEFORE_HIGH = HIGH + Long.BYTES;
  private static final int BEFORE_LOW = BEFORE_HIGH + Long.BYTES;
  private static final int KEY_LENGTH = BEFORE_LOW + Long.BYTES;
  private static final int KEY = KEY_LENGTH + Integer.BYTES;

  private ChangePacket() {}

  /**
   * Makes the packet of a key.
   *
   * @param high of the digest of the key
   * @param before whether there was an item
   * @param key as a line
   * @param after the item to be put as a line; null if it is to be deleted
   */
  static byte[] of(
      long high, boolean before, long beforeHigh, long beforeLow, byte[] key, byte[] after) {
    int length = KEY + key.length + (after == null ? 0 : after.length);
    ByteBuffer packet = ByteBuffer.allocate(length);
    packet.put((byte) ((after == null ? 0 : PUT) | (before ? BEFORE : 0)));
    packet.putLong(high).putLong(beforeHigh).putLong(beforeLow).putInt(key.length).put(key);
    if (after != null) {
      packet.put(after);
    }
    return packet.array();
  }

  static byte[] ofAccount(byte[] account) {
    return ByteBuffer.allocate(1 + account.length).put(ACCOUNT).put(account).array();
  }

  static boolean isAccount(byte[] packet) {
    return packet[0] == ACCOUNT;
  }

  static byte[] account(byte[] packet) {
    return Arrays.copyOfRange(packet, 1, packet.length);
  }

  static boolean isPut(byte[] packet) {
    return (packet[0] & PUT) != 0;
  }

  static long high(byte[] packet) {
    return ByteBuffer.wrap(packet).getLong(HIGH);
  }

  /** Whether an item with this digest was there before the changes. */
  static boolean wasBefore(byte[] packet, long high, long low) {
    ByteBuffer bytes = ByteBuffer.wrap(packet);
    return hadItem(packet)
        && bytes.getLong(BEFORE_HIGH) == high
        && bytes.getLong(BEFORE_LOW) == low;
  }

  /** Whether there was an item before the changes. */
  static boolean hadItem(byte[] packet) {
    return (packet[0] & BEFORE) != 0;
  }

  static byte[] key(byte[] packet) {
    return Arrays.copyOfRange(packet, KEY, end(packet));
  }

  /** The item to be put. */
  static byte[] item(byte[] packet) {
    return Arrays.copyOfRange(packet, end(packet), packet.length);
  }

  private static int end(byte[] packet) {
    return KEY + ByteBuffer.wrap(packet).getInt(KEY_LENGTH);
  }
}
