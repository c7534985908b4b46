package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.aws.GlueDifference.Step;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaColumn;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.ddl.PartitionLayout.Partition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.model.Table;

/** No Glue is asked here: what is there is a value. */
class GlueDifferenceTest {
  private static final AthenaColumn PK = new AthenaColumn("pk", "string", "");
  private static final AthenaColumn TOTAL = new AthenaColumn("total", "bigint", "");
  private static final AthenaColumn DAY = new AthenaColumn("day", "string", "");
  private static final Partition MONDAY = new Partition(List.of("monday"), "s3://lake/o/monday/");
  private static final Partition TUESDAY = new Partition(List.of("tuesday"), "s3://lake/o/tue/");

  @Test
  void nothingThereMeansThatAllIsCreated() {
    GlueDifference difference =
        GlueDifference.between(
            new GlueState(false, Optional.empty(), Map.of()), table(List.of(PK), MONDAY));

    assertThat(difference.step()).isEqualTo(Step.CREATE);
    assertThat(difference.change().createsDatabase()).isTrue();
    assertThat(difference.change().createsTable()).isTrue();
    assertThat(difference.added()).containsExactly(MONDAY);
    assertThat(difference.parameters()).containsEntry("EXTERNAL", "TRUE");
  }

  @Test
  void theSameThereMeansNothingToDo() {
    GlueTable wanted = table(List.of(PK, TOTAL), MONDAY);

    GlueDifference difference =
        GlueDifference.between(
            holding(wanted, Map.of(List.of("monday"), "s3://lake/o/monday/")), wanted);

    assertThat(difference.step()).isEqualTo(Step.NOTHING);
    assertThat(difference.change().isEmpty()).isTrue();
  }

  @Test
  void partitionsAreToldApartByTheirValuesAndFolders() {
    GlueTable wanted = table(List.of(PK), MONDAY, TUESDAY);

    GlueDifference difference =
        GlueDifference.between(
            holding(
                wanted,
                Map.of(
                    List.of("monday"), "s3://lake/o/before/", List.of("sunday"), "s3://lake/o/")),
            wanted);

    assertThat(difference.added()).containsExactly(TUESDAY);
    assertThat(difference.moved()).containsExactly(MONDAY);
    assertThat(difference.gone()).containsExactly(List.of("sunday"));
  }

  @Test
  void otherColumnsMoveEveryPartitionThatStays() {
    GlueDifference difference =
        GlueDifference.between(
            holding(table(List.of(PK), MONDAY), Map.of(MONDAY.values(), MONDAY.location())),
            table(List.of(PK, TOTAL), MONDAY));

    assertThat(difference.step()).isEqualTo(Step.UPDATE);
    assertThat(difference.moved()).containsExactly(MONDAY);
  }

  @Test
  void theOrderOfColumnsIsADifferenceOfItsOwn() {
    GlueDifference difference =
        GlueDifference.between(
            holding(table(List.of(PK, TOTAL)), Map.of()), table(List.of(TOTAL, PK)));

    assertThat(difference.step()).isEqualTo(Step.UPDATE);
    assertThat(difference.change().differences()).containsExactly("columns: another order");
  }

  @Test
  void aTableOfOtherPartitionColumnsIsCreatedAnewWithoutAskingForItsPartitions() {
    GlueTable wanted = table(List.of(PK), MONDAY);
    Table there = glue(wanted).toBuilder().partitionKeys(List.of()).build();

    assertThat(GlueDifference.needsPartitions(there, wanted)).isFalse();
    GlueDifference difference =
        GlueDifference.between(new GlueState(true, Optional.of(there), Map.of()), wanted);

    assertThat(difference.step()).isEqualTo(Step.CREATE_ANEW);
    assertThat(difference.added()).containsExactly(MONDAY);
    assertThat(difference.change().differences())
        .containsExactly("partition columns: none -> day (the table is created anew)");
  }

  @Test
  void propertiesOfOthersStayAndOursOfBeforeGo() {
    GlueTable wanted = table(List.of(PK));
    Table there =
        glue(wanted).toBuilder()
            .parameters(
                Map.of(
                    "dynamodb-lake.snapshot", "0", "projection.day.type", "enum", "team", "shop"))
            .build();

    GlueDifference difference =
        GlueDifference.between(new GlueState(true, Optional.of(there), Map.of()), wanted);

    assertThat(difference.parameters())
        .containsOnly(
            Map.entry("dynamodb-lake.snapshot", "1"),
            Map.entry("EXTERNAL", "TRUE"),
            Map.entry("team", "shop"));
    assertThat(difference.change().differences())
        .containsExactly(
            "property EXTERNAL: TRUE",
            "property dynamodb-lake.snapshot: 1",
            "property projection.day.type: removed");
  }

  @Test
  void aTableOfOthersIsRefusedBeforeAnythingIsCompared() {
    GlueTable wanted = table(List.of(PK));
    Table foreign = Table.builder().name("orders").parameters(Map.of("team", "shop")).build();

    assertThatThrownBy(
            () ->
                GlueDifference.between(new GlueState(true, Optional.of(foreign), Map.of()), wanted))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot register table shop.orders: Glue has a table of that name that dynamodb-lake did not make"
                + " (it lacks the property dynamodb-lake.snapshot); choose another --table or --database, or drop it");
  }

  private static GlueState holding(GlueTable table, Map<List<String>, String> partitions) {
    return new GlueState(true, Optional.of(glue(table)), partitions);
  }

  /** The table as Glue gives it back once it is registered. */
  private static Table glue(GlueTable table) {
    GlueDifference fresh =
        GlueDifference.between(new GlueState(false, Optional.empty(), Map.of()), table);
    return Table.builder()
        .name(table.name())
        .parameters(fresh.parameters())
        .partitionKeys(GlueInputs.table(table, Map.of()).build().partitionKeys())
        .storageDescriptor(GlueInputs.table(table, Map.of()).build().storageDescriptor())
        .build();
  }

  private static GlueTable table(List<AthenaColumn> columns, Partition... partitions) {
    return new GlueTable(
        "shop",
        "orders",
        "comment",
        columns,
        partitions.length == 0 ? List.of() : List.of(DAY),
        "s3://lake/orders/snapshot=1/",
        "in",
        "out",
        "serde",
        Map.of(),
        Map.of("dynamodb-lake.snapshot", "1"),
        List.of(partitions));
  }
}
