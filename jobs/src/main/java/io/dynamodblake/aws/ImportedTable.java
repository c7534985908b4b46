package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexWarmThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.SSEDescription;
import software.amazon.awssdk.services.dynamodb.model.SSEStatus;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableWarmThroughputDescription;

/** The table that an import will make, as DynamoDB would describe it. */
final class ImportedTable {
  /** In ARNs, where nobody has asked for the account. */
  private static final String NO_ACCOUNT = "000000000000";

  // what DynamoDB gives to every new table on demand
  private static final long WARM_READ_UNITS = 12_000;
  private static final long WARM_WRITE_UNITS = 4_000;

  private ImportedTable() {}

  /**
   * Returns the settings that the table will have.
   *
   * @param request text of {@code import-table.json}
   * @param file how messages call it
   * @throws UsageException if the request cannot be read
   */
  static TableSettings of(String request, String file, String region, Instant now) {
    TableCreationParameters parameters =
        RequestJson.read(request, ImportTableRequest.builder(), file)
            .build()
            .tableCreationParameters();
    if (parameters == null) {
      throw new UsageException(
          "Cannot read %s: TableCreationParameters is missing".formatted(file));
    }
    String arn =
        "arn:aws:dynamodb:%s:%s:table/%s".formatted(region, NO_ACCOUNT, parameters.tableName());
    TableSettings.Builder settings = new TableSettings.Builder();
    DescribedTable.add(described(parameters, arn), settings);
    for (TableSetting off :
        List.of(TableSetting.TIME_TO_LIVE, TableSetting.RECOVERY, TableSetting.POLICY)) {
      settings.with(off, Optional.empty());
    }
    return settings
        .with(TableSetting.TAGS, JsonDocuments.object())
        .with(TableSetting.INSIGHTS, JsonNodeFactory.instance.arrayNode())
        .with(TableSetting.KINESIS, JsonNodeFactory.instance.arrayNode())
        .of(arn, "", now);
  }

  private static TableDescription described(TableCreationParameters parameters, String arn) {
    boolean onDemand = parameters.billingMode() == BillingMode.PAY_PER_REQUEST;
    TableDescription.Builder table =
        TableDescription.builder()
            .tableArn(arn)
            .keySchema(parameters.keySchema())
            .attributeDefinitions(parameters.attributeDefinitions())
            .billingModeSummary(mode -> mode.billingMode(parameters.billingMode()))
            .provisionedThroughput(provisioned(parameters.provisionedThroughput()))
            .onDemandThroughput(parameters.onDemandThroughput())
            .globalSecondaryIndexes(
                parameters.globalSecondaryIndexes().stream()
                    .map(index -> described(index, onDemand))
                    .toList());
    if (onDemand) {
      table.warmThroughput(
          TableWarmThroughputDescription.builder()
              .readUnitsPerSecond(WARM_READ_UNITS)
              .writeUnitsPerSecond(WARM_WRITE_UNITS)
              .build());
    }
    if (parameters.sseSpecification() != null
        && Boolean.TRUE.equals(parameters.sseSpecification().enabled())) {
      table.sseDescription(
          SSEDescription.builder()
              .status(SSEStatus.ENABLED)
              .sseType(parameters.sseSpecification().sseTypeAsString())
              .kmsMasterKeyArn(parameters.sseSpecification().kmsMasterKeyId())
              .build());
    }
    return table.build();
  }

  private static GlobalSecondaryIndexDescription described(
      GlobalSecondaryIndex index, boolean onDemand) {
    GlobalSecondaryIndexDescription.Builder described =
        GlobalSecondaryIndexDescription.builder()
            .indexName(index.indexName())
            .keySchema(index.keySchema())
            .projection(index.projection())
            .provisionedThroughput(provisioned(index.provisionedThroughput()))
            .onDemandThroughput(index.onDemandThroughput());
    if (onDemand) {
      described.warmThroughput(
          GlobalSecondaryIndexWarmThroughputDescription.builder()
              .readUnitsPerSecond(WARM_READ_UNITS)
              .writeUnitsPerSecond(WARM_WRITE_UNITS)
              .build());
    }
    return described.build();
  }

  private static ProvisionedThroughputDescription provisioned(ProvisionedThroughput units) {
    return units == null
        ? null
        : ProvisionedThroughputDescription.builder()
            .readCapacityUnits(units.readCapacityUnits())
            .writeCapacityUnits(units.writeCapacityUnits())
            .build();
  }
}
