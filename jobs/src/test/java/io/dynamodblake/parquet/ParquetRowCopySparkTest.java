package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.SparkToParquetSchemaConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that Spark wrote, and what Spark reads of their copies. */
class ParquetRowCopySparkTest {
  private static final String MANY =
      """
      SELECT id, concat('customer ', id % 7) AS customer, IF(id % 5 = 0, NULL, concat('n', id)) AS note,
        CAST(id * 1.25 AS DECIMAL(9,2)) AS small, CAST(id * 1.25 AS DECIMAL(18,3)) AS medium,
        CAST(-id * 1.25 AS DECIMAL(38,10)) AS large, CAST(id AS INT) AS number, id % 3 = 0 AS even,
        timestamp_millis(1700000000000 + id * 1001) AS at, date_add(DATE'2024-02-29', CAST(id AS INT)) AS day,
        encode(concat('b', id % 11), 'UTF-8') AS bytes, id / 8D AS real,
        named_struct('city', concat('c', id % 4), 'zip', IF(id % 2 = 0, NULL, id)) AS place,
        transform(sequence(1, id % 4 + 1), n -> named_struct('sku', concat('s', n), 'qty', n * id)) AS lines,
        map(concat('k', id % 2), id, 'x', NULL) AS counts, filter(sequence(1, 3), n -> id % 3 > 0) AS maybe
      FROM range(0, 5000, 1, 1)
      """;

  @TempDir java.nio.file.Path temp;

  private final SparkSession spark = SparkTest.session();
  private final Configuration configuration = spark.sessionState().newHadoopConf();

  @Test
  void whatStaysOfSparksFilesIsWhatItWas() throws Exception {
    Dataset<Row> written = write(spark.sql(MANY), "all");

    Dataset<Row> copied = copy("all", written, row -> row % 10 == 3);

    assertThat(rows(copied)).isEqualTo(rows(written.where("id % 10 <> 3")));
    assertThat(copied.schema()).isEqualTo(written.schema());
    assertThat(copied.where("note = 'n4001'").count()).isOne();
    assertThat(copied.where("large < -6200").count())
        .isEqualTo(written.where("large < -6200 AND id % 10 <> 3").count());
  }

  @Test
  void sparksFilesWidenAsTablesDo() throws Exception {
    Dataset<Row> many = spark.sql(MANY);
    Dataset<Row> narrow =
        write(
            many.selectExpr(
                "transform(lines, l -> named_struct('sku', l.sku)) AS lines",
                "CAST(large AS DECIMAL(20,4)) AS large",
                "number AS medium",
                "number AS id",
                "named_struct('zip', CAST(place.zip AS INT)) AS place"),
            "narrow");

    Dataset<Row> wide = write(many.limit(0), "wide"); // its columns may be null

    Dataset<Row> copied = copy("narrow", wide, row -> row % 3 == 0);

    Dataset<Row> expected =
        narrow
            .where("id % 3 <> 0")
            .selectExpr(
                "CAST(id AS BIGINT) AS id",
                "CAST(NULL AS STRING) AS customer",
                "CAST(medium AS DECIMAL(18,3)) AS medium",
                "CAST(large AS DECIMAL(38,10)) AS large",
                "named_struct('city', CAST(NULL AS STRING), 'zip', CAST(place.zip AS BIGINT)) AS place",
                "transform(lines, l -> named_struct('sku', l.sku, 'qty', CAST(NULL AS BIGINT))) AS lines",
                "CAST(NULL AS MAP<STRING,BIGINT>) AS counts");
    assertThat(rows(copied.select("id", "customer", "medium", "large", "place", "lines", "counts")))
        .isEqualTo(rows(expected));
  }

  private Dataset<Row> write(Dataset<Row> rows, String name) {
    String folder = temp.resolve(name).toString();
    rows.coalesce(1)
        .write()
        .option("compression", "zstd")
        .option("parquet.block.size", 1 << 16)
        .parquet(folder);
    return spark.read().parquet(folder);
  }

  private interface LeftOut {
    boolean is(long row);
  }

  private Dataset<Row> copy(String name, Dataset<Row> wanted, LeftOut leftOut) throws Exception {
    MessageType schema =
        new SparkToParquetSchemaConverter(spark.sessionState().conf()).convert(wanted.schema());
    Path path = new Path(temp.resolve(name + ".copy.parquet").toUri());
    try (ParquetRowCopy copy =
        ParquetRowCopy.create(path, configuration, schema, Map.of(), 1 << 18)) {
      for (FileStatus file : files(name)) {
        long[] rows = LongStream.range(0, 5_000).filter(leftOut::is).toArray();
        assertThat(copy.add(file, Arrays.stream(rows).iterator())).isEqualTo(5_000 - rows.length);
      }
      copy.finish();
    }
    return spark.read().schema(wanted.schema()).parquet(path.toString());
  }

  private List<FileStatus> files(String name) throws IOException {
    Path folder = new Path(temp.resolve(name).toUri());
    FileSystem store = folder.getFileSystem(configuration);
    List<FileStatus> files = new ArrayList<>();
    for (FileStatus file : store.listStatus(folder)) {
      if (file.getPath().getName().endsWith(".parquet")) {
        files.add(file);
      }
    }
    return files;
  }

  private static List<String> rows(Dataset<Row> rows) {
    return rows.orderBy("id")
        .selectExpr("to_json(struct(*)) AS json")
        .as(Encoders.STRING())
        .collectAsList();
  }
}
