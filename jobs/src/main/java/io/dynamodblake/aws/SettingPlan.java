package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.ContributorInsightsAction;
import software.amazon.awssdk.services.dynamodb.model.CreateReplicationGroupMemberAction;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingConfiguration;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TagResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveSpecification;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContributorInsightsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;

/**
 * What is left to be done so that a table has the settings of another one, in the order in which it
 * can be done, replicas last. Nothing is taken away from the table: what it has on top stays.
 */
public final class SettingPlan {

  /**
   * A setting that the table will not have.
   *
   * @param reason why, and the way out
   */
  public record Left(TableSetting setting, String reason) {}

  private final TableSettings wanted;
  private final TableSettings actual;
  private final String file;
  private final String table;
  private final Optional<String> region;
  private final List<SettingStep> steps = new ArrayList<>();
  private final List<Left> left = new ArrayList<>();

  private SettingPlan(TableSettings wanted, TableSettings actual, String file) {
    this.wanted = wanted;
    this.actual = actual;
    this.file = file;
    this.table = Arns.tableName(actual.tableArn());
    this.region = Arns.region(actual.tableArn());
  }

  /**
   * Finds out what differs.
   *
   * @param wanted of the table that is the example
   * @param actual of the table that gets them, as it is now
   * @param file how messages call where the wanted ones stand
   * @throws io.dynamodblake.conf.UsageException if they are not in the words of the service
   */
  public static SettingPlan of(TableSettings wanted, TableSettings actual, String file) {
    SettingPlan plan = new SettingPlan(wanted, actual, file);
    wanted
        .unknown()
        .forEach((setting, reason) -> plan.leave(setting, "it is not known: " + reason));
    plan.wanted.known().forEach(plan::add);
    return plan;
  }

  /** Returns what is to be done. */
  public List<SettingStep> steps() {
    return List.copyOf(steps);
  }

  /** Returns what cannot be done. */
  public List<Left> left() {
    return List.copyOf(left);
  }

  private void leave(TableSetting setting, String reason) {
    left.add(new Left(setting, reason));
  }

  private void step(TableSetting setting, String detail, DynamoDbRequest request) {
    steps.add(new SettingStep(setting, detail, request));
  }

  private JsonNode actual(TableSetting setting) {
    return actual.value(setting).orElse(MissingNode.getInstance());
  }

  private void add(TableSetting setting, JsonNode value) {
    if (value.isNull() || value.equals(actual(setting))) {
      return;
    }
    switch (setting) {
      case KEYS -> leave(setting, "the table has others, and keeps those that it was made with");
      case ATTRIBUTES -> {
        // they follow from keys and indexes
      }
      case GLOBAL_INDEXES -> globalIndexes(value);
      case LOCAL_INDEXES -> localIndexes(value);
      case CAPACITY ->
          new CapacityStep(value, actual(setting), indexNames(), place(setting))
              .request()
              .ifPresent(request -> step(setting, mode(value), request.tableName(table).build()));
      case WARM_THROUGHPUT ->
          new WarmthStep(value, actual(setting), indexNames(), place(setting))
              .request()
              .ifPresent(request -> step(setting, "", request.tableName(table).build()));
      case TABLE_CLASS ->
          step(setting, value.asText(), update().tableClass(value.asText()).build());
      case ENCRYPTION -> encryption(value);
      case STREAM -> stream(value);
      case TIME_TO_LIVE -> timeToLive(value);
      case RECOVERY -> recovery(value);
      case TAGS -> tags(value);
      case POLICY -> policy(value);
      case INSIGHTS -> insights(value);
      case KINESIS -> kinesis(value);
      case DELETION_PROTECTION -> {
        if (value.asBoolean()) {
          step(setting, "", update().deletionProtectionEnabled(true).build());
        }
      }
      case CONSISTENCY ->
          leave(
              setting,
              "replicas that are strongly consistent are made of an empty table only; take multiRegionConsistency out of %s for replicas of the other kind"
                  .formatted(file));
      case REPLICAS -> replicas(value);
    }
  }

  private UpdateTableRequest.Builder update() {
    return UpdateTableRequest.builder().tableName(table);
  }

  /** How messages call the place of a setting. */
  private String place(TableSetting setting) {
    return file + ", settings." + setting.key();
  }

  // ---- indexes

  private List<String> indexNames() {
    List<String> names = new ArrayList<>();
    actual(TableSetting.GLOBAL_INDEXES)
        .forEach(index -> names.add(index.path("IndexName").asText()));
    return names;
  }

  private static Optional<JsonNode> member(JsonNode list, String key, JsonNode of) {
    for (JsonNode candidate : list) {
      if (Objects.equals(candidate.get(key), of.get(key))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private void globalIndexes(JsonNode wantedIndexes) {
    for (JsonNode index : wantedIndexes) {
      Optional<JsonNode> there = member(actual(TableSetting.GLOBAL_INDEXES), "IndexName", index);
      if (there.isEmpty()) {
        leave(
            TableSetting.GLOBAL_INDEXES,
            "the table has no index %s; the import makes those of its request, for nothing, and restore --settings writes them there. Or add it with aws dynamodb update-table"
                .formatted(name(index)));
      } else if (!there.get().equals(index)) {
        leave(
            TableSetting.GLOBAL_INDEXES,
            "index %s of the table has other keys or another projection, which cannot be changed"
                .formatted(name(index)));
      }
    }
  }

  private void localIndexes(JsonNode wantedIndexes) {
    for (JsonNode index : wantedIndexes) {
      if (member(actual(TableSetting.LOCAL_INDEXES), "IndexName", index).isEmpty()) {
        leave(
            TableSetting.LOCAL_INDEXES,
            "no import makes local index %s, and no table gets one later; create a table with it and put the items into it with load"
                .formatted(name(index)));
      }
    }
  }

  private static String name(JsonNode index) {
    return index.path("IndexName").asText();
  }

  private static String mode(JsonNode capacity) {
    return capacity.path("BillingMode").asText();
  }

  // ---- one call each

  private void encryption(JsonNode value) {
    SSESpecification.Builder key =
        RequestJson.read(
            value.toString(), SSESpecification.builder(), place(TableSetting.ENCRYPTION));
    Optional<String> keyRegion = JsonDocuments.text(value, "KMSMasterKeyId").flatMap(Arns::region);
    if (keyRegion.isPresent() && !keyRegion.equals(region)) {
      leave(
          TableSetting.ENCRYPTION,
          "the key is one of %s, and tables have keys of their own Region; write the key of %s into KMSMasterKeyId in %s"
              .formatted(keyRegion.get(), region.orElse("that Region"), file));
      return;
    }
    step(TableSetting.ENCRYPTION, "", update().sseSpecification(key.enabled(true).build()).build());
  }

  private void stream(JsonNode value) {
    String view = value.path("StreamViewType").asText();
    if (actual(TableSetting.STREAM).isObject()) {
      leave(
          TableSetting.STREAM,
          "the table has one with another view than %s; switch that off first".formatted(view));
      return;
    }
    step(
        TableSetting.STREAM,
        view,
        update()
            .streamSpecification(stream -> stream.streamEnabled(true).streamViewType(view))
            .build());
  }

  private void timeToLive(JsonNode value) {
    if (actual(TableSetting.TIME_TO_LIVE).isObject()) {
      leave(
          TableSetting.TIME_TO_LIVE,
          "the table has it by another attribute; switch that off first");
      return;
    }
    TimeToLiveSpecification.Builder attribute =
        RequestJson.read(
            value.toString(), TimeToLiveSpecification.builder(), place(TableSetting.TIME_TO_LIVE));
    step(
        TableSetting.TIME_TO_LIVE,
        "by " + value.path("AttributeName").asText(),
        UpdateTimeToLiveRequest.builder()
            .tableName(table)
            .timeToLiveSpecification(attribute.enabled(true).build())
            .build());
  }

  private void recovery(JsonNode value) {
    Integer days =
        value.has("RecoveryPeriodInDays") ? value.get("RecoveryPeriodInDays").asInt() : null;
    step(
        TableSetting.RECOVERY,
        days == null ? "" : days + " days",
        UpdateContinuousBackupsRequest.builder()
            .tableName(table)
            .pointInTimeRecoverySpecification(
                on -> on.pointInTimeRecoveryEnabled(true).recoveryPeriodInDays(days))
            .build());
  }

  private void tags(JsonNode value) {
    TreeMap<String, String> missing = new TreeMap<>();
    value
        .fields()
        .forEachRemaining(
            tag -> {
              if (!tag.getValue().equals(actual(TableSetting.TAGS).get(tag.getKey()))) {
                missing.put(tag.getKey(), tag.getValue().asText());
              }
            });
    if (missing.isEmpty()) {
      return;
    }
    step(
        TableSetting.TAGS,
        String.join(", ", missing.keySet()),
        TagResourceRequest.builder()
            .resourceArn(actual.tableArn())
            .tags(
                missing.entrySet().stream()
                    .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                    .toList())
            .build());
  }

  /** It names the table that it is of, and has to name the one that gets it. */
  private void policy(JsonNode value) {
    JsonNode own = value.isTextual() ? value : wanted.policyOf(actual.tableArn()).orElseThrow();
    if (own.equals(actual(TableSetting.POLICY))) {
      return;
    }
    step(
        TableSetting.POLICY,
        "",
        PutResourcePolicyRequest.builder()
            .resourceArn(actual.tableArn())
            .policy(own.isTextual() ? own.textValue() : JsonDocuments.printLine(own))
            .build());
  }

  private void insights(JsonNode value) {
    for (JsonNode one : value) {
      Optional<String> index = JsonDocuments.text(one, "IndexName");
      if (member(actual(TableSetting.INSIGHTS), "IndexName", one).filter(one::equals).isPresent()) {
        continue;
      }
      if (index.isPresent() && !indexNames().contains(index.get())) {
        leave(TableSetting.INSIGHTS, "the table has no index " + index.get());
        continue;
      }
      step(
          TableSetting.INSIGHTS,
          index.map(name -> "of index " + name).orElse("of the table"),
          RequestJson.read(
                  one.toString(),
                  UpdateContributorInsightsRequest.builder(),
                  place(TableSetting.INSIGHTS))
              .tableName(table)
              .contributorInsightsAction(ContributorInsightsAction.ENABLE)
              .build());
    }
  }

  private void kinesis(JsonNode value) {
    for (JsonNode stream : value) {
      String arn = stream.path("StreamArn").asText();
      if (member(actual(TableSetting.KINESIS), "StreamArn", stream).isPresent()) {
        continue;
      }
      if (!Arns.region(arn).equals(region)) {
        leave(
            TableSetting.KINESIS,
            "stream %s is one of another Region; write one of %s into StreamArn in %s"
                .formatted(Arns.id(arn), region.orElse("the table's"), file));
        continue;
      }
      EnableKinesisStreamingDestinationRequest.Builder request =
          EnableKinesisStreamingDestinationRequest.builder().tableName(table).streamArn(arn);
      JsonDocuments.text(stream, "ApproximateCreationDateTimePrecision")
          .ifPresent(
              precision ->
                  request.enableKinesisStreamingConfiguration(
                      EnableKinesisStreamingConfiguration.builder()
                          .approximateCreationDateTimePrecision(precision)
                          .build()));
      step(TableSetting.KINESIS, Arns.id(arn), request.build());
    }
  }

  private void replicas(JsonNode value) {
    boolean strong = wanted.value(TableSetting.CONSISTENCY).filter(JsonNode::isTextual).isPresent();
    for (JsonNode replica : value) {
      CreateReplicationGroupMemberAction action =
          RequestJson.read(
                  replica.toString(),
                  CreateReplicationGroupMemberAction.builder(),
                  place(TableSetting.REPLICAS))
              .build();
      String where = String.valueOf(action.regionName());
      if (Optional.of(where).equals(region)
          || member(actual(TableSetting.REPLICAS), "RegionName", replica).isPresent()) {
        continue;
      }
      if (strong) {
        leave(TableSetting.REPLICAS, "that in %s would be strongly consistent".formatted(where));
        continue;
      }
      step(
          TableSetting.REPLICAS,
          where,
          update()
              .replicaUpdates(List.of(ReplicationGroupUpdate.builder().create(action).build()))
              .build());
    }
  }
}
