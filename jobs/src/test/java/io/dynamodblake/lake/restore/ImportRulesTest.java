package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazon.ion.IonReader;
import com.amazon.ion.IonType;
import com.amazon.ion.system.IonReaderBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.StorableItems;
import io.dynamodblake.type.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * What {@code ImportTable} asks of its input, rule by rule, of the files in every format and
 * compression; read with libraries that wrote none of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportRulesTest extends LakeTest {
  private static final int ITEMS = 600;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> SETS = Set.of("$dynamodb_SS", "$dynamodb_NS", "$dynamodb_BS");

  private record Kind(ImportFormat format, ImportCompression compression) {
    String extension() {
      return (format == ImportFormat.ION ? ".ion" : ".json")
          + switch (compression) {
            case GZIP -> ".gz";
            case ZSTD -> ".zst";
            case NONE -> "";
          };
    }

    byte[] magic() {
      return switch (compression) {
        case GZIP -> new byte[] {0x1f, (byte) 0x8b};
        case ZSTD -> new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
        case NONE ->
            (format == ImportFormat.ION ? "$ion_1_0 {Item:{" : "{\"Item\":{")
                .getBytes(StandardCharsets.US_ASCII);
      };
    }

    InputStream decompress(byte[] stored) throws IOException {
      InputStream bytes = new ByteArrayInputStream(stored);
      return switch (compression) {
        case GZIP -> new GZIPInputStream(bytes);
        case ZSTD -> new ZstdInputStream(bytes);
        case NONE -> bytes;
      };
    }
  }

  /** A rule; fails for files that break it. */
  private interface Rule {
    void check(Kind kind, Path target) throws Exception;
  }

  private Path shared;
  private final Map<Kind, Path> targets = new LinkedHashMap<>();

  @BeforeAll
  void restore() throws Exception {
    shared = Files.createTempDirectory("import-rules");
    temp = shared;
    flatten(
        options(export().items(StorableItems.lines(5, ITEMS, true), 3).write())
            .withKeys(List.of(new KeyAttribute("pk", Descriptor.S))));
    for (ImportFormat format : List.of(ImportFormat.DYNAMODB_JSON, ImportFormat.ION)) {
      for (ImportCompression compression : ImportCompression.values()) {
        Path target = shared.resolve(format + "-" + compression);
        new Restore(
                spark,
                RestoreOptions.builder(lake().toString(), target.toString(), "Orders-Restore")
                    .as(format)
                    .compressedAs(compression)
                    .inBucket(Optional.of("acme-import"))
                    .withTargetFileBytes(20_000)
                    .build())
            .run(ReadProgress.NONE);
        targets.put(new Kind(format, compression), target);
      }
    }
  }

  @AfterAll
  void delete() throws IOException {
    try (Stream<Path> paths = Files.walk(shared)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRule() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put("every object is of the format and compression of the request", this::homogeneous);
    rules.put("nothing but data lies under the prefix, no folders either", this::nothingElse);
    rules.put("no object is empty, and there are several of about one size", this::sizes);
    rules.put("the prefix is that of the files in data/ and not of the folder", this::prefix);
    rules.put("every line is one item, none is blank, the last one ends too", this::lines);
    rules.put("an item stands under Item and nothing else stands beside it", this::wrapped);
    rules.put("all items are there", this::complete);
    return rules.entrySet().stream()
        .flatMap(
            rule ->
                targets.entrySet().stream()
                    .map(
                        target ->
                            DynamicTest.dynamicTest(
                                rule.getKey() + ": " + target.getKey().extension(),
                                () -> rule.getValue().check(target.getKey(), target.getValue()))));
  }

  private static List<Path> objects(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(target.resolve("data"))) {
      return files.filter(path -> !path.equals(target.resolve("data"))).toList();
    }
  }

  private static JsonNode request(Path target) throws IOException {
    return MAPPER.readTree(target.resolve("import-table.json").toFile());
  }

  private void homogeneous(Kind kind, Path target) throws IOException {
    assertThat(request(target).path("InputFormat").asText()).isEqualTo(kind.format().name());
    assertThat(request(target).path("InputCompressionType").asText())
        .isEqualTo(kind.compression().name());
    for (Path object : objects(target)) {
      assertThat(object.toString()).endsWith(kind.extension());
      assertThat(Files.readAllBytes(object)).startsWith(kind.magic());
    }
  }

  private void nothingElse(Kind kind, Path target) throws IOException {
    assertThat(objects(target))
        .allMatch(Files::isRegularFile)
        .allMatch(path -> path.getFileName().toString().startsWith("part-"));
  }

  private void sizes(Kind kind, Path target) throws IOException {
    List<Long> sizes = new ArrayList<>();
    for (Path object : objects(target)) {
      sizes.add(Files.size(object));
    }
    assertThat(sizes).hasSizeBetween(2, 50_000).allMatch(size -> size > 0);
    long all = sizes.stream().mapToLong(Long::longValue).sum();
    assertThat(sizes).allMatch(size -> size < 3 * all / sizes.size());
  }

  private void prefix(Kind kind, Path target) throws IOException {
    assertThat(request(target).path("S3BucketSource").path("S3KeyPrefix").asText())
        .isEqualTo("Orders-Restore/data/part-");
  }

  private static List<String> textLines(Kind kind, Path object) throws IOException {
    try (InputStream in = kind.decompress(Files.readAllBytes(object))) {
      // refuses what is no UTF-8
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in.readAllBytes())).toString();
      assertThat(text).endsWith("}}\n").doesNotContain("\r").doesNotStartWith("\ufeff");
      return List.of(text.split("\n"));
    }
  }

  private void lines(Kind kind, Path target) throws IOException {
    String start = kind.format() == ImportFormat.ION ? "$ion_1_0 {Item:{" : "{\"Item\":{";
    for (Path object : objects(target)) {
      assertThat(textLines(kind, object))
          .allMatch(line -> line.startsWith(start) && line.endsWith("}}"));
    }
  }

  private void complete(Kind kind, Path target) throws IOException {
    Set<String> keys = new HashSet<>();
    for (Path object : objects(target)) {
      for (String line : textLines(kind, object)) {
        keys.add(
            line.replaceFirst(
                kind.format() == ImportFormat.ION
                    ? ".*?\\bpk:\"(k\\d+)\".*"
                    : ".*?\"pk\":\\{\"S\":\"(k\\d+)\"}.*",
                "$1"));
      }
    }
    assertThat(keys).hasSize(ITEMS);
  }

  private void wrapped(Kind kind, Path target) throws IOException {
    for (Path object : objects(target)) {
      for (String line : textLines(kind, object)) {
        if (kind.format() == ImportFormat.ION) {
          ionItem(line);
        } else {
          JsonNode tree = MAPPER.readTree(line);
          assertThat(tree.fieldNames()).toIterable().containsExactly("Item");
          tree.path("Item").forEach(ImportRulesTest::jsonValue);
        }
      }
    }
  }

  /** One descriptor, of the ten, with what it stands for. */
  private static void jsonValue(JsonNode value) {
    assertThat(value.size()).isEqualTo(1);
    String descriptor = value.fieldNames().next();
    JsonNode payload = value.path(descriptor);
    switch (descriptor) {
      case "S", "N", "B" -> assertThat(payload.isTextual()).isTrue();
      case "BOOL" -> assertThat(payload.isBoolean()).isTrue();
      case "NULL" -> assertThat(payload.isBoolean() && payload.booleanValue()).isTrue();
      case "SS", "NS", "BS" -> {
        assertThat(payload.isArray() && !payload.isEmpty()).isTrue();
        payload.forEach(member -> assertThat(member.isTextual()).isTrue());
      }
      case "L" -> {
        assertThat(payload.isArray()).isTrue();
        payload.forEach(ImportRulesTest::jsonValue);
      }
      case "M" -> {
        assertThat(payload.isObject()).isTrue();
        payload.forEach(ImportRulesTest::jsonValue);
      }
      default -> throw new AssertionError(descriptor);
    }
  }

  private static void ionItem(String line) throws IOException {
    try (IonReader reader = IonReaderBuilder.standard().build(line)) {
      assertThat(reader.next()).isEqualTo(IonType.STRUCT);
      reader.stepIn();
      assertThat(reader.next()).isEqualTo(IonType.STRUCT);
      assertThat(reader.getFieldName()).isEqualTo("Item");
      ionContents(reader, "");
      assertThat(reader.next()).isNull();
      reader.stepOut();
      assertThat(reader.next()).isNull();
    }
  }

  /** Decimals and no other numbers; sets by annotation, of one type and not empty. */
  private static void ionContents(IonReader reader, String set) {
    reader.stepIn();
    int members = 0;
    for (IonType type = reader.next(); type != null; type = reader.next(), members++) {
      String[] annotations = reader.getTypeAnnotations();
      switch (type) {
        case STRING, DECIMAL, BLOB -> {
          if (!set.isEmpty()) {
            assertThat(set.charAt(set.length() - 2)).isEqualTo("SNB".charAt(scalar(type)));
          }
          assertThat(annotations).isEmpty();
        }
        case BOOL, NULL, STRUCT -> {
          assertThat(set).isEmpty();
          assertThat(annotations).isEmpty();
        }
        case LIST -> {
          assertThat(set).isEmpty();
          assertThat(annotations).hasSizeLessThan(2).isSubsetOf(SETS);
        }
        default -> throw new AssertionError("no Ion type of DynamoDB: " + type);
      }
      if (type == IonType.LIST || type == IonType.STRUCT) {
        ionContents(reader, annotations.length == 0 ? "" : annotations[0]);
      }
    }
    assertThat(members).isGreaterThanOrEqualTo(set.isEmpty() ? 0 : 1);
    reader.stepOut();
  }

  private static int scalar(IonType type) {
    return type == IonType.STRING ? 0 : type == IonType.DECIMAL ? 1 : 2;
  }

  // ---- the request

  @Test
  void theSdkKnowsEveryMemberOfTheRequest() throws Exception {
    for (Map.Entry<Kind, Path> target : targets.entrySet()) {
      ImportTableRequest.Builder builder = ImportTableRequest.builder();
      fill(builder, request(target.getValue()));
      ImportTableRequest request = builder.build();

      assertThat(request.clientToken()).isNotEmpty();
      assertThat(request.inputFormatAsString()).isEqualTo(target.getKey().format().name());
      assertThat(request.inputFormat().name()).isEqualTo(target.getKey().format().name());
      assertThat(request.inputCompressionType().name())
          .isEqualTo(target.getKey().compression().name());
      assertThat(request.inputFormatOptions()).isNull();
      assertThat(request.s3BucketSource().s3Bucket()).isEqualTo("acme-import");
      assertThat(request.tableCreationParameters().tableName()).isEqualTo("Orders-Restore");
      assertThat(request.tableCreationParameters().keySchema()).hasSize(1);
      assertThat(request.tableCreationParameters().attributeDefinitions()).hasSize(1);
      assertThat(request.tableCreationParameters().billingModeAsString())
          .isEqualTo("PAY_PER_REQUEST");
    }
  }

  @Test
  void theSdkKnowsTheOptionsOfCsv() throws Exception {
    Path orders = Files.writeString(shared.resolve("orders.csv"), "pk,Odd name!\na,x\n");
    Path target = shared.resolve("csv");
    new Restore(
            spark,
            RestoreOptions.builder(orders.toString(), target.toString(), "Orders-Restore")
                .from(RestoreOptions.Source.CSV)
                .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                .as(ImportFormat.CSV)
                .compressedAs(ImportCompression.NONE)
                .inBucket(Optional.of("acme-import"))
                .build())
        .run(ReadProgress.NONE);
    ImportTableRequest.Builder builder = ImportTableRequest.builder();
    fill(builder, request(target));
    ImportTableRequest request = builder.build();

    assertThat(request.inputFormat()).isEqualTo(InputFormat.CSV);
    assertThat(request.inputFormatOptions().csv().delimiter()).matches("[,;:|\\t ]");
    assertThat(request.inputFormatOptions().csv().headerList()).containsExactly("pk", "Odd name!");
    List<Path> objects = objects(target);
    assertThat(objects).hasSize(1);
    assertThat(objects.get(0)).hasContent("a,x\n");
  }

  /** By the service model as the SDK has it; fails for a member or a type that it has not. */
  private static void fill(SdkPojo pojo, JsonNode tree) {
    Map<String, SdkField<?>> fields = new LinkedHashMap<>();
    pojo.sdkFields().forEach(field -> fields.put(field.memberName(), field));
    for (Map.Entry<String, JsonNode> member : tree.properties()) {
      assertThat(fields).containsKey(member.getKey());
      SdkField<?> field = fields.get(member.getKey());
      field.set(pojo, value(field, member.getValue()));
    }
  }

  private static Object value(SdkField<?> field, JsonNode value) {
    if (field.marshallingType() == MarshallingType.STRING) {
      assertThat(value.isTextual()).as(field.memberName()).isTrue();
      return value.asText();
    }
    if (field.marshallingType() == MarshallingType.LIST) {
      assertThat(value.isArray()).as(field.memberName()).isTrue();
      SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
      List<Object> members = new ArrayList<>();
      value.forEach(element -> members.add(value(member, element)));
      return members;
    }
    assertThat(field.marshallingType()).as(field.memberName()).isEqualTo(MarshallingType.SDK_POJO);
    SdkPojo builder = field.constructor().get();
    fill(builder, value);
    return ((Buildable) builder).build();
  }
}
