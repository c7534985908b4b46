package io.dynamodblake.type;

import java.util.Arrays;

/**
 * Base64 of the standard alphabet decoded from a slice of bytes into a buffer that is kept. The
 * text is known to be sound.
 */
public final class Base64Bytes {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final byte[] SEXTETS = sextets();

  private byte[] decoded = new byte[256];

  private static byte[] sextets() {
    byte[] sextets = new byte[128];
    for (int i = 0; i < ALPHABET.length(); i++) {
      sextets[ALPHABET.charAt(i)] = (byte) i;
    }
    return sextets;
  }

  /**
   * Returns the buffer; valid up to the length that {@link #decode} returned, until the next call.
   */
  public byte[] decoded() {
    return decoded;
  }

  /**
   * Decodes {@code text[start, end)}, whose length is a multiple of four, and returns the number of
   * bytes.
   */
  public int decode(byte[] text, int start, int end) {
    int length = (end - start) / 4 * 3;
    if (decoded.length < length) {
      decoded = Arrays.copyOf(decoded, Integer.highestOneBit(length) * 2);
    }
    int out = 0;
    for (int i = start; i < end; i += 4) {
      // padding reads as zero bits, and is cut off below
      int bits =
          sextet(text[i]) << 18
              | sextet(text[i + 1]) << 12
              | sextet(text[i + 2]) << 6
              | sextet(text[i + 3]);
      decoded[out++] = (byte) (bits >> 16);
      decoded[out++] = (byte) (bits >> 8);
      decoded[out++] = (byte) bits;
    }
    if (length > 0 && text[end - 1] == '=') {
      return text[end - 2] == '=' ? length - 2 : length - 1;
    }
    return length;
  }

  /**
   * Makes the one text of all those that decode to the same bytes: before padding, some bits of the
   * last letter mean nothing.
   */
  public static void clearUnusedBits(byte[] text, int start, int end) {
    if (end > start && text[end - 1] == '=') {
      boolean oneByte = text[end - 2] == '=';
      int last = end - (oneByte ? 3 : 2);
      text[last] = (byte) ALPHABET.charAt(sextet(text[last]) & (oneByte ? 0x30 : 0x3c));
    }
  }

  private static int sextet(byte letter) {
    return SEXTETS[letter];
  }
}
