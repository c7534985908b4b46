package io.dynamodblake.spark.source;

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
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.LocalClusterSession;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The data source, and the items of a run, on executors of their own, with Kryo where Spark lets
 * users choose it.
 */
class ExportReadOnClusterTest {
  @TempDir Path temp;

  @Test
  void readsOnAClusterWithKryo() throws Exception {
    Path export =
        ExportFixture.in(temp)
            .file(ExportReadContract.ANNA, ExportReadContract.BEN)
            .file(ExportReadContract.BAD, ExportReadContract.CARA)
            .write();

    LocalClusterSession.Result result =
        LocalClusterSession.run(
            Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"),
            Driver.class,
            export.toString(),
            temp.resolve("quarantine").toString());

    assertThat(result.output())
        .as(result.errors())
        .contains("ages 48", "rescued 1", "accounted 3 items, 1 bad");
    assertThat(temp.resolve("quarantine/0000000001.jsonl")).exists();
  }

  /** What runs on the cluster's driver. */
  public static final class Driver {
    private Driver() {}

    public static void main(String[] arguments) throws Exception {
      try (SparkSession spark = SparkSession.builder().getOrCreate()) {
        Dataset<Row> observed =
            spark
                .read()
                .format("dynamodb-export")
                .option("mode", "DROPMALFORMED")
                .load(arguments[0]);
        System.out.println("ages " + observed.selectExpr("sum(age)").first().get(0));
        System.out.println(
            "rescued " + observed.filter("ddb_rescued is not null").collectAsList().size());
        ExportManifest manifest =
            new ExportLocator(
                    new HadoopObjectStore(spark.sparkContext().hadoopConfiguration()),
                    ReadOptions.defaults())
                .locate(arguments[0], ExportSelection.newest());
        try (RunAccounts run = RunAccounts.open(spark, manifest, ReadProgress.NONE)) {
          TableSchema schema = SparkTypes.fromStruct("t", observed.schema());
          RunItems.settingAside(run, schema, ReadOptions.defaults(), arguments[1], 100)
              .rows(spark, manifest, 1 << 20)
              .collectAsList();
          long items = run.files().stream().mapToLong(file -> file.items()).sum();
          long bad = run.files().stream().mapToLong(file -> file.badRecords()).sum();
          System.out.println("accounted " + items + " items, " + bad + " bad");
        }
      }
    }
  }
}
