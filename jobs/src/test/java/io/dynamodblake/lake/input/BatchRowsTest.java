package io.dynamodblake.lake.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.SparkTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchRowsTest {
  @TempDir Path directory;

  private Dataset<Row> parquet() {
    SparkSession session = SparkTest.newSession();
    String path = directory.resolve("rows").toString();
    session
        .range(0, 10_000, 1, 3)
        .selectExpr(
            "id",
            "if(id % 3 = 0, null, concat('text ', id % 50)) AS text",
            "concat('unlike ', id) AS other",
            "cast(id / 7 AS decimal(38, 10)) AS wide",
            "cast(id AS decimal(12, 2)) AS narrow",
            "if(id % 5 = 0, null, named_struct('a', id, 'b', cast(id AS string))) AS struct",
            "transform(sequence(0, id % 4), x -> named_struct('x', x, 'y', cast(x AS string))) AS list",
            "map(cast(id AS string), id % 2 = 0) AS flags",
            "cast(cast(id AS string) AS binary) AS bytes",
            "id % 2 AS part")
        .write()
        .partitionBy("part")
        .parquet(path);
    return session.read().parquet(path);
  }

  private static Dataset<Row> chosen(Dataset<Row> all) {
    return all.select(
        col("bytes"),
        col("list"),
        col("part"),
        col("text"),
        col("struct"),
        col("flags"),
        col("narrow"),
        col("wide"),
        col("other"),
        all.metadataColumn("_metadata").getField("file_path"),
        all.metadataColumn("_metadata").getField("row_index"),
        lit(null).cast(DataTypes.StringType).as("nothing"));
  }

  private static List<InternalRow> copies(Iterable<InternalRow> rows, StructType schema) {
    UnsafeProjection projection = UnsafeProjection.create(schema);
    List<InternalRow> copies = new ArrayList<>();
    rows.forEach(row -> copies.add(projection.apply(row).copy()));
    return copies;
  }

  @Test
  void rowsAreThoseThatSparkMakes() {
    Dataset<Row> rows = chosen(parquet());
    StructType schema = rows.schema();
    List<InternalRow> direct =
        BatchRows.direct(rows)
            .orElseThrow()
            .mapPartitions(taken -> copies(() -> taken, schema).iterator())
            .collect();
    assertThat(direct)
        .hasSize(10_000)
        .isEqualTo(
            rows.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(taken -> copies(() -> taken, schema).iterator())
                .collect());
  }

  /** Spark itself reads more than a hundred fields row by row. */
  @Test
  void manyColumnsAreReadAsTheyLieInShorterBatches() {
    SparkSession session = SparkTest.newSession();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      columns.add(when(col("id").mod(i + 2).equalTo(0), col("id").plus(i)).as("number" + i));
      columns.add(struct(concat(lit(i + "-"), col("id")).as("text")).as("struct" + i));
    }
    String path = directory.resolve("wide").toString();
    session.range(0, 4_000, 1, 1).select(columns.toArray(Column[]::new)).write().parquet(path);
    StructType schema = session.read().parquet(path).schema();
    assertThat(BatchRows.direct(session.read().parquet(path))).isEmpty();

    SparkSession wide = BatchRows.session(session, schema);
    Dataset<Row> rows = wide.read().parquet(path);
    assertThat(
            BatchRows.direct(rows)
                .orElseThrow()
                .mapPartitions(taken -> copies(() -> taken, schema).iterator())
                .collect())
        .hasSize(4_000)
        .isEqualTo(
            session
                .read()
                .parquet(path)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(taken -> copies(() -> taken, schema).iterator())
                .collect());
    assertThat(wide.sessionState().conf().parquetVectorizedReaderBatchSize())
        .isEqualTo((1 << 21) / 600);
    assertThat(session.sessionState().conf().parquetVectorizedReaderBatchSize()).isEqualTo(4_096);
    assertThat(BatchRows.session(session, new StructType().add("a", DataTypes.LongType)))
        .isSameAs(session);
  }

  @Test
  void rowsThatAreNotOnlyReadAreLeftToSpark() {
    Dataset<Row> all = parquet();
    assertThat(BatchRows.direct(chosen(all.where("id > 10")))).isEmpty();
    assertThat(BatchRows.direct(chosen(all).limit(3))).isEmpty();
    assertThat(BatchRows.direct(chosen(all).repartition(2))).isEmpty();
    assertThat(BatchRows.direct(all.selectExpr("id + 1"))).isEmpty();
    assertThat(BatchRows.direct(all.selectExpr("struct.a"))).isEmpty();
    assertThat(BatchRows.direct(all.selectExpr("'constant'"))).isEmpty();
    assertThat(BatchRows.direct(all.sparkSession().range(10).toDF())).isEmpty();
    assertThat(BatchRows.of(all.selectExpr("id + 1")).count()).isEqualTo(10_000);
    assertThat(BatchRows.of(all.select("text")).count()).isEqualTo(10_000);
  }
}
