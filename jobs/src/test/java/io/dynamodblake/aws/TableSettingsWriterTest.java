package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.testing.DynamoDbLocalServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;

/** Settings of one table given to another one: what is planned, and what becomes of it. */
class TableSettingsWriterTest {
  private static final String RESTORED =
      "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-Restore";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String AGAIN = "import DIR --resume ARN --settings same";

  private final FakePauses pauses = new FakePauses();

  private TableSettings read(DynamoDbClient client, String table) {
    return new TableSettingsReader(client, new ServiceCalls("eu-west-1", pauses)).read(table);
  }

  private SettingPlan plan(TableSettings wanted, DynamoDbClient client, String table) {
    return SettingPlan.of(wanted, read(client, table), "table.json");
  }

  private List<String> set(SettingPlan plan, DynamoDbClient client, String table) {
    List<String> done = new ArrayList<>();
    new TableSettingsWriter(client, "eu-west-1", pauses)
        .set(table, plan.steps(), HOUR, AGAIN, step -> done.add(step.words()));
    return done;
  }

  private static List<String> left(SettingPlan plan) {
    return plan.left().stream().map(left -> left.setting().words() + ": " + left.reason()).toList();
  }

  private TableSettings everything() {
    return read(FakeTable.withEverything(), "Orders");
  }

  /** The same with another value of a setting. */
  private static TableSettings with(TableSettings settings, TableSetting setting, String json) {
    Map<TableSetting, JsonNode> known = new TreeMap<>(settings.known());
    known.put(
        setting,
        JsonDocuments.parseObject("{\"value\":%s}".formatted(json.replace('\'', '"')))
            .orElseThrow()
            .get("value"));
    return new TableSettings(
        settings.tableArn(), settings.tableId(), settings.describedAt(), known, Map.of());
  }

  @Test
  void importedTableGetsAllThatTheOtherOneHasReplicasLastAndASecondTimeNothing() {
    TableSettings wanted = everything();
    FakeTable table = FakeTable.asImported(RESTORED);

    SettingPlan plan = plan(wanted, table, "Orders-Restore");
    List<String> done = set(plan, table, "Orders-Restore");

    assertThat(done)
        .containsExactly(
            "billing and throughput: PAY_PER_REQUEST",
            "warm throughput",
            "table class: STANDARD_INFREQUENT_ACCESS",
            "encryption",
            "stream: NEW_AND_OLD_IMAGES",
            "time to live: by expires",
            "point-in-time recovery: 14 days",
            "tags: cost-center, team",
            "resource policy",
            "contributor insights: of index by-day",
            "Kinesis data streams: orders",
            "deletion protection",
            "replicas: eu-central-1",
            "replicas: us-east-1");
    assertThat(table.changes)
        .startsWith(
            "UpdateTable OnDemandThroughput, index by-day",
            "UpdateTable WarmThroughput",
            "UpdateTable TableClass")
        .endsWith("UpdateTable replica eu-central-1", "UpdateTable replica us-east-1");
    assertThat(left(plan))
        .containsExactly(
            "local secondary indexes: no import makes local index by-total, and no table gets one later; create a table with it and put the items into it with load");
    TableSettings now = read(table, "Orders-Restore");
    for (TableSetting setting : TableSetting.values()) {
      switch (setting) {
        case ATTRIBUTES, LOCAL_INDEXES ->
            assertThat(now.value(setting)).isNotEqualTo(wanted.value(setting));
        case POLICY ->
            assertThat(now.value(setting).orElseThrow().at("/Statement/0/Resource").asText())
                .isEqualTo(RESTORED);
        default ->
            assertThat(now.value(setting)).as(setting.words()).isEqualTo(wanted.value(setting));
      }
    }
    assertThat(plan(wanted, table, "Orders-Restore").steps()).isEmpty();
  }

  @Test
  void stepThatIsRefusedKeepsNoOtherFromBeingDoneAndIsTheOnlyOneOfTheNextRun() {
    TableSettings wanted = everything();
    FakeTable table = FakeTable.asImported(RESTORED).deny("TagResource");
    SettingPlan plan = plan(wanted, table, "Orders-Restore");

    assertThatThrownBy(() -> set(plan, table, "Orders-Restore"))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageStartingWith(
            "Cannot set 1 of 14 settings of table Orders-Restore, the others are set: Cannot set tags: cost-center, team of table Orders-Restore: no permission for dynamodb:TagResource;")
        .hasMessageEndingWith("go on with " + AGAIN);
    table.allowAll();

    assertThat(set(plan(wanted, table, "Orders-Restore"), table, "Orders-Restore"))
        .containsExactly("tags: cost-center, team");
  }

  @Test
  void whatBelongsToAnotherRegionIsLeftAndTheTableIsNoReplicaOfItself() {
    FakeTable table =
        FakeTable.asImported("arn:aws:dynamodb:us-east-1:111122223333:table/Orders-Restore");

    SettingPlan plan = plan(everything(), table, "Orders-Restore");

    assertThat(left(plan))
        .contains(
            "encryption: the key is one of eu-west-1, and tables have keys of their own Region; write the key of us-east-1 into KMSMasterKeyId in table.json",
            "Kinesis data streams: stream orders is one of another Region; write one of us-east-1 into StreamArn in table.json");
    assertThat(plan.steps().stream().map(SettingStep::words))
        .contains("replicas: eu-central-1")
        .doesNotContain("replicas: us-east-1", "encryption");
  }

  @Test
  void whatTheTableHasOnTopStays() {
    TableSettings plain = read(FakeTable.asImported(RESTORED), "Orders-Restore");
    SettingPlan plan =
        plan(
            with(plain, TableSetting.TABLE_CLASS, "'STANDARD_INFREQUENT_ACCESS'"),
            FakeTable.withEverything(),
            "Orders");

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.left()).isEmpty();
  }

  @Test
  void whatNobodyKnowsOrCannotBeChangedIsNamed() {
    TableSettings wanted =
        new TableSettings(
            FakeTable.ARN,
            "",
            FakePauses.BEGIN,
            with(
                    with(
                        with(everything(), TableSetting.CONSISTENCY, "'STRONG'"),
                        TableSetting.KEYS,
                        "[{'AttributeName':'id','KeyType':'HASH'}]"),
                    TableSetting.GLOBAL_INDEXES,
                    "[{'IndexName':'by-day'},{'IndexName':'by-city'}]")
                .known(),
            Map.of(TableSetting.TAGS, "no permission"));

    SettingPlan plan = plan(wanted, FakeTable.asImported(RESTORED), "Orders-Restore");

    assertThat(left(plan))
        .contains(
            "tags: it is not known: no permission",
            "key schema: the table has others, and keeps those that it was made with",
            "global secondary indexes: index by-day of the table has other keys or another projection, which cannot be changed",
            "multi-Region consistency: replicas that are strongly consistent are made of an empty table only; take multiRegionConsistency out of table.json for replicas of the other kind",
            "replicas: that in us-east-1 would be strongly consistent")
        .anyMatch(
            text -> text.startsWith("global secondary indexes: the table has no index by-city;"));
    assertThat(plan.steps().stream().map(SettingStep::setting))
        .doesNotContain(TableSetting.REPLICAS);
  }

  @Test
  void tableBecomesProvisionedInOneCallWithItsIndexes() {
    TableSettings wanted =
        with(
            everything(),
            TableSetting.CAPACITY,
            "{'BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':7,'WriteCapacityUnits':5},'GlobalSecondaryIndexes':[{'IndexName':'by-day','ProvisionedThroughput':{'ReadCapacityUnits':3,'WriteCapacityUnits':2}}]}");
    FakeTable table = FakeTable.asImported(RESTORED);

    set(plan(wanted, table, "Orders-Restore"), table, "Orders-Restore");

    assertThat(table.changes.get(0))
        .isEqualTo("UpdateTable BillingMode, ProvisionedThroughput, index by-day");
    assertThat(read(table, "Orders-Restore").value(TableSetting.CAPACITY))
        .isEqualTo(wanted.value(TableSetting.CAPACITY));
  }

  @Test
  void replicaThatDynamoDbCannotMakeIsAFailureAndNotAwaited() {
    FakeTable table = FakeTable.asImported(RESTORED);
    table.makesReplicas(ReplicaStatus.CREATION_FAILED);
    SettingPlan plan = plan(everything(), table, "Orders-Restore");

    assertThatThrownBy(() -> set(plan, table, "Orders-Restore"))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining(
            "Cannot set replicas: eu-central-1 of table Orders-Restore: DynamoDB could not make it; delete that replica");
    assertThat(pauses.passed()).isLessThan(HOUR);
  }

  @Test
  void replicaThatIsNotThereInTimeEndsTheWaitingAndSaysHowToGoOn() {
    FakeTable table = FakeTable.asImported(RESTORED);
    table.makesReplicas(ReplicaStatus.CREATING);
    SettingPlan plan = plan(everything(), table, "Orders-Restore");

    assertThatThrownBy(() -> set(plan, table, "Orders-Restore"))
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot wait any longer for the settings of table Orders-Restore: --timeout is over; it goes on in DynamoDB, wait for it again with "
                + AGAIN);
  }

  @Test
  void fileThatIsNotInTheWordsOfTheServiceIsRefusedWithItsPlace() {
    TableSettings wanted = with(everything(), TableSetting.REPLICAS, "[{'Region':'eu-central-1'}]");

    assertThatThrownBy(() -> plan(wanted, FakeTable.asImported(RESTORED), "Orders-Restore"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read table.json, settings.replicas: the service knows no such member, at Region");
  }

  @Test
  void tableOfDynamoDbLocalGetsWhatThatKnows() {
    DynamoDbLocalServer server = DynamoDbLocalServer.shared();
    server.createTable("settings-written", "pk", "S");
    DynamoDbClient local = server.client();
    TableSettings wanted =
        with(
            with(
                with(
                    read(local, "settings-written"),
                    TableSetting.CAPACITY,
                    "{'BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':7,'WriteCapacityUnits':5}}"),
                TableSetting.STREAM,
                "{'StreamViewType':'KEYS_ONLY'}"),
            TableSetting.TIME_TO_LIVE,
            "{'AttributeName':'expires'}");

    set(plan(wanted, local, "settings-written"), local, "settings-written");

    assertThat(
            local
                .describeTable(request -> request.tableName("settings-written"))
                .table()
                .billingModeSummary()
                .billingMode())
        .isEqualTo(BillingMode.PROVISIONED);
    assertThat(plan(wanted, local, "settings-written").steps()).isEmpty();
  }
}
