package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputFormatOptions;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.S3BucketSource;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;

// the SDK takes arrays of lambdas
@SuppressWarnings("unchecked")
class ImportDifferenceTest {
  /** A request or an answer, which have the same members under different types. */
  private static final class Import {
    final S3BucketSource.Builder source = S3BucketSource.builder().s3Bucket("acme-import");
    String format = "CSV";
    String compression = "GZIP";
    InputFormatOptions options;
    final TableCreationParameters.Builder table =
        TableCreationParameters.builder().tableName("Orders").billingMode("PAY_PER_REQUEST");

    Import() {
      source.s3KeyPrefix("orders/data/");
      key("pk");
      attributes("pk", "day");
      options(";", "pk", "day");
      table.globalSecondaryIndexes(index("by_day", "day").build());
    }

    void key(String name) {
      table.keySchema(key -> key.attributeName(name).keyType("HASH"));
    }

    void attributes(String first, String second) {
      table.attributeDefinitions(
          attribute -> attribute.attributeName(first).attributeType("S"),
          attribute -> attribute.attributeName(second).attributeType("S"));
    }

    void options(String delimiter, String... header) {
      options =
          InputFormatOptions.builder()
              .csv(
                  csv -> {
                    csv.delimiter(delimiter);
                    if (header.length > 0) {
                      csv.headerList(header);
                    }
                  })
              .build();
    }

    void throughput(long reads, long writes) {
      table.provisionedThroughput(
          units -> units.readCapacityUnits(reads).writeCapacityUnits(writes));
    }

    void project(String type, String... attributes) {
      table.globalSecondaryIndexes(
          index("by_day", "day")
              .projection(
                  projection -> {
                    projection.projectionType(type);
                    if (attributes.length > 0) {
                      projection.nonKeyAttributes(attributes);
                    }
                  })
              .build());
    }

    void encrypted(String key) {
      table.sseSpecification(sse -> sse.enabled(true).sseType("KMS").kmsMasterKeyId(key));
    }

    void most(long reads) {
      table.onDemandThroughput(units -> units.maxReadRequestUnits(reads));
    }

    static GlobalSecondaryIndex.Builder index(String name, String attribute) {
      return GlobalSecondaryIndex.builder()
          .indexName(name)
          .keySchema(key -> key.attributeName(attribute).keyType("HASH"));
    }

    ImportTableRequest request() {
      return ImportTableRequest.builder()
          .s3BucketSource(source.build())
          .inputFormat(format)
          .inputCompressionType(compression)
          .inputFormatOptions(options)
          .tableCreationParameters(table.build())
          .build();
    }

    ImportTableDescription.Builder answer() {
      return ImportTableDescription.builder()
          .s3BucketSource(source.build())
          .inputFormat(format)
          .inputCompressionType(compression)
          .inputFormatOptions(options)
          .tableCreationParameters(table.build());
    }
  }

  private record Row(String differs, Consumer<Import> asked, Consumer<Import> answered) {
    @Override
    public String toString() {
      return differs;
    }
  }

  private static Row differs(String member, Consumer<Import> answered) {
    return new Row(member, asked -> {}, answered);
  }

  private static Row differs(String member, Consumer<Import> asked, Consumer<Import> answered) {
    return new Row(member, asked, answered);
  }

  private static Row same(Consumer<Import> asked, Consumer<Import> answered) {
    return new Row("", asked, answered);
  }

  static Stream<Row> rows() {
    return Stream.of(
        differs("S3Bucket", there -> there.source.s3Bucket("acme-other")),
        differs("S3KeyPrefix", there -> there.source.s3KeyPrefix("yesterday/data/")),
        differs("S3KeyPrefix", there -> there.source.s3KeyPrefix(null)),
        differs("S3KeyPrefix", here -> here.source.s3KeyPrefix(null), there -> {}),
        same(here -> here.source.s3KeyPrefix(null), there -> there.source.s3KeyPrefix("")),
        differs("InputFormat", there -> there.format = "ION"),
        same(here -> {}, there -> there.format = null),
        differs("InputCompressionType", there -> there.compression = "ZSTD"),
        differs("InputCompressionType", here -> here.compression = null, there -> {}),
        same(here -> here.compression = null, there -> there.compression = "NONE"),
        same(here -> {}, there -> there.compression = null),
        differs("InputFormatOptions", there -> there.options(",", "pk", "day")),
        differs("InputFormatOptions", there -> there.options(";", "day", "pk")),
        differs("InputFormatOptions", there -> there.options(";")),
        differs("InputFormatOptions", here -> here.options = null, there -> {}),
        same(here -> here.options = null, there -> there.options(",")),
        same(here -> here.options(null), there -> there.options(",")),
        same(
            here -> here.options = null,
            there -> there.options = InputFormatOptions.builder().build()),
        same(here -> {}, there -> there.options = null),
        differs("TableName", there -> there.table.tableName("Other")),
        differs("KeySchema", there -> there.key("day")),
        same(here -> {}, there -> there.table.keySchema((List<KeySchemaElement>) null)),
        differs("AttributeDefinitions", there -> there.attributes("pk", "total")),
        same(here -> {}, there -> there.attributes("day", "pk")),
        same(
            here -> {},
            there -> there.table.attributeDefinitions((List<AttributeDefinition>) null)),
        differs("BillingMode", there -> there.table.billingMode("PROVISIONED")),
        same(here -> {}, there -> there.table.billingMode((String) null)),
        differs(
            "ProvisionedThroughput",
            here -> here.throughput(5, 6),
            there -> there.throughput(5, 7)),
        same(here -> {}, there -> there.throughput(0, 0)),
        differs(
            "GlobalSecondaryIndexes",
            there -> there.table.globalSecondaryIndexes(Import.index("by_total", "day").build())),
        differs(
            "GlobalSecondaryIndexes",
            there -> there.table.globalSecondaryIndexes(Import.index("by_day", "pk").build())),
        differs(
            "GlobalSecondaryIndexes",
            there -> there.table.globalSecondaryIndexes((List<GlobalSecondaryIndex>) null)),
        differs(
            "GlobalSecondaryIndexes",
            here -> here.table.globalSecondaryIndexes((List<GlobalSecondaryIndex>) null),
            there -> {}),
        same(here -> {}, there -> there.project("ALL")),
        same(here -> here.project("ALL"), there -> there.project("ALL")),
        differs(
            "GlobalSecondaryIndexes",
            here -> here.project("KEYS_ONLY"),
            there -> there.project("ALL")),
        differs(
            "GlobalSecondaryIndexes",
            here -> here.project("INCLUDE", "total", "kind"),
            there -> there.project("INCLUDE", "total")),
        same(
            here -> here.project("INCLUDE", "total", "kind"),
            there -> there.project("INCLUDE", "kind", "total")),
        differs(
            "S3BucketOwner",
            here -> here.source.s3BucketOwner("111111111111"),
            there -> there.source.s3BucketOwner("222222222222")),
        same(here -> {}, there -> there.source.s3BucketOwner("222222222222")),
        differs(
            "SSESpecification", here -> here.encrypted("alias/a"), there -> there.encrypted("b")),
        same(here -> here.encrypted("alias/a"), there -> there.encrypted("alias/a")),
        differs("OnDemandThroughput", here -> here.most(10), there -> there.most(20)),
        same(here -> {}, there -> there.most(-1)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void membersThatWereAskedForAndAreAnsweredOtherwiseDiffer(Row row) {
    Import here = new Import();
    row.asked().accept(here);
    Import there = new Import();
    row.answered().accept(there);

    assertThat(ImportDifference.of(here.request(), there.answer().build()))
        .isEqualTo(row.differs().isEmpty() ? List.of() : List.of(row.differs()));
  }

  @ParameterizedTest
  @MethodSource("without")
  void whatTheAnswerLeavesOutDoesNotDiffer(Consumer<ImportTableDescription.Builder> without) {
    ImportTableDescription.Builder answer = new Import().answer();
    without.accept(answer);

    assertThat(ImportDifference.of(new Import().request(), answer.build())).isEmpty();
  }

  static Stream<Consumer<ImportTableDescription.Builder>> without() {
    return Stream.of(
        answer -> answer.s3BucketSource((S3BucketSource) null),
        answer -> answer.tableCreationParameters((TableCreationParameters) null));
  }
}
