package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateReplicationGroupMemberAction;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughputOverride;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaGlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.SSEDescription;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.SSEStatus;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.WarmThroughput;

/**
 * The settings that DescribeTable tells, in the words in which other calls set them, and the same
 * ones in the same way: what stands in no order is sorted, and defaults are what they are.
 */
final class DescribedTable {
  /** How DynamoDB says that on-demand requests have no maximum. */
  private static final long NO_MAXIMUM = -1;

  private final TableDescription table;

  private DescribedTable(TableDescription table) {
    this.table = table;
  }

  /** Adds all that a description tells. */
  static void add(TableDescription description, TableSettings.Builder settings) {
    DescribedTable table = new DescribedTable(description);
    settings
        .with(TableSetting.KEYS, keys(description.keySchema()))
        .with(
            TableSetting.ATTRIBUTES,
            sorted(
                description.attributeDefinitions(),
                Comparator.comparing(AttributeDefinition::attributeName)))
        .with(TableSetting.GLOBAL_INDEXES, table.globalIndexes())
        .with(TableSetting.LOCAL_INDEXES, table.localIndexes())
        .with(TableSetting.CAPACITY, table.capacity())
        .with(TableSetting.WARM_THROUGHPUT, table.warmThroughput())
        .with(TableSetting.TABLE_CLASS, TextNode.valueOf(table.tableClass()))
        .with(TableSetting.ENCRYPTION, table.encryption())
        .with(TableSetting.STREAM, table.stream())
        .with(
            TableSetting.DELETION_PROTECTION,
            BooleanNode.valueOf(Boolean.TRUE.equals(description.deletionProtectionEnabled())))
        .with(
            TableSetting.CONSISTENCY,
            Optional.ofNullable(description.multiRegionConsistency())
                .filter(consistency -> consistency == MultiRegionConsistency.STRONG)
                .map(consistency -> TextNode.valueOf(consistency.toString())))
        .with(TableSetting.REPLICAS, table.replicas());
  }

  private static ArrayNode keys(List<KeySchemaElement> schema) {
    return sorted(schema, Comparator.comparing(key -> key.keyType() != KeyType.HASH));
  }

  private static <P extends SdkPojo> ArrayNode sorted(List<P> objects, Comparator<P> order) {
    return RequestJson.write(objects.stream().sorted(order).toList());
  }

  private ArrayNode globalIndexes() {
    return sorted(
        table.globalSecondaryIndexes().stream()
            .map(
                index ->
                    GlobalSecondaryIndex.builder()
                        .indexName(index.indexName())
                        .keySchema(index.keySchema())
                        .projection(projection(index.projection()))
                        .build())
            .toList(),
        Comparator.comparing(GlobalSecondaryIndex::indexName));
  }

  private ArrayNode localIndexes() {
    return sorted(
        table.localSecondaryIndexes().stream().map(DescribedTable::localIndex).toList(),
        Comparator.comparing(LocalSecondaryIndex::indexName));
  }

  private static LocalSecondaryIndex localIndex(LocalSecondaryIndexDescription index) {
    return LocalSecondaryIndex.builder()
        .indexName(index.indexName())
        .keySchema(index.keySchema())
        .projection(projection(index.projection()))
        .build();
  }

  private static Projection projection(Projection projection) {
    return projection == null || !projection.hasNonKeyAttributes()
        ? projection
        : projection.toBuilder()
            .nonKeyAttributes(projection.nonKeyAttributes().stream().sorted().toList())
            .build();
  }

  private List<GlobalSecondaryIndexDescription> indexesByName() {
    return table.globalSecondaryIndexes().stream()
        .sorted(Comparator.comparing(GlobalSecondaryIndexDescription::indexName))
        .toList();
  }

  // ---- what it can do a second

  private boolean onDemand() {
    return table.billingModeSummary() != null
        && table.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
  }

  private ObjectNode capacity() {
    boolean onDemand = onDemand();
    ObjectNode capacity = JsonDocuments.object();
    BillingMode mode = onDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED;
    capacity.put("BillingMode", mode.toString());
    throughput(capacity, onDemand, table.provisionedThroughput(), table.onDemandThroughput());
    ArrayNode indexes = JsonNodeFactory.instance.arrayNode();
    for (GlobalSecondaryIndexDescription index : indexesByName()) {
      ObjectNode node = JsonDocuments.object().put("IndexName", index.indexName());
      throughput(node, onDemand, index.provisionedThroughput(), index.onDemandThroughput());
      if (node.size() > 1) {
        indexes.add(node);
      }
    }
    if (!indexes.isEmpty()) {
      capacity.set("GlobalSecondaryIndexes", indexes);
    }
    return capacity;
  }

  private static void throughput(
      ObjectNode node,
      boolean onDemand,
      ProvisionedThroughputDescription provisioned,
      OnDemandThroughput maximums) {
    if (!onDemand && provisioned != null) {
      node.set(
          "ProvisionedThroughput",
          RequestJson.write(
              ProvisionedThroughput.builder()
                  .readCapacityUnits(provisioned.readCapacityUnits())
                  .writeCapacityUnits(provisioned.writeCapacityUnits())
                  .build()));
    }
    if (onDemand && maximums != null) {
      ObjectNode some =
          RequestJson.write(
              OnDemandThroughput.builder()
                  .maxReadRequestUnits(maximum(maximums.maxReadRequestUnits()))
                  .maxWriteRequestUnits(maximum(maximums.maxWriteRequestUnits()))
                  .build());
      if (!some.isEmpty()) {
        node.set("OnDemandThroughput", some);
      }
    }
  }

  private static Long maximum(Long units) {
    return units == null || units == NO_MAXIMUM ? null : units;
  }

  private ObjectNode warmThroughput() {
    ObjectNode warm = JsonDocuments.object();
    if (table.warmThroughput() != null) {
      warm.set(
          "WarmThroughput",
          warm(
              table.warmThroughput().readUnitsPerSecond(),
              table.warmThroughput().writeUnitsPerSecond()));
    }
    ArrayNode indexes = JsonNodeFactory.instance.arrayNode();
    for (GlobalSecondaryIndexDescription index : indexesByName()) {
      if (index.warmThroughput() != null) {
        indexes
            .addObject()
            .put("IndexName", index.indexName())
            .set(
                "WarmThroughput",
                warm(
                    index.warmThroughput().readUnitsPerSecond(),
                    index.warmThroughput().writeUnitsPerSecond()));
      }
    }
    if (!indexes.isEmpty()) {
      warm.set("GlobalSecondaryIndexes", indexes);
    }
    return warm;
  }

  private static ObjectNode warm(Long read, Long write) {
    return RequestJson.write(
        WarmThroughput.builder().readUnitsPerSecond(read).writeUnitsPerSecond(write).build());
  }

  // ---- the rest

  private String tableClass() {
    return table.tableClassSummary() == null || table.tableClassSummary().tableClass() == null
        ? TableClass.STANDARD.toString()
        : table.tableClassSummary().tableClassAsString();
  }

  private Optional<ObjectNode> encryption() {
    SSEDescription encryption = table.sseDescription();
    boolean own =
        encryption != null
            && encryption.sseType() == SSEType.KMS
            && encryption.status() != SSEStatus.DISABLED
            && encryption.status() != SSEStatus.DISABLING;
    return own
        ? Optional.of(
            RequestJson.write(
                SSESpecification.builder()
                    .sseType(encryption.sseTypeAsString())
                    .kmsMasterKeyId(encryption.kmsMasterKeyArn())
                    .build()))
        : Optional.empty();
  }

  private Optional<ObjectNode> stream() {
    StreamSpecification stream = table.streamSpecification();
    return stream != null && Boolean.TRUE.equals(stream.streamEnabled())
        ? Optional.of(JsonDocuments.object().put("StreamViewType", stream.streamViewTypeAsString()))
        : Optional.empty();
  }

  /** Those of other regions, as they are made. */
  private ArrayNode replicas() {
    Optional<String> own = Arns.region(table.tableArn() == null ? "" : table.tableArn());
    return sorted(
        table.replicas().stream()
            .filter(replica -> !Optional.of(replica.regionName()).equals(own))
            .map(DescribedTable::replica)
            .toList(),
        Comparator.comparing(CreateReplicationGroupMemberAction::regionName));
  }

  private static CreateReplicationGroupMemberAction replica(ReplicaDescription replica) {
    CreateReplicationGroupMemberAction.Builder action =
        CreateReplicationGroupMemberAction.builder()
            .regionName(replica.regionName())
            .kmsMasterKeyId(replica.kmsMasterKeyId())
            .provisionedThroughputOverride(replica.provisionedThroughputOverride())
            .onDemandThroughputOverride(maximums(replica.onDemandThroughputOverride()));
    if (replica.replicaTableClassSummary() != null) {
      action.tableClassOverride(replica.replicaTableClassSummary().tableClassAsString());
    }
    List<ReplicaGlobalSecondaryIndex> indexes =
        replica.globalSecondaryIndexes().stream()
            .map(
                index ->
                    ReplicaGlobalSecondaryIndex.builder()
                        .indexName(index.indexName())
                        .provisionedThroughputOverride(index.provisionedThroughputOverride())
                        .onDemandThroughputOverride(maximums(index.onDemandThroughputOverride()))
                        .build())
            .filter(
                index ->
                    index.provisionedThroughputOverride() != null
                        || index.onDemandThroughputOverride() != null)
            .sorted(Comparator.comparing(ReplicaGlobalSecondaryIndex::indexName))
            .toList();
    if (!indexes.isEmpty()) {
      action.globalSecondaryIndexes(indexes);
    }
    return action.build();
  }

  private static OnDemandThroughputOverride maximums(OnDemandThroughputOverride override) {
    return override == null || maximum(override.maxReadRequestUnits()) == null ? null : override;
  }
}
