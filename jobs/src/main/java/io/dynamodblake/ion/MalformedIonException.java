package io.dynamodblake.ion;

/**
 * One line is not an item in Ion text, or holds what DynamoDB has no type for. The reader that
 * knows file and line decides what becomes of it. The message names the defect and the attribute
 * path, never a value.
 */
public final class MalformedIonException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedIonException(String message) {
    // a bad line is an ordinary result: its stack trace is never read and costs more than the line
    super(message, null, false, false);
  }
}
