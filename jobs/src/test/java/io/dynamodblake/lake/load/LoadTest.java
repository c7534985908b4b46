package io.dynamodblake.lake.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LoadTables;
import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.scan.KeyScan;
import io.dynamodblake.spark.scan.TableReading;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.IncrementalExport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What happens between the steps of a load. */
class LoadTest extends LakeTest {
  private static final String AGENT = "test";

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "secret");

  private final DynamoDbClient client = DynamoDbLocalServer.shared().client();
  private final AwsSettings settings =
      new AwsSettings(
          "",
          "",
          "",
          DynamoDbLocalServer.REGION.id(),
          AwsSettings.endpoints(List.of(DynamoDbLocalServer.shared().endpoint().toString())),
          false,
          false);

  private void createTable(String name, String... keys) {
    DynamoDbLocalServer.shared().createTable(name, "pk", "S");
    for (String key : keys) {
      put(name, key);
    }
  }

  private void put(String table, String key) {
    client.putItem(put -> put.tableName(table).item(Map.of("pk", AttributeValue.fromS(key))));
  }

  private List<String> keys(String table) {
    return client.scan(scan -> scan.tableName(table)).items().stream()
        .map(item -> item.get("pk").s())
        .sorted()
        .toList();
  }

  private CheckedItems check(Path folder, String table) {
    LoadTarget target;
    try (AwsClients clients = new AwsClients(settings, AGENT)) {
      target = new LoadTables(clients, Pauses.REAL).table(table);
    }
    LoadOptions options =
        new LoadOptions(
            folder.toString(),
            Optional.empty(),
            false,
            Optional.empty(),
            ReadOptions.defaults(),
            32L << 20);
    return new LoadCheck(spark, options, target).run(ReadProgress.NONE);
  }

  private TableWriting writing(String table) {
    return new TableWriting(settings, AGENT, table, 1e6);
  }

  private KeyScan keyScan(String table) {
    try (AwsClients clients = new AwsClients(settings, AGENT)) {
      ScannedTable described = new LoadTables(clients, Pauses.REAL).table(table).described();
      return new KeyScan(
          new TableReading(
              settings,
              AGENT,
              described,
              ScanOrder.ofKeys(table, List.of("pk")),
              Double.POSITIVE_INFINITY));
    }
  }

  @Test
  void whatOthersPutAfterTheKeysWereReadIsNotDeleted() throws Exception {
    createTable("load-meanwhile", "a", "old-1", "old-2");
    Path folder = Files.createDirectories(temp.resolve("files"));
    Files.writeString(
        folder.resolve("a.json"),
        "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"}}}\n");
    CheckedItems checked = check(folder, "load-meanwhile");
    try (SurplusItems surplus =
        SurplusItems.find(checked, keyScan("load-meanwhile"), ReadProgress.NONE)) {
      LoadCensus census = surplus.census();
      assertThat(census.tableItems()).isEqualTo(3);
      assertThat(census.surplus()).isEqualTo(2);
      assertThat(census.fresh()).isEqualTo(1);
      assertThat(census.readUnits()).isPositive();

      put("load-meanwhile", "of-somebody-else");
      client.deleteItem(
          delete ->
              delete.tableName("load-meanwhile").key(Map.of("pk", AttributeValue.fromS("old-1"))));
      LoadWrite.of(checked, writing("load-meanwhile")).run(ReadProgress.NONE);
      assertThat(surplus.delete(writing("load-meanwhile"), ReadProgress.NONE).items())
          .as("the one that is gone already is acknowledged too")
          .isEqualTo(2);
    }
    assertThat(keys("load-meanwhile")).containsExactly("a", "b", "of-somebody-else");
  }

  @Test
  void changesGoOnWhereARunBeforeHasStopped() {
    createTable("load-changes", "a", "b");
    Path changes =
        IncrementalExport.in(temp.resolve("bucket"))
            .keys("pk")
            .inserted("{\"pk\":{\"S\":\"c\"}}")
            .deleted("{\"pk\":{\"S\":\"a\"}}")
            .write();
    LoadTarget target;
    try (AwsClients clients = new AwsClients(settings, AGENT)) {
      target = new LoadTables(clients, Pauses.REAL).table("load-changes");
    }
    LoadOptions options =
        new LoadOptions(
            changes.toString(),
            Optional.empty(),
            false,
            Optional.of(temp.resolve("state").toString()),
            ReadOptions.defaults(),
            32L << 20);
    ChangeLoad how = new ChangeLoad(false, false, 1e6);
    try (CheckedChanges checked =
        new ChangeCheck(spark, options, how, target).run(ReadProgress.NONE)) {
      LoadWrite.of(checked, writing("load-changes")).run(ReadProgress.NONE);
    }
    assertThat(keys("load-changes")).containsExactly("b", "c");
    put("load-changes", "a");

    try (CheckedChanges checked =
        new ChangeCheck(spark, options, how, target).run(ReadProgress.NONE)) {
      LoadWrite again = LoadWrite.of(checked, writing("load-changes"));
      LoadedItems loaded = again.run(ReadProgress.NONE);
      assertThat(loaded.now().items()).isZero();
      assertThat(loaded.itemsBefore()).isEqualTo(2);
      again.forget();
    }
    assertThat(keys("load-changes")).as("not deleted again").containsExactly("a", "b", "c");
    how = new ChangeLoad(true, false, 1e6);
    try (CheckedChanges checked =
        new ChangeCheck(spark, options, how, target).run(ReadProgress.NONE)) {
      LoadWrite.of(checked, writing("load-changes")).run(ReadProgress.NONE);
    }
    assertThat(keys("load-changes")).containsExactly("a", "b");
  }

  @Test
  void aSourceThatShrinksAfterItWasCheckedDeletesNothing() throws Exception {
    createTable("load-shrinking", "a", "b");
    Path folder = Files.createDirectories(temp.resolve("shrinking"));
    Path file = folder.resolve("a.json");
    Files.writeString(
        file, "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"}}}\n");
    CheckedItems checked = check(folder, "load-shrinking");
    Files.writeString(file, "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n");
    assertThatThrownBy(
            () -> SurplusItems.find(checked, keyScan("load-shrinking"), ReadProgress.NONE))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the input has changed since it was checked");
    assertThat(keys("load-shrinking")).containsExactly("a", "b");
  }
}
