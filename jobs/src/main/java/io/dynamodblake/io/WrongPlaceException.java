package io.dynamodblake.io;

/**
 * What a user gave as a path lies where no store of ours reaches, whatever is there: wrong usage,
 * exit code 2.
 */
public final class WrongPlaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WrongPlaceException(String message) {
    super(message);
  }
}
