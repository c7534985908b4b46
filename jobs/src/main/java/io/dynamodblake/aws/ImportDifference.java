package io.dynamodblake.aws;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;

/**
 * In what an import that DynamoDB answers with is not the one that was asked for. It remembers a
 * client token with the name of the table alone, and answers an edited request with the import that
 * it has under that token.
 */
final class ImportDifference {
  private ImportDifference() {}

  /** Returns the members of the request that differ; what the answer leaves out does not. */
  static List<String> of(ImportTableRequest asked, ImportTableDescription answered) {
    List<String> differences = new ArrayList<>();
    if (answered.s3BucketSource() != null) {
      add(
          differences,
          "S3Bucket",
          asked.s3BucketSource().s3Bucket(),
          answered.s3BucketSource().s3Bucket());
      add(
          differences,
          "S3KeyPrefix",
          asked.s3BucketSource().s3KeyPrefix(),
          answered.s3BucketSource().s3KeyPrefix());
    }
    add(differences, "InputFormat", asked.inputFormatAsString(), answered.inputFormatAsString());
    add(
        differences,
        "InputCompressionType",
        asked.inputCompressionTypeAsString(),
        answered.inputCompressionTypeAsString());
    add(
        differences,
        "InputFormatOptions",
        asked.inputFormatOptions(),
        answered.inputFormatOptions());
    TableCreationParameters there = answered.tableCreationParameters();
    if (there != null) {
      TableCreationParameters here = asked.tableCreationParameters();
      add(differences, "TableName", here.tableName(), there.tableName());
      add(differences, "KeySchema", here.keySchema(), there.keySchema());
      add(
          differences,
          "AttributeDefinitions",
          set(here.attributeDefinitions()),
          set(there.attributeDefinitions()));
      add(differences, "BillingMode", here.billingModeAsString(), there.billingModeAsString());
      add(differences, "GlobalSecondaryIndexes", indexes(here), indexes(there));
    }
    return differences;
  }

  private static <T> Set<T> set(List<T> list) {
    return new HashSet<>(list);
  }

  private static Set<Object> indexes(TableCreationParameters parameters) {
    return parameters.globalSecondaryIndexes().stream()
        .map(ImportDifference::keysOf)
        .collect(Collectors.toSet());
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
