package io.dynamodblake.aws;

/**
 * A service of AWS refused, failed or could not be reached. The message is complete: action,
 * subject, reason and way out.
 */
public final class AwsFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AwsFailureException(String message) {
    super(message);
  }

  public AwsFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
