package io.dynamodblake.parquet;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Random schemas, what they were before they evolved, and rows of either. */
final class RandomTable {
  private static final int DEEPEST = 3;
  private static final List<String> SCALARS =
      List.of(
          "binary %s (STRING)",
          "binary %s (STRING)",
          "binary %s",
          "int64 %s",
          "int32 %s",
          "int32 %s (DECIMAL(9,2))",
          "int64 %s (DECIMAL(18,2))",
          "int64 %s (DECIMAL(18,7))",
          "fixed_len_byte_array(16) %s (DECIMAL(38,5))",
          "fixed_len_byte_array(11) %s (DECIMAL(25,5))",
          "int32 %s (DATE)",
          "int64 %s (TIMESTAMP(MILLIS,true))",
          "double %s",
          "boolean %s");

  private final Random random;

  RandomTable(Random random) {
    this.random = random;
  }

  // ---- schemas

  MessageType schema() {
    return MessageTypeParser.parseMessageType(
        "message t { " + fields(3 + random.nextInt(6), 0) + " }");
  }

  private String fields(int count, int depth) {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < count; i++) {
      fields.append(type((random.nextBoolean() ? "few" : "many") + i, depth));
    }
    return fields.toString();
  }

  private String type(String name, int depth) {
    int kind = random.nextInt(depth == DEEPEST ? 5 : 9);
    return switch (kind) {
      case 5 ->
          "optional group %s { %s }".formatted(name, fields(1 + random.nextInt(3), depth + 1));
      case 6, 7 ->
          "optional group %s (LIST) { repeated group list { %s } }"
              .formatted(name, type("element", depth + 1));
      case 8 ->
          "optional group %s (MAP) { repeated group key_value { required binary key (STRING); %s } }"
              .formatted(name, type("value", depth + 1));
      default -> "optional " + SCALARS.get(random.nextInt(SCALARS.size())).formatted(name) + "; ";
    };
  }

  /** What the schema may have been before: narrower numbers, fewer fields, in another order. */
  MessageType before(MessageType schema) {
    return new MessageType("t", fieldsBefore(schema));
  }

  private List<Type> fieldsBefore(GroupType group) {
    List<Type> fields = new ArrayList<>();
    for (Type field : group.getFields()) {
      if (random.nextInt(4) > 0) {
        fields.add(before(field));
      }
    }
    if (fields.isEmpty()) {
      fields.add(before(group.getType(random.nextInt(group.getFieldCount()))));
    }
    Collections.shuffle(fields, random);
    return fields;
  }

  private Type before(Type type) {
    if (type.isPrimitive()) {
      return random.nextBoolean() ? type : narrower(type);
    }
    GroupType group = type.asGroupType();
    if (isList(type) || isMap(type)) {
      GroupType repeated = group.getType(0).asGroupType();
      List<Type> parts = new ArrayList<>(repeated.getFields());
      int last = parts.size() - 1;
      parts.set(last, before(parts.get(last)));
      return group.withNewFields(repeated.withNewFields(parts));
    }
    return group.withNewFields(fieldsBefore(group));
  }

  private Type narrower(Type type) {
    PrimitiveTypeName stored = type.asPrimitiveType().getPrimitiveTypeName();
    List<String> narrower = new ArrayList<>();
    if (type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
      if (decimal.getPrecision() == 38) {
        narrower.addAll(
            List.of(
                "int64 %s",
                "int32 %s",
                "int64 %s (DECIMAL(18,2))",
                "fixed_len_byte_array(11) %s (DECIMAL(25,5))"));
      }
      if (decimal.getPrecision() >= 18) {
        narrower.addAll(List.of("int32 %s", "int32 %s (DECIMAL(9,2))", "binary %s (DECIMAL(9,2))"));
      }
    } else if (stored == PrimitiveTypeName.INT64 && type.getLogicalTypeAnnotation() == null) {
      narrower.addAll(List.of("int32 %s", "int32 %s (INTEGER(32,true))"));
    }
    if (narrower.isEmpty()) {
      return type;
    }
    String chosen = narrower.get(random.nextInt(narrower.size())).formatted(type.getName());
    return MessageTypeParser.parseMessageType("message t { optional " + chosen + "; }").getType(0);
  }

  private static boolean isList(Type type) {
    return type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
  }

  private static boolean isMap(Type type) {
    return type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation;
  }

  // ---- rows

  List<List<Object>> rows(MessageType schema, int count) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(values(schema));
    }
    return rows;
  }

  private List<Object> values(GroupType group) {
    List<Object> values = new ArrayList<>();
    for (Type field : group.getFields()) {
      values.add(random.nextInt(5) == 0 ? null : value(field));
    }
    return values;
  }

  private Object value(Type type) {
    if (type.isPrimitive()) {
      return scalar(type.asPrimitiveType());
    }
    GroupType group = type.asGroupType();
    if (!isList(type) && !isMap(type)) {
      return values(group);
    }
    GroupType entry = group.getType(0).asGroupType();
    List<Object> elements = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Type last = entry.getType(entry.getFieldCount() - 1);
      Object element = random.nextInt(5) == 0 ? null : value(last);
      elements.add(isMap(type) ? Arrays.asList(text("key " + i), element) : element);
    }
    return elements;
  }

  private Object scalar(PrimitiveType type) {
    boolean few = type.getName().startsWith("few");
    BigInteger number = few ? BigInteger.valueOf(random.nextInt(4) - 2) : null;
    LogicalTypeAnnotation meant = type.getLogicalTypeAnnotation();
    if (meant instanceof DecimalLogicalTypeAnnotation decimal && !few) {
      BigInteger bound = BigInteger.TEN.pow(decimal.getPrecision());
      number = new BigInteger(bound.bitLength() + 8, random).mod(bound);
      number = random.nextBoolean() ? number : number.negate();
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE -> few ? random.nextInt(3) / 2.0 : random.nextGaussian();
      case INT32 -> number == null ? (long) random.nextInt() : number.longValueExact();
      case INT64 ->
          number != null
              ? (Long) number.longValueExact()
              : meant == null ? (Long) random.nextLong() : (Long) (long) random.nextInt();
      case FIXED_LEN_BYTE_ARRAY -> ValueRows.hex(ValueRows.fixed(number, type.getTypeLength()));
      default ->
          meant instanceof DecimalLogicalTypeAnnotation
              ? ValueRows.hex(number.toByteArray())
              : text(
                  few
                      ? "few " + random.nextInt(5)
                      : "x".repeat(random.nextInt(40)) + random.nextLong());
    };
  }

  private static String text(String text) {
    return ValueRows.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  // ---- rows of before as rows of a schema

  static List<List<Object>> evolved(List<List<Object>> rows, MessageType from, MessageType to) {
    List<List<Object>> evolved = new ArrayList<>();
    for (List<Object> row : rows) {
      evolved.add(fields(row, from, to));
    }
    return evolved;
  }

  private static List<Object> fields(List<?> values, GroupType from, GroupType to) {
    List<Object> evolved = new ArrayList<>();
    for (Type field : to.getFields()) {
      String name = field.getName();
      evolved.add(
          from.containsField(name)
              ? evolved(values.get(from.getFieldIndex(name)), from.getType(name), field)
              : null);
    }
    return evolved;
  }

  private static Object evolved(Object value, Type from, Type to) {
    if (value == null || from.equals(to)) {
      return value;
    }
    if (from.isPrimitive()) {
      return number(value, from.asPrimitiveType(), to.asPrimitiveType());
    }
    if (!isList(from) && !isMap(from)) {
      return fields((List<?>) value, from.asGroupType(), to.asGroupType());
    }
    GroupType entry = from.asGroupType().getType(0).asGroupType();
    GroupType toEntry = to.asGroupType().getType(0).asGroupType();
    List<Object> elements = new ArrayList<>();
    for (Object element : (List<?>) value) {
      elements.add(
          isMap(from)
              ? fields((List<?>) element, entry, toEntry)
              : evolved(element, entry.getType(0), toEntry.getType(0)));
    }
    return elements;
  }

  private static Object number(Object value, PrimitiveType from, PrimitiveType to) {
    BigInteger number =
        value instanceof Long whole
            ? BigInteger.valueOf(whole)
            : new BigInteger(HexFormat.of().parseHex((String) value));
    BigInteger wider = number.multiply(BigInteger.TEN.pow(scale(to) - scale(from)));
    return to.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
        ? ValueRows.hex(ValueRows.fixed(wider, to.getTypeLength()))
        : (Object) wider.longValueExact();
  }

  private static int scale(PrimitiveType type) {
    return type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
        ? decimal.getScale()
        : 0;
  }
}
