package io.dynamodblake.schema;

/**
 * Sound input that does not fit the plan: bad records over the limit, a violated or contradictory
 * schema. Exit code 4.
 */
public final class DataRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataRefusedException(String message) {
    super(message);
  }

  public DataRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
