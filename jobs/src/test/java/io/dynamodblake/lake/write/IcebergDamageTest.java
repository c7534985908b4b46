package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.iceberg.IcebergSnapshots;
import io.dynamodblake.lake.iceberg.PositionFile;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tables of Iceberg that were damaged, or that others have worked on: every command says what is
 * wrong or goes on rightly, and a full export with {@code --replace} always mends.
 */
class IcebergDamageTest extends LakeTest {
  private static final Instant T0 = IncrementalExport.FROM;
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private int exports;

  private FlattenOptions.Builder iceberg(Path export) {
    return options(export).withKeys(PK).as(OutputFormat.ICEBERG);
  }

  /** A full export that is later than all before. */
  private Path full(String... lines) {
    exports++;
    return export()
        .exportId("0173200%07d-0a1b2c3d".formatted(exports))
        .exportTime(T0.plus(Duration.ofDays(1)).plusSeconds(exports))
        .file(lines)
        .write();
  }

  private void flattenThreeRows() {
    flatten(
        iceberg(
            export()
                .exportTime(T0)
                .file(
                    item("a", "\"n\":{\"N\":\"1\"}"),
                    item("b", "\"n\":{\"N\":\"2\"}"),
                    item("c", "\"n\":{\"N\":\"3\"}"))
                .write()));
  }

  private Path deletionOfB() {
    return IncrementalExport.in(temp.resolve("bucket"))
        .exportId("01731990000000-0a1b2c3d")
        .keys("pk")
        .window(T0, T0.plusSeconds(3600))
        .deleted("{\"pk\":{\"S\":\"b\"},\"n\":{\"N\":\"2\"}}")
        .write();
  }

  private RunReport apply(ApplyOptions.MergeMode mode) {
    return new Apply(
            spark,
            ApplyOptions.builder(List.of(deletionOfB().toString()), lake().toString())
                .merging(mode)
                .build())
        .run(ReadProgress.NONE);
  }

  private Table iceberg() {
    return new HadoopTables(spark.sessionState().newHadoopConf()).load(lake().toUri().toString());
  }

  private List<Path> inMetadata(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(lake().resolve("metadata"))) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
    }
  }

  private Path dataFile() throws IOException {
    try (CloseableIterable<FileScanTask> tasks = iceberg().newScan().planFiles()) {
      return Path.of(URI.create(tasks.iterator().next().file().location()));
    }
  }

  // ---- files of Iceberg

  /** What befalls the metadata. */
  private enum Damage {
    METADATA_CUT {
      @Override
      void to(IcebergDamageTest test) throws IOException {
        List<Path> versions = test.inMetadata("v\\d+[.]metadata[.]json");
        for (Path file : versions) {
          byte[] bytes = Files.readAllBytes(file);
          Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        }
      }
    },
    MANIFESTS_GONE {
      @Override
      void to(IcebergDamageTest test) throws IOException {
        for (Path file : test.inMetadata(".*-m\\d+[.]avro")) {
          Files.delete(file);
        }
      }
    },
    MANIFEST_LISTS_GONE {
      @Override
      void to(IcebergDamageTest test) throws IOException {
        for (Path file : test.inMetadata("snap-.*[.]avro")) {
          Files.delete(file);
        }
      }
    };

    abstract void to(IcebergDamageTest test) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void damageToMetadataIsSaidWithTheWayOutWhichWorks(Damage damage) throws IOException {
    flattenThreeRows();

    damage.to(this);

    assertThatThrownBy(() -> table().rows().collectAsList())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("table of Iceberg")
        .hasMessageContaining("--replace");
    assertThatThrownBy(() -> apply(ApplyOptions.MergeMode.COPY_ON_WRITE))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("table of Iceberg");
    // a failed run makes nothing worse, and the way out is one
    assertThatThrownBy(() -> flatten(iceberg(full(item("y")))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("its folder metadata");
    Files.move(lake().resolve("metadata"), temp.resolve("away"));
    flatten(iceberg(full(item("z"))).replacing(true));
    assertThat(rows("pk")).containsExactly("[z]");
  }

  @Test
  void aWrongHintOfTheVersionIsNoHarm() throws IOException {
    flattenThreeRows();
    Path hint = lake().resolve("metadata/version-hint.text");

    Files.writeString(hint, "1");
    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]");
    Files.writeString(hint, "no number");
    apply(ApplyOptions.MergeMode.COPY_ON_WRITE);

    assertThat(rows("pk")).containsExactly("[a]", "[c]");
  }

  @Test
  void anotherFileOfTheSameLengthInThePlaceOfOneIsNoticed() throws IOException {
    flattenThreeRows();
    Path file = dataFile();
    byte[] ours = Files.readAllBytes(file);
    // one value is another one: as many rows, and surely as long
    Path other =
        full(
            item("a", "\"n\":{\"N\":\"7\"}"),
            item("b", "\"n\":{\"N\":\"2\"}"),
            item("c", "\"n\":{\"N\":\"3\"}"));
    flatten(iceberg(other));
    Path now = dataFile();
    assertThat(Files.size(now)).isEqualTo(ours.length);

    Files.write(now, ours);
    Files.deleteIfExists(now.resolveSibling("." + now.getFileName() + ".crc"));

    assertThatThrownBy(() -> flatten(iceberg(other)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("another one than was published");
  }

  @ParameterizedTest
  @EnumSource(ApplyOptions.MergeMode.class)
  void aFileOfDeletesThatIsGoneIsNoticedAndNoDeletedRowComesBack(ApplyOptions.MergeMode next)
      throws IOException {
    flattenThreeRows();
    apply(ApplyOptions.MergeMode.MERGE_ON_READ);
    List<Path> positions;
    try (Stream<Path> files = Files.walk(lake().resolve("data"))) {
      positions =
          files
              .filter(file -> file.toString().contains("positions-"))
              .filter(Files::isRegularFile)
              .toList();
    }
    for (Path file : positions) {
      Files.delete(file);
    }

    assertThatThrownBy(() -> table().rows())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("it is gone");
    flatten(iceberg(full(item("z"))).replacing(next == ApplyOptions.MergeMode.COPY_ON_WRITE));
    assertThat(rows("pk")).containsExactly("[z]");
  }

  @Test
  void aFileOfDeletesThatIsAboutAnotherRowIsNoticed() throws IOException {
    flattenThreeRows();
    apply(ApplyOptions.MergeMode.MERGE_ON_READ);
    Path positions;
    try (Stream<Path> files = Files.walk(lake().resolve("data"))) {
      positions =
          files
              .filter(file -> file.toString().endsWith(".deletes.parquet"))
              .findFirst()
              .orElseThrow();
    }
    long length = Files.size(positions);
    Files.delete(positions);
    Files.deleteIfExists(positions.resolveSibling("." + positions.getFileName() + ".crc"));
    try (PositionFile other =
        PositionFile.create(
            new org.apache.hadoop.fs.Path(positions.toUri()),
            spark.sessionState().newHadoopConf())) {
      other.add(
          iceberg().location() + dataFile().toString().substring(lake().toString().length()), 0);
    }
    assertThat(Files.size(positions)).isEqualTo(length);

    LakeSnapshot snapshot =
        LakeSnapshot.open(
            new LakeFiles(spark.sessionState().newHadoopConf()),
            lake().toString(),
            Optional.empty());

    assertThatThrownBy(
            () ->
                snapshot.verifiedRows(
                    snapshot.contents(spark), spark.sessionState().newHadoopConf()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("another one than was published");
  }

  // ---- what others do

  @Test
  void aSnapshotThatIcebergHasExpiredIsSaidAndTheOneThatReadersSeeGoesOn() {
    flattenThreeRows();
    String first = table().current().snapshot().id();
    flatten(iceberg(full(item("b", "\"n\":{\"N\":\"2\"}"), item("y"))));
    Table table = iceberg();

    table.expireSnapshots().expireOlderThan(System.currentTimeMillis()).retainLast(1).commit();

    assertThat(rows("pk")).containsExactly("[b]", "[y]");
    assertThatThrownBy(
            () ->
                spark
                    .read()
                    .format("dynamodb-lake")
                    .option("snapshot", first)
                    .load(lake().toString())
                    .collectAsList())
        .hasMessageContaining("expired");
    flatten(iceberg(full(item("z"))));
    assertThat(rows("pk")).containsExactly("[z]");
  }

  @Test
  void rowsThatOthersDeleteAreNotedByChangesAndReplacedByExports() {
    flattenThreeRows();
    Table table = iceberg();
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();

    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]");
    assertThatThrownBy(() -> apply(ApplyOptions.MergeMode.MERGE_ON_READ))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("which others have made since by delete");
    flatten(iceberg(full(item("z"))));

    assertThat(rows("pk")).containsExactly("[z]");
  }

  @Test
  void aSnapshotThatAnotherRunHasPublishedIsNotOneOfOthersThatIsToBeRolledBack()
      throws IOException {
    flattenThreeRows();
    IcebergVersion before = table().iceberg().orElseThrow();
    flatten(iceberg(full(item("z"))));

    assertThatThrownBy(
            () ->
                new IcebergSnapshots()
                    .head(spark, new LakeLayout(lake().toUri().toString()), before))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(
            "another run has published snapshot '%s' meanwhile"
                .formatted(table().current().snapshot().id()));
  }

  @Test
  void aKilledRunIsCompletedAlsoIfOthersHaveCompactedMeanwhile() throws IOException {
    flattenThreeRows();
    Path pointer = lake().resolve("_dynamodb/current.json");
    String before = Files.readString(pointer);
    apply(ApplyOptions.MergeMode.MERGE_ON_READ);
    String after = Files.readString(pointer);
    Files.writeString(pointer, before); // as if it had not come so far
    Table table = iceberg();
    spark.sql("select 1").collectAsList();
    org.apache.iceberg.spark.actions.SparkActions.get(spark)
        .rewriteDataFiles(table)
        .option("rewrite-all", "true")
        .execute();
    table.refresh();
    Snapshot compacted = table.currentSnapshot();
    assertThat(compacted.operation()).isEqualTo("replace");

    RunReport again = apply(ApplyOptions.MergeMode.MERGE_ON_READ);

    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(Files.readString(pointer)).isEqualTo(after);
    assertThat(rows("pk")).containsExactly("[a]", "[c]");
  }

  @Test
  void aTableThatOthersHaveMadeAnewIsNotTakenForOurs() throws IOException {
    flattenThreeRows();
    HadoopTables tables = new HadoopTables(spark.sessionState().newHadoopConf());
    org.apache.iceberg.Schema schema = iceberg().schema();
    try (Stream<Path> files = Files.walk(lake().resolve("metadata"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    tables.create(schema, lake().toUri().toString());

    assertThatThrownBy(() -> table().rows())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("another one was made in its place");
    assertThatThrownBy(() -> flatten(iceberg(full(item("z")))))
        .hasMessageContaining("it was not made by dynamodb-lake");
  }

  @Test
  void aSchemaFileWhoseTypesIcebergCannotMakeIsRefusedAndNothingIsChanged() throws IOException {
    flattenThreeRows();
    String columns = iceberg().schema().toString();
    String schema = Files.readString(lake().resolve("_dynamodb/schema.json"));
    Path file = temp.resolve("schema.json");
    Files.writeString(file, schema.replace("\"bigint\"", "\"double\""));

    assertThatThrownBy(
            () -> flatten(iceberg(full(item("z"))).withSchemaFile(file.toString()).replacing(true)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("its type would change from bigint to double")
        .hasMessageContaining("into another folder");

    assertThat(iceberg().schema()).hasToString(columns);
    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,2]", "[c,3]");
  }

  @Test
  void aLakeTableOfParquetBecomesOneOfIcebergAndBack() {
    flatten(
        options(export().exportTime(T0).file(item("a", "\"n\":{\"N\":\"1\"}")).write())
            .withKeys(PK));

    flatten(iceberg(full(item("b", "\"n\":{\"N\":\"2\"}"))).replacing(true));
    assertThat(rows("pk", "n")).containsExactly("[b,2]");

    flatten(options(full(item("c", "\"n\":{\"S\":\"x\"}"))).withKeys(PK).replacing(true));
    assertThat(rows("pk")).containsExactly("[c]");

    flatten(iceberg(full(item("d"))).replacing(true));
    assertThat(rows("pk")).containsExactly("[d]");
  }
}
