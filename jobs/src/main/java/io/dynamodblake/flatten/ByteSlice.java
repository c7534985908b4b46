package io.dynamodblake.flatten;

/** Bytes inside an array that somebody else keeps: what a {@link ColumnSource} hands out. */
public final class ByteSlice {
  private byte[] bytes = new byte[0];
  private int offset;
  private int length;

  /** Points at other bytes, which must not change while they are read. */
  public void set(byte[] newBytes, int newOffset, int newLength) {
    bytes = newBytes;
    offset = newOffset;
    length = newLength;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  int end() {
    return offset + length;
  }
}
