package io.dynamodblake.spark.read;

/** What a line that is not an item does to a read; the names are those of Spark's own sources. */
public enum ReadMode {
  /** It fails the query. The default here, unlike Spark's: nothing is lost unless asked for. */
  FAILFAST,
  /** It becomes a row of nulls, and its text a corrupt-record column if there is one. */
  PERMISSIVE,
  /** It is left out and counted. */
  DROPMALFORMED
}
