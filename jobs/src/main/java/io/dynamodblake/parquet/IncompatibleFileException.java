package io.dynamodblake.parquet;

/**
 * A sound file whose rows cannot become rows of the wanted schema column by column: a type is
 * neither the same nor one that widens to it. Nothing of the file was copied.
 */
public final class IncompatibleFileException extends Exception {
  private static final long serialVersionUID = 1L;

  IncompatibleFileException(String message) {
    super(message);
  }
}
