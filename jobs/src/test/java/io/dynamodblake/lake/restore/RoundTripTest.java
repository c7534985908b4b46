package io.dynamodblake.lake.restore;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.map_entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.Unnesting;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.entity.Entity;
import io.dynamodblake.schema.entity.EntityMatch;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.schema.entity.KeyPattern;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.RandomSchemas;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.testing.StorableItems;
import io.dynamodblake.testing.TimeItems;
import io.dynamodblake.type.Descriptor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise itself: items, export, lake, import files, and every item is there again as it was.
 * More than 10,000 random items, others in each run; {@code -Dproperties.scale=20} takes twenty
 * times as many, {@code -Dproperties.seed} those of a run that failed.
 */
class RoundTripTest extends LakeTest {
  private static final int ITEMS = 3_000;
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  static LongStream seeds() {
    long first = Long.getLong("properties.seed", System.nanoTime());
    return LongStream.range(0, Integer.getInteger("properties.scale", 1))
        .map(round -> first + 10 * round);
  }

  private Path restore(String name, ImportFormat format, ImportCompression compression) {
    return restore(lake(), Optional.empty(), name, format, compression);
  }

  private Path restore(
      Path from,
      Optional<String> schema,
      String name,
      ImportFormat format,
      ImportCompression compression) {
    Path target = temp.resolve(name);
    RestoreOptions options =
        RestoreOptions.builder(from.toString(), target.toString(), "Orders-Restore")
            .withSchemaFile(schema)
            .as(format)
            .compressedAs(compression)
            .inBucket(Optional.of("acme-import"))
            .withTargetFileBytes(1 << 18)
            .build();
    RestoreReport report = new Restore(spark, options).run(ReadProgress.NONE);
    assertThat(report.items()).isEqualTo(ITEMS);
    return target;
  }

  /** By a second way of reading, and by {@code compare}, which must agree. */
  private void assertCameBack(long seed, List<String> lines, Path export, Path restored)
      throws Exception {
    assertThat(
            RestoredItems.differences(
                RestoredItems.byKey(lines),
                RestoredItems.byKey(RestoredItems.lines(restored.resolve("data")))))
        .as("-Dproperties.seed=%d", seed)
        .isEmpty();
    ComparisonReport report =
        new Comparison(
                spark,
                new ComparisonOptions(
                    new Side(export.toString(), Optional.empty()),
                    new Side(restored.toString(), Optional.empty()),
                    PK,
                    3,
                    true,
                    ReadOptions.defaults(),
                    32 << 20))
            .run(ReadProgress.NONE);
    assertThat(report.equal()).as("-Dproperties.seed=%d %s", seed, report.shown()).isTrue();
    assertThat(report.equalItems()).isEqualTo(ITEMS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void throughParquetFromJson(long seed) throws Exception {
    List<String> lines = StorableItems.lines(seed, ITEMS, true);
    Path export = export().items(lines, 3).write();
    flatten(options(export).withKeys(PK));

    assertCameBack(
        seed, lines, export, restore("json", ImportFormat.DYNAMODB_JSON, ImportCompression.ZSTD));
    assertCameBack(seed, lines, export, restore("ion", ImportFormat.ION, ImportCompression.GZIP));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void throughPartitionsFromIon(long seed) throws Exception {
    List<String> lines = StorableItems.lines(seed + 1, ITEMS, true);
    Path export = export().ion().items(lines, 2).write();
    flatten(
        options(export)
            .withKeys(PK)
            .unnesting(new Unnesting(2, "__"))
            .partitionedBy(List.of("part", "bucket(2,pk)")));
    assertThat(dataFiles()).hasSizeGreaterThanOrEqualTo(8);

    assertCameBack(
        seed, lines, export, restore("json", ImportFormat.DYNAMODB_JSON, ImportCompression.NONE));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void throughTablesOfRandomKinds(long seed) throws Exception {
    List<String> lines = StorableItems.lines(seed + 3, ITEMS, true);
    Path export = export().items(lines, 3).write();
    Path rules = temp.resolve("entities.json");
    Files.writeString(rules, randomRules(new Random(seed), lines).toJson());

    RunReport report =
        flatten(
            options(export)
                .withKeys(PK)
                .unnesting(new Unnesting(1, "_"))
                .withEntities(rules.toString()));

    assertThat(report.entities().stream().mapToLong(RunReport.EntityUse::rows).sum())
        .isEqualTo(ITEMS);
    assertThat(report.entities().stream().filter(entity -> entity.rows() > 0).count())
        .isGreaterThan(1);
    assertCameBack(
        seed, lines, export, restore("json", ImportFormat.DYNAMODB_JSON, ImportCompression.ZSTD));
  }

  /** Some kinds by the begin of a key, some by a value that some item has. */
  private static EntityRules randomRules(Random random, List<String> lines) {
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      JsonNode item =
          JsonDocuments.parseObject(lines.get(random.nextInt(lines.size())))
              .orElseThrow()
              .path("Item");
      String key = item.path("pk").path("S").asText();
      int cut = key.offsetByCodePoints(0, Math.min(2 + i % 2, key.codePointCount(0, key.length())));
      List<EntityMatch> matches = new ArrayList<>();
      if (i % 3 < 2) {
        String begin = KeyPattern.escape(key.substring(0, cut));
        matches.add(EntityMatch.ofKeys(Map.of("pk", KeyPattern.parse(begin + "{rest}"))));
      }
      item.fields()
          .forEachRemaining(
              field -> {
                String text = field.getValue().path("S").asText();
                if (!text.isEmpty() && !field.getKey().isEmpty() && !field.getKey().equals("pk")) {
                  matches.add(EntityMatch.ofMarker(field.getKey(), List.of(text)));
                }
              });
      if (!matches.isEmpty()) {
        entities.add(new Entity("kind_" + i, matches, List.of(), List.of()));
      }
    }
    return new EntityRules(List.of("pk"), entities, "other");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whereNothingFitsItsColumn(long seed) throws Exception {
    List<String> lines = StorableItems.lines(seed + 2, ITEMS, true);
    Path export = export().items(lines, 2).write();
    Path schema = temp.resolve("schema.json");
    Files.writeString(schema, schemaThatFitsNothing(lines));

    RunReport report = flatten(options(export).withKeys(PK).withSchemaFile(schema.toString()));

    assertThat(report.toJson()).contains("\"rescued");
    assertThat(table().rows().where("map_values(ddb_rescued) is not null").count())
        .isGreaterThan(ITEMS * 8 / 10);
    assertCameBack(seed, lines, export, restore("ion", ImportFormat.ION, ImportCompression.ZSTD));
  }

  /** Every attribute but the key has a column, and all columns are for NULL alone. */
  private static String schemaThatFitsNothing(List<String> lines) throws Exception {
    Set<String> names = new LinkedHashSet<>();
    for (Object item : RestoredItems.byKey(lines).values()) {
      ((Map<?, ?>) item).keySet().forEach(name -> names.add((String) name));
    }
    names.remove("pk");
    ObjectNode tree = JsonDocuments.object();
    tree.put("format", "dynamodb-lake-schema").put("version", 1).put("table", "orders");
    ArrayNode columns = tree.putArray("columns");
    columns
        .addObject()
        .put("name", "pk")
        .put("attribute", "pk")
        .put("descriptor", "S")
        .put("type", "string");
    int number = 0;
    for (String name : names) {
      columns
          .addObject()
          .put("name", "c" + number++)
          .put("attribute", name)
          .put("descriptor", "NULL")
          .put("type", "string");
    }
    return JsonDocuments.print(tree);
  }

  /** Whatever a user has made of {@code schema.json}, however the rows are laid out. */
  @ParameterizedTest
  @MethodSource("seeds")
  void throughAnySchemaAndLayout(long seed) throws Exception {
    throughAnySchemaAndLayout(seed, OutputFormat.PARQUET);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void throughAnySchemaAndLayoutInATableOfIceberg(long seed) throws Exception {
    throughAnySchemaAndLayout(seed, OutputFormat.ICEBERG);
  }

  private void throughAnySchemaAndLayout(long seed, OutputFormat format) throws Exception {
    Random random = new Random(seed);
    List<String> lines = StorableItems.lines(seed + 5, ITEMS, true);
    Path export = export().items(lines, 3).write();
    List<ValueMapping.Scalar> scalars = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<io.dynamodblake.schema.Column> columns = new ArrayList<>();
    columns.add(
        io.dynamodblake.schema.Column.of(
            "pk", "pk", ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING)));
    for (io.dynamodblake.schema.Column column : RandomSchemas.next(random).columns()) {
      if (!column.attribute().equals("pk")) {
        columns.add(column);
        if (column.mapping() instanceof ValueMapping.Scalar scalar
            // which Iceberg takes for no partition
            && (format == OutputFormat.PARQUET || scalar.type().kind() != LakeType.Kind.DOUBLE)) {
          scalars.add(scalar);
          names.add(column.name());
        }
      }
    }
    Path schema = temp.resolve("schema.json");
    Files.writeString(schema, TableSchemaJson.toJson(new TableSchema("orders", PK, columns)));
    List<String> layout = new ArrayList<>(List.of("bucket(" + (1 + random.nextInt(3)) + ",pk)"));
    List<String> order = List.of();
    if (!names.isEmpty() && random.nextBoolean()) {
      int partition = random.nextInt(names.size());
      layout.add(field(names.get(partition), scalars.get(partition).type().kind(), random));
      order = List.of(names.get(random.nextInt(names.size())));
    }

    flatten(
        options(export)
            .withKeys(PK)
            .as(format)
            .withSchemaFile(schema.toString())
            .partitionedBy(layout)
            .sortedBy(order));

    assertCameBack(
        seed, lines, export, restore("json", ImportFormat.DYNAMODB_JSON, ImportCompression.ZSTD));
  }

  private static String field(String column, LakeType.Kind kind, Random random) {
    return switch (kind) {
      case TIMESTAMP ->
          List.of("year", "month", "day", "hour").get(random.nextInt(4)) + "(" + column + ")";
      case BINARY, DOUBLE -> "bucket(2," + column + ")";
      case STRING, BIGINT, INT, DECIMAL, BOOLEAN, DATE -> column;
    };
  }

  /** Times as they are met in the wild, in the columns that are suggested for them. */
  @ParameterizedTest
  @MethodSource("seeds")
  void throughTheTypesThatAreSuggested(long seed) throws Exception {
    TimeItems items = new TimeItems(seed + 6);
    List<String> lines = items.lines(ITEMS);
    Path export = export().items(lines, 2).write();

    flatten(options(export).withKeys(PK).suggesting(true).sortedBy(List.of("at_http")));

    assertThat(
            Stream.of(table().rows().schema().fields())
                .filter(
                    field ->
                        field.dataType().equals(DataTypes.TimestampType)
                            || field.dataType().equals(DataTypes.DateType))
                .map(StructField::name))
        .as("-Dproperties.seed=%d", seed)
        .containsExactlyInAnyOrderElementsOf(items.fitting());
    assertThat(table().rows().where("ddb_rescued is not null").count()).isLessThanOrEqualTo(10);
    assertCameBack(
        seed, lines, export, restore("json", ImportFormat.DYNAMODB_JSON, ImportCompression.ZSTD));
  }

  /** Spark's own reader and writer in the place of ours. */
  @ParameterizedTest
  @MethodSource("seeds")
  void throughFilesThatSparkHasWrittenAgain(long seed) throws Exception {
    List<String> lines = StorableItems.lines(seed + 3, ITEMS, false);
    Path export = export().items(lines, 2).write();
    flatten(options(export).withKeys(PK));
    Path snapshot = Path.of(URI.create(table().snapshotPath()));
    Path again = temp.resolve("again");
    spark
        .read()
        .parquet(snapshot.toString())
        .repartition(3)
        .write()
        .option("compression", "snappy")
        .parquet(again.toString());
    // the same rows, but not the files that were published: as what they are they are taken
    for (String file : dataFiles()) {
      Files.delete(snapshot.resolve(file));
    }
    for (String file : filesBelow(again)) {
      if (file.endsWith(".parquet")) {
        Files.move(again.resolve(file), snapshot.resolve(file));
      }
    }
    assertThatThrownBy(() -> restore("refused", ImportFormat.DYNAMODB_JSON, ImportCompression.GZIP))
        .hasMessageContaining("was not published with it");

    assertCameBack(
        seed,
        lines,
        export,
        restore(
            snapshot,
            Optional.of(snapshot.resolve("_schema.json").toString()),
            "json",
            ImportFormat.DYNAMODB_JSON,
            ImportCompression.GZIP));
  }

  /** Columns that are read alone are what they are among all others. */
  @ParameterizedTest
  @MethodSource("seeds")
  void columnsAreTheSameWithPruningAndWithout(long seed) throws Exception {
    List<String> lines = StorableItems.lines(seed + 4, 500, true);
    Path export = export().items(lines, 2).write();
    Dataset<Row> source = spark.read().format("dynamodb-export").load(export.toString()).cache();
    source.count();
    Dataset<Row> fresh =
        spark
            .newSession()
            .read()
            .schema(source.schema())
            .format("dynamodb-export")
            .load(export.toString());
    List<String> names = new ArrayList<>(Arrays.asList(source.columns()));
    Collections.shuffle(names, new Random(seed));
    for (int from = 0; from < 3; from++) {
      List<String> some = names.subList(from * names.size() / 3, (from + 1) * names.size() / 3);
      List<String> alone = texts(fresh, some);
      List<String> among = texts(source, some);
      assertThat(alone).hasSameSizeAs(among);
      for (int i = 0; i < alone.size(); i++) {
        assertThat(alone.get(i)).as("-Dproperties.seed=%d %s", seed, some).isEqualTo(among.get(i));
      }
    }
    source.unpersist();
  }

  private static List<String> texts(Dataset<Row> rows, List<String> columns) {
    Column[] wanted =
        Stream.concat(Stream.of("pk"), columns.stream().filter(name -> !name.equals("pk")))
            .map(
                name ->
                    switch (name) {
                      case TableSchema.RESCUED -> array_sort(map_entries(col(name))).as(name);
                      case TableSchema.NULLS -> array_sort(col(name)).as(name);
                      default -> col("`" + name + "`");
                    })
            .toArray(Column[]::new);
    return rows.select(wanted).toJSON().collectAsList().stream().sorted().toList();
  }
}
