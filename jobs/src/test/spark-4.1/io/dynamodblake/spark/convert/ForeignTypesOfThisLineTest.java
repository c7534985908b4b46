package io.dynamodblake.spark.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.junit.jupiter.api.Test;

class ForeignTypesOfThisLineTest {
  private static final ValueMapping TEXT = ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);

  @Test
  void textIsTextInWhateverCollation() {
    StructType rows =
        StructType.fromDDL(
            "pk STRING COLLATE UTF8_LCASE, tags ARRAY<STRING COLLATE UNICODE>,"
                + " names MAP<STRING COLLATE UNICODE_CI, STRING COLLATE UNICODE_CI>");
    assertThat(ForeignColumns.of("t", rows, Optional.empty()).schema().columns())
        .map(column -> (Object) column.mapping())
        .containsExactly(
            TEXT, new ValueMapping.Sequence(Descriptor.L, TEXT), new ValueMapping.OpenMap(TEXT));
  }

  @Test
  void typesThatDynamoDbDoesNotHaveAreRefused() {
    StructType rows =
        new StructType().add("at", TimeType.apply(6)).add("any", DataTypes.VariantType);
    assertThatThrownBy(() -> ForeignColumns.of("t", rows, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot make attributes of all columns: at is time(6), which DynamoDB has no type for;"
                + " cast or drop it; any is variant, which DynamoDB has no type for; cast or drop"
                + " it");
  }
}
