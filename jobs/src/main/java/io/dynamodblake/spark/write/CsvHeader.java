package io.dynamodblake.spark.write;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The fields of a line of CSV, in their order. {@code ImportTable} makes every attribute a string
 * but those that the request defines for keys.
 *
 * @param fields none where the format is another one
 */
public record CsvHeader(List<Field> fields) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** For the formats that name attributes in every item. */
  public static final CsvHeader NONE = new CsvHeader(List.of());

  /** What {@code ImportTable} takes in {@code HeaderList}. */
  public static final int MOST_FIELDS = 255;

  private static final Pattern NAME = Pattern.compile("[\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]+");
  private static final int MOST_NAME_CHARACTERS = 65_536;

  /**
   * One field.
   *
   * @param attribute its name
   * @param descriptor what the import makes of it: S or N
   */
  public record Field(String attribute, Descriptor descriptor) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  public CsvHeader {
    fields = List.copyOf(fields);
  }

  /**
   * Returns the header for all columns of a schema that are written.
   *
   * @param keys key attributes of the table
   * @param definitions attribute name to S, N or B of every key attribute of the table and its
   *     indexes, as the request has them
   * @param words how whoever asks writes options, for messages
   * @throws UsageException naming each column that CSV cannot carry
   */
  public static CsvHeader of(
      TableSchema schema, List<KeyAttribute> keys, Map<String, String> definitions, Words words) {
    List<Field> fields = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Column column : schema.writtenColumns()) {
      String made = definitions.getOrDefault(column.attribute(), Descriptor.S.name());
      boolean key = definitions.containsKey(column.attribute());
      String reason = reason(column, made, key);
      if (reason == null) {
        fields.add(new Field(column.attribute(), Descriptor.valueOf(made)));
      } else {
        refused.add(column.name() + " (" + reason + ")");
      }
    }
    Set<String> attributes =
        schema.writtenColumns().stream().map(Column::attribute).collect(Collectors.toSet());
    keys.stream()
        .map(KeyAttribute::attribute)
        .filter(key -> !attributes.contains(key))
        .forEach(key -> refused.add("'" + key + "' (a key that is no column)"));
    if (!refused.isEmpty()) {
      throw new UsageException(
          "Cannot restore as CSV, of which an import makes strings, and numbers for keys: "
              + String.join(", ", refused)
              + wayOut(words));
    }
    if (fields.size() > MOST_FIELDS) {
      throw new UsageException(
          "Cannot restore as CSV: there are %d columns, and an import takes %d%s"
              .formatted(fields.size(), MOST_FIELDS, wayOut(words)));
    }
    return new CsvHeader(fields);
  }

  private static String wayOut(Words words) {
    return "; give %s or ion".formatted(words.of(RestoreKeys.FORMAT, "dynamodb-json"));
  }

  private static String reason(Column column, String made, boolean key) {
    if (!column.inside().isEmpty()) {
      return "part of an M";
    }
    String attribute = column.attribute();
    if (!NAME.matcher(attribute).matches() || attribute.length() > MOST_NAME_CHARACTERS) {
      return "its attribute's name is empty, too long, or has what HeaderList does not take: commas,"
          + " quotes, what is not ASCII";
    }
    if (column.protection() != Protection.NONE) {
      return made.equals(Descriptor.S.name()) ? null : "its values are texts, not " + made;
    }
    if (column.mapping() instanceof ValueMapping.DynamoJson) {
      return "dynamodb-json, values of any type";
    }
    String held = column.mapping().descriptor().name();
    if (made.equals(Descriptor.B.name())) {
      return "a key of type B, whose form in CSV nobody has documented";
    }
    if (held.equals(made)) {
      return null;
    }
    return key ? held + ", of which the import makes " + made + " for a key" : held;
  }

  List<String> names() {
    return fields.stream().map(Field::attribute).toList();
  }
}
