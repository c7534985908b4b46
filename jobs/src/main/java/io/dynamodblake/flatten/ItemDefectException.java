package io.dynamodblake.flatten;

/**
 * A row cannot be made an item again, or not one that DynamoDB would take. The message names the
 * defect and the attribute, never a value, so that equal defects of many rows can be counted
 * together.
 */
public final class ItemDefectException extends Exception {
  private static final long serialVersionUID = 1L;

  public ItemDefectException(String message) {
    // an ordinary result, like a malformed line: nobody reads its stack trace
    super(message, null, false, false);
  }
}
