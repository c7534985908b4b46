package io.dynamodblake.export;

/**
 * The export is damaged or incomplete: exit code 3. The message says action, subject, place and way
 * out, and no values.
 */
public final class ExportFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ExportFormatException(String message) {
    super(message);
  }

  public ExportFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
