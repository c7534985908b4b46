package io.dynamodblake.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunItems;
import io.dynamodblake.spark.run.DyingFileSystem;
import io.dynamodblake.spark.source.ExportReadContract;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.LocalClusterSession;
import io.dynamodblake.testing.RestoredItems;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The data sources, and the items of a run, on executors of their own, with Kryo where Spark lets
 * users choose it; in the end one of the executors dies while it writes.
 */
class SourcesOnClusterTest {
  @TempDir static Path temp;

  private static String output;

  @BeforeAll
  static void run() throws Exception {
    Path export =
        ExportFixture.in(temp)
            .file(ExportReadContract.ANNA, ExportReadContract.BEN)
            .file(ExportReadContract.BAD, ExportReadContract.CARA)
            .write();
    LocalClusterSession.Result result =
        LocalClusterSession.run(
            Map.of(
                "spark.serializer",
                "org.apache.spark.serializer.KryoSerializer",
                "spark.sql.adaptive.coalescePartitions.enabled",
                "false",
                "spark.hadoop.fs.dying.impl",
                DyingFileSystem.class.getName()),
            Driver.class,
            export.toString(),
            temp.resolve("quarantine").toString(),
            "dying:" + temp.resolve("import"));
    assertThat(result.exitCode()).as(result.errors()).isZero();
    output = result.output();
  }

  @Test
  void anExportIsRead() {
    assertThat(output).contains("ages 48", "rescued 1", "accounted 3 items, 1 bad");
    assertThat(temp.resolve("quarantine/0000000001.jsonl")).exists();
  }

  @Test
  void anExecutorThatDiesInTheMiddleOfAFileLeavesNothing() throws Exception {
    assertThat(output).contains("written");
    assertThat(temp.resolve("died")).exists();
    Path data = temp.resolve("import/data");
    assertThat(RestoredItems.byKey(RestoredItems.lines(data))).hasSize(2_000);
    assertThat(Folders.filesBelow(data))
        .hasSize(4)
        .allMatch(name -> name.matches("part-[^/]*\\.json\\.gz"));
  }

  /** What runs on the cluster's driver. */
  static final class Driver {
    private Driver() {}

    public static void main(String[] arguments) throws Exception {
      try (SparkSession spark = SparkSession.builder().getOrCreate()) {
        read(spark, arguments[0], arguments[1]);
        spark
            .sql("select concat('p', id) as pk, id as n from range(0, 2000, 1, 4)")
            .write()
            .format("dynamodb-import")
            .option("key", "pk:S")
            .save(arguments[2]);
        System.out.println("written");
      }
    }

    private static void read(SparkSession spark, String export, String quarantine)
        throws Exception {
      Dataset<Row> observed =
          spark.read().format("dynamodb-export").option("mode", "DROPMALFORMED").load(export);
      System.out.println("ages " + observed.selectExpr("sum(age)").first().get(0));
      System.out.println(
          "rescued " + observed.filter("ddb_rescued is not null").collectAsList().size());
      ExportManifest manifest =
          new ExportLocator(
                  new HadoopObjectStore(spark.sparkContext().hadoopConfiguration()),
                  ReadOptions.defaults())
              .locate(export, ExportSelection.newest());
      try (RunAccounts run = RunAccounts.open(spark, manifest, ReadProgress.NONE)) {
        TableSchema schema = SparkTypes.fromStruct("t", observed.schema());
        RunItems.settingAside(run, schema, ReadOptions.defaults(), quarantine, 100)
            .rows(spark, manifest, 1 << 20)
            .collectAsList();
        long items = run.files().stream().mapToLong(file -> file.items()).sum();
        long bad = run.files().stream().mapToLong(file -> file.badRecords()).sum();
        System.out.println("accounted " + items + " items, " + bad + " bad");
      }
    }
  }
}
