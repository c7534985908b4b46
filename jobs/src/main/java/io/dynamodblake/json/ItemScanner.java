package io.dynamodblake.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one line of a full export ({@code {"Item":{...}}}) into an {@link ItemTape}, in one pass
 * over its bytes, checking everything: JSON syntax (RFC 8259), descriptors, numbers, base64, UTF-8,
 * unique names, depth. Unknown top-level members are ignored. One scanner a thread. What stands in
 * the item is the {@link ValueScanner}'s; here is the frame around it.
 *
 * <p>The format is that of the DynamoDB Developer Guide, "DynamoDB table export output format".
 */
public final class ItemScanner extends ValueScanner {
  private static final byte[] ITEM_PREFIX = "{\"Item\":{".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ITEM = "Item".getBytes(StandardCharsets.US_ASCII);
  private static final String ITEM_PATH = "$.Item";

  /**
   * Scans {@code line[start, end)}. The tape keeps pointing into {@code line} until its next use.
   *
   * @throws MalformedRecordException if the line is not an item; the tape is then undefined
   */
  public void scan(byte[] line, int start, int end, ItemTape tape) throws MalformedRecordException {
    scan(line, start, end, tape, null);
  }

  /**
   * Scans like {@link #scan(byte[], int, int, ItemTape)}, but puts only the wanted top-level
   * attributes on the tape. The others are skipped by their structure alone: their values are not
   * checked.
   *
   * @param wanted names of top-level attributes, or null for all
   */
  public void scan(byte[] line, int start, int end, ItemTape tape, NameTable wanted)
      throws MalformedRecordException {
    begin(line, start, end, tape, wanted);
    scanRecord();
  }

  /**
   * Scans one attribute value with its descriptor, such as <code>{"S":"x"}</code>. It becomes the
   * first node of the tape.
   *
   * @throws MalformedRecordException if the text is not exactly one value; the tape is then
   *     undefined
   */
  public void scanValue(byte[] text, int start, int end, ItemTape tape)
      throws MalformedRecordException {
    begin(text, start, end, tape, null);
    skipWhitespace();
    scanLoneValue();
    expectEndOfLine();
  }

  private void scanRecord() throws MalformedRecordException {
    boolean itemSeen = false;
    // fast path: exports write exactly this, without whitespace
    if (end - pos > ITEM_PREFIX.length
        && Arrays.equals(
            bytes, pos, pos + ITEM_PREFIX.length, ITEM_PREFIX, 0, ITEM_PREFIX.length)) {
      pos += ITEM_PREFIX.length - 1;
      scanAttributes(ITEM_PATH);
      itemSeen = true;
      skipWhitespace();
      if (peek() == '}') {
        pos++;
        expectEndOfLine();
        return;
      }
      if (peek() != ',') {
        throw defect("expected ',' or '}' after the item");
      }
      pos++;
      skipWhitespace();
    } else {
      skipWhitespace();
      if (peek() != '{') {
        throw defect("not a JSON object");
      }
      pos++;
      skipWhitespace();
      if (peek() == '}') {
        throw defect("no top-level member 'Item'");
      }
    }
    while (true) {
      readName();
      boolean isItem = textIs(ITEM);
      if (isItem) {
        if (itemSeen) {
          throw defect("two top-level members 'Item'");
        }
        itemSeen = true;
        if (peek() != '{') {
          throw defect("'Item' is not an object");
        }
        scanAttributes(ITEM_PATH);
      } else {
        skipAnyJson();
      }
      skipWhitespace();
      if (peek() == '}') {
        pos++;
        break;
      }
      if (peek() != ',') {
        throw defect("expected ',' or '}'");
      }
      pos++;
      skipWhitespace();
    }
    if (!itemSeen) {
      throw defect("no top-level member 'Item'");
    }
    expectEndOfLine();
  }
}
