package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.spark.actions.SparkActions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The upkeep of lake tables that Iceberg keeps: other files and fewer of them, the same rows. */
class MaintainIcebergTest extends LakeTest {
  private static final Instant T0 = IncrementalExport.FROM;
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private Table iceberg() {
    return new HadoopTables(spark.sessionState().newHadoopConf()).load(lake().toUri().toString());
  }

  private static String image(String pk, String... attributes) {
    String line = item(pk, attributes);
    return line.substring("{\"Item\":".length(), line.length() - 1);
  }

  private void flattenFirst(String... partitions) {
    flatten(
        options(
                export()
                    .file(
                        item("a", "\"x\":{\"N\":\"1.5\"}", "\"b\":{\"B\":\"AAE=\"}"),
                        item("b", "\"x\":{\"N\":\"2\"}"),
                        item("c", "\"s\":{\"SS\":[\"u\",\"v\"]}"),
                        item("d"))
                    .write())
            .withKeys(PK)
            .partitionedBy(List.of(partitions))
            .as(OutputFormat.ICEBERG));
  }

  private void apply(ApplyOptions.MergeMode mode, int hour) {
    IncrementalExport window =
        IncrementalExport.in(temp.resolve("bucket"))
            .exportId("0173198640000%d-9f8e7d6c".formatted(hour))
            .keys("pk")
            .window(T0.plusSeconds(3600L * hour), T0.plusSeconds(3600L * (hour + 1)));
    String before = hour == 0 ? "2" : "2." + hour;
    Path changes =
        window
            .updated(
                image("b", "\"x\":{\"N\":\"" + before + "\"}"),
                image("b", "\"x\":{\"N\":\"2." + (hour + 1) + "\"}"))
            .write();
    RunReport report =
        new Apply(
                spark,
                ApplyOptions.builder(List.of(changes.toString()), lake().toString())
                    .merging(mode)
                    .build())
            .run(ReadProgress.NONE);
    assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
  }

  private MaintainReport maintain(OptionalLong keep, boolean dryRun) {
    return new Maintain(
            spark,
            new MaintainOptions(
                lake().toString(), keep, Optional.of(Duration.ofDays(1)), dryRun, true),
            Instant.now().plus(Duration.ofDays(2)))
        .run(ReadProgress.NONE);
  }

  private List<String> all() {
    return rows("pk", "x", "hex(b)", "s", "ddb_rescued", "ddb_nulls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bucket(2,pk)"})
  void theRowsAreTheSameInOtherFilesAndTheTableGoesOn(String partition) throws IOException {
    ApplyOptions.MergeMode mode = ApplyOptions.MergeMode.MERGE_ON_READ;
    flattenFirst(partition.isEmpty() ? new String[0] : new String[] {partition});
    apply(mode, 0);
    apply(mode, 1);
    List<String> rows = all();
    String snapshot = table().current().snapshot().id();
    List<String> files = filesBelow(lake());
    MaintainReport would = maintain(OptionalLong.of(2), true);
    assertThat(filesBelow(lake())).isEqualTo(files);

    MaintainReport report = maintain(OptionalLong.of(2), false);

    assertThat(would.iceberg().orElseThrow().expired()).isPositive();
    assertThat(report.forgotten()).isEqualTo(would.forgotten()).hasSize(1);
    MaintainReport.Upkeep done = report.iceberg().orElseThrow();
    assertThat(done.rewritten()).isPositive();
    assertThat(all()).isEqualTo(rows);
    assertThat(table().current().snapshot().id()).isEqualTo(snapshot);
    Table now = iceberg();
    assertThat(table().iceberg().orElseThrow().snapshotId())
        .isEqualTo(now.currentSnapshot().snapshotId());
    assertThat(now.currentSnapshot().summary().getOrDefault("total-delete-files", "0"))
        .isEqualTo("0");
    LakeFiles store = new LakeFiles(spark.sessionState().newHadoopConf());
    for (String id : table().current().ids()) {
      LakeSnapshot one = LakeSnapshot.open(store, lake().toString(), Optional.of(id));
      assertThat(one.verifiedRows(one.contents(spark), spark.sessionState().newHadoopConf()))
          .isEqualTo(4);
    }
    // once more there is nothing to do
    MaintainReport again = maintain(OptionalLong.of(2), false);
    assertThat(again.iceberg().orElseThrow().rewritten()).isZero();

    apply(mode, 2);
    assertThat(rows("pk", "x")).containsExactly("[a,1.5]", "[b,2.3]", "[c,null]", "[d,null]");
    assertThat(table().current().ids()).hasSize(3);
    // one that is in other files than it was published with opens as an earlier one, too
    LakeSnapshot earlier = LakeSnapshot.open(store, lake().toString(), Optional.of(snapshot));
    assertThat(earlier.verifiedRows(earlier.contents(spark), spark.sessionState().newHadoopConf()))
        .isEqualTo(4);
  }

  @Test
  void whatWasPutTogetherBeforeThePointerNamedItIsNamedByTheNextRun() {
    flattenFirst();
    apply(ApplyOptions.MergeMode.COPY_ON_WRITE, 0);
    List<String> rows = all();
    long before = table().iceberg().orElseThrow().snapshotId();
    SparkActions.get(spark).rewriteDataFiles(iceberg()).option("rewrite-all", "true").execute();

    maintain(OptionalLong.of(1), false);

    Table now = iceberg();
    assertThat(table().iceberg().orElseThrow().snapshotId())
        .isNotEqualTo(before)
        .isEqualTo(now.currentSnapshot().snapshotId());
    assertThat(all()).isEqualTo(rows);
    apply(ApplyOptions.MergeMode.COPY_ON_WRITE, 1);
    assertThat(rows("pk", "x")).contains("[b,2.2]");
  }

  @Test
  void filesWithoutOwnerGoOnceTheyAreOldAndDocumentsNever() throws IOException {
    flattenFirst();
    Path data = lake().resolve("data/left.parquet");
    Path young = lake().resolve("data/young.parquet");
    Path document = lake().resolve("_dynamodb/mine.txt");
    Path history = Files.createDirectories(lake().resolve("history/ddb_run=x")).resolve("y");
    for (Path file : List.of(data, young, document, history)) {
      Files.writeString(file, "x");
      if (file != young) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
      }
    }

    MaintainReport report = maintain(OptionalLong.empty(), false);

    assertThat(report.iceberg().orElseThrow().orphans()).isEqualTo(1);
    assertThat(data).doesNotExist();
    assertThat(List.of(young, document, history)).allMatch(Files::exists);
    assertThat(all()).hasSize(4);
  }

  @Test
  void whereOthersHaveChangedRowsNothingIsDone() {
    flattenFirst();
    Table table = iceberg();
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();

    assertThatThrownBy(() -> maintain(OptionalLong.of(1), false))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("has other rows than the lake table published");
  }
}
