package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Unnesting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tables whose columns were shaped on request: fields as columns, JSON text as a struct. */
class ShapedTableTest extends LakeTest {
  private static final List<KeyAttribute> PK = List.of(KeyAttribute.parse("pk:S"));
  private static final Unnesting ONE = new Unnesting(1, "_");

  private static String of(String pk, String address) {
    return item(pk, "\"Address\":" + address.replace('\'', '"'));
  }

  private Path export(int number, String... lines) {
    return export()
        .exportId("0173200%07d-0a1b2c3d".formatted(number))
        .exportTime(Instant.parse("2026-11-19T03:20:00Z").plusSeconds(number))
        .file(lines)
        .write();
  }

  private FlattenOptions.Builder table(Path export) {
    return options(export)
        .withKeys(PK)
        .partitionedBy(List.of("Address.city"))
        .sortedBy(List.of("address_no"));
  }

  private void assertHolds(Path export) {
    assertThat(
            new Comparison(
                    spark,
                    new ComparisonOptions(
                        new Side(lake().toString(), Optional.empty()),
                        new Side(export.toString(), Optional.empty()),
                        PK,
                        3,
                        true,
                        ReadOptions.defaults(),
                        32 << 20))
                .run(ReadProgress.NONE)
                .equal())
        .isTrue();
  }

  @Test
  void fieldsAreColumnsThatTablesArePartitionedAndSortedBy() {
    Path first =
        export(
            1,
            of("a", "{'M':{'city':{'S':'Bern'},'no':{'N':'2'}}}"),
            of("b", "{'M':{'city':{'S':''},'no':{'N':'1'}}}"),
            of("c", "{'M':{}}"),
            of("d", "{'S':'Bern'}"),
            of("e", "{'NULL':true}"),
            item("f"));
    RunReport report = flatten(table(first).unnesting(ONE));

    assertThat(report.schema().notes())
        .contains("2 columns hold fields of maps, which their comments name");
    assertThat(dataFiles()).anyMatch(file -> file.startsWith("address_city=Bern/"));
    assertThat(rows("pk", "address_city", "address_no", "to_json(ddb_rescued)", "ddb_nulls"))
        .containsExactly(
            "[a,Bern,2,null,null]",
            "[b,null,1,{\"Address.city\":\"{\\\"S\\\":\\\"\\\"}\"},null]",
            "[c,null,null,{\"Address\":\"{\\\"M\\\":{}}\"},null]",
            "[d,null,null,{\"Address\":\"{\\\"S\\\":\\\"Bern\\\"}\"},null]",
            "[e,null,null,null,WrappedArray(Address)]",
            "[f,null,null,null,null]");
    assertThat(table().ddl())
        .contains("`address_no` bigint COMMENT 'attribute Address.no'")
        .contains("PARTITIONED BY (`address_city` string");
    assertHolds(first);

    Path second =
        export(
            2,
            of("a", "{'M':{'city':{'S':'Bern'},'no':{'N':'2.5'},'City':{'S':'x'}}}"),
            item("b", "\"more\":{\"M\":{\"x\":{\"BOOL\":true}}}"));
    report = flatten(table(second));

    assertThat(report.schema().notes())
        .contains(
            "Column 'address_no' widens from bigint to decimal(38,1)",
            "Column 'address_city_2' is new",
            "Column 'more_x' is new");
    assertThat(rows("pk", "address_city", "address_no", "address_city_2", "more_x"))
        .containsExactly("[a,Bern,2.5,x,null]", "[b,null,null,null,true]");
    assertHolds(second);
  }

  @Test
  void columnsThatAreThereStayAsTheyAre() {
    flatten(options(export(1, of("a", "{'M':{'city':{'S':'Bern'}}}"))).withKeys(PK));
    FlattenOptions.Builder again =
        options(export(2, of("b", "{'M':{'city':{'S':'Bern'}}}"))).unnesting(ONE);
    assertThatThrownBy(() -> flatten(again))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot unnest: table orders was made with structs, and its columns stay as they are; leave --unnest and --separator out, or flatten into another folder");
  }

  @Test
  void jsonTextIsAStructAndTheSameTextWhenItComesBack() throws IOException {
    Path export =
        export(
            1,
            item("a", "\"doc\":{\"S\":\"{\\\"no\\\":7,\\\"tags\\\":[\\\"x\\\"]}\"}"),
            item("b", "\"doc\":{\"S\":\"{ \\\"no\\\":8}\"}"),
            item("c", "\"doc\":{\"S\":\"none\"}"));
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"format": "dynamodb-lake-schema", "version": 1, "table": "orders", "columns": [
          {"name": "pk", "attribute": "pk", "descriptor": "S", "type": "string"},
          {"name": "doc", "attribute": "doc", "descriptor": "S", "type": "json", "fields": [
            {"name": "no", "attribute": "no", "descriptor": "N", "type": "bigint"},
            {"name": "tags", "attribute": "tags", "descriptor": "L", "type": "array", "element": {"descriptor": "S", "type": "string"}}
          ]}
        ]}
        """);

    RunReport report = flatten(options(export).withKeys(PK).withSchemaFile(schema.toString()));

    assertThat(report.counts().rescuedByColumn()).isEqualTo(Map.of("doc", 1L));
    assertThat(rows("pk", "doc.no", "doc.tags[0]", "to_json(ddb_rescued)"))
        .containsExactly(
            "[a,7,x,null]",
            "[b,8,null,{\"doc\":\"{\\\"S\\\":\\\"{ \\\\\\\"no\\\\\\\":8}\\\"}\"}]",
            "[c,null,null,{\"doc\":\"{\\\"S\\\":\\\"none\\\"}\"}]");
    assertThat(table().ddl())
        .contains("`doc` struct<no:bigint,tags:array<string>> COMMENT 'from JSON text'");
    assertHolds(export);
  }
}
