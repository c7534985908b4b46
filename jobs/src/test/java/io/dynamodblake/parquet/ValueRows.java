package io.dynamodblake.parquet;

import io.dynamodblake.flatten.ColumnSink;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Rows of Parquet files as lists of values: null, Long, Double, Boolean, text (as hex) or a list of
 * them, which is a struct, a list or the entries of a map.
 */
final class ValueRows {
  private ValueRows() {}

  /** What parquet-java reads of a file. */
  static List<List<Object>> read(Path path, Configuration configuration) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).withConf(configuration).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(fields(row));
      }
    }
    return rows;
  }

  /** Writes a file as parquet-java does, which is what Spark's writer uses. */
  static void write(
      Path path,
      Configuration configuration,
      MessageType schema,
      List<List<Object>> rows,
      ParquetProperties.WriterVersion version)
      throws IOException {
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(path)
            .withConf(configuration)
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withWriterVersion(version)
            .withRowGroupSize(1L << 16)
            .withPageSize(1 << 12)
            .withDictionaryPageSize(1 << 10)
            .build()) {
      for (List<Object> row : rows) {
        Group group = new SimpleGroup(schema);
        fill(group, row);
        writer.write(group);
      }
    }
  }

  private static void fill(Group group, List<?> values) {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) != null) {
        fill(group, i, values.get(i));
      }
    }
  }

  private static void fill(Group group, int field, Object value) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      switch (type.asPrimitiveType().getPrimitiveTypeName()) {
        case INT32 -> group.add(field, ((Long) value).intValue());
        case INT64 -> group.add(field, (long) (Long) value);
        case DOUBLE -> group.add(field, (double) (Double) value);
        case BOOLEAN -> group.add(field, (boolean) (Boolean) value);
        default ->
            group.add(field, Binary.fromConstantByteArray(HexFormat.of().parseHex((String) value)));
      }
      return;
    }
    Group inner = group.addGroup(field);
    boolean list = type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
    boolean map = type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation;
    if (!list && !map) {
      fill(inner, (List<?>) value);
      return;
    }
    for (Object element : (List<?>) value) {
      fill(inner.addGroup(0), map ? (List<?>) element : Arrays.asList(element));
    }
  }

  /** The bytes of a number as a fixed number of them. */
  static byte[] fixed(BigInteger number, int length) {
    byte[] bytes = new byte[length];
    byte[] digits = number.toByteArray();
    Arrays.fill(bytes, (byte) (number.signum() < 0 ? 0xff : 0));
    System.arraycopy(digits, 0, bytes, length - digits.length, digits.length);
    return bytes;
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  // ---- values into sinks

  static void putFields(Random order, ColumnSink sink, GroupType type, List<?> values) {
    List<Integer> ordinals = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ordinals.add(i);
    }
    Collections.shuffle(ordinals, order);
    for (int ordinal : ordinals) {
      put(order, sink, ordinal, type.getType(ordinal), values.get(ordinal));
    }
  }

  private static void put(Random order, ColumnSink sink, int ordinal, Type type, Object value) {
    if (value == null) {
      if (order.nextBoolean()) {
        sink.putNull(ordinal);
      }
    } else if (type.isPrimitive()) {
      putScalar(sink, ordinal, type, value);
    } else if (type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation) {
      List<?> elements = (List<?>) value;
      ColumnSink array = sink.beginArray(ordinal, elements.size());
      Type element = type.asGroupType().getType(0).asGroupType().getType(0);
      for (int i = 0; i < elements.size(); i++) {
        put(order, array, i, element, elements.get(i));
      }
      sink.endArray(ordinal);
    } else if (type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation) {
      List<?> entries = (List<?>) value;
      GroupType entry = type.asGroupType().getType(0).asGroupType();
      ColumnSink keys = sink.beginMapKeys(ordinal, entries.size());
      for (int i = 0; i < entries.size(); i++) {
        put(order, keys, i, entry.getType(0), ((List<?>) entries.get(i)).get(0));
      }
      ColumnSink values = sink.beginMapValues(ordinal);
      for (int i = 0; i < entries.size(); i++) {
        put(order, values, i, entry.getType(1), ((List<?>) entries.get(i)).get(1));
      }
      sink.endMap(ordinal);
    } else {
      putFields(order, sink.beginStruct(ordinal), type.asGroupType(), (List<?>) value);
      sink.endStruct(ordinal);
    }
  }

  private static void putScalar(ColumnSink sink, int ordinal, Type type, Object value) {
    PrimitiveType primitive = type.asPrimitiveType();
    LogicalTypeAnnotation meant = type.getLogicalTypeAnnotation();
    switch (primitive.getPrimitiveTypeName()) {
      case BOOLEAN -> sink.putBoolean(ordinal, (Boolean) value);
      case DOUBLE -> sink.putDouble(ordinal, (Double) value);
      case INT32, INT64 -> {
        long number = (Long) value;
        if (meant instanceof DecimalLogicalTypeAnnotation decimal) {
          sink.putDecimal(ordinal, number, decimal.getPrecision(), decimal.getScale());
        } else if (meant instanceof TimestampLogicalTypeAnnotation timestamp) {
          sink.putLong(
              ordinal, timestamp.getUnit() == TimeUnit.MILLIS ? number * 1_000 + 7 : number);
        } else if (primitive.getPrimitiveTypeName() == PrimitiveTypeName.INT32) {
          sink.putInt(ordinal, (int) number);
        } else {
          sink.putLong(ordinal, number);
        }
      }
      case FIXED_LEN_BYTE_ARRAY -> {
        DecimalLogicalTypeAnnotation decimal = (DecimalLogicalTypeAnnotation) meant;
        BigInteger unscaled = new BigInteger(HexFormat.of().parseHex((String) value));
        sink.putDecimal(
            ordinal,
            new BigDecimal(unscaled, decimal.getScale()),
            decimal.getPrecision(),
            decimal.getScale());
      }
      default -> {
        byte[] bytes = HexFormat.of().parseHex("00" + value + "00");
        sink.putBytes(ordinal, bytes, 1, bytes.length - 2);
      }
    }
  }

  // ---- values out of files

  private static List<Object> fields(Group group) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < group.getType().getFieldCount(); i++) {
      values.add(group.getFieldRepetitionCount(i) == 0 ? null : value(group, i));
    }
    return values;
  }

  private static Object value(Group group, int field) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
        case INT32 -> (long) group.getInteger(field, 0);
        case INT64 -> group.getLong(field, 0);
        case DOUBLE -> group.getDouble(field, 0);
        case BOOLEAN -> group.getBoolean(field, 0);
        default -> hex(group.getBinary(field, 0).getBytes());
      };
    }
    Group value = group.getGroup(field, 0);
    boolean list = type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
    boolean map = type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation;
    if (!list && !map) {
      return fields(value);
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < value.getFieldRepetitionCount(0); i++) {
      List<Object> entry = fields(value.getGroup(0, i));
      elements.add(map ? entry : entry.get(0));
    }
    return elements;
  }
}
