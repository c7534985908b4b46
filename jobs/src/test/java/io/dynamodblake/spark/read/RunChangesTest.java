package io.dynamodblake.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.SparkTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job reads of an incremental export, and what is known of it afterwards. */
class RunChangesTest {
  private static final String A = "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}";
  private static final String A2 = "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}";
  private static final String B = "{\"id\":{\"S\":\"b\"},\"x\":{\"NULL\":false}}";
  private static final String C = "{\"id\":{\"S\":\"c\"}}";
  private static final String BAD = "{\"Keys\":{\"id\":{\"S\":\"secret\"}},\"NewImage\":{}}";

  private final SparkSession spark = SparkTest.session();
  private final Configuration configuration = spark.sparkContext().hadoopConfiguration();

  @TempDir Path temp;

  private ExportManifest manifest(IncrementalExport export) throws Exception {
    return new ExportLocator(new HadoopObjectStore(configuration), ReadOptions.defaults())
        .changes(export.write().toString())
        .get(0);
  }

  private IncrementalExport threeChanges() {
    return IncrementalExport.in(temp).dataFiles(2).updated(A, A2).inserted(B).deleted(C);
  }

  /** One text for each change, such as {@code id -> a: old, new, file 0}. */
  private List<String> read(RunAccounts run, RunChanges changes) throws Exception {
    HadoopConfiguration settings = new HadoopConfiguration(configuration);
    return RunChanges.shares(spark, configuration, run.manifest(), 1)
        .mapPartitions(share -> texts(changes, settings.configuration(), share))
        .collect();
  }

  private static Iterator<String> texts(
      RunChanges all, Configuration settings, Iterator<byte[]> share) throws Exception {
    List<String> texts = new ArrayList<>();
    try (RunChanges.Changes changes = all.open(settings, share)) {
      while (changes.advance()) {
        ChangeTape tape = changes.tape();
        texts.add(
            "%s%s%s in file %d"
                .formatted(
                    tape.keys().name(tape.keys().firstChild(tape.keys().item())),
                    tape.hasOldImage() ? " old" : "",
                    tape.hasNewImage() ? " new" : "",
                    changes.file().index()));
      }
    }
    return texts.iterator();
  }

  @Test
  void everyChangeIsReadAndEveryFileAccountedFor() throws Exception {
    for (IncrementalExport export :
        List.of(threeChanges(), threeChanges().ion().exportId("01732000000000-0a1b2c3d"))) {
      try (RunAccounts run = RunAccounts.open(spark, manifest(export), ReadProgress.NONE)) {
        RunChanges changes = RunChanges.failing(run, ReadOptions.defaults());
        assertThat(changes.view()).isEqualTo(Window.View.NEW_AND_OLD_IMAGES);
        assertThat(read(run, changes))
            .containsExactlyInAnyOrder(
                "id old new in file 0", "id new in file 1", "id old in file 0");
        assertThat(run.files())
            .extracting(FileAccount::index, FileAccount::items, FileAccount::badRecords)
            .containsExactly(tuple(0, 2L, 0L), tuple(1, 1L, 0L));
        assertThat(run.files()).allMatch(FileAccount::md5Verified);
      }
    }
  }

  @Test
  void aWindowWithoutAChangeIsRead() throws Exception {
    IncrementalExport empty = IncrementalExport.in(temp);
    try (RunAccounts run = RunAccounts.open(spark, manifest(empty), ReadProgress.NONE)) {
      assertThat(read(run, RunChanges.failing(run, ReadOptions.defaults()))).isEmpty();
      assertThat(run.files()).hasSize(1);
    }
  }

  @Test
  void badLinesFailTheJobOrAreSetAside() throws Exception {
    ExportManifest manifest = manifest(threeChanges().line(BAD));
    try (RunAccounts run = RunAccounts.open(spark, manifest, ReadProgress.NONE)) {
      RunChanges failing = RunChanges.failing(run, ReadOptions.defaults());
      assertThatThrownBy(() -> read(run, failing))
          .satisfies(
              failure ->
                  assertThat(SparkFailures.unwrapped(failure))
                      .isInstanceOf(DataRefusedException.class)
                      .hasMessageStartingWith(
                          "Cannot read change: 'NewImage' lacks the key attribute 'id' at $, line 2,")
                      .hasMessageNotContaining("secret"));
      Path quarantine = temp.resolve("quarantine");
      RunChanges lenient =
          RunChanges.settingAside(run, ReadOptions.defaults(), quarantine.toString(), 1);
      assertThat(read(run, lenient)).hasSize(3);
      assertThat(run.files()).extracting(FileAccount::badRecords).containsExactly(0L, 1L);
      assertThat(Files.readString(quarantine.resolve("0000000001.jsonl")))
          .contains("\"reason\":\"'NewImage' lacks the key attribute 'id' at $\"");
    }
  }

  @Test
  void aFileThatIsNotAsTheManifestSaysFailsTheJob() throws Exception {
    ExportManifest manifest = manifest(threeChanges().wrongMd5(1));
    try (RunAccounts run = RunAccounts.open(spark, manifest, ReadProgress.NONE)) {
      RunChanges changes = RunChanges.failing(run, ReadOptions.defaults());
      assertThatThrownBy(() -> read(run, changes))
          .satisfies(
              failure ->
                  assertThat(SparkFailures.unwrapped(failure))
                      .isInstanceOf(ExportFormatException.class)
                      .hasMessageContaining("MD5"));
    }
  }
}
