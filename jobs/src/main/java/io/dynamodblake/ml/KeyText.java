package io.dynamodblake.ml;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/**
 * The one text of a key or group: for each value its descriptor, the number of bytes of its text in
 * UTF-8, a colon and the text, such as {@code S5:ab#cd}. So {@code ("a", "b#c")} differs from
 * {@code ("a#b", "c")}, and the number 1.0 is 1. The documentation has it for everybody to repeat.
 */
final class KeyText {
  private static final String ABSENT = "NULL0:";

  private KeyText() {}

  /** A value and what DynamoDB calls it. */
  record Part(String name, Descriptor descriptor, DataType type, Column value) {}

  /**
   * Returns the text of some values.
   *
   * @param use what they are, for messages
   * @throws UsageException if one is of a type that has no such text
   */
  static Column of(List<Part> parts, String use) {
    return joined(
        parts.stream()
            .map(part -> functions.coalesce(text(part, use), functions.lit(ABSENT)))
            .toList());
  }

  /** Returns the same, but null where a value is missing. */
  static Column whole(List<Part> parts, String use) {
    return joined(parts.stream().map(part -> text(part, use)).toList());
  }

  private static Column joined(List<Column> texts) {
    return texts.size() == 1 ? texts.get(0) : functions.concat(texts.toArray(Column[]::new));
  }

  private static Column text(Part part, String use) {
    Column content = content(part, use);
    return functions.concat(
        functions.lit(part.descriptor().name()),
        functions.octet_length(content).cast(DataTypes.StringType),
        functions.lit(":"),
        content);
  }

  private static Column content(Part part, String use) {
    DataType type = part.type();
    boolean whole =
        type instanceof LongType || type instanceof IntegerType || type instanceof ShortType;
    return switch (part.descriptor()) {
      case S -> {
        require(type instanceof StringType, part, use);
        yield part.value();
      }
      case N -> {
        require(whole || type instanceof DecimalType || type instanceof StringType, part, use);
        Column digits = part.value().cast(DataTypes.StringType);
        yield whole ? digits : functions.udf(Numbers.CANONICAL, DataTypes.StringType).apply(digits);
      }
      case B -> {
        require(type instanceof BinaryType, part, use);
        yield functions.lower(functions.hex(part.value()));
      }
      case BOOL -> {
        require(type instanceof BooleanType, part, use);
        yield part.value().cast(DataTypes.StringType);
      }
      default -> throw refused(part, use);
    };
  }

  private static void require(boolean sound, Part part, String use) {
    if (!sound) {
      throw refused(part, use);
    }
  }

  private static UsageException refused(Part part, String use) {
    return new UsageException(
        "Cannot use column '%s' as %s: it is %s, and values of %s need text, binary, boolean or exact numbers; choose another column"
            .formatted(part.name(), use, part.type().simpleString(), part.descriptor()));
  }
}
