package io.dynamodblake.schema;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scalar type of the lake, named as Athena's DDL names it. Precision and scale are 0 for all but
 * decimals.
 */
public record LakeType(Kind kind, int precision, int scale) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The kinds of scalar types; {@code TIMESTAMP} has millisecond precision, as Athena's Hive tables
   * have.
   */
  public enum Kind {
    STRING,
    BIGINT,
    INT,
    DOUBLE,
    BOOLEAN,
    BINARY,
    DATE,
    TIMESTAMP,
    DECIMAL
  }

  public static final int MOST_PRECISION = 38;

  public static final LakeType STRING = of(Kind.STRING);
  public static final LakeType BIGINT = of(Kind.BIGINT);
  public static final LakeType INT = of(Kind.INT);
  public static final LakeType DOUBLE = of(Kind.DOUBLE);
  public static final LakeType BOOLEAN = of(Kind.BOOLEAN);
  public static final LakeType BINARY = of(Kind.BINARY);
  public static final LakeType DATE = of(Kind.DATE);
  public static final LakeType TIMESTAMP = of(Kind.TIMESTAMP);

  private static final Pattern DECIMAL_TEXT =
      Pattern.compile("decimal\\(\\s*(\\d{1,2})\\s*,\\s*(\\d{1,2})\\s*\\)");

  public LakeType {
    if (kind == Kind.DECIMAL) {
      if (precision < 1 || precision > MOST_PRECISION || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "Invalid decimal("
                + precision
                + ","
                + scale
                + "): 1 <= precision <= 38, 0 <= scale <= precision");
      }
    } else if (precision != 0 || scale != 0) {
      throw new IllegalArgumentException("Only decimals have precision and scale, not " + kind);
    }
  }

  private static LakeType of(Kind kind) {
    return new LakeType(kind, 0, 0);
  }

  /** Returns the type of numbers with a fixed number of digits behind the point. */
  public static LakeType decimal(int precision, int scale) {
    return new LakeType(Kind.DECIMAL, precision, scale);
  }

  /**
   * Reads {@link #sql()} back.
   *
   * @throws IllegalArgumentException if the text names no scalar type
   */
  public static LakeType parse(String sql) {
    Matcher decimal = DECIMAL_TEXT.matcher(sql);
    if (decimal.matches()) {
      return decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.DECIMAL && kind.name().toLowerCase(java.util.Locale.ROOT).equals(sql)) {
        return of(kind);
      }
    }
    throw new IllegalArgumentException(
        "Unknown type '"
            + sql
            + "'; one of string, bigint, int, double, boolean, binary, date, timestamp, decimal(p,s)");
  }

  /** Returns the name in Athena and Glue, such as {@code bigint} or {@code decimal(18,2)}. */
  public String sql() {
    return kind == Kind.DECIMAL
        ? "decimal(" + precision + "," + scale + ")"
        : kind.name().toLowerCase(java.util.Locale.ROOT);
  }
}
