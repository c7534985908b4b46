package io.dynamodblake.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.ddl.PartitionLayout.Partition;
import io.dynamodblake.ddl.PartitionLayout.Range;
import io.dynamodblake.ddl.PartitionLayout.Unit;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.testing.Golden;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.plans.logical.CreateTable;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AthenaDdlTest {
  private static final Path GOLDEN = Path.of("src/test/resources/ddl");
  private static final String FOLDER = "s3a://acme-lake/orders/snapshot=01731900000000-0a1b2c3d";

  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar WHOLE = Scalar.of(Descriptor.N, LakeType.BIGINT);

  private static final TableSchema ORDERS =
      new TableSchema(
          "orders",
          List.of(new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.N)),
          List.of(
              Column.of("pk", "pk", TEXT),
              Column.of("sk", "sk", WHOLE),
              Column.of("total", "total", Scalar.of(Descriptor.N, LakeType.decimal(18, 4))),
              Column.of("ratio", "ratio", Scalar.of(Descriptor.N, LakeType.DOUBLE)),
              Column.of("exact", "exact", Scalar.of(Descriptor.N, LakeType.STRING)),
              Column.of("small", "small", Scalar.of(Descriptor.N, LakeType.INT)),
              Column.of("paid", "paid", Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN)),
              Column.of("thumb", "thumb", Scalar.of(Descriptor.B, LakeType.BINARY)),
              Column.of(
                  "createdat",
                  "createdAt",
                  new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601_MILLIS)),
              Column.of(
                  "updated",
                  "updated",
                  new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_SECONDS)),
              Column.of("due", "due", new Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601)),
              Column.of("tags", "tags", new Sequence(Descriptor.SS, TEXT)),
              Column.of("sizes", "sizes", new Sequence(Descriptor.NS, WHOLE)),
              Column.of(
                  "lines",
                  "lines",
                  new Sequence(
                      Descriptor.L,
                      new Struct(
                          List.of(
                              new Field("sku", "sku", TEXT),
                              new Field("date", "date", TEXT),
                              new Field(
                                  "price",
                                  "Price",
                                  Scalar.of(Descriptor.N, LakeType.decimal(38, 10))))))),
              Column.of(
                  "anything", "anything", new Sequence(Descriptor.L, new DynamoJson(Descriptor.S))),
              Column.of("stock", "stock", new OpenMap(WHOLE)),
              Column.of("never", "never", Scalar.of(Descriptor.NULL, LakeType.STRING)),
              Column.of("status", "status", TEXT),
              new Column("email", "email", TEXT, Protection.HASH, false),
              new Column("phone", "phone", WHOLE, Protection.MASK, false),
              new Column("secret", "secret", TEXT, Protection.NONE, true)));

  private static final Map<String, String> PROVENANCE = provenance();

  private static Map<String, String> provenance() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(TableDefinition.SNAPSHOT, "01731900000000-0a1b2c3d");
    properties.put(
        TableDefinition.EXPORT_ARN,
        "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01731900000000-0a1b2c3d");
    properties.put(TableDefinition.EXPORT_TIME, "2024-11-18T03:20:00Z");
    return properties;
  }

  private static TableDefinition unpartitioned(TableSchema schema) {
    return TableDefinition.of(
        "lake", "orders", schema, List.of(), FOLDER, new PartitionLayout.None());
  }

  private static PartitionColumn partition(String name, LakeType type) {
    PartitionField field = new PartitionField(PartitionField.Transform.IDENTITY, name, 0);
    return new PartitionColumn(field, Column.of(name, name, TEXT), name, type);
  }

  /** Tables of each kind, by the name of their golden files. */
  static Map<String, TableDefinition> definitions() {
    Map<String, TableDefinition> definitions = new LinkedHashMap<>();
    definitions.put("orders", unpartitioned(ORDERS).withProperties(PROVENANCE));
    definitions.put(
        "orders-partitioned-projected",
        TableDefinition.of(
                "lake",
                "orders",
                ORDERS,
                List.of(
                    partition("createdat_day", LakeType.STRING),
                    partition("updated_hour", LakeType.STRING),
                    partition("pk_bucket", LakeType.INT)),
                FOLDER,
                new PartitionLayout.Projected(
                    List.of(
                        new Range("createdat_day", Unit.DAY, "2024-11-01", "2024-11-18"),
                        new Range("updated_hour", Unit.HOUR, "2024-11-01-00", "2024-11-18-23"),
                        new Range("pk_bucket", Unit.NUMBER, "0", "15"))))
            .withProperties(PROVENANCE));
    definitions.put(
        "orders-partitioned-registered",
        TableDefinition.of(
                "lake",
                "orders",
                ORDERS,
                List.of(partition("status", LakeType.STRING), partition("sk", LakeType.BIGINT)),
                FOLDER,
                new PartitionLayout.Registered(
                    List.of(
                        new Partition(List.of("OPEN", "7"), FOLDER + "/status=OPEN/sk=7"),
                        new Partition(
                            List.of("it's a/b", "-8"), FOLDER + "/status=it%27s a%2Fb/sk=-8/"),
                        new Partition(
                            List.of(Partition.NULL_VALUE, Partition.NULL_VALUE),
                            FOLDER
                                + "/status=__HIVE_DEFAULT_PARTITION__/sk=__HIVE_DEFAULT_PARTITION__"))))
            .withProperties(PROVENANCE));
    definitions.put("hostile-names", hostile());
    definitions.put(
        "orders-csv", unpartitioned(ORDERS).withFormat(TableFormat.CSV).withProperties(PROVENANCE));
    definitions.put(
        "orders-local",
        TableDefinition.of(
            "lake",
            "orders",
            new TableSchema("orders", List.of(), List.of(Column.of("pk", "pk", TEXT))),
            List.of(),
            "file:/tmp/lake/orders/snapshot=1",
            new PartitionLayout.None()));
    return definitions;
  }

  private static TableDefinition hostile() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.of("select", "select", TEXT));
    columns.add(Column.of("_1st", "1st", TEXT));
    columns.add(Column.of("size", "size", TEXT));
    columns.add(Column.of("size_2", "Size", TEXT));
    columns.add(Column.of("a_b", "a.b", TEXT));
    columns.add(Column.of("it_s", "it's \\ `quoted` \"twice\"; -- no comment", TEXT));
    columns.add(Column.of("two_lines", "two\nlines\u2028three\u0000", TEXT));
    columns.add(Column.of("grosse", "Größe", TEXT));
    columns.add(Column.of("_", "😀", TEXT));
    columns.add(Column.of("_2", "\ud83d", TEXT));
    columns.add(Column.of("ddb_rescued_2", "ddb_rescued", TEXT));
    columns.add(Column.of("long", "x".repeat(1_000), TEXT));
    columns.add(
        Column.of(
            "nested",
            "nested",
            new Struct(
                List.of(
                    new Field("order", "order", TEXT),
                    new Field("_", "-", TEXT),
                    new Field("_1", "1", new OpenMap(new DynamoJson(Descriptor.N))),
                    new Field(
                        "timestamp",
                        "timestamp",
                        new Struct(List.of(new Field("from", "From", WHOLE))))))));
    return TableDefinition.of(
        "_lake",
        "2024_orders",
        new TableSchema("orders", List.of(), columns),
        List.of(),
        "s3://acme-lake/it's here/snapshot=1/",
        new PartitionLayout.None());
  }

  @TestFactory
  List<DynamicTest> scriptsEqualTheirGoldenFiles() {
    return definitions().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        Golden.check(
                            GOLDEN.resolve(entry.getKey() + ".sql"),
                            AthenaDdl.script(entry.getValue()))))
        .toList();
  }

  @TestFactory
  List<DynamicTest> everyStatementIsInTheGrammar() {
    return definitions().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> AthenaDdl.statements(entry.getValue()).forEach(SparkGrammar::parse)))
        .toList();
  }

  @TestFactory
  List<DynamicTest> columnsHaveTheTypesOfTheSchema() {
    return definitions().entrySet().stream()
        .filter(entry -> entry.getValue().format() == TableFormat.PARQUET)
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      TableDefinition definition = entry.getValue();
                      CreateTable create =
                          SparkGrammar.parseCreate(AthenaDdl.statements(definition));
                      List<String> partitionColumns =
                          definition.partitionColumns().stream()
                              .map(PartitionColumn::name)
                              .toList();
                      List<StructField> expected = new ArrayList<>();
                      for (StructField field :
                          SparkGrammar.expected(definition.schema()).fields()) {
                        if (!partitionColumns.contains(field.name())) {
                          expected.add(field);
                        }
                      }
                      definition
                          .partitionColumns()
                          .forEach(
                              column ->
                                  expected.add(
                                      DataTypes.createStructField(
                                          column.name(),
                                          SparkGrammar.type(column.type().sql()),
                                          true)));
                      assertThat(SparkGrammar.columns(create).fields())
                          .containsExactlyElementsOf(expected);
                    }))
        .toList();
  }

  @Test
  void csvColumnsAreAllStrings() {
    TableDefinition definition = unpartitioned(ORDERS).withFormat(TableFormat.CSV);

    CreateTable create = SparkGrammar.parseCreate(AthenaDdl.statements(definition));

    assertThat(create.tableSchema().fields())
        .hasSize(ORDERS.writtenColumns().size() + 2)
        .allSatisfy(field -> assertThat(field.dataType()).isEqualTo(DataTypes.StringType));
  }

  @Test
  void csvIsReadWithTheDelimiterThatItHas() {
    TableDefinition definition =
        unpartitioned(ORDERS).withFormat(TableFormat.CSV).withDelimiter('\t');

    assertThat(AthenaDdl.statements(definition))
        .anyMatch(statement -> statement.contains("'separatorChar' = '\\u0009'"));
    assertThat(GlueTable.of(definition).serdeParameters()).containsEntry("separatorChar", "\t");
  }

  @Test
  void locationsHaveSchemeS3AndASlashAtTheEnd() {
    for (String scheme : List.of("s3", "s3a", "s3n", "S3A")) {
      assertThat(TableDefinition.folder(scheme + "://bucket/s3a://x"))
          .isEqualTo("s3://bucket/s3a://x/");
    }
    assertThat(TableDefinition.folder("file:/tmp/x/")).isEqualTo("file:/tmp/x/");
  }

  @Test
  void propertiesSayWhereTheDataComesFrom() {
    CreateTable create =
        SparkGrammar.parseCreate(
            AthenaDdl.statements(unpartitioned(ORDERS).withProperties(PROVENANCE)));

    assertThat(scala.collection.JavaConverters.mapAsJavaMap(create.tableSpec().properties()))
        .containsAllEntriesOf(PROVENANCE)
        .containsEntry("classification", "parquet")
        .containsEntry("parquet.compression", "ZSTD");
  }

  @Test
  void manyPartitionsAreAddedInStatementsThatAthenaTakes() {
    List<Partition> partitions = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      partitions.add(new Partition(List.of("v" + i), FOLDER + "/status=v" + i));
    }
    for (int i = 0; i < 300; i++) {
      String value = "é".repeat(400) + i;
      partitions.add(new Partition(List.of(value), FOLDER + "/status=" + value));
    }
    TableDefinition definition =
        TableDefinition.of(
            "lake",
            "orders",
            ORDERS,
            List.of(partition("status", LakeType.STRING)),
            FOLDER,
            new PartitionLayout.Registered(partitions));

    List<String> statements = AthenaDdl.statements(definition);

    List<String> adding = statements.subList(3, statements.size());
    assertThat(adding)
        .allSatisfy(
            statement -> {
              assertThat(statement.getBytes(StandardCharsets.UTF_8).length).isLessThan(200_100);
              assertThat(statement).startsWith("ALTER TABLE `lake`.`orders` ADD IF NOT EXISTS");
              SparkGrammar.parse(statement);
            });
    assertThat(adding).hasSizeGreaterThan(4);
    String all = String.join("\n", adding);
    assertThat(all.split("PARTITION \\(", -1)).hasSize(partitions.size() + 1);
  }

  @Test
  void anEmptyTableHasNoPartitionsToAdd() {
    TableDefinition definition =
        TableDefinition.of(
            "lake",
            "orders",
            ORDERS,
            List.of(partition("status", LakeType.STRING)),
            FOLDER,
            new PartitionLayout.Registered(List.of()));

    assertThat(AthenaDdl.statements(definition)).hasSize(3);
  }

  private static TableSchema withColumns(int count) {
    return new TableSchema(
        "orders",
        List.of(),
        IntStream.range(0, count)
            .mapToObj(i -> Column.of("column_number_" + i, "column.number." + i, TEXT))
            .toList());
  }

  @Test
  void commentsGiveWayWhereAStatementWouldBeTooLong() {
    TableDefinition definition = unpartitioned(withColumns(6_000));

    String create = AthenaDdl.statements(definition).get(2);

    assertThat(create).doesNotContain("attribute column").contains("`column_number_5999` string,");
    assertThat(create.getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(AthenaDdl.MOST_STATEMENT_BYTES);
  }

  @Test
  void aStatementThatAthenaDoesNotTakeIsRefusedWithTheWayOut() {
    TableSchema schema = withColumns(10_000);

    assertThatThrownBy(() -> AthenaDdl.check("lake", "orders", schema, List.of()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot write CREATE TABLE for lake.orders: it has ")
        .hasMessageContaining("262144")
        .hasMessageEndingWith("drop columns in schema.json");
  }

  @Test
  void whatIsCheckedCanBePartitioned() {
    assertThatNoException()
        .isThrownBy(
            () ->
                AthenaDdl.check(
                    "lake", "orders", ORDERS, List.of(partition("status", LakeType.STRING))));
  }

  @Test
  void namesThatAthenaDoesNotTakeAreRefusedWithTheWayOut() {
    for (String name : List.of("", "Orders", "my-orders", "orders;", "x".repeat(256))) {
      assertThatThrownBy(
              () ->
                  TableDefinition.of(
                      "lake", name, ORDERS, List.of(), FOLDER, new PartitionLayout.None()))
          .isInstanceOf(DataRefusedException.class)
          .hasMessageStartingWith("Cannot declare table '")
          .hasMessageEndingWith("choose another name with --table");
    }
  }

  @Test
  void aPartitionValueThatGlueDoesNotTakeIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> new Partition(List.of("x".repeat(1_025)), FOLDER))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("1025 characters and Glue takes 1024")
        .hasMessageContaining("bucket(n,column)");
  }

  @Test
  void aLayoutMustFitThePartitionColumns() {
    List<PartitionColumn> status = List.of(partition("status", LakeType.STRING));

    assertThatThrownBy(
            () ->
                TableDefinition.of(
                    "lake", "orders", ORDERS, status, FOLDER, new PartitionLayout.None()))
        .hasMessageContaining("without a partition layout");
    assertThatThrownBy(
            () ->
                TableDefinition.of(
                    "lake",
                    "orders",
                    ORDERS,
                    status,
                    FOLDER,
                    new PartitionLayout.Registered(
                        List.of(new Partition(List.of("a", "b"), FOLDER)))))
        .hasMessageContaining("2 values");
    assertThatThrownBy(
            () ->
                TableDefinition.of(
                    "lake",
                    "orders",
                    ORDERS,
                    status,
                    FOLDER,
                    new PartitionLayout.Projected(List.of())))
        .hasMessageContaining("partition columns are [status]");
  }
}
