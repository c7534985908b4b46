package io.dynamodblake.testing;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Origin;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TimeFormat;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random schemas that lose nothing, over the names of {@link RandomItems}: some attributes have no
 * column, and the types rarely fit, so that everything is also rescued.
 */
public final class RandomSchemas {
  private RandomSchemas() {}

  public static TableSchema next(Random random) {
    List<Column> columns = new ArrayList<>();
    for (String name : RandomItems.names()) {
      if (random.nextInt(4) > 0) {
        add(columns, Origin.of(name), mapping(random, 0), random);
      }
    }
    Collections.shuffle(columns, random);
    return new TableSchema("t", List.of(), columns);
  }

  /** One column, or for some structs one for each field, at any depth. */
  private static void add(
      List<Column> columns, Origin origin, ValueMapping mapping, Random random) {
    if (mapping instanceof Struct struct
        && !origin.attribute().equals("pk")
        && random.nextBoolean()) {
      for (Field field : struct.fields()) {
        List<String> inside = new ArrayList<>(origin.inside());
        inside.add(field.attribute());
        add(columns, new Origin(origin.attribute(), inside), field.mapping(), random);
      }
    } else {
      columns.add(Column.of("c" + columns.size(), origin, mapping));
    }
  }

  private static ValueMapping mapping(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 10)) {
      case 0 -> Scalar.of(Descriptor.S, LakeType.STRING);
      case 1 -> number(random);
      case 2 -> Scalar.of(Descriptor.B, LakeType.BINARY);
      case 3 -> Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN);
      case 4 -> time(random);
      case 5 -> new Sequence(Descriptor.L, mapping(random, depth + 1));
      case 6 ->
          switch (random.nextInt(3)) {
            case 0 -> new Sequence(Descriptor.SS, Scalar.of(Descriptor.S, LakeType.STRING));
            case 1 -> new Sequence(Descriptor.NS, number(random));
            default -> new Sequence(Descriptor.BS, Scalar.of(Descriptor.B, LakeType.BINARY));
          };
      case 7 -> new OpenMap(mapping(random, depth + 1));
      case 8 -> new DynamoJson(Descriptor.S);
      default -> {
        List<Field> fields = new ArrayList<>();
        for (String name : RandomItems.names()) {
          if (random.nextBoolean() || fields.isEmpty()) {
            fields.add(new Field("f" + fields.size(), name, mapping(random, depth + 1)));
          }
        }
        yield new Struct(fields);
      }
    };
  }

  private static Scalar number(Random random) {
    int scale = random.nextInt(10);
    return Scalar.of(
        Descriptor.N,
        switch (random.nextInt(5)) {
          case 0 -> LakeType.INT;
          case 1 -> LakeType.STRING;
          case 2 -> LakeType.decimal(18, scale);
          case 3 -> LakeType.decimal(38, scale);
          default -> LakeType.BIGINT;
        });
  }

  private static Scalar time(Random random) {
    return switch (random.nextInt(11)) {
      case 0 -> new Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601);
      case 1 -> new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601);
      case 2 -> new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601_MILLIS);
      case 3 -> new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_SECONDS);
      case 4 -> new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_MILLIS);
      case 5 -> new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_MICROS);
      case 6 -> new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.RFC_1123);
      case 7, 8 -> Scalar.of(LakeType.TIMESTAMP, format(random));
      case 9 -> Scalar.of(LakeType.DATE, TimeFormat.of("uuuu-MM-d"));
      default -> Scalar.of(Descriptor.NULL, LakeType.STRING);
    };
  }

  private static TimeFormat format(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> TimeFormat.of("uuuu-MM-dd'T'HH:mm:ss[.SSS]X");
      case 1 -> new TimeFormat("uuuu-MM-dd HH:mmxxx", "+01:30");
      default -> TimeFormat.of("yyyy-MM-dd");
    };
  }
}
