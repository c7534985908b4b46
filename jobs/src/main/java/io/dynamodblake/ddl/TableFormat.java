package io.dynamodblake.ddl;

/** The file formats a lake table can have, and how Athena is told to read them. */
public enum TableFormat {
  PARQUET,

  /**
   * RFC 4180 with a header line, read by the Open CSV SerDe: every column is a string, and a value
   * with a line break cannot be read because Athena cuts the file into lines first.
   */
  CSV
}
