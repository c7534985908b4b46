package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.LocalClusterSession;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.StorableItems;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Restore and compare on executors of their own, on S3, while one of the executors is killed. */
class RestoreOnClusterTest extends LakeTest {
  private static final int ITEMS = 2_000;

  private final S3MockServer server = S3MockServer.shared();

  @Test
  void anExecutorThatDiesCostsNothingAndLeavesNothing() throws Exception {
    Path export = export().items(StorableItems.lines(11, ITEMS, true), 4).write();
    String target = server.path("restore-on-cluster/import");
    Map<String, String> settings = new TreeMap<>(server.sparkSettings());
    settings.keySet().removeIf(key -> key.contains("committer"));

    LocalClusterSession.Result result =
        LocalClusterSession.run(
            settings,
            Driver.class,
            export.toString(),
            server.path("restore-on-cluster/lake"),
            target);

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output()).contains("killed an executor", "restored " + ITEMS, "equal true");
    List<String> keys = keys(target);
    assertThat(keys).contains("import-table.json", "restore-report.json").hasSizeGreaterThan(4);
    assertThat(keys)
        .filteredOn(key -> !key.startsWith("import-table") && !key.startsWith("restore-report"))
        .allMatch(key -> key.matches("data/part-[^/]*\\.ion\\.zst"))
        .hasSize(
            Integer.parseInt(
                result.output().replaceFirst("(?s).*restored \\d+ in (\\d+).*", "$1")));
  }

  private List<String> keys(String path) throws Exception {
    FileSystem files = FileSystem.get(URI.create(path), server.hadoopConf());
    RemoteIterator<LocatedFileStatus> below =
        files.listFiles(new org.apache.hadoop.fs.Path(path), true);
    List<String> keys = new ArrayList<>();
    while (below.hasNext()) {
      keys.add(below.next().getPath().toString().substring(path.length() + 1));
    }
    return keys;
  }

  /** What runs on the cluster's driver. Arguments: export, lake, target. */
  public static final class Driver {
    private Driver() {}

    public static void main(String[] arguments) throws IOException {
      try (SparkSession spark = SparkSession.builder().getOrCreate()) {
        List<KeyAttribute> keys = List.of(new KeyAttribute("pk", Descriptor.S));
        new Flatten(
                spark,
                FlattenOptions.builder(arguments[0], arguments[1], "orders").withKeys(keys).build())
            .run(ReadProgress.NONE);
        Killer killer = new Killer();
        spark.sparkContext().addSparkListener(killer);
        RestoreReport report =
            new Restore(
                    spark,
                    RestoreOptions.builder(arguments[1], arguments[2], "Orders-Restore")
                        .as(ImportFormat.ION)
                        .compressedAs(ImportCompression.ZSTD)
                        .withTargetFileBytes(20_000)
                        .build())
                .run(killer);
        System.out.println("restored " + report.items() + " in " + report.files());
        ComparisonReport comparison =
            new Comparison(
                    spark,
                    new ComparisonOptions(
                        new Side(arguments[0], Optional.empty()),
                        new Side(arguments[2], Optional.empty()),
                        keys,
                        3,
                        false,
                        ReadOptions.defaults(),
                        32 << 20))
                .run(ReadProgress.NONE);
        System.out.println("equal " + comparison.equal() + " " + comparison.shown());
      }
    }
  }

  /** Kills an executor as soon as a task of the writing phase has started on it. */
  private static final class Killer extends SparkListener implements ReadProgress {
    private volatile boolean writing;
    private boolean killed;

    @Override
    public void phase(String name, long totalItems, long totalStoredBytes) {
      writing = name.equals("Writing");
    }

    @Override
    public void read(long items, long storedBytes) {}

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      if (writing && !killed) {
        // the workers of this cluster live in the driver, so executors are its children
        killed =
            ProcessHandle.current()
                .children()
                .filter(
                    child ->
                        child.info().commandLine().orElse("").contains("CoarseGrainedExecutor"))
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
        System.out.println(killed ? "killed an executor" : "found no executor");
      }
    }
  }
}
