package io.dynamodblake.lake;

import java.util.Locale;

/** File format of the data files of a lake table. */
public enum OutputFormat {
  /** Parquet with zstd, typed and nested. */
  PARQUET,
  /** RFC 4180 with a header line, for tools that read nothing else; nested values as JSON text. */
  CSV,
  /** Parquet as well, in a table of Apache Iceberg. */
  ICEBERG;

  /** Returns the word used in options and documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
