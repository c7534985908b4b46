package io.dynamodblake.ddl;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Quoting by the rules of Hive's grammar, which Athena uses for its DDL and Spark understands as
 * well.
 */
final class HiveSql {
  /** Athena's list of words reserved in DDL, lower-cased. */
  private static final Set<String> RESERVED =
      Set.of(
          """
          all alter and array as authorization between bigint binary boolean both by case cashe cast char
          column conf constraint commit create cross cube current current_date current_timestamp cursor
          database date dayofweek decimal delete describe distinct div double drop else end exchange exists
          extended external extract false fetch float floor following for foreign from full function grant
          group grouping having if import in inner insert int integer intersect interval into is join lateral
          left less like local macro map more none not null numeric of on only or order out outer over
          partialscan partition percent preceding precision preserve primary procedure range reads reduce
          regexp references revoke right rlike rollback rollup row rows select set smallint start table
          tablesample then time timestamp to transform trigger true truncate unbounded union uniquejoin update
          user using utc_timestamp values varchar views when where window with"""
              .split("\\s+"));

  private static final Pattern PLAIN_NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private HiveSql() {}

  /** A database, table or column name, always in backticks. */
  static String name(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /**
   * A struct field inside a type string: bare where it can be, because that is how the catalog
   * stores it, and in backticks where the grammar would trip over it. AWS's own table for SES
   * events has both forms.
   */
  static String fieldName(String name) {
    boolean plain = PLAIN_NAME.matcher(name).matches() && !RESERVED.contains(name);
    return plain ? name : name(name);
  }

  /** A text literal in single quotes. */
  static String text(String value) {
    StringBuilder literal = new StringBuilder(value.length() + 2).append('\'');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\'' || c == '\\') {
        literal.append('\\').append(c);
      } else if (isUnprintable(value, i)) {
        literal.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        literal.append(c);
      }
    }
    return literal.append('\'').toString();
  }

  /**
   * A name from the data made fit for a comment: nothing in it can end the line, and the catalog's
   * rule for comments (no control characters) holds.
   */
  static String shown(String name) {
    StringBuilder shown = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      if (isUnprintable(name, i)) {
        shown.append(String.format(Locale.ROOT, "<%04x>", (int) name.charAt(i)));
      } else {
        shown.append(name.charAt(i));
      }
    }
    return shown.toString();
  }

  private static boolean isUnprintable(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
    }
    int kind = Character.getType(c);
    return kind == Character.CONTROL
        || kind == Character.FORMAT
        || kind == Character.LINE_SEPARATOR
        || kind == Character.PARAGRAPH_SEPARATOR;
  }
}
