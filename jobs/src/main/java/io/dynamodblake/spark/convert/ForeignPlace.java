package io.dynamodblake.spark.convert;

import java.io.Serializable;
import java.util.List;

/**
 * How the values of one place of foreign rows are read. A tree as deep as the type, but for parts
 * that {@link RowSource} reads as well.
 */
final class ForeignPlace implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Ordinal of what the rows do not have: always null. */
  static final int NOWHERE = -1;

  /** Ordinal of elements and map values, which have one place for all. */
  static final int ELEMENT = 0;

  /** What is to be done with a value. */
  enum Kind {
    /** Nothing: it has one of the lake's types at every depth. */
    PLAIN,
    BYTE,
    SHORT,
    FLOAT,
    /** An instant, to be text. */
    INSTANT,
    /** The time of a clock somewhere, to be text. */
    CLOCK,
    STRUCT,
    ARRAY,
    MAP
  }

  private final int ordinal;
  private final Kind kind;
  private final String attribute;
  private final int width;
  private final ForeignPlace[] inner;

  private ForeignPlace(int ordinal, Kind kind, String attribute, int width, ForeignPlace... inner) {
    this.ordinal = ordinal;
    this.kind = kind;
    this.attribute = attribute;
    this.width = width;
    this.inner = inner;
  }

  static ForeignPlace plain(int ordinal) {
    return new ForeignPlace(ordinal, Kind.PLAIN, "", 0);
  }

  static ForeignPlace read(int ordinal, Kind kind, String attribute) {
    return new ForeignPlace(ordinal, kind, attribute, 0);
  }

  static ForeignPlace of(int ordinal, ForeignPlace element) {
    return element.kind == Kind.PLAIN
        ? plain(ordinal)
        : new ForeignPlace(ordinal, Kind.ARRAY, "", 0, element);
  }

  /** A map is never plain: its keys may stand twice. */
  static ForeignPlace ofMap(int ordinal, ForeignPlace value, String attribute) {
    return new ForeignPlace(ordinal, Kind.MAP, attribute, 0, value);
  }

  /**
   * @param width fields that the rows' struct has
   */
  static ForeignPlace ofStruct(int ordinal, int width, List<ForeignPlace> fields) {
    boolean plain = fields.size() == width;
    for (int i = 0; i < fields.size() && plain; i++) {
      plain = fields.get(i).kind == Kind.PLAIN && fields.get(i).ordinal == i;
    }
    return plain
        ? plain(ordinal)
        : new ForeignPlace(ordinal, Kind.STRUCT, "", width, fields.toArray(ForeignPlace[]::new));
  }

  int ordinal() {
    return ordinal;
  }

  Kind kind() {
    return kind;
  }

  /** The top-level attribute it belongs to, for messages. */
  String attribute() {
    return attribute;
  }

  int width() {
    return width;
  }

  ForeignPlace element() {
    return inner[0];
  }

  ForeignPlace[] fields() {
    return inner;
  }
}
