package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.LocalClusterSession;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.testing.StorableItems;
import io.dynamodblake.type.Descriptor;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What commands do on executors in processes of their own, which find their credentials and the
 * region and call by themselves, and of which one is killed in the end. All on one cluster, since
 * that is three JVMs.
 */
class CommandsOnClusterTest {
  private static final int ITEMS = 2_000;
  private static final List<KeyAttribute> KEYS = List.of(new KeyAttribute("pk", Descriptor.S));

  @TempDir static Path temp;

  private static String output;
  private static String errors;
  private static List<Request> requests;

  @BeforeAll
  static void run() throws Exception {
    S3MockServer server = S3MockServer.shared();
    Map<String, String> settings = new TreeMap<>(server.sparkSettings());
    settings.keySet().removeIf(key -> key.contains("committer"));
    settings.putAll(Map.of("aws.accessKeyId", "test", "aws.secretAccessKey", "x"));
    settings.put(
        LocalClusterSession.EXECUTOR_OPTIONS, "-Daws.accessKeyId=test -Daws.secretAccessKey=x");
    List<String> lines =
        new ArrayList<>(
            IntStream.range(0, ITEMS)
                .mapToObj("{\"Item\":{\"pk\":{\"S\":\"p%d\"}}}"::formatted)
                .toList());
    lines.set(17, "not an item");
    try (FakeAws aws = FakeAws.answering(CommandsOnClusterTest::answer)) {
      LocalClusterSession.Result result =
          LocalClusterSession.run(
              settings,
              Driver.class,
              temp.toString(),
              aws.address().toString(),
              ExportFixture.in(temp.resolve("lines")).items(lines, 9).write().toString(),
              ExportFixture.in(temp.resolve("items"))
                  .items(StorableItems.lines(11, ITEMS, true), 4)
                  .write()
                  .toString(),
              server.path("on-cluster"));
      assertThat(result.exitCode()).as(result.errors()).isZero();
      output = result.output();
      errors = result.errors();
      requests = aws.requests();
    }
  }

  /** To somebody who may read tables and nothing else. */
  private static Answer answer(Request request) {
    if (!List.of("Scan", "DescribeTable").contains(request.operation())) {
      return Answer.error(400, "AccessDeniedException", "not authorized");
    }
    String table = request.body().contains("Orders-2") ? "Orders-2" : "Orders";
    String json =
        request.operation().equals("Scan")
            ? "{'Items':[{'pk':{'S':'SEGMENT'},'of':{'S':'TABLE'}}],'ScannedCount':1,'ConsumedCapacity':{'CapacityUnits':0.5}}"
            : "{'Table':{'TableName':'TABLE','TableArn':'arn:aws:dynamodb:eu-west-1:111122223333:table/TABLE','TableId':'id',"
                + "'TableStatus':'ACTIVE','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'ProvisionedThroughput':{'ReadCapacityUnits':400}}}";
    String segment = request.body().replaceAll("(?s).*\"Segment\":(\\d+).*", "$1");
    return Answer.of(json.replace("TABLE", table).replace("SEGMENT", segment).replace('\'', '"'));
  }

  private static List<Request> scansBy(String command) {
    return requests.stream()
        .filter(request -> request.operation().equals("Scan"))
        .filter(request -> request.userAgent().endsWith(" " + command))
        .toList();
  }

  @Test
  void tasksRunInTwoProcessesThatAreNotTheDriver() {
    assertThat(output).contains("executors 2\n");
  }

  @Test
  void executorsScan() {
    assertThat(output).as(errors).contains("scan 0\n", "\"items\" : 4", "\"tasks\" : 2");
    assertThat(scansBy("scan"))
        .hasSize(4)
        .allMatch(request -> request.authorization().contains("/eu-west-1/dynamodb/"));
    CapturedTerminal terminal = new CapturedTerminal();
    SparkTest.session();
    assertThat(terminal.run("inspect", temp.resolve("scans").toString()))
        .as(terminal.err())
        .isZero();
  }

  @Test
  void executorsKeepWhatTheyReadOfLiveTables() {
    assertThat(output)
        .as(errors)
        .contains("compare 6\n", "\"differingKeys\" : 2", "\"path\" : \"of\"");
    assertThat(scansBy("compare")).as("two segments of each table").hasSize(4);
  }

  @Test
  void executorsWriteTheSameLakeTable() {
    assertThat(output)
        .contains("\"status\" : \"published\"")
        .contains("\"itemsRead\" : 2000")
        .contains("\"rowsWritten\" : 1999")
        .contains("\"quarantined\" : 1");
    LakeTable table = LakeTable.open(SparkTest.session(), temp.resolve("lake").toString());
    assertThat(table.rows().count()).isEqualTo(1999);
    assertThat(table.rows().select("pk").distinct().count()).isEqualTo(1999);
    assertThat(Folders.filesBelow(Path.of(URI.create(table.snapshotPath()))))
        .filteredOn(file -> !file.startsWith("_"))
        .isNotEmpty()
        .allMatch(file -> file.startsWith("pk_bucket="));
  }

  @Test
  void anExecutorThatDiesCostsNothingAndLeavesNothing() throws Exception {
    assertThat(output).contains("killed an executor", "restored " + ITEMS, "equal true");
    List<String> keys = keys(S3MockServer.shared().path("on-cluster/import"));
    assertThat(keys).contains("import-table.json", "restore-report.json").hasSizeGreaterThan(4);
    assertThat(keys)
        .filteredOn(key -> !key.startsWith("import-table") && !key.startsWith("restore-report"))
        .allMatch(key -> key.matches("data/part-[^/]*\\.ion\\.zst"))
        .hasSize(Integer.parseInt(output.replaceFirst("(?s).*restored \\d+ in (\\d+).*", "$1")));
  }

  private static List<String> keys(String path) throws Exception {
    FileSystem files = FileSystem.get(URI.create(path), S3MockServer.shared().hadoopConf());
    RemoteIterator<LocatedFileStatus> below =
        files.listFiles(new org.apache.hadoop.fs.Path(path), true);
    List<String> keys = new ArrayList<>();
    while (below.hasNext()) {
      keys.add(below.next().getPath().toString().substring(path.length() + 1));
    }
    return keys;
  }

  /** What runs on the cluster's driver. */
  static final class Driver {
    private Driver() {}

    /** Arguments: a folder, the address of AWS, an export with a bad line, another, a place. */
    public static void main(String[] arguments) throws Exception {
      try (SparkSession spark = SparkSession.builder().getOrCreate()) {
        countExecutors(spark);
        callAws(arguments[0], arguments[1]);
        flatten(spark, arguments[2], arguments[0] + "/lake");
        restore(spark, arguments[3], arguments[4] + "/lake", arguments[4] + "/import");
      }
    }

    private static void countExecutors(SparkSession spark) {
      Set<Long> processes =
          new TreeSet<>(
              spark
                  .range(0, 2, 1, 2)
                  .mapPartitions(
                      (MapPartitionsFunction<Long, Long>)
                          rows -> List.of(ProcessHandle.current().pid()).iterator(),
                      Encoders.LONG())
                  .collectAsList());
      processes.remove(ProcessHandle.current().pid());
      System.out.println("executors " + processes.size());
    }

    private static void callAws(String folder, String address) {
      String[] aws = {"--region=eu-west-1", "--endpoint-url=" + address, "--json"};
      CapturedTerminal terminal = new CapturedTerminal();
      int code =
          terminal.run(
              "scan",
              "Orders",
              "--to=" + folder + "/scans",
              "--segments=4",
              aws[0],
              aws[1],
              aws[2]);
      System.out.println("scan " + code + "\n" + terminal.out());
      System.err.println(terminal.err());
      code =
          terminal.run(
              "compare", "dynamodb://Orders", "dynamodb://Orders-2", aws[0], aws[1], aws[2]);
      System.out.println("compare " + code + "\n" + terminal.out());
      System.err.println(terminal.err());
    }

    private static void flatten(SparkSession spark, String export, String lake) {
      RunReport report =
          new Flatten(
                  spark,
                  FlattenOptions.builder(export, lake, "orders")
                      .withTargetFileBytes(1 << 20)
                      .partitionedBy(List.of("bucket(3,pk)"))
                      .quarantiningAtMost(10)
                      .build())
              .run(ReadProgress.NONE);
      System.out.println(report.toJson());
    }

    private static void restore(SparkSession spark, String export, String lake, String target) {
      new Flatten(spark, FlattenOptions.builder(export, lake, "orders").withKeys(KEYS).build())
          .run(ReadProgress.NONE);
      Killer killer = new Killer();
      spark.sparkContext().addSparkListener(killer);
      RestoreReport report =
          new Restore(
                  spark,
                  RestoreOptions.builder(lake, target, "Orders-Restore")
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
                      new Side(export, Optional.empty()),
                      new Side(target, Optional.empty()),
                      KEYS,
                      3,
                      false,
                      ReadOptions.defaults(),
                      32 << 20))
              .run(ReadProgress.NONE);
      System.out.println("equal " + comparison.equal() + " " + comparison.shown());
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
