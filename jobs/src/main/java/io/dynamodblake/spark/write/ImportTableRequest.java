package io.dynamodblake.spark.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.run.FileJob;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The request that makes DynamoDB import what was written, as {@code aws dynamodb import-table
 * --cli-input-json} takes it.
 *
 * @param bucket bucket of the data files
 * @param prefix key prefix of the folder of the data files, with a slash at its end; the request
 *     also has how their names begin, because S3A leaves an empty object under the name of the
 *     folder itself, which is no gzip and counts as an item that cannot be read
 * @param definitions attribute name to S, N or B of every key attribute of the table and its
 *     indexes
 * @param header fields of a line where the format is CSV
 * @param indexes global secondary indexes as the request holds them; null for none
 */
public record ImportTableRequest(
    String table,
    List<KeyAttribute> keys,
    String bucket,
    String prefix,
    ImportFormat format,
    ImportCompression compression,
    Map<String, String> definitions,
    CsvHeader header,
    JsonNode indexes) {
  private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");
  private static final Pattern S3 = Pattern.compile("s3[an]?://([^/]+)/*(.*)");
  private static final String DEFINITIONS = "AttributeDefinitions";
  private static final String INDEXES = "GlobalSecondaryIndexes";

  /**
   * What the user says of the import itself.
   *
   * @param table name of the DynamoDB table to be made
   * @param bucket bucket that {@code ImportTable} will read from; empty if the data folder says it
   * @param prefix prefix of the data files there; empty if the data folder says it
   * @param indexes text of a JSON document with global secondary indexes and their definitions
   * @param words how whoever gave them writes options, for messages
   */
  public record Wishes(
      String table,
      Optional<String> bucket,
      Optional<String> prefix,
      Optional<String> indexes,
      Words words) {}

  /**
   * Puts the request together.
   *
   * @param dataFolder folder of the data files
   * @throws UsageException if something is missing or contradictory
   */
  public static ImportTableRequest of(
      Wishes wishes,
      List<KeyAttribute> keys,
      ImportFormat format,
      ImportCompression compression,
      String dataFolder) {
    Words words = wishes.words();
    if (!TABLE_NAME.matcher(wishes.table()).matches()) {
      throw new UsageException(
          "Cannot name the DynamoDB table so: use 3 to 255 of a-z, A-Z, 0-9, _ . - for "
              + words.of(RestoreKeys.TABLE));
    }
    Matcher s3 = S3.matcher(dataFolder);
    boolean onS3 = s3.matches();
    if (!onS3 && wishes.bucket().isEmpty()) {
      throw new UsageException(
          "Cannot make the import request: the target is not on S3; name the bucket that the files"
              + " will be copied to with "
              + words.of(RestoreKeys.IMPORT_BUCKET)
              + ", and their prefix there with "
              + words.of(RestoreKeys.IMPORT_PREFIX));
    }
    String prefix = wishes.prefix().orElse(onS3 ? s3.group(2) + "/" : wishes.table() + "/data/");
    if (!prefix.endsWith("/")) {
      throw new UsageException(
          "Cannot use "
              + words.of(RestoreKeys.IMPORT_PREFIX)
              + ": without a slash at its end it also takes objects of other folders");
    }
    Map<String, String> definitions = new LinkedHashMap<>();
    keys.forEach(key -> definitions.put(key.attribute(), key.descriptor().name()));
    JsonNode indexes =
        wishes
            .indexes()
            .map(text -> indexes(text, definitions, words.of(RestoreKeys.INDEXES)))
            .orElse(null);
    return new ImportTableRequest(
        wishes.table(),
        keys,
        wishes.bucket().orElseGet(() -> s3.group(1)),
        prefix,
        format,
        compression,
        definitions,
        CsvHeader.NONE,
        indexes);
  }

  /**
   * The same for CSV files with these columns, or unchanged for another format.
   *
   * @param words how whoever asks writes options, for messages
   * @throws UsageException naming each column that CSV cannot carry
   */
  public ImportTableRequest withColumnsOf(TableSchema schema, Words words) {
    if (format != ImportFormat.CSV) {
      return this;
    }
    return new ImportTableRequest(
        table,
        keys,
        bucket,
        prefix,
        format,
        compression,
        definitions,
        CsvHeader.of(schema, keys, definitions, words),
        indexes);
  }

  /** Reads the indexes and adds the definitions of their keys. */
  private static JsonNode indexes(String text, Map<String, String> definitions, String option) {
    JsonNode tree =
        JsonDocuments.parseObject(text)
            .filter(node -> node.path(DEFINITIONS).isArray() && node.path(INDEXES).isArray())
            .orElseThrow(
                () ->
                    badIndexes(
                        option,
                        "it is no JSON object with the arrays " + DEFINITIONS + " and " + INDEXES));
    for (JsonNode definition : tree.path(DEFINITIONS)) {
      String name = definition.path("AttributeName").asText("");
      String type = definition.path("AttributeType").asText("");
      if (name.isEmpty() || !Set.of("S", "N", "B").contains(type)) {
        throw badIndexes(option, "a definition lacks AttributeName or an AttributeType of S, N, B");
      }
      String known = definitions.putIfAbsent(name, type);
      if (known != null && !known.equals(type)) {
        throw badIndexes(
            option, "attribute '" + name + "' is defined as " + type + " and as " + known);
      }
    }
    Set<String> used = new LinkedHashSet<>();
    for (JsonNode index : tree.path(INDEXES)) {
      if (index.path("IndexName").asText("").isEmpty() || index.path("KeySchema").isEmpty()) {
        throw badIndexes(option, "an index lacks IndexName or KeySchema");
      }
      index.path("KeySchema").forEach(key -> used.add(key.path("AttributeName").asText("")));
    }
    for (String name : used) {
      if (!definitions.containsKey(name)) {
        throw badIndexes(option, "key attribute '" + name + "' of an index is not defined");
      }
    }
    for (JsonNode definition : tree.path(DEFINITIONS)) {
      String name = definition.path("AttributeName").asText();
      if (!used.contains(name)) {
        throw badIndexes(option, "attribute '" + name + "' is defined and in the key of no index");
      }
    }
    return tree.path(INDEXES);
  }

  private static UsageException badIndexes(String option, String reason) {
    return new UsageException(
        "Cannot use the file of "
            + option
            + ": "
            + reason
            + "; see docs/restore.md for an example");
  }

  /** The JSON document. */
  public String toJson() {
    ObjectNode tree = JsonDocuments.object();
    // the service remembers it for eight hours, so that a repeated call starts no second import
    tree.put("ClientToken", UUID.randomUUID().toString());
    ObjectNode source = tree.putObject("S3BucketSource");
    source.put("S3Bucket", bucket);
    source.put("S3KeyPrefix", prefix + FileJob.FILE_NAMES);
    tree.put("InputFormat", format.inputFormat());
    if (format == ImportFormat.CSV) {
      ObjectNode csv = tree.putObject("InputFormatOptions").putObject("Csv");
      csv.put("Delimiter", ",");
      ArrayNode names = csv.putArray("HeaderList");
      header.names().forEach(names::add);
    }
    tree.put("InputCompressionType", compression.inputCompressionType());
    ObjectNode creation = tree.putObject("TableCreationParameters");
    creation.put("TableName", table);
    ArrayNode attributes = creation.putArray(DEFINITIONS);
    definitions.forEach(
        (name, type) ->
            attributes.addObject().put("AttributeName", name).put("AttributeType", type));
    ArrayNode keySchema = creation.putArray("KeySchema");
    for (KeyAttribute key : keys) {
      keySchema
          .addObject()
          .put("AttributeName", key.attribute())
          .put("KeyType", keySchema.size() == 1 ? "HASH" : "RANGE");
    }
    creation.put("BillingMode", "PAY_PER_REQUEST");
    if (indexes != null) {
      creation.set(INDEXES, indexes);
    }
    return JsonDocuments.print(tree);
  }
}
