package io.dynamodblake.spark.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkTypesTest {
  private static final ValueMapping TEXT = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
  private static final ValueMapping NUMBER =
      ValueMapping.Scalar.of(Descriptor.N, LakeType.decimal(38, 9));

  private static final TableSchema WIDE =
      new TableSchema(
          "orders",
          List.of(new KeyAttribute("PK", Descriptor.S)),
          List.of(
              Column.of("pk", "PK", TEXT),
              Column.of(
                  "at",
                  "at",
                  new ValueMapping.Scalar(
                      Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_SECONDS)),
              Column.of("tags", "tags", new ValueMapping.Sequence(Descriptor.SS, TEXT)),
              Column.of("prices", "prices", new ValueMapping.OpenMap(NUMBER)),
              Column.of("mixed", "mixed", new ValueMapping.DynamoJson(Descriptor.L)),
              Column.of(
                  "home",
                  "home",
                  new ValueMapping.Struct(
                      List.of(
                          new ValueMapping.Field("zip_code", "zip code", TEXT),
                          new ValueMapping.Field(
                              "lines", "lines", new ValueMapping.Sequence(Descriptor.L, TEXT))))),
              new Column("gone", "gone", TEXT, Protection.NONE, true),
              new Column("secret", "secret", NUMBER, Protection.HASH, false)));

  @Test
  void columnsHaveTheTypesOfTheirMappingAndNothingIsRequired() {
    StructType struct = SparkTypes.toStruct(WIDE);

    assertThat(struct.simpleString())
        .isEqualTo(
            "struct<pk:string,at:timestamp,tags:array<string>,prices:map<string,decimal(38,9)>,"
                + "mixed:string,home:struct<zip_code:string,lines:array<string>>,secret:string,"
                + "ddb_rescued:map<string,string>,ddb_nulls:array<string>>");
    assertThat(SparkTypes.nullable(struct)).isEqualTo(struct);
  }

  @Test
  void theWayBackIsExactWithKeysAndDroppedColumnsToo() {
    TableSchema back = SparkTypes.fromStruct("other", SparkTypes.toStruct(WIDE));

    assertThat(back.table()).isEqualTo("orders");
    assertThat(back.keys()).isEqualTo(WIDE.keys());
    assertThat(back.writtenColumns()).isEqualTo(WIDE.writtenColumns());
    assertThat(back.columns()).containsExactlyInAnyOrderElementsOf(WIDE.columns());
  }

  @Test
  void aFieldThatWasRenamedOrCastSinceKeepsItsAttribute() {
    StructField described = SparkTypes.toStruct(WIDE).apply("pk");
    StructType changed =
        new StructType(
            new StructField[] {
              new StructField("Renamed", DataTypes.StringType, true, described.metadata()),
            });
    StructType cast =
        new StructType(
            new StructField[] {
              new StructField("pk", DataTypes.LongType, true, described.metadata()),
            });

    assertThat(SparkTypes.fromStruct("t", changed).columns())
        .containsExactly(Column.of("Renamed", "PK", TEXT));
    assertThat(SparkTypes.fromStruct("t", cast).columns())
        .containsExactly(
            Column.of("pk", "PK", ValueMapping.Scalar.of(Descriptor.N, LakeType.BIGINT)));
  }

  @ParameterizedTest(name = "{0} reads {1} as {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "string | S | string",
        "bigint | N | bigint",
        "int | N | int",
        "double | N | double",
        "decimal(12,3) | N | decimal(12,3)",
        "boolean | BOOL | boolean",
        "binary | B | binary",
        "timestamp | S | timestamp",
        "date | S | date",
        "array<int> | L | array<int>",
        "map<string,binary> | M | map<string,binary>",
        "struct<a:int,b:array<string>> | M | struct<a:int,b:array<string>>"
      })
  void aPlainFieldStandsForTheAttributeOfItsName(String type, Descriptor descriptor, String back) {
    StructType struct =
        new StructType(
            new StructField[] {
              new StructField("Some Name", DataType.fromDDL(type), false, Metadata.empty())
            });

    Column column = SparkTypes.fromStruct("t", struct).columns().get(0);

    assertThat(column.name()).isEqualTo("Some Name");
    assertThat(column.attribute()).isEqualTo("Some Name");
    assertThat(column.mapping().descriptor()).isEqualTo(descriptor);
    assertThat(SparkTypes.dataType(column).catalogString()).isEqualTo(back);
  }

  @ParameterizedTest(name = "{0} is refused")
  @CsvSource(
      delimiter = '|',
      value = {
        "float | type FLOAT at 'x'",
        "smallint | type SMALLINT at 'x'",
        "array<tinyint> | type TINYINT at 'x.element'",
        "struct<a:map<int,string>> | type MAP<INT, STRING> at 'x.a'",
        "map<string,interval> | type INTERVAL at 'x.value'"
      })
  void whatNoColumnHoldsIsRefused(String type, String message) {
    StructType struct = new StructType().add("x", DataType.fromDDL(type));

    assertThatThrownBy(() -> SparkTypes.fromStruct("t", struct))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("use string, bigint");
  }
}
