package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.testing.DynamoDbLocalServer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

// the SDK takes arrays of lambdas
@SuppressWarnings("unchecked")
class TableSettingsReaderTest {
  private static TableSettings read(DynamoDbClient client, String table) {
    return new TableSettingsReader(client, new ServiceCalls("eu-west-1", new FakePauses()))
        .read(table);
  }

  private static void assertSetting(TableSettings settings, TableSetting setting, String json)
      throws Exception {
    JsonNode expected = JsonDocuments.parse(json.replace('\'', '"'));
    assertThat(settings.value(setting)).as(setting.words()).contains(expected);
  }

  @Test
  void tableOfDynamoDbLocalIsDescribedAndWhatThatDoesNotKnowIsNotKnown() throws Exception {
    DynamoDbClient local = DynamoDbLocalServer.shared().client();
    local.createTable(
        request ->
            request
                .tableName("settings-read")
                .attributeDefinitions(
                    one -> one.attributeName("sk").attributeType(ScalarAttributeType.N),
                    one -> one.attributeName("pk").attributeType(ScalarAttributeType.S),
                    one -> one.attributeName("day").attributeType(ScalarAttributeType.S))
                .keySchema(
                    one -> one.attributeName("pk").keyType(KeyType.HASH),
                    one -> one.attributeName("sk").keyType(KeyType.RANGE))
                .provisionedThroughput(units -> units.readCapacityUnits(7L).writeCapacityUnits(5L))
                .globalSecondaryIndexes(
                    index ->
                        index
                            .indexName("by-day")
                            .keySchema(one -> one.attributeName("day").keyType(KeyType.HASH))
                            .projection(
                                of ->
                                    of.projectionType(ProjectionType.INCLUDE)
                                        .nonKeyAttributes("total", "city"))
                            .provisionedThroughput(
                                units -> units.readCapacityUnits(3L).writeCapacityUnits(2L)))
                .localSecondaryIndexes(
                    index ->
                        index
                            .indexName("by-day-of-one")
                            .keySchema(
                                one -> one.attributeName("pk").keyType(KeyType.HASH),
                                one -> one.attributeName("day").keyType(KeyType.RANGE))
                            .projection(of -> of.projectionType(ProjectionType.KEYS_ONLY)))
                .streamSpecification(
                    stream ->
                        stream
                            .streamEnabled(true)
                            .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
    local.updateTimeToLive(
        request ->
            request
                .tableName("settings-read")
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));

    TableSettings settings = read(local, "settings-read");

    assertSetting(
        settings,
        TableSetting.KEYS,
        "[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}]");
    assertSetting(
        settings,
        TableSetting.ATTRIBUTES,
        "[{'AttributeName':'day','AttributeType':'S'},{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'sk','AttributeType':'N'}]");
    assertSetting(
        settings,
        TableSetting.GLOBAL_INDEXES,
        "[{'IndexName':'by-day','KeySchema':[{'AttributeName':'day','KeyType':'HASH'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['city','total']}}]");
    assertSetting(
        settings,
        TableSetting.LOCAL_INDEXES,
        "[{'IndexName':'by-day-of-one','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'day','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]");
    assertSetting(
        settings,
        TableSetting.CAPACITY,
        "{'BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':7,'WriteCapacityUnits':5},'GlobalSecondaryIndexes':[{'IndexName':'by-day','ProvisionedThroughput':{'ReadCapacityUnits':3,'WriteCapacityUnits':2}}]}");
    assertSetting(settings, TableSetting.STREAM, "{'StreamViewType':'NEW_AND_OLD_IMAGES'}");
    assertSetting(settings, TableSetting.TIME_TO_LIVE, "{'AttributeName':'expires'}");
    assertSetting(settings, TableSetting.TABLE_CLASS, "'STANDARD'");
    assertSetting(settings, TableSetting.ENCRYPTION, "null");
    assertSetting(settings, TableSetting.DELETION_PROTECTION, "false");
    assertSetting(settings, TableSetting.REPLICAS, "[]");
    assertThat(settings.unknown()).containsKeys(TableSetting.POLICY, TableSetting.KINESIS);
    assertThat(settings.unknown().get(TableSetting.POLICY))
        .startsWith("Cannot look at the resource policy of table settings-read: ");
    // what is kept is what is read again, digit by digit
    assertThat(TableSettings.ofJson(settings.toJson(), "table.json").known())
        .isEqualTo(settings.known());
  }

  @Test
  void everythingThatTheServiceTellsIsKept() throws Exception {
    try (FakeTable table = FakeTable.withEverything()) {
      TableSettings settings = read(table, "Orders");

      assertThat(settings.unknown()).isEmpty();
      assertSetting(
          settings,
          TableSetting.CAPACITY,
          "{'BillingMode':'PAY_PER_REQUEST','OnDemandThroughput':{'MaxWriteRequestUnits':100},'GlobalSecondaryIndexes':[{'IndexName':'by-day','OnDemandThroughput':{'MaxReadRequestUnits':50}}]}");
      assertSetting(
          settings,
          TableSetting.WARM_THROUGHPUT,
          "{'WarmThroughput':{'ReadUnitsPerSecond':13000,'WriteUnitsPerSecond':5000},'GlobalSecondaryIndexes':[{'IndexName':'by-day','WarmThroughput':{'ReadUnitsPerSecond':12000,'WriteUnitsPerSecond':4000}}]}");
      assertSetting(settings, TableSetting.TABLE_CLASS, "'STANDARD_INFREQUENT_ACCESS'");
      assertSetting(
          settings,
          TableSetting.ENCRYPTION,
          "{'SSEType':'KMS','KMSMasterKeyId':'arn:aws:kms:eu-west-1:111122223333:key/k-1'}");
      assertSetting(settings, TableSetting.RECOVERY, "{'RecoveryPeriodInDays':14}");
      assertSetting(settings, TableSetting.TAGS, "{'cost-center':'42','team':'shop'}");
      assertThat(settings.value(TableSetting.POLICY).orElseThrow().path("Version").asText())
          .isEqualTo("2012-10-17");
      assertSetting(
          settings,
          TableSetting.INSIGHTS,
          "[{'IndexName':'by-day','ContributorInsightsMode':'THROTTLED_KEYS'}]");
      assertSetting(
          settings,
          TableSetting.KINESIS,
          "[{'StreamArn':'arn:aws:kinesis:eu-west-1:111122223333:stream/orders','ApproximateCreationDateTimePrecision':'MICROSECOND'}]");
      assertSetting(settings, TableSetting.DELETION_PROTECTION, "true");
      assertSetting(settings, TableSetting.CONSISTENCY, "null");
      assertSetting(
          settings,
          TableSetting.REPLICAS,
          "[{'RegionName':'eu-central-1','TableClassOverride':'STANDARD'},{'RegionName':'us-east-1','ProvisionedThroughputOverride':{'ReadCapacityUnits':9},'GlobalSecondaryIndexes':[{'IndexName':'by-day','OnDemandThroughputOverride':{'MaxReadRequestUnits':30}}]}]");
    }
  }

  @Test
  void whatIsNotAllowedIsNotKnownAndTheMessageSaysWhatToAllow() throws Exception {
    try (FakeTable table = FakeTable.withEverything()) {
      table.deny("ListTagsOfResource").deny("DescribeTimeToLive");

      TableSettings settings = read(table, "Orders");

      assertThat(settings.unknown()).containsOnlyKeys(TableSetting.TAGS, TableSetting.TIME_TO_LIVE);
      assertThat(settings.unknown().get(TableSetting.TAGS))
          .startsWith(
              "Cannot list the tags of table Orders: no permission for dynamodb:ListTagsOfResource;");
      assertThat(settings.value(TableSetting.TAGS)).isEmpty();
    }
  }

  @Test
  void tableThatIsNotThereIsAFailure() throws Exception {
    assertThatThrownBy(() -> read(DynamoDbLocalServer.shared().client(), "settings-of-none"))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageStartingWith("Cannot find table settings-of-none: there is no such table");
  }
}
