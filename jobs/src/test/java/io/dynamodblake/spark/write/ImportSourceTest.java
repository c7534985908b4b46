package io.dynamodblake.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.ion.IonRecordReader;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.testing.Tapes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportSourceTest {
  @TempDir Path temp;

  private final SparkSession spark = SparkTest.session();

  private Path target() {
    return temp.resolve("import");
  }

  private static DataFrameWriter<Row> write(Dataset<Row> data) {
    return data.write().format("dynamodb-import");
  }

  private Dataset<Row> numbered(int count) {
    return spark.sql("select concat('p', id) as pk, id as n from range(" + count + ")");
  }

  private static List<String> filesBelow(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.equals(folder))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> lines(ImportCompression compression) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String file : filesBelow(target().resolve("data"))) {
      try (InputStream stored = Files.newInputStream(target().resolve("data").resolve(file));
          BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(compression.decompress(stored), StandardCharsets.UTF_8))) {
        reader.lines().forEach(lines::add);
      }
    }
    return lines;
  }

  private JsonNode json(String name) throws IOException {
    JsonNode tree =
        JsonDocuments.parseObject(Files.readString(target().resolve(name))).orElseThrow();
    return Documents.isOurs(tree) ? Documents.checked(tree) : tree;
  }

  private static Map<Object, Object> byKey(List<String> lines) throws Exception {
    Map<Object, Object> items = new HashMap<>();
    for (String line : lines) {
      Map<?, ?> item = (Map<?, ?>) Tapes.toComparable(Tapes.ofLine(line));
      assertThat(items.put(item.get("pk"), item)).isNull();
    }
    return items;
  }

  private static List<String> randomItems(int count) {
    RandomItems items = RandomItems.plain(11);
    List<String> lines = new ArrayList<>();
    while (lines.size() < count) {
      String line = items.line().replaceFirst("\"pk\":", "\"pk2\":");
      // DynamoDB has no empty attribute names
      if (!line.contains("\"\":") && !line.contains("\"pk\":")) {
        String comma = line.startsWith("{\"Item\":{}") ? "" : ",";
        String pk = "{\"Item\":{\"pk\":{\"S\":\"k" + lines.size() + "\"}" + comma;
        lines.add(line.replaceFirst("^\\{\"Item\":\\{", pk));
      }
    }
    return lines;
  }

  @ParameterizedTest
  @CsvSource({"dynamodb-json,gzip", "ion,zstd"})
  void itemsOfAnExportComeBackEqual(String format, String compression) throws Exception {
    List<String> lines = randomItems(500);
    Path export = ExportFixture.in(temp.resolve("bucket")).items(lines, 3).write();
    Dataset<Row> items = spark.read().format("dynamodb-export").load(export.toString());

    write(items)
        .option("KEY", "pk:S")
        .option("format", format)
        .option("compression", compression)
        .save(target().toString());

    List<String> written = lines(ImportCompression.ofKey(compression));
    if (format.equals("ion")) {
      IonRecordReader reader = new IonRecordReader(1 << 20);
      List<String> asJson = new ArrayList<>();
      for (String line : written) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        reader.read(bytes, 0, bytes.length);
        asJson.add(new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8).strip());
      }
      written = asJson;
    }
    assertThat(byKey(written)).isEqualTo(byKey(lines));
    String extension = format.equals("ion") ? "\\.ion\\.zst" : "\\.json\\.gz";
    assertThat(filesBelow(target().resolve("data")))
        .isNotEmpty()
        .allMatch(name -> name.matches("part-[^/]*" + extension));
    assertThat(filesBelow(target()).stream().filter(name -> !name.startsWith("data/")))
        .containsExactly("data", "import-report.json");
    JsonNode report = json("import-report.json");
    assertThat(report.path("status").asText()).isEqualTo("done");
    assertThat(report.path("output").path("items").asInt()).isEqualTo(500);
    assertThat(report.path("output").path("files").asInt())
        .isEqualTo(filesBelow(target().resolve("data")).size());
  }

  @Test
  void theRequestIsThereWithTableAndKeysAndRowsAreInNoOrder() throws Exception {
    write(numbered(500).coalesce(1))
        .option("key", "pk:S,n:N")
        .option("table", "Orders-Restore")
        .option("importBucket", "acme-import")
        .option("compression", "none")
        .save(target().toString());

    JsonNode request = json("import-table.json");
    assertThat(request.path("S3BucketSource").toString())
        .isEqualTo("{\"S3Bucket\":\"acme-import\",\"S3KeyPrefix\":\"Orders-Restore/data/part-\"}");
    assertThat(request.path("InputCompressionType").asText()).isEqualTo("NONE");
    assertThat(request.path("TableCreationParameters").path("KeySchema")).hasSize(2);
    List<String> lines = lines(ImportCompression.NONE);
    assertThat(byKey(lines)).hasSize(500);
    assertThat(lines.get(0))
        .matches("\\{\"Item\":\\{\"pk\":\\{\"S\":\"p\\d+\"},\"n\":\\{\"N\":\"\\d+\"}}}");
    long rising = 0;
    for (int i = 1; i < lines.size(); i++) {
      rising += lines.get(i - 1).compareTo(lines.get(i)) < 0 ? 1 : 0;
    }
    assertThat(rising).isBetween(150L, 350L);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,7", "5,2"})
  void everyRowIsWrittenOnceHoweverManyPartitionsThereAre(int from, int to) throws Exception {
    SparkSession session = SparkTest.newSession();
    session.conf().set("spark.sql.shuffle.partitions", to);
    session.conf().set("spark.sql.adaptive.coalescePartitions.enabled", false);
    Dataset<Row> data =
        session.sql("select concat('p', id) as pk, id as n from range(300)").repartition(from);
    write(data).option("key", "pk:S").save(target().toString());

    assertThat(byKey(lines(ImportCompression.GZIP))).hasSize(300);
    assertThat(filesBelow(target().resolve("data"))).hasSize(to);
    assertThatThrownBy(
            () ->
                write(data.union(data.limit(5)))
                    .option("key", "pk:S")
                    .mode("overwrite")
                    .save(target().toString()))
        .hasMessageContaining("several items have the same key, 5 times (10 rows, ");
  }

  @Test
  void noRowsAreNoFiles() throws Exception {
    write(numbered(0)).option("key", "pk:S").save(target().toString());

    assertThat(filesBelow(target())).containsExactly("data", "import-report.json");
    assertThat(json("import-report.json").path("output").path("items").asInt()).isZero();
  }

  @Test
  void rowsThatAreNoItemsAreCountedWithTheirFirstPlaceAndNothingIsWritten() throws Exception {
    Dataset<Row> data =
        spark
            .sql(
                "select * from values ('a', 1D), ('b', double('NaN')), ('a', 2D), (null, 3D), ('', 4D),"
                    + " ('secret', double('NaN')), ('a', 5D) as t(pk, n)")
            .coalesce(1);

    assertThatThrownBy(() -> write(data).option("key", "pk:S").save(target().toString()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot write: 7 of 7 rows are no items that DynamoDB takes: several items have the same"
                + " key, 1 times (3 rows, first partition 0 row 1); a double is NaN or infinite, which"
                + " DynamoDB does not have, in attribute n (2 rows, first partition 0 row 2);"
                + " key attribute pk is empty (1 row, first partition 0 row 5);"
                + " key attribute pk is missing (1 row, first partition 0 row 4); nothing was"
                + " written, correct or filter the rows");
    assertThat(filesBelow(target())).containsExactly("import-report.json");
    assertThat(json("import-report.json").path("checks").path("findings")).hasSize(4);
    assertThat(json("import-report.json").path("status").asText()).isEqualTo("failed");

    // what failed may be repeated into the same folder
    write(numbered(3)).option("key", "pk:S").save(target().toString());
    assertThat(byKey(lines(ImportCompression.GZIP))).hasSize(3);
  }

  @Test
  void equalNumbersAreOneKeyAndWithoutKeysNothingIsCompared() throws Exception {
    Dataset<Row> data = spark.sql("select 'a' as pk, 1.50BD as n union all select 'a', 1.5BD");
    assertThatThrownBy(() -> write(data).option("key", "n:N,pk:S").save(target().toString()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("several items have the same key, 1 times (2 rows,");

    write(data).save(target().toString());
    assertThat(lines(ImportCompression.GZIP)).hasSize(2);
    assertThat(json("import-report.json").path("checks").path("sameKeys").asText())
        .isEqualTo("not checked: keys are not known");
  }

  @Test
  void aSchemaFileMakesSets() throws Exception {
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"format":"dynamodb-lake-schema","version":1,"table":"t",
         "keys":[{"attribute":"Id","descriptor":"N"}],"columns":[
         {"name":"id","attribute":"Id","descriptor":"N","type":"bigint"},
         {"name":"tags","attribute":"tags","descriptor":"SS","type":"array",
          "element":{"descriptor":"S","type":"string"}}]}
        """);
    write(spark.sql("select '7' as id, array('x', 'y') as tags, date'2026-11-18' as day"))
        .option("schema", schema.toString())
        .save(target().toString());

    assertThat(lines(ImportCompression.GZIP))
        .containsExactly(
            "{\"Item\":{\"Id\":{\"N\":\"7\"},\"tags\":{\"SS\":[\"x\",\"y\"]},\"day\":{\"S\":\"2026-11-18\"}}}");
    assertThat(json("import-report.json").path("keys").get(0).asText()).isEqualTo("Id:N");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "compresion|gzip|Unknown option 'compresion' of dynamodb-import; did you mean 'compression'?",
        "header|true|Unknown option 'header' of dynamodb-import; it knows path, key, table,",
        "compression|lz4|Cannot read option(\"compression\"): 'lz4' is not one of gzip, zstd, none",
        "key|pk|Cannot read option(\"key\"): 'pk' is not a key; write attribute and descriptor",
        "key|pk:S,n:N,x:S|Cannot read option(\"key\"): a table has a partition key and at most one",
        "key|other:S|Cannot write without key attribute other: no column stands for it",
        "key|n:S|Cannot write key attribute n as S: its column makes N of it; cast the column",
        "table|a b|Cannot make the import request: neither columns nor schema file know the key",
        "importPrefix|x/|Cannot make the import request: it needs a name for the new table",
        "schema|/nowhere|Cannot read option(\"schema\"): there is no file /nowhere",
      })
  void wrongOptionsAreToldBeforeAnythingIsDone(String key, String value, String message) {
    assertThatThrownBy(() -> write(numbered(3)).option(key, value).save(target().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
    assertThat(target()).doesNotExist();
  }

  @Test
  void columnsWithoutAPlaceInDynamoDbAreToldBeforeAnythingIsDone() {
    assertThatThrownBy(
            () ->
                write(spark.sql("select 'a' as pk, map(1, 2) as m, null as v"))
                    .save(target().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot make attributes of all columns: m is a map with keys of")
        .hasMessageContaining("; v is void, which");
    assertThatThrownBy(() -> write(numbered(3)).partitionBy("n").save(target().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot partition import files");
    assertThat(target()).doesNotExist();
  }

  @Test
  void onlyOverwriteReplacesAndOnlyWhatIsOurs() throws Exception {
    write(numbered(3)).option("key", "pk:S").mode("append").save(target().toString());
    for (String mode : List.of("errorifexists", "append")) {
      assertThatThrownBy(() -> write(numbered(4)).mode(mode).save(target().toString()))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("Cannot write: the folder is not empty, at ")
          .hasMessageEndingWith("choose a new folder, or mode overwrite");
    }
    write(numbered(4)).mode("ignore").save(target().toString());
    assertThat(lines(ImportCompression.GZIP)).hasSize(3);

    // rows that are read from what is overwritten
    Dataset<Row> before =
        spark
            .read()
            .format("dynamodb-export")
            .load(target().resolve("data").toString())
            .where("n > 0");
    write(before).option("key", "pk:S").mode("overwrite").save(target().toString());
    assertThat(lines(ImportCompression.GZIP)).hasSize(2);

    // a failure leaves what was there
    String report = Files.readString(target().resolve("import-report.json"));
    Dataset<Row> bad = spark.sql("select 'a' as pk union all select 'a'");
    assertThatThrownBy(
            () -> write(bad).option("key", "pk:S").mode("overwrite").save(target().toString()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot write: 2 of 2 rows are no items that DynamoDB takes: several items have the same"
                + " key, 1 times \\(2 rows, first partition \\d row 1\\); nothing was written, correct"
                + " or filter the rows");
    assertThat(lines(ImportCompression.GZIP)).hasSize(2);
    assertThat(target().resolve("import-report.json")).hasContent(report);

    Files.writeString(target().resolve("data/notes.txt"), "mine");
    assertThatThrownBy(() -> write(numbered(1)).mode("overwrite").save(target().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot overwrite: the folder holds what dynamodb-import did not write, at ");
    assertThat(target().resolve("data/notes.txt")).exists();
  }

  @Test
  void aFolderOfSomebodyElseIsNeverTouched() throws Exception {
    Files.createDirectories(target());
    Files.writeString(target().resolve("x.txt"), "mine");
    for (String mode : List.of("errorifexists", "append")) {
      assertThatThrownBy(() -> write(numbered(1)).mode(mode).save(target().toString()))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("Cannot write: the folder is not empty, at ");
    }
    assertThatThrownBy(() -> write(numbered(1)).mode("overwrite").save(target().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot overwrite: the folder holds what dynamodb-import did not write, at ");
    assertThat(filesBelow(target())).containsExactly("x.txt");
    assertThat(target().resolve("x.txt")).hasContent("mine");
  }

  @Test
  void sqlWritesByCreateTableAsSelect() throws Exception {
    SparkSession session = SparkTest.newSession();
    session.sql("create temporary view orders as select 'a' as pk, array(1, 2) as ns");
    session.sql(
        "create table import_orders using `dynamodb-import` options (key 'pk:S', compression 'none')"
            + " location '%s' as select * from orders".formatted(target()));
    try {
      assertThat(lines(ImportCompression.NONE))
          .containsExactly(
              "{\"Item\":{\"pk\":{\"S\":\"a\"},\"ns\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}}}");
      assertThatThrownBy(() -> session.sql("select * from import_orders").collectAsList())
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("Cannot read dynamodb-import: it only writes");
    } finally {
      session.sql("drop table import_orders");
    }
    assertThat(lines(ImportCompression.NONE)).hasSize(1);
  }

  @Test
  void sqlWritesByInsertIntoAView() throws Exception {
    SparkSession session = SparkTest.newSession();
    session.sql(
        "create temporary view target (pk string, n bigint) using `dynamodb-import`"
            + " options (path '%s', key 'pk:S')".formatted(target()));
    session.sql("insert into target select 'a', 1 union all select 'b', 2");
    assertThat(byKey(lines(ImportCompression.GZIP))).hasSize(2);

    assertThatThrownBy(() -> session.sql("insert into target select 'c', 3"))
        .hasMessageContaining("nothing can be appended");
    session.sql("insert overwrite table target select 'c', 3");
    assertThat(lines(ImportCompression.GZIP))
        .containsExactly("{\"Item\":{\"pk\":{\"S\":\"c\"},\"n\":{\"N\":\"3\"}}}");
  }

  @Test
  void onS3ItUsesTheCommitterOfS3AndTheRequestNamesTheBucket() throws Exception {
    S3MockServer server = S3MockServer.shared();
    String path = server.path("import-source/orders");
    DataFrameWriter<Row> writer =
        write(numbered(100).repartition(3)).option("key", "pk:S").option("table", "orders");
    server.settings().entrySet().stream()
        .filter(setting -> !setting.getKey().contains("committer"))
        .forEach(setting -> writer.option(setting.getKey(), setting.getValue()));
    for (String mode : List.of("errorifexists", "overwrite")) {
      writer.mode(mode).save(path);
    }

    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(path);
    RemoteIterator<LocatedFileStatus> found =
        folder.getFileSystem(server.hadoopConf()).listFiles(folder, true);
    List<String> keys = new ArrayList<>();
    while (found.hasNext()) {
      keys.add(found.next().getPath().toString().substring(path.length() + 1));
    }
    assertThat(keys)
        .contains("import-table.json", "import-report.json")
        .allMatch(key -> key.matches("import-.*\\.json|data/part-[^/]*\\.json\\.gz"));
    String request;
    org.apache.hadoop.fs.Path requestPath =
        new org.apache.hadoop.fs.Path(folder, "import-table.json");
    try (InputStream in = requestPath.getFileSystem(server.hadoopConf()).open(requestPath)) {
      request = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(JsonDocuments.parseObject(request).orElseThrow().path("S3BucketSource").toString())
        .isEqualTo(
            "{\"S3Bucket\":\"%s\",\"S3KeyPrefix\":\"import-source/orders/data/part-\"}"
                .formatted(server.bucket()));
  }
}
