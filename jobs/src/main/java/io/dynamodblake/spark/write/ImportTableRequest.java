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
import io.dynamodblake.type.S3Names;
import java.nio.charset.StandardCharsets;
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
  private static final Pattern INDEX_NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");
  private static final int MOST_KEY_NAME_BYTES = 255;
  private static final Pattern S3 = Pattern.compile("s3[an]?://([^/]+)/*(.*)");
  private static final String DEFINITIONS = "AttributeDefinitions";
  private static final String INDEXES = "GlobalSecondaryIndexes";

  /**
   * Stands in a request for the bucket that nobody has named yet. No bucket can have this name, for
   * its capitals.
   */
  public static final String NO_BUCKET = "REPLACE-WITH-THE-BUCKET-OF-THE-FILES";

  /**
   * What the user says of the import itself.
   *
   * @param table name of the DynamoDB table to be made; empty if it is to be found out
   * @param bucket bucket that {@code ImportTable} will read from; empty if the data folder says it,
   *     or nobody knows yet
   * @param prefix prefix of the data files there; empty if the data folder says it
   * @param indexes text of a JSON document with global secondary indexes and their definitions
   * @param indexesOption how messages call the option that gave them
   * @param words how whoever gave them writes options, for messages
   */
  public record Wishes(
      Optional<String> table,
      Optional<String> bucket,
      Optional<String> prefix,
      Optional<String> indexes,
      String indexesOption,
      Words words) {
    /** Returns the same with this name of the table where the user has given none. */
    public Wishes orNamed(Optional<String> name) {
      return new Wishes(table.or(() -> name), bucket, prefix, indexes, indexesOption, words);
    }

    /**
     * Returns the same with these indexes where the user has given none.
     *
     * @param option how messages call the option that gave them
     */
    public Wishes orIndexed(Optional<String> others, String option) {
      return indexes.isPresent() ? this : new Wishes(table, bucket, prefix, others, option, words);
    }

    /**
     * Refuses at once what {@link ImportTableRequest#of} would refuse later: whoever asks can do so
     * before anything is read.
     *
     * @param keys key attributes as far as they are known; empty if they are not
     * @param dataFolder folder of the data files
     * @throws UsageException if DynamoDB or S3 would not take it
     */
    public void check(List<KeyAttribute> keys, String dataFolder) {
      table.ifPresent(this::checkTable);
      Matcher s3 = S3.matcher(dataFolder);
      if (bucket.isPresent()) {
        checkBucket(words.of(RestoreKeys.IMPORT_BUCKET), bucket.get());
      } else if (s3.matches()) {
        checkBucket("the target", s3.group(1));
      }
      if (prefix.isPresent()) {
        checkPrefix(words.of(RestoreKeys.IMPORT_PREFIX), prefix.get());
      } else if (s3.matches()) {
        checkPrefix("the target", s3.group(2) + "/");
      }
      checkKeys(keys);
      if (!keys.isEmpty()) {
        definitions(keys);
      }
    }

    private static void checkKeys(List<KeyAttribute> keys) {
      for (KeyAttribute key : keys) {
        if (key.attribute().getBytes(StandardCharsets.UTF_8).length > MOST_KEY_NAME_BYTES) {
          throw new UsageException(
              "Cannot make the import request: the name of a key attribute has at most %d bytes"
                  .formatted(MOST_KEY_NAME_BYTES));
        }
      }
    }

    /** The definitions of all key attributes, those of indexes last. */
    private Map<String, String> definitions(List<KeyAttribute> keys) {
      Map<String, String> definitions = new LinkedHashMap<>();
      keys.forEach(key -> definitions.put(key.attribute(), key.descriptor().name()));
      indexes.ifPresent(text -> readIndexes(text, definitions, indexesOption));
      return definitions;
    }

    private void checkTable(String name) {
      if (!TABLE_NAME.matcher(name).matches()) {
        throw new UsageException(
            "Cannot name the DynamoDB table so: use 3 to 255 of a-z, A-Z, 0-9, _ . - for %s"
                .formatted(words.of(RestoreKeys.TABLE)));
      }
    }

    private void checkBucket(String option, String name) {
      Optional<String> defect = S3Names.bucketDefect(name, words.of(RestoreKeys.IMPORT_PREFIX));
      if (defect.isPresent()) {
        throw new UsageException(
            "Cannot make the import request with this bucket of %s: %s"
                .formatted(option, defect.get()));
      }
    }

    private static void checkPrefix(String option, String prefix) {
      Optional<String> defect = S3Names.prefixDefect(prefix, FileJob.FILE_NAMES);
      if (defect.isPresent()) {
        throw new UsageException(
            "Cannot make the import request with this prefix of %s: %s"
                .formatted(option, defect.get()));
      }
      if (!prefix.endsWith("/")) {
        throw new UsageException(
            "Cannot use %s: without a slash at its end it also takes objects of other folders"
                .formatted(option));
      }
    }
  }

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
    wishes.check(keys, dataFolder);
    String table =
        wishes
            .table()
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot make the import request: nothing that is read says the name of its table; name the new one with %s"
                            .formatted(words.of(RestoreKeys.TABLE))));
    wishes.checkTable(table);
    Matcher s3 = S3.matcher(dataFolder);
    boolean onS3 = s3.matches();
    String prefix = wishes.prefix().orElse(onS3 ? s3.group(2) + "/" : table + "/data/");
    Map<String, String> definitions = wishes.definitions(keys);
    JsonNode indexes =
        wishes
            .indexes()
            .flatMap(JsonDocuments::parseObject)
            .map(document -> document.path(INDEXES))
            .orElse(null);
    return new ImportTableRequest(
        table,
        keys,
        wishes.bucket().orElseGet(() -> onS3 ? s3.group(1) : NO_BUCKET),
        prefix,
        format,
        compression,
        definitions,
        CsvHeader.NONE,
        indexes);
  }

  /**
   * Returns the same request for CSV files with these columns, or this one unchanged for another
   * format.
   *
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

  /** Returns whether it names the bucket, and not only the place for its name. */
  public boolean hasBucket() {
    return !bucket.equals(NO_BUCKET);
  }

  /** Checks the indexes and adds the definitions of their keys. */
  private static void readIndexes(String text, Map<String, String> definitions, String option) {
    JsonNode tree =
        JsonDocuments.parseObject(text)
            .filter(node -> node.path(DEFINITIONS).isArray() && node.path(INDEXES).isArray())
            .orElseThrow(
                () ->
                    badIndexes(
                        option,
                        "it is no JSON object with the arrays %s and %s"
                            .formatted(DEFINITIONS, INDEXES)));
    for (JsonNode definition : tree.path(DEFINITIONS)) {
      String name = definition.path("AttributeName").asText("");
      String type = definition.path("AttributeType").asText("");
      if (name.isEmpty() || !Set.of("S", "N", "B").contains(type)) {
        throw badIndexes(option, "a definition lacks AttributeName or an AttributeType of S, N, B");
      }
      String known = definitions.putIfAbsent(name, type);
      if (known != null && !known.equals(type)) {
        throw badIndexes(
            option, "attribute '%s' is defined as %s and as %s".formatted(name, type, known));
      }
    }
    Set<String> used = new LinkedHashSet<>();
    for (JsonNode index : tree.path(INDEXES)) {
      if (index.path("IndexName").asText("").isEmpty() || index.path("KeySchema").isEmpty()) {
        throw badIndexes(option, "an index lacks IndexName or KeySchema");
      }
      if (!INDEX_NAME.matcher(index.path("IndexName").asText()).matches()) {
        throw badIndexes(option, "an IndexName has 3 to 255 of a-z, A-Z, 0-9, _ . -");
      }
      index.path("KeySchema").forEach(key -> used.add(key.path("AttributeName").asText("")));
    }
    for (String name : used) {
      if (!definitions.containsKey(name)) {
        throw badIndexes(option, "key attribute '%s' of an index is not defined".formatted(name));
      }
    }
    for (JsonNode definition : tree.path(DEFINITIONS)) {
      String name = definition.path("AttributeName").asText();
      if (!used.contains(name)) {
        throw badIndexes(
            option, "attribute '%s' is defined and in the key of no index".formatted(name));
      }
    }
  }

  private static UsageException badIndexes(String option, String reason) {
    return new UsageException(
        "Cannot use the file of %s: %s; see docs/restore.md for an example"
            .formatted(option, reason));
  }

  /** Returns the JSON document. */
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
