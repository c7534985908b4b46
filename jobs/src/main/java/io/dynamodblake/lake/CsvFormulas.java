package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;

/**
 * Texts that programs for tables would take for formulas, and run, get an apostrophe before them,
 * as OWASP advises against CSV injection. So do texts that look as if they had one already, so that
 * taking one away always gives the text back.
 */
final class CsvFormulas {
  // the signs in half width and in full width, for Excel takes those as well in some languages
  private static final String BEGIN = "[=+\\-@\\t\\r\\n\\x00\\uFF1D\\uFF0B\\uFF0D\\uFF20]";
  private static final String APOSTROPHE = "'";

  private CsvFormulas() {}

  /** Returns the text as it stands in the file. */
  static Column escaped(Column text) {
    return when(text.rlike("^'*" + BEGIN), concat(lit(APOSTROPHE), text)).otherwise(text);
  }

  /** Whether a text of the file was changed. */
  static Column isEscaped(Column text) {
    return text.rlike("^'+" + BEGIN);
  }

  /** Returns the text that was escaped. */
  static Column unescaped(Column text) {
    return when(isEscaped(text), text.substr(2, Integer.MAX_VALUE)).otherwise(text);
  }
}
