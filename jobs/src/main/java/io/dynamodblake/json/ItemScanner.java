package io.dynamodblake.json;

/**
 * Reads one line of a full export ({@code {"Item":{...}}}) into an {@link ItemTape}, in one pass over its bytes, checking
 * everything: JSON syntax, descriptors, numbers, base64, UTF-8, unique names, depth. One scanner a thread.
 */
public final class ItemScanner {

  /**
   * Scans {@code line[start, end)}. The tape keeps pointing into {@code line} until its next use.
   *
   * @throws MalformedRecordException if the line is not an item; the tape is then undefined
   */
  public void scan(byte[] line, int start, int end, ItemTape tape) throws MalformedRecordException {
    throw new MalformedRecordException("Cannot read item: not there yet", 0);
  }
}
