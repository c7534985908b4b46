package io.dynamodblake.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlueTableTest {
  private static final TableSchema ORDERS =
      new TableSchema(
          "orders",
          List.of(),
          List.of(
              Column.of("pk", "pk", Scalar.of(Descriptor.S, LakeType.STRING)),
              Column.of("total", "total", Scalar.of(Descriptor.N, LakeType.decimal(18, 4))),
              Column.of("status", "status", Scalar.of(Descriptor.S, LakeType.STRING))));
  private static final List<PartitionColumn> BY_STATUS =
      PartitionField.resolve(List.of(PartitionField.parse("status")), ORDERS);

  @Test
  void aTableOfIcebergIsFoundByItsMetadata() {
    GlueTable table =
        GlueTable.ofIceberg(
            "shop",
            "orders",
            ORDERS,
            "s3a://lake/orders",
            "s3a://lake/orders/metadata/v2.metadata.json",
            Optional.of("s3a://lake/orders/metadata/v1.metadata.json"),
            Map.of(TableDefinition.SNAPSHOT, "1"));

    assertThat(table.location()).isEqualTo("s3://lake/orders/");
    assertThat(table.inputFormat()).isEmpty();
    assertThat(table.parameters())
        .containsOnly(
            entry("table_type", "ICEBERG"),
            entry("metadata_location", "s3://lake/orders/metadata/v2.metadata.json"),
            entry("previous_metadata_location", "s3://lake/orders/metadata/v1.metadata.json"),
            entry(TableDefinition.SNAPSHOT, "1"));
  }

  @Test
  void aParquetTableIsWhatAthenaWouldMakeOfTheStatement() {
    GlueTable table =
        GlueTable.of(
            definition("s3a://lake/orders/snapshot=1", new PartitionLayout.None(), List.of())
                .withProperties(Map.of(TableDefinition.SNAPSHOT, "1")));

    assertThat(table.location()).isEqualTo("s3://lake/orders/snapshot=1/");
    assertThat(table.columns())
        .extracting(AthenaColumn::name, AthenaColumn::type)
        .startsWith(tuple("pk", "string"), tuple("total", "decimal(18,4)"))
        .contains(tuple("ddb_rescued", "map<string,string>"), tuple("ddb_nulls", "array<string>"));
    assertThat(table.partitionKeys()).isEmpty();
    assertThat(table.inputFormat()).endsWith("MapredParquetInputFormat");
    assertThat(table.outputFormat()).endsWith("MapredParquetOutputFormat");
    assertThat(table.serde()).endsWith("ParquetHiveSerDe");
    assertThat(table.parameters())
        .containsEntry("classification", "parquet")
        .containsEntry("parquet.compression", "ZSTD")
        .containsEntry("dynamodb-lake.snapshot", "1");
  }

  @Test
  void partitionColumnsAreKeysAndNoColumns() {
    PartitionLayout layout =
        new PartitionLayout.Registered(
            List.of(
                new PartitionLayout.Partition(
                    List.of("open"), "s3a://lake/orders/snapshot=1/status=open")));

    GlueTable table = GlueTable.of(definition("s3a://lake/orders/snapshot=1", layout, BY_STATUS));

    assertThat(table.columns()).extracting(AthenaColumn::name).doesNotContain("status");
    assertThat(table.partitionKeys()).containsExactly(new AthenaColumn("status", "string", ""));
    assertThat(table.partitions())
        .containsExactly(
            new PartitionLayout.Partition(
                List.of("open"), "s3://lake/orders/snapshot=1/status=open/"));
  }

  @Test
  void projectedPartitionsAreProperties() {
    List<PartitionColumn> byBucket =
        PartitionField.resolve(List.of(PartitionField.parse("bucket(4,pk)")), ORDERS);
    String column = byBucket.get(0).name();
    PartitionLayout layout =
        new PartitionLayout.Projected(
            List.of(new PartitionLayout.Range(column, PartitionLayout.Unit.NUMBER, "0", "3")));

    GlueTable table = GlueTable.of(definition("s3://lake/orders/snapshot=1", layout, byBucket));

    assertThat(table.partitions()).isEmpty();
    assertThat(table.parameters())
        .containsEntry("projection.enabled", "true")
        .containsEntry("projection." + column + ".range", "0,3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          YEAR | 2023 | 2025 | 2023,2024,2025
          YEAR | 0987 | 0987 | 0987
          MONTH | 2024-11 | 2025-02 | 2024-11,2024-12,2025-01,2025-02
          DAY | 2024-11-18 | 2024-11-18 | 2024-11-18
          HOUR | 2024-11-18-03 | 2024-11-18-03 | 2024-11-18-03
          """)
  void whatTrinoCannotCountIsListed(
      PartitionLayout.Unit unit, String first, String last, String values) {
    PartitionLayout.Range range = new PartitionLayout.Range("created", unit, first, last);

    assertThat(range.properties()).containsOnly(entry("type", "enum"), entry("values", values));
  }

  @Test
  void everyColumnOfACsvTableIsText() {
    GlueTable table =
        GlueTable.of(
            definition("s3://lake/orders/snapshot=1", new PartitionLayout.None(), List.of())
                .withFormat(TableFormat.CSV));

    assertThat(table.columns()).extracting(AthenaColumn::type).containsOnly("string");
    assertThat(table.serde()).endsWith("OpenCSVSerde");
    assertThat(table.serdeParameters()).containsEntry("escapeChar", "\u0001");
    assertThat(table.parameters()).containsEntry("skip.header.line.count", "1");
  }

  @Test
  void filesThatAreNotOnS3CannotBeRegistered() {
    assertThatThrownBy(
            () ->
                GlueTable.of(
                    definition("file:/lake/snapshot=1", new PartitionLayout.None(), List.of())))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Cannot register table shop.orders: Athena reads from S3");
  }

  private static TableDefinition definition(
      String location, PartitionLayout layout, List<PartitionColumn> partitions) {
    return TableDefinition.of("shop", "orders", ORDERS, partitions, location, layout);
  }
}
