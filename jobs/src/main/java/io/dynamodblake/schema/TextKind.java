package io.dynamodblake.schema;

/** What a text looks like that says something else than text. */
public enum TextKind {
  /** Nothing of what follows. */
  OTHER,
  /** A number, without leading zeros: those are codes. */
  NUMBER,
  /** {@code true} or {@code false}, in lower case or in upper case at their begin or throughout. */
  BOOLEAN,
  /** A date of ISO 8601. */
  DATE,
  /** A date with a time of ISO 8601, with or without offset. */
  TIME,
  /** Begins and ends as a JSON object or array does. */
  JSON
}
