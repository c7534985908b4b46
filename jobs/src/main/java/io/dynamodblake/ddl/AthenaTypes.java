package io.dynamodblake.ddl;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.DerivedColumn;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/**
 * Names lake types in Athena's and Glue's words. The one place to change for a new column type in
 * the DDL.
 */
public final class AthenaTypes {
  /** The longest type string that the Glue catalog takes, in characters. */
  public static final int MOST_TYPE_LENGTH = 131_072;

  /** The longest column name that the Glue catalog takes, in bytes of UTF-8. */
  public static final int MOST_NAME_LENGTH = 255;

  /** The longest column comment that the Glue catalog takes, in bytes of UTF-8. */
  public static final int MOST_COMMENT_LENGTH = 255;

  private static final TypeWords STORED = new HiveWords(UnaryOperator.identity());
  private static final TypeWords IN_STATEMENTS = new HiveWords(HiveSql::fieldName);

  private static final String CUT = "...";

  private static final String RESCUED_TYPE = "map<string,string>";
  private static final String RESCUED_COMMENT =
      "values that do not fit their column: path to DynamoDB JSON";
  private static final String DERIVED_TYPE = "string";
  private static final String DERIVED_COMMENT = "part of a key, repeated for queries";
  private static final String NULLS_TYPE = "array<string>";
  private static final String NULLS_COMMENT = "paths of values that are NULL, not absent";

  private AthenaTypes() {}

  /**
   * Returns the columns of a lake table as the Glue catalog stores them, {@code ddb_rescued} and
   * {@code ddb_nulls} last.
   *
   * @throws DataRefusedException if a name or a type is longer than Glue takes
   */
  public static List<AthenaColumn> columns(TableSchema schema) {
    List<AthenaColumn> columns = new ArrayList<>();
    for (Column column : schema.writtenColumns()) {
      columns.add(new AthenaColumn(column.name(), type(column), comment(column, schema)));
    }
    columns.add(new AthenaColumn(TableSchema.RESCUED, RESCUED_TYPE, RESCUED_COMMENT));
    columns.add(new AthenaColumn(TableSchema.NULLS, NULLS_TYPE, NULLS_COMMENT));
    for (DerivedColumn column : schema.derived()) {
      columns.add(new AthenaColumn(column.name(), DERIVED_TYPE, DERIVED_COMMENT));
    }
    return columns;
  }

  /**
   * Returns the type of a column as Glue stores it, such as {@code
   * struct<street:string,zip:string>}; string if it is protected.
   *
   * @throws DataRefusedException if the name or the type is longer than Glue takes
   */
  public static String type(Column column) {
    int nameLength = column.name().getBytes(StandardCharsets.UTF_8).length;
    if (nameLength > MOST_NAME_LENGTH) {
      throw new DataRefusedException(
          "Cannot declare a column in Athena: its name has "
              + nameLength
              + " bytes and Glue takes "
              + MOST_NAME_LENGTH
              + ", at column "
              + column.name().substring(0, 40)
              + "...; rename it in schema.json");
    }
    String type = STORED.of(column);
    if (type.length() > MOST_TYPE_LENGTH) {
      throw new DataRefusedException(
          "Cannot declare column '"
              + column.name()
              + "' in Athena: its type has "
              + type.length()
              + " characters and Glue takes "
              + MOST_TYPE_LENGTH
              + "; in schema.json drop fields of it or make it a map");
    }
    return type;
  }

  /** Returns the type of a place as Glue stores it; the length is not checked. */
  public static String type(ValueMapping mapping) {
    return STORED.of(mapping);
  }

  /**
   * The type as it stands in a statement, where field names that are reserved words need backticks.
   */
  static String statementType(Column column) {
    return IN_STATEMENTS.of(column);
  }

  /** Hive's words, which the catalog stores and Athena's statements take. */
  private record HiveWords(UnaryOperator<String> fieldName) implements TypeWords {
    @Override
    public String scalar(LakeType type) {
      return type.sql();
    }

    @Override
    public String list(String element) {
      return "array<" + element + ">";
    }

    @Override
    public String map(String value) {
      return "map<string," + value + ">";
    }

    @Override
    public String struct(List<Named> fields) {
      StringJoiner struct = new StringJoiner(",", "struct<", ">");
      for (Named field : fields) {
        struct.add(fieldName.apply(field.name()) + ":" + field.type());
      }
      return struct.toString();
    }
  }

  /**
   * What the type does not say: the attribute's own name, key, set, where a timestamp comes from.
   */
  static String comment(Column column, TableSchema schema) {
    StringJoiner comment = new StringJoiner(", ");
    for (int i = 0; i < schema.keys().size(); i++) {
      if (column.isOf(schema.keys().get(i).attribute())) {
        comment.add(i == 0 ? "partition key" : "sort key");
      }
    }
    String meaning = meaning(column);
    if (!meaning.isEmpty()) {
      comment.add(meaning);
    }
    if (!column.inside().isEmpty()) {
      comment.add("attribute " + HiveSql.shown(column.path()));
    } else if (!column.name().equals(column.attribute())) {
      // Last, because a long name may be cut off.
      comment.add("attribute " + HiveSql.shown(column.attribute()));
    }
    return shortened(comment.toString());
  }

  private static String meaning(Column column) {
    return switch (column.protection()) {
      case NONE -> meaning(column.mapping());
      case HASH -> "SHA-256 of the value";
      case HASH_HMAC -> "HMAC-SHA-256 of the value";
      case MASK -> "masked";
    };
  }

  private static String meaning(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return meaning(scalar);
    }
    if (mapping instanceof ValueMapping.DynamoJson) {
      return "DynamoDB JSON";
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return struct.isText() ? "from JSON text" : "";
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return map.value() instanceof ValueMapping.DynamoJson ? "values are DynamoDB JSON" : "";
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      if (sequence.element() instanceof ValueMapping.DynamoJson) {
        return "elements are DynamoDB JSON";
      }
      return switch (sequence.descriptor()) {
        case SS -> "string set";
        case NS -> "number set";
        case BS -> "binary set";
        case S, N, B, BOOL, NULL, L, M -> "";
      };
    }
    return "";
  }

  private static String meaning(ValueMapping.Scalar scalar) {
    return switch (scalar.conversion()) {
      case ISO_8601, ISO_8601_MILLIS -> "from ISO 8601 text";
      case RFC_1123 -> "from RFC 1123 text";
      case FORMAT -> "from text in the form " + scalar.format().pattern();
      case EPOCH_SECONDS -> "from epoch seconds";
      case EPOCH_MILLIS -> "from epoch milliseconds";
      case EPOCH_MICROS -> "from epoch microseconds";
      case NONE ->
          switch (scalar.descriptor()) {
            case N -> scalar.type().equals(LakeType.STRING) ? "number as exact digits" : "";
            case NULL -> "always NULL";
            case S, B, BOOL, L, M, SS, NS, BS -> "";
          };
    };
  }

  private static String shortened(String comment) {
    byte[] utf8 = comment.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= MOST_COMMENT_LENGTH) {
      return comment;
    }
    int end = MOST_COMMENT_LENGTH - CUT.length();
    while ((utf8[end] & 0xc0) == 0x80) {
      end--; // inside of a character
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8) + CUT;
  }

  /** Whether the Glue catalog takes a comment of that length. */
  static boolean isCommentShort(String comment) {
    return comment.getBytes(StandardCharsets.UTF_8).length <= MOST_COMMENT_LENGTH;
  }
}
