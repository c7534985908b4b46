package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/**
 * Billing mode and throughput: only what differs, because the service refuses to set what is set
 * already.
 *
 * @param wanted as {@link DescribedTable} has it
 * @param actual the same of the table
 * @param indexes global secondary indexes that the table has
 * @param place how messages call where the wanted values stand
 */
record CapacityStep(JsonNode wanted, JsonNode actual, List<String> indexes, String place) {
  private static final String MODE = "BillingMode";
  private static final String INDEXES = "GlobalSecondaryIndexes";
  private static final String PROVISIONED = "ProvisionedThroughput";
  private static final String ON_DEMAND = "OnDemandThroughput";

  /** Returns the request without the name of the table; empty if nothing differs. */
  Optional<UpdateTableRequest.Builder> request() {
    boolean changesMode = !Objects.equals(wanted.get(MODE), actual.get(MODE));
    UpdateTableRequest.Builder request = UpdateTableRequest.builder();
    boolean any = false;
    if (changesMode && wanted.has(MODE)) {
      request.billingMode(wanted.path(MODE).asText());
      any = true;
    }
    if (differs(wanted, actual, PROVISIONED)) {
      request.provisionedThroughput(provisioned(wanted));
      any = true;
    }
    if (differs(wanted, actual, ON_DEMAND)) {
      request.onDemandThroughput(onDemand(wanted));
      any = true;
    }
    List<GlobalSecondaryIndexUpdate> updates = new ArrayList<>();
    for (String index : indexes) {
      update(index).ifPresent(updates::add);
    }
    if (!updates.isEmpty()) {
      request.globalSecondaryIndexUpdates(updates);
    }
    return any || !updates.isEmpty() ? Optional.of(request) : Optional.empty();
  }

  private Optional<GlobalSecondaryIndexUpdate> update(String name) {
    JsonNode here = index(wanted, name);
    JsonNode there = index(actual, name);
    UpdateGlobalSecondaryIndexAction.Builder action =
        UpdateGlobalSecondaryIndexAction.builder().indexName(name);
    boolean any = false;
    if (differs(here, there, PROVISIONED)) {
      action.provisionedThroughput(provisioned(here));
      any = true;
    }
    if (differs(here, there, ON_DEMAND)) {
      action.onDemandThroughput(onDemand(here));
      any = true;
    }
    return any
        ? Optional.of(GlobalSecondaryIndexUpdate.builder().update(action.build()).build())
        : Optional.empty();
  }

  private static JsonNode index(JsonNode capacity, String name) {
    for (JsonNode index : capacity.path(INDEXES)) {
      if (index.path("IndexName").asText().equals(name)) {
        return index;
      }
    }
    return JsonDocuments.object();
  }

  private static boolean differs(JsonNode here, JsonNode there, String member) {
    return here.has(member) && !here.get(member).equals(there.get(member));
  }

  private ProvisionedThroughput provisioned(JsonNode node) {
    return RequestJson.read(
            node.get(PROVISIONED).toString(), ProvisionedThroughput.builder(), place)
        .build();
  }

  private OnDemandThroughput onDemand(JsonNode node) {
    return RequestJson.read(node.get(ON_DEMAND).toString(), OnDemandThroughput.builder(), place)
        .build();
  }
}
