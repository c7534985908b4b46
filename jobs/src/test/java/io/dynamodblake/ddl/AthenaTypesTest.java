package io.dynamodblake.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AthenaTypesTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Struct ORDER =
      new Struct(
          List.of(
              new Field("order", "order", Scalar.of(Descriptor.N, LakeType.BIGINT)),
              new Field("_x", "-x", new Sequence(Descriptor.SS, TEXT))));

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(TEXT, "string"),
        Arguments.of(Scalar.of(Descriptor.N, LakeType.BIGINT), "bigint"),
        Arguments.of(Scalar.of(Descriptor.N, LakeType.INT), "int"),
        Arguments.of(Scalar.of(Descriptor.N, LakeType.DOUBLE), "double"),
        Arguments.of(Scalar.of(Descriptor.N, LakeType.decimal(38, 10)), "decimal(38,10)"),
        Arguments.of(Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN), "boolean"),
        Arguments.of(Scalar.of(Descriptor.B, LakeType.BINARY), "binary"),
        Arguments.of(Scalar.of(Descriptor.NULL, LakeType.STRING), "string"),
        Arguments.of(new Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601), "date"),
        Arguments.of(
            new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_MILLIS), "timestamp"),
        Arguments.of(
            new Sequence(Descriptor.BS, Scalar.of(Descriptor.B, LakeType.BINARY)), "array<binary>"),
        Arguments.of(new Sequence(Descriptor.L, new DynamoJson(Descriptor.S)), "array<string>"),
        Arguments.of(new DynamoJson(Descriptor.M), "string"),
        Arguments.of(ORDER, "struct<order:bigint,_x:array<string>>"),
        Arguments.of(
            new OpenMap(new Sequence(Descriptor.L, ORDER)),
            "map<string,array<struct<order:bigint,_x:array<string>>>>"));
  }

  @ParameterizedTest
  @MethodSource("types")
  void aMappingHasTheTypeThatGlueStores(ValueMapping mapping, String type) {
    assertThat(AthenaTypes.type(mapping)).isEqualTo(type);
  }

  @Test
  void fieldNamesThatAreReservedWordsAreQuotedInStatements() {
    assertThat(AthenaTypes.statementType(Column.of("nested", "nested", ORDER)))
        .isEqualTo("struct<`order`:bigint,`_x`:array<string>>");
  }

  @Test
  void protectedColumnsAreStrings() {
    Column hashed = new Column("x", "x", ORDER, Protection.HASH, false);

    assertThat(AthenaTypes.type(hashed)).isEqualTo("string");
    assertThat(AthenaTypes.statementType(hashed)).isEqualTo("string");
  }

  @Test
  void theSpecialColumnsComeLast() {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(),
            List.of(Column.of("a", "a", TEXT), new Column("b", "b", TEXT, Protection.NONE, true)));

    assertThat(AthenaTypes.columns(schema))
        .extracting(AthenaColumn::name, AthenaColumn::type)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", "string"),
            org.assertj.core.groups.Tuple.tuple("ddb_rescued", "map<string,string>"),
            org.assertj.core.groups.Tuple.tuple("ddb_nulls", "array<string>"));
  }

  @Test
  void aCommentSaysWhatTheTypeDoesNot() {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(new KeyAttribute("Pk", Descriptor.N), new KeyAttribute("sk", Descriptor.S)),
            List.of(
                Column.of("pk", "Pk", Scalar.of(Descriptor.N, LakeType.STRING)),
                Column.of("sk", "sk", TEXT),
                Column.of("plain", "plain", ORDER)));

    assertThat(AthenaTypes.columns(schema))
        .extracting(AthenaColumn::comment)
        .startsWith("partition key, number as exact digits, attribute Pk", "sort key", "");
  }

  @Test
  void longCommentsAreCutBetweenCharacters() {
    for (int length : List.of(100, 239, 240, 241, 242, 243, 244, 1_000)) {
      Column column = Column.of("x", "a".repeat(length) + "😀".repeat(20), TEXT);
      String comment =
          AthenaTypes.comment(column, new TableSchema("t", List.of(), List.of(column)));

      assertThat(comment).hasSizeBetween(120, AthenaTypes.MOST_COMMENT_LENGTH);
      assertThat(HiveSql.shown(comment)).isEqualTo(comment);
    }
  }

  /** Glue counts bytes; a name of 255 characters may have 1,020 of them. */
  @Test
  void commentsAreCutByBytesAndNeverInsideOfACharacter() {
    for (String character : List.of("a", "ü", "漢", "😀")) {
      for (int shift = 0; shift < 4; shift++) {
        String attribute = "a".repeat(shift) + character.repeat(255);
        Column column = Column.of("x", attribute, TEXT);
        String comment =
            AthenaTypes.comment(column, new TableSchema("t", List.of(), List.of(column)));

        assertThat(comment.getBytes(StandardCharsets.UTF_8))
            .as(character)
            .hasSizeBetween(AthenaTypes.MOST_COMMENT_LENGTH - 3, AthenaTypes.MOST_COMMENT_LENGTH);
        assertThat(comment).startsWith("attribute ").endsWith("...");
        assertThat("attribute " + attribute)
            .startsWith(comment.substring(0, comment.length() - "...".length()));
      }
    }
  }

  @Test
  void aTypeThatGlueDoesNotTakeIsRefusedWithTheWayOut() {
    Struct wide =
        new Struct(
            IntStream.range(0, 8_000)
                .mapToObj(i -> new Field("field_" + i, "field_" + i, TEXT))
                .toList());

    assertThatThrownBy(() -> AthenaTypes.type(Column.of("wide", "wide", wide)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot declare column 'wide' in Athena: its type has ")
        .hasMessageContaining("Glue takes 131072")
        .hasMessageEndingWith("in schema.json drop fields of it or make it a map");
  }

  @Test
  void aNameThatGlueDoesNotTakeIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> AthenaTypes.type(Column.of("a".repeat(256), "a", TEXT)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("its name has 256 bytes and Glue takes 255")
        .hasMessageEndingWith("rename it in schema.json");
  }
}
