package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaColumn;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.ddl.PartitionLayout.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

class GlueCatalogTest {
  private static final AthenaColumn PK = new AthenaColumn("pk", "string", "key");
  private static final AthenaColumn TOTAL = new AthenaColumn("total", "decimal(18,4)", "");
  private static final AthenaColumn DAY = new AthenaColumn("created_day", "string", "");

  private final FakeGlue glue = new FakeGlue();
  private final GlueCatalog catalog =
      new GlueCatalog(glue, new ServiceCalls("eu-west-1", new FakePauses()));

  // ---- a new table

  @Test
  void databaseAndTableAreCreated() {
    CatalogChange change = catalog.register(table("1", List.of(PK, TOTAL)));

    assertThat(change.createsDatabase()).isTrue();
    assertThat(change.createsTable()).isTrue();
    assertThat(glue.databases).containsExactly("shop");
    Table made = glue.tables.get("orders");
    assertThat(made.tableType()).isEqualTo("EXTERNAL_TABLE");
    assertThat(made.parameters())
        .containsEntry("EXTERNAL", "TRUE")
        .containsEntry("classification", "parquet")
        .containsEntry("dynamodb-lake.snapshot", "1");
    assertThat(made.hasPartitionKeys()).as("Athena wants a list, though empty").isTrue();
    assertThat(made.storageDescriptor().location()).isEqualTo("s3://lake/orders/snapshot=1/");
    assertThat(made.storageDescriptor().columns())
        .containsExactly(
            Column.builder().name("pk").type("string").comment("key").build(),
            Column.builder().name("total").type("decimal(18,4)").build());
    assertThat(made.storageDescriptor().serdeInfo().serializationLibrary()).isEqualTo("serde");
  }

  @Test
  void aTableInADatabaseThatIsThereIsCreated() {
    glue.databases.add("shop");

    catalog.register(table("1", List.of(PK)));

    assertThat(glue.calls).containsExactly("GetDatabase", "GetTable", "CreateTable");
  }

  @Test
  void partitionsAreRegisteredByTheHundred() {
    catalog.register(partitioned("1", days(1, 250)));

    assertThat(glue.partitions).hasSize(250);
    assertThat(glue.partitions.get(List.of("day-7")).storageDescriptor().location())
        .isEqualTo("s3://lake/orders/snapshot=1/created_day=day-7/");
    assertThat(glue.calls.stream().filter("BatchCreatePartition"::equals)).hasSize(3);
  }

  // ---- the next snapshot

  @Test
  void theNextSnapshotMovesTheTableInOneCall() {
    catalog.register(table("1", List.of(PK)));
    glue.calls.clear();

    CatalogChange change = catalog.register(table("2", List.of(PK, TOTAL)));

    assertThat(change.differences())
        .containsExactly(
            "location: s3://lake/orders/snapshot=1/ -> s3://lake/orders/snapshot=2/",
            "column total: added, decimal(18,4)",
            "property dynamodb-lake.snapshot: 2");
    assertThat(glue.calls).containsExactly("GetDatabase", "GetTable", "UpdateTable");
    assertThat(glue.tables.get("orders").storageDescriptor().location())
        .isEqualTo("s3://lake/orders/snapshot=2/");
  }

  @Test
  void changedAndRemovedColumnsAreNamed() {
    catalog.register(table("1", List.of(PK, TOTAL)));

    CatalogChange change =
        catalog.register(table("1", List.of(new AthenaColumn("total", "string", ""))));

    assertThat(change.differences())
        .containsExactly("column pk: removed", "column total: decimal(18,4) -> string");
  }

  @Test
  void theSameAgainChangesNothing() {
    catalog.register(partitioned("1", days(1, 120)));
    glue.calls.clear();

    CatalogChange change = catalog.register(partitioned("1", days(1, 120)));

    assertThat(change.isEmpty()).isTrue();
    assertThat(glue.calls)
        .containsExactly("GetDatabase", "GetTable", "GetPartitions", "GetPartitions");
  }

  @Test
  void partitionsFollowTheSnapshot() {
    catalog.register(partitioned("1", days(1, 60)));

    CatalogChange change = catalog.register(partitioned("2", days(31, 90)));

    assertThat(change.addedPartitions()).isEqualTo(30);
    assertThat(change.movedPartitions()).isEqualTo(30);
    assertThat(change.removedPartitions()).isEqualTo(30);
    assertThat(glue.partitions).hasSize(60);
    assertThat(glue.partitions.values())
        .allMatch(partition -> partition.storageDescriptor().location().contains("snapshot=2/"));
  }

  @Test
  void newColumnsReachThePartitionsThatStay() {
    catalog.register(partitioned("1", days(1, 3)));
    GlueTable wider = with(partitioned("1", days(1, 3)), List.of(PK, TOTAL));

    assertThat(catalog.register(wider).movedPartitions()).isEqualTo(3);
    assertThat(glue.partitions.get(List.of("day-1")).storageDescriptor().columns()).hasSize(2);
  }

  @Test
  void otherPartitionColumnsMakeTheTableAnew() {
    catalog.register(partitioned("1", days(1, 3)));
    glue.calls.clear();

    CatalogChange change = catalog.register(table("2", List.of(PK)));

    assertThat(change.differences())
        .contains("partition columns: created_day -> none (the table is created anew)");
    assertThat(glue.calls).contains("DeleteTable", "CreateTable");
    assertThat(glue.partitions).isEmpty();
  }

  @Test
  void whatOthersHaveAddedStaysAndWhatWeNoLongerNeedGoes() {
    catalog.register(table("1", List.of(PK)));
    Table there = glue.tables.get("orders");
    Map<String, String> parameters = new HashMap<>(there.parameters());
    parameters.put("team", "shop");
    parameters.put("projection.enabled", "true");
    glue.tables.put(
        "orders", there.toBuilder().parameters(parameters).owner("anna").retention(7).build());

    CatalogChange change = catalog.register(table("2", List.of(PK)));

    assertThat(change.differences()).contains("property projection.enabled: removed");
    Table now = glue.tables.get("orders");
    assertThat(now.parameters())
        .containsEntry("team", "shop")
        .doesNotContainKey("projection.enabled");
    assertThat(now.owner()).isEqualTo("anna");
    assertThat(now.retention()).isEqualTo(7);
  }

  // ---- looking only

  @Test
  void aDifferenceIsSaidAndNothingChanged() {
    assertThat(catalog.difference(table("1", List.of(PK))).createsTable()).isTrue();

    assertThat(glue.calls).containsExactly("GetDatabase");
    assertThat(glue.tables).isEmpty();
  }

  // ---- tables of others

  @Test
  void aTableThatWeDidNotMakeIsLeftAlone() {
    glue.databases.add("shop");
    glue.put(
        TableInput.builder().name("orders").parameters(Map.of("classification", "csv")).build(), 0);

    assertThatThrownBy(() -> catalog.register(table("1", List.of(PK))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot register table shop.orders")
        .hasMessageContaining("did not make")
        .hasMessageContaining("--database");
    assertThat(glue.calls).containsExactly("GetDatabase", "GetTable");
  }

  @Test
  void aTableOfAnotherLakeTableIsLeftAlone() {
    catalog.register(table("1", List.of(PK)));
    GlueTable elsewhere = at(table("1", List.of(PK)), "s3://lake/returns/snapshot=1/");

    assertThatThrownBy(() -> catalog.register(elsewhere))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("for the lake table at s3://lake/orders/;");
  }

  // ---- somebody else at the same time

  @Test
  void aChangeBySomebodyElseIsLookedAtAgain() {
    catalog.register(table("1", List.of(PK)));
    glue.meanwhile = () -> glue.touch("orders");

    catalog.register(table("2", List.of(PK)));

    assertThat(glue.tables.get("orders").storageDescriptor().location()).endsWith("snapshot=2/");
    assertThat(glue.calls.stream().filter("UpdateTable"::equals)).hasSize(2);
  }

  @Test
  void aTableMadeMeanwhileIsTakenIfItIsOurs() {
    GlueTable wanted = table("2", List.of(PK));
    glue.meanwhile =
        () ->
            new GlueCatalog(glue, new ServiceCalls("r", new FakePauses()))
                .register(table("1", List.of(PK)));

    catalog.register(wanted);

    assertThat(glue.tables.get("orders").storageDescriptor().location()).endsWith("snapshot=2/");
  }

  @Test
  void aTableThatNeverStandsStillIsGivenUp() {
    catalog.register(table("1", List.of(PK)));
    glue.meanwhile = new Restless();

    assertThatThrownBy(() -> catalog.register(table("2", List.of(PK))))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("somebody else changed it 4 times")
        .hasCauseInstanceOf(ConcurrentModificationException.class);
  }

  @Test
  void aPartitionRegisteredMeanwhileIsLookedAtAgain() {
    catalog.register(partitioned("1", List.of()));
    FakeGlue other = glue;
    glue.meanwhile =
        () ->
            new GlueCatalog(other, new ServiceCalls("r", new FakePauses()))
                .register(partitioned("1", days(1, 1)));

    catalog.register(partitioned("2", days(1, 2)));

    assertThat(glue.partitions).hasSize(2);
    assertThat(glue.partitions.values())
        .allMatch(partition -> partition.storageDescriptor().location().contains("snapshot=2/"));
  }

  @ParameterizedTest
  @CsvSource({
    "GetDatabase, glue:GetDatabase",
    "GetTable, glue:GetTable",
    "CreateTable, glue:CreateTable",
    "BatchCreatePartition, glue:BatchCreatePartition"
  })
  void aMissingPermissionIsNamed(String operation, String action) {
    glue.databases.add("shop");
    glue.denied = operation;

    assertThatThrownBy(() -> catalog.register(partitioned("1", days(1, 1))))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("no permission for " + action);
  }

  private final class Restless implements Runnable {
    @Override
    public void run() {
      glue.touch("orders");
      glue.meanwhile = this;
    }
  }

  private static List<Partition> days(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(day -> new Partition(List.of("day-" + day), ""))
        .toList();
  }

  private static GlueTable table(String snapshot, List<AthenaColumn> columns) {
    return new GlueTable(
        "shop",
        "orders",
        "comment",
        columns,
        List.of(),
        "s3://lake/orders/snapshot=" + snapshot + "/",
        "in",
        "out",
        "serde",
        Map.of("serialization.format", "1"),
        Map.of("classification", "parquet", "dynamodb-lake.snapshot", snapshot),
        List.of());
  }

  private static GlueTable partitioned(String snapshot, List<Partition> days) {
    GlueTable table = table(snapshot, List.of(PK));
    List<Partition> partitions = new ArrayList<>();
    days.forEach(
        day ->
            partitions.add(
                new Partition(
                    day.values(), table.location() + "created_day=" + day.values().get(0) + "/")));
    return new GlueTable(
        table.database(),
        table.name(),
        table.comment(),
        table.columns(),
        List.of(DAY),
        table.location(),
        table.inputFormat(),
        table.outputFormat(),
        table.serde(),
        table.serdeParameters(),
        table.parameters(),
        partitions);
  }

  private static GlueTable with(GlueTable table, List<AthenaColumn> columns) {
    return new GlueTable(
        table.database(),
        table.name(),
        table.comment(),
        columns,
        table.partitionKeys(),
        table.location(),
        table.inputFormat(),
        table.outputFormat(),
        table.serde(),
        table.serdeParameters(),
        table.parameters(),
        table.partitions());
  }

  private static GlueTable at(GlueTable table, String location) {
    return new GlueTable(
        table.database(),
        table.name(),
        table.comment(),
        table.columns(),
        table.partitionKeys(),
        location,
        table.inputFormat(),
        table.outputFormat(),
        table.serde(),
        table.serdeParameters(),
        table.parameters(),
        table.partitions());
  }
}
