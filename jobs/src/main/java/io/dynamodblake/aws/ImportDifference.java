package io.dynamodblake.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormatOptions;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.S3BucketSource;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;

/**
 * In what an import that DynamoDB answers with is not the one that was asked for. It remembers a
 * client token with the name of the table alone, and answers an edited request with the import that
 * it has under that token.
 */
final class ImportDifference {
  private static final String COMMA = ",";

  private ImportDifference() {}

  /** Returns the members of the request that differ; what the answer leaves out does not. */
  static List<String> of(ImportTableRequest asked, ImportTableDescription answered) {
    List<String> differences = new ArrayList<>();
    S3BucketSource source = answered.s3BucketSource();
    if (source != null) {
      add(differences, "S3Bucket", asked.s3BucketSource().s3Bucket(), source.s3Bucket());
      add(
          differences,
          "S3KeyPrefix",
          orElse(asked.s3BucketSource().s3KeyPrefix(), ""),
          orElse(source.s3KeyPrefix(), ""));
      add(
          differences,
          "S3BucketOwner",
          asked.s3BucketSource().s3BucketOwner(),
          source.s3BucketOwner());
    }
    add(differences, "InputFormat", asked.inputFormatAsString(), answered.inputFormatAsString());
    add(
        differences,
        "InputCompressionType",
        orElse(asked.inputCompressionTypeAsString(), InputCompressionType.NONE.toString()),
        answered.inputCompressionTypeAsString());
    if (answered.inputFormatOptions() != null) {
      add(
          differences,
          "InputFormatOptions",
          csv(asked.inputFormatOptions()),
          csv(answered.inputFormatOptions()));
    }
    TableCreationParameters there = answered.tableCreationParameters();
    if (there != null) {
      addParameters(differences, asked.tableCreationParameters(), there);
    }
    return differences;
  }

  private static void addParameters(
      List<String> differences, TableCreationParameters here, TableCreationParameters there) {
    add(differences, "TableName", here.tableName(), there.tableName());
    if (there.hasKeySchema()) {
      add(differences, "KeySchema", here.keySchema(), there.keySchema());
    }
    if (there.hasAttributeDefinitions()) {
      add(
          differences,
          "AttributeDefinitions",
          set(here.attributeDefinitions()),
          set(there.attributeDefinitions()));
    }
    add(differences, "BillingMode", here.billingModeAsString(), there.billingModeAsString());
    add(
        differences,
        "ProvisionedThroughput",
        here.provisionedThroughput(),
        there.provisionedThroughput());
    add(differences, "OnDemandThroughput", here.onDemandThroughput(), there.onDemandThroughput());
    add(differences, "SSESpecification", here.sseSpecification(), there.sseSpecification());
    // a table without indexes is answered without the list
    boolean same = indexes(here).equals(indexes(there)) && sameProjections(here, there);
    if (!same) {
      differences.add("GlobalSecondaryIndexes");
    }
  }

  /** Delimiter and header; without options a comma, and the first line of each file. */
  private static List<Object> csv(InputFormatOptions options) {
    if (options == null || options.csv() == null) {
      return List.of(COMMA, List.of());
    }
    return List.of(orElse(options.csv().delimiter(), COMMA), options.csv().headerList());
  }

  private static String orElse(String value, String otherwise) {
    return value == null ? otherwise : value;
  }

  private static <T> Set<T> set(List<T> list) {
    return new HashSet<>(list);
  }

  private static Set<Object> indexes(TableCreationParameters parameters) {
    return parameters.globalSecondaryIndexes().stream()
        .map(ImportDifference::keysOf)
        .collect(Collectors.toSet());
  }

  /** What indexes of the same name hold, where both say it. */
  private static boolean sameProjections(
      TableCreationParameters here, TableCreationParameters there) {
    Map<String, Projection> answered = new HashMap<>();
    there
        .globalSecondaryIndexes()
        .forEach(index -> answered.put(index.indexName(), index.projection()));
    for (GlobalSecondaryIndex index : here.globalSecondaryIndexes()) {
      Projection asked = index.projection();
      Projection known = answered.get(index.indexName());
      boolean same =
          asked == null
              || known == null
              || Objects.equals(asked.projectionTypeAsString(), known.projectionTypeAsString())
                  && set(asked.nonKeyAttributes()).equals(set(known.nonKeyAttributes()));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /** Of an index only what the service does not complete by itself. */
  private static Object keysOf(GlobalSecondaryIndex index) {
    return List.of(index.indexName(), index.keySchema());
  }

  private static void add(List<String> differences, String member, Object asked, Object answered) {
    if (asked != null && answered != null && !asked.equals(answered)) {
      differences.add(member);
    }
  }
}
