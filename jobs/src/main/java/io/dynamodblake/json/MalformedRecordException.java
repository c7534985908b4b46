package io.dynamodblake.json;

/**
 * One line is not a DynamoDB item: not JSON, not an {@code Item}, or a value that DynamoDB cannot
 * hold. The reader that knows file and line decides what becomes of it. The message names the
 * defect and the attribute path, never a value.
 */
public final class MalformedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int offset;

  public MalformedRecordException(String message, int offset) {
    // a bad line is an ordinary result here: its stack trace is never read and costs more than the
    // line
    super(message, null, false, false);
    this.offset = offset;
  }

  /** Returns the byte offset of the defect from the start of the line. */
  public int offset() {
    return offset;
  }
}
