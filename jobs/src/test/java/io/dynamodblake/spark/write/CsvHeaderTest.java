package io.dynamodblake.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Origin;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvHeaderTest {
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final Column KEY = column("pk", Descriptor.S, LakeType.STRING);

  private static Column column(String name, Descriptor descriptor, LakeType type) {
    return Column.of(name, name, ValueMapping.Scalar.of(descriptor, type));
  }

  private static CsvHeader header(Map<String, String> definitions, Column... columns) {
    return CsvHeader.of(
        new TableSchema("t", List.of(), List.of(columns)), PK, definitions, Words.RESTORE);
  }

  private static void assertRefused(String reason, Map<String, String> definitions, Column column) {
    assertThatThrownBy(() -> header(definitions, KEY, column))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot restore as CSV, of which an import makes strings, and numbers for keys: "
                + reason
                + "; give --format dynamodb-json or ion");
  }

  @Test
  void textsAndKeysAreCarried() {
    ValueMapping text = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
    ValueMapping number = ValueMapping.Scalar.of(Descriptor.N, LakeType.BIGINT);
    CsvHeader header =
        header(
            Map.of("pk", "S", "n", "N"),
            KEY,
            column("n", Descriptor.N, LakeType.BIGINT),
            new Column("gone", "gone", number, Protection.NONE, true),
            new Column("hash", "hash", number, Protection.HASH, false),
            Column.of("odd", "Odd name!", text));
    assertThat(header.fields())
        .containsExactly(
            new CsvHeader.Field("pk", Descriptor.S),
            new CsvHeader.Field("n", Descriptor.N),
            new CsvHeader.Field("hash", Descriptor.S),
            new CsvHeader.Field("Odd name!", Descriptor.S));
  }

  @Test
  void everyOtherTypeIsRefused() {
    Map<String, String> keys = Map.of("pk", "S");
    assertRefused("c (N)", keys, column("c", Descriptor.N, LakeType.BIGINT));
    assertRefused("c (BOOL)", keys, column("c", Descriptor.BOOL, LakeType.BOOLEAN));
    assertRefused("c (B)", keys, column("c", Descriptor.B, LakeType.BINARY));
    assertRefused("c (NULL)", keys, column("c", Descriptor.NULL, LakeType.STRING));
    ValueMapping text = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
    for (Descriptor sequence : List.of(Descriptor.L, Descriptor.SS)) {
      ValueMapping mapping = new ValueMapping.Sequence(sequence, text);
      assertRefused("c (" + sequence + ")", keys, Column.of("c", "c", mapping));
    }
    assertRefused(
        "a_b (part of an M)", keys, Column.of("a_b", new Origin("a", List.of("b")), text));
    assertRefused("c (M)", keys, Column.of("c", "c", new ValueMapping.OpenMap(text)));
    assertRefused(
        "c (dynamodb-json, values of any type)",
        keys,
        Column.of("c", "c", new ValueMapping.DynamoJson(Descriptor.S)));
  }

  @Test
  void aKeyMustBeOfTheTypeThatTheRequestGivesIt() {
    assertRefused(
        "c (a key of type B, whose form in CSV nobody has documented)",
        Map.of("pk", "S", "c", "B"),
        column("c", Descriptor.B, LakeType.BINARY));
    assertRefused(
        "c (N, of which the import makes S for a key)",
        Map.of("pk", "S", "c", "S"),
        column("c", Descriptor.N, LakeType.BIGINT));
    assertRefused(
        "c (S, of which the import makes N for a key)",
        Map.of("pk", "S", "c", "N"),
        column("c", Descriptor.S, LakeType.STRING));
    assertThatThrownBy(() -> header(Map.of("pk", "S"), column("c", Descriptor.S, LakeType.STRING)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'pk' (a key that is no column)");
  }

  @Test
  void namesThatNoHeaderTakesAreRefused() {
    ValueMapping text = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
    for (String attribute : List.of("a,b", "a\"b", "Größe", "a\nb", "", "x".repeat(65_537))) {
      assertRefused(
          "c (its attribute's name is empty, too long, or has what HeaderList does not take:"
              + " commas, quotes, what is not ASCII)",
          Map.of("pk", "S"),
          Column.of("c", attribute, text));
    }
  }

  @Test
  void aHeaderListHas255NamesAtMost() {
    List<Column> columns = new ArrayList<>(List.of(KEY));
    for (int i = 1; i < 255; i++) {
      columns.add(column("c" + i, Descriptor.S, LakeType.STRING));
    }
    Map<String, String> keys = Map.of("pk", "S");
    assertThat(header(keys, columns.toArray(Column[]::new)).fields()).hasSize(255);
    columns.add(column("c255", Descriptor.S, LakeType.STRING));
    assertThatThrownBy(() -> header(keys, columns.toArray(Column[]::new)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot restore as CSV: there are 256 columns, and an import takes 255; give --format"
                + " dynamodb-json or ion");
  }
}
