package io.dynamodblake.ml;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.Optional;
import org.apache.spark.sql.functions;

/**
 * A place in the rows of a lake table that an option names: a column, or a field of one.
 *
 * @param column of the table
 * @param path how the place is written, by the names of the lake
 * @param mapping of the place
 * @param value of the place
 */
record LakePlace(
    Column column, String path, ValueMapping mapping, org.apache.spark.sql.Column value) {

  /**
   * Finds a place by the name of a column or attribute, and those of fields behind points.
   *
   * @param option how messages call what names it
   * @throws UsageException if there is none
   */
  static LakePlace find(TableSchema schema, String wanted, String option) {
    for (int end = wanted.length(); end > 0; end = wanted.lastIndexOf('.', end - 1)) {
      Optional<Column> column = schema.find(wanted.substring(0, end));
      if (column.isPresent() && !column.get().dropped()) {
        return end == wanted.length()
            ? of(column.get())
            : field(of(column.get()), wanted.substring(end + 1), wanted, option);
      }
    }
    throw new UsageException(
        "Cannot use %s '%s': %s".formatted(option, wanted, schema.noSuchColumn(wanted)));
  }

  static LakePlace of(Column column) {
    return new LakePlace(
        column, column.name(), column.mapping(), PartitionExpressions.column(column.name()));
  }

  private static LakePlace field(LakePlace place, String rest, String wanted, String option) {
    if (place.mapping() instanceof ValueMapping.Struct struct && !place.isProtected()) {
      for (ValueMapping.Field field : struct.fields()) {
        for (String name : new String[] {field.name(), field.attribute()}) {
          if (rest.equals(name)) {
            return place.field(field);
          }
          if (rest.startsWith(name + ".")) {
            return field(place.field(field), rest.substring(name.length() + 1), wanted, option);
          }
        }
      }
    }
    throw new UsageException(
        "Cannot use %s '%s': '%s' has no such field; inspect shows all attributes"
            .formatted(option, wanted, place.path()));
  }

  LakePlace field(ValueMapping.Field field) {
    return new LakePlace(
        column, path + "." + field.name(), field.mapping(), value.getField(field.name()));
  }

  boolean isProtected() {
    return column.protection() != Protection.NONE;
  }

  /** Returns the type of a single value as it lies in the lake; empty for lists, maps and mixed. */
  Optional<LakeType> scalarType() {
    if (isProtected()) {
      return Optional.of(LakeType.STRING);
    }
    return mapping instanceof ValueMapping.Scalar scalar
        ? Optional.of(scalar.type())
        : Optional.empty();
  }

  /** Returns what DynamoDB calls the values as they lie in the lake. */
  Descriptor descriptor() {
    return isProtected() ? Descriptor.S : mapping.descriptor();
  }

  /** Whether it is a single value that is what DynamoDB had, rather than something made of it. */
  boolean isPlain() {
    return mapping instanceof ValueMapping.Scalar scalar && scalar.conversion() == Conversion.NONE;
  }

  /** Whether it tells a moment. */
  boolean isTime() {
    return scalarType()
        .filter(type -> type.kind() == LakeType.Kind.TIMESTAMP || type.kind() == LakeType.Kind.DATE)
        .isPresent();
  }

  /** Returns the moment in microseconds. */
  org.apache.spark.sql.Column micros() {
    return functions.unix_micros(value.cast("timestamp"));
  }
}
