package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.testing.StreamEvent;
import io.dynamodblake.type.Descriptor;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.statistics.IOStatisticsSupport;
import org.apache.hadoop.fs.statistics.StoreStatisticNames;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** From s3a to s3a, with the settings of a session that knows nothing of committers. */
class S3LakeTest extends LakeTest {
  private static final String MAGIC_FILES = "committer_magic_files_created";

  private final S3MockServer server = S3MockServer.shared();

  private SparkSession session() {
    SparkSession session = SparkTest.newSession();
    server.settings().entrySet().stream()
        .filter(setting -> !setting.getKey().contains("committer"))
        .forEach(setting -> session.conf().set(setting.getKey(), setting.getValue()));
    return session;
  }

  private String upload(Path export, String prefix) throws Exception {
    Configuration configuration = server.hadoopConf();
    String target = server.path(prefix + "/AWSDynamoDB/" + export.getFileName());
    FileSystem files = FileSystem.get(URI.create(target), configuration);
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(export.toUri()), new org.apache.hadoop.fs.Path(target));
    return target;
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

  private long magicFiles(SparkSession session, String path) throws Exception {
    return counted(MAGIC_FILES, session, path);
  }

  private static long counted(String what, SparkSession session, String path) throws Exception {
    FileSystem files = FileSystem.get(URI.create(path), session.sessionState().newHadoopConf());
    return IOStatisticsSupport.snapshotIOStatistics(IOStatisticsSupport.retrieveIOStatistics(files))
        .counters()
        .getOrDefault(what, 0L);
  }

  @Test
  void anExportOnS3BecomesALakeTableOnS3() throws Exception {
    String export = upload(export().items(items(500), 5).write(), "lake-test/exports");
    String lake = server.path("lake-test/orders");
    SparkSession session = session();
    long before = magicFiles(session, lake);
    FlattenOptions options =
        FlattenOptions.builder(export, lake, "orders")
            .inDatabase("shop")
            .partitionedBy(List.of("bucket(3,pk)"))
            .build();

    RunReport report = new Flatten(session, options).run(ReadProgress.NONE);

    assertThat(report.counts().rowsWritten()).isEqualTo(500);
    assertThat(LakeTable.open(session, lake).rows().where("n % 2 = 0").count()).isEqualTo(250);
    assertThat(keys(lake))
        .anyMatch(
            key -> key.matches("snapshot=\\d+-\\w+\\.\\w+/pk_bucket=0/part-.*\\.zstd\\.parquet"))
        .noneMatch(key -> key.contains("_temporary") || key.contains("__magic"))
        .noneMatch(key -> key.contains("_SUCCESS"));
    assertThat(magicFiles(session, lake)).isGreaterThan(before);
    assertThat(LakeTable.open(session, lake).ddl())
        .contains("LOCATION 's3://" + server.bucket() + "/lake-test/orders/snapshot=");
    assertThat(new Flatten(session, options).run(ReadProgress.NONE).status())
        .isEqualTo(RunReport.Status.UNCHANGED);
  }

  @Test
  void oneJobWritesTheFilesOfSeveralTablesOnS3() throws Exception {
    String export = upload(export().items(items(500), 3).write(), "entities-test/exports");
    String lake = server.path("entities-test/orders");
    Path rules = temp.resolve("entities.json");
    Files.writeString(
        rules,
        """
        {"format": "dynamodb-lake/entities", "formatVersion": 1, "keys": ["pk"],
         "entities": [
           {"name": "low", "match": [{"keys": {"pk": "p0000{n}"}}]},
           {"name": "middle", "match": [{"keys": {"pk": "p0001{n}"}}],
            "partitionBy": ["bucket(2,pk)"]}]}
        """);
    SparkSession session = session();
    long before = magicFiles(session, lake);

    RunReport report =
        new Flatten(
                session,
                FlattenOptions.builder(export, lake, "orders")
                    .withEntities(rules.toString())
                    .build())
            .run(ReadProgress.NONE);

    assertThat(report.entities())
        .extracting(RunReport.EntityUse::rows)
        .containsExactly(100L, 100L, 300L);
    assertThat(LakeTable.open(session, lake + "/low").rows().where("n < 100").count())
        .isEqualTo(100);
    assertThat(keys(lake))
        .anyMatch(key -> key.matches("low/snapshot=.*/part-.*\\.zstd\\.parquet"))
        .anyMatch(key -> key.matches("middle/snapshot=.*/pk_bucket=[01]/part-.*"))
        .noneMatch(key -> key.contains("_temporary") || key.contains("__magic"))
        .noneMatch(key -> key.contains("_staged"));
    assertThat(magicFiles(session, lake)).isGreaterThan(before);
  }

  @Test
  void changesOnS3AreAppliedToALakeTableOnS3() throws Exception {
    export().items(items(500), 5).write();
    String changed = "{\"pk\":{\"S\":\"p000007\"},\"n\":{\"N\":\"%d\"}}";
    IncrementalExport.in(temp.resolve("bucket"))
        .keys("pk")
        .window(IncrementalExport.FROM, IncrementalExport.FROM.plusSeconds(3600))
        .updated(changed.formatted(7), changed.formatted(-7))
        .deleted("{\"pk\":{\"S\":\"p000008\"},\"n\":{\"N\":\"8\"}}")
        .write();
    String exports = upload(temp.resolve("bucket/nightly/orders/AWSDynamoDB"), "apply-test");
    String lake = server.path("apply-test/orders");
    SparkSession session = session();
    new Flatten(
            session,
            FlattenOptions.builder(exports, lake, "orders")
                .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                .partitionedBy(List.of("bucket(3,pk)"))
                .build())
        .run(ReadProgress.NONE);

    RunReport report =
        new Apply(session, ApplyOptions.builder(List.of(exports), lake).strict(true).build())
            .run(ReadProgress.NONE);

    assertThat(report.changes().orElseThrow().carriedFiles()).isPositive();
    assertThat(report.changes().orElseThrow().rewrittenFiles()).isPositive();
    assertThat(LakeTable.open(session, lake).rows().count()).isEqualTo(499);
    assertThat(LakeTable.open(session, lake).rows().where("n = -7").count()).isEqualTo(1);
    assertThat(keys(lake)).noneMatch(key -> key.contains("_temporary") || key.contains("__magic"));
  }

  @Test
  void anArchiveOnS3IsAppliedToALakeTableOnS3AndItsFilesAreRemembered() throws Exception {
    String export = upload(export().items(items(20), 1).write(), "archive-test/exports");
    String lake = server.path("archive-test/orders");
    String archive = server.path("archive-test/stream");
    SparkSession session = session();
    new Flatten(
            session,
            FlattenOptions.builder(export, lake, "orders")
                .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                .build())
        .run(ReadProgress.NONE);
    put(
        archive + "/2026/11/18/04/part-1",
        event(0, "p000007", Optional.of(7L), -7) + event(1, "new", Optional.empty(), 1));
    Apply apply =
        new Apply(session, ApplyOptions.builder(List.of(archive), lake).strict(true).build());

    assertThat(apply.run(ReadProgress.NONE).archive().orElseThrow().files()).isEqualTo(1);
    put(archive + "/2026/11/18/05/part-2", event(2, "p000007", Optional.of(-7L), -8));
    apply.run(ReadProgress.NONE);

    assertThat(LakeTable.open(session, lake).rows().where("n in (-8, 1)").count()).isEqualTo(3);
    assertThat(LakeTable.open(session, lake).rows().count()).isEqualTo(21);
    assertThat(apply.run(ReadProgress.NONE).status()).isEqualTo(RunReport.Status.UNCHANGED);
  }

  private void put(String path, String text) throws Exception {
    FileSystem files = FileSystem.get(URI.create(path), server.hadoopConf());
    try (OutputStream out = files.create(new org.apache.hadoop.fs.Path(path))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String event(int number, String pk, Optional<Long> before, long after) {
    String image = "{\"pk\":{\"S\":\"%s\"},\"n\":{\"N\":\"%d\"}}";
    return new StreamEvent(
            "{\"pk\":{\"S\":\"%s\"}}".formatted(pk),
            before.map(value -> image.formatted(pk, value)),
            Optional.of(image.formatted(pk, after)),
            IncrementalExport.FROM.plusSeconds(60 + number),
            number,
            false)
        .lambdaRecord();
  }

  @Test
  void whatIsRestoredToS3IsExactlyTheFilesAndEqual() throws Exception {
    String export = upload(export().items(items(300), 3).write(), "restore-test/exports");
    String lake = server.path("restore-test/orders");
    String target = server.path("restore-test/import");
    SparkSession session = session();
    new Flatten(
            session,
            FlattenOptions.builder(export, lake, "orders")
                .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                .build())
        .run(ReadProgress.NONE);

    RestoreReport report =
        new Restore(
                session,
                RestoreOptions.builder(lake, target, "Orders-Restore")
                    .withTargetFileBytes(2_000)
                    .build())
            .run(ReadProgress.NONE);

    assertThat(report.items()).isEqualTo(300);
    assertThat(keys(target)).contains("import-table.json", "restore-report.json");
    assertThat(keys(target))
        .filteredOn(key -> key.matches("data/part-[^/]*\\.json\\.gz"))
        .hasSize(report.files())
        .hasSize(keys(target).size() - 2);
    for (String other : List.of(export, lake)) {
      ComparisonReport comparison = compare(session, target, other);
      assertThat(comparison.equal()).isTrue();
      assertThat(comparison.equalItems()).isEqualTo(300);
    }
  }

  private static ComparisonReport compare(SparkSession session, String one, String other) {
    return new Comparison(
            session,
            new ComparisonOptions(
                new Side(one, Optional.empty()),
                new Side(other, Optional.empty()),
                List.of(),
                3,
                false,
                ReadOptions.defaults(),
                32 << 20))
        .run(ReadProgress.NONE);
  }

  @Test
  void theFoldersOfManyPartitionsAreListedTogetherAndNotEachForItself() throws Exception {
    String export = upload(export().items(items(200), 2).write(), "folders-test/exports");
    String lake = server.path("folders-test/orders");
    String target = server.path("folders-test/import");
    SparkSession session = session();
    new Flatten(
            session,
            FlattenOptions.builder(export, lake, "orders")
                .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                .partitionedBy(List.of("bucket(40,pk)"))
                .build())
        .run(ReadProgress.NONE);
    assertThat(keys(lake)).filteredOn(key -> key.endsWith(".parquet")).hasSizeGreaterThan(35);
    long before = counted(StoreStatisticNames.OBJECT_LIST_REQUEST, session, lake);

    new Restore(session, RestoreOptions.builder(lake, target, "Orders-Restore").build())
        .run(ReadProgress.NONE);
    assertThat(compare(session, export, lake).equalItems()).isEqualTo(200);
    assertThat(compare(session, target, export).equalItems()).isEqualTo(200);

    // three commands have asked for some places each, and none of them for every folder
    assertThat(counted(StoreStatisticNames.OBJECT_LIST_REQUEST, session, lake) - before)
        .isLessThan(70);
  }

  @Test
  void theSchemeS3WorksAsS3aDoes() throws Exception {
    String export = upload(export().items(items(20), 2).write(), "lake-s3/exports");
    String lake = server.path("lake-s3/orders").replace("s3a://", "s3://");
    SparkSession session = session();
    session.conf().set("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    long before = magicFiles(session, lake);

    new Flatten(
            session,
            FlattenOptions.builder(export.replace("s3a://", "s3://"), lake, "orders").build())
        .run(ReadProgress.NONE);

    assertThat(LakeTable.open(session, lake).rows().count()).isEqualTo(20);
    assertThat(magicFiles(session, lake)).isGreaterThan(before);
  }

  @Test
  void anEndpointThatDoesNotAnswerIsAFailureOfTheStore() {
    SparkSession session = session();
    session.conf().set("fs.s3a.endpoint", "http://127.0.0.1:1");
    session.conf().set("fs.s3a.impl.disable.cache", "true");
    FlattenOptions options =
        FlattenOptions.builder(
                server.path("nothing/AWSDynamoDB/01731900000000-0a1b2c3d"),
                lake().toString(),
                "orders")
            .build();

    assertThatThrownBy(() -> new Flatten(session, options).run(ReadProgress.NONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1");
    assertThat(filesBelow(lake())).isEmpty();
  }
}
