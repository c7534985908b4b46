package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.WarmThroughput;

/**
 * Warm throughput, which can be raised and not lowered.
 *
 * @param wanted as {@link DescribedTable} has it
 * @param actual the same of the table
 * @param indexes global secondary indexes that the table has
 * @param place how messages call where the wanted values stand
 */
record WarmthStep(JsonNode wanted, JsonNode actual, List<String> indexes, String place) {
  private static final String WARM = "WarmThroughput";
  private static final String INDEXES = "GlobalSecondaryIndexes";

  /** Returns the request without the name of the table; empty if it is warm enough. */
  Optional<UpdateTableRequest.Builder> request() {
    UpdateTableRequest.Builder request = UpdateTableRequest.builder();
    Optional<WarmThroughput> table = raised(wanted.path(WARM), actual.path(WARM));
    table.ifPresent(request::warmThroughput);
    List<GlobalSecondaryIndexUpdate> updates = new ArrayList<>();
    for (JsonNode index : wanted.path(INDEXES)) {
      String name = index.path("IndexName").asText();
      if (indexes.contains(name)) {
        raised(index.path(WARM), index(name).path(WARM))
            .ifPresent(
                warm ->
                    updates.add(
                        GlobalSecondaryIndexUpdate.builder()
                            .update(action -> action.indexName(name).warmThroughput(warm))
                            .build()));
      }
    }
    if (!updates.isEmpty()) {
      request.globalSecondaryIndexUpdates(updates);
    }
    return table.isPresent() || !updates.isEmpty() ? Optional.of(request) : Optional.empty();
  }

  private JsonNode index(String name) {
    for (JsonNode index : actual.path(INDEXES)) {
      if (index.path("IndexName").asText().equals(name)) {
        return index;
      }
    }
    return actual.path("none");
  }

  private Optional<WarmThroughput> raised(JsonNode here, JsonNode there) {
    if (!here.isObject()) {
      return Optional.empty();
    }
    WarmThroughput asked =
        RequestJson.read(here.toString(), WarmThroughput.builder(), place).build();
    long read = number(asked.readUnitsPerSecond());
    long write = number(asked.writeUnitsPerSecond());
    long readNow = there.path("ReadUnitsPerSecond").asLong();
    long writeNow = there.path("WriteUnitsPerSecond").asLong();
    return read > readNow || write > writeNow
        ? Optional.of(
            WarmThroughput.builder()
                .readUnitsPerSecond(Math.max(read, readNow))
                .writeUnitsPerSecond(Math.max(write, writeNow))
                .build())
        : Optional.empty();
  }

  private static long number(Long value) {
    return value == null ? 0 : value;
  }
}
