package io.dynamodblake.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.spark.source.ExportReadContract;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema pass over a whole export. */
class ProfilePassTest {
  private static final String ANNA = ExportReadContract.ANNA;
  private static final String BEN = ExportReadContract.BEN;
  private static final String CARA = ExportReadContract.CARA;
  private static final String BAD = ExportReadContract.BAD;

  private final SparkSession spark = SparkTest.session();

  @TempDir Path temp;

  private ProfilePass.Result run(ExportFixture fixture, BadRecordPolicy policy) throws Exception {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    ExportManifest manifest =
        new ExportLocator(new HadoopObjectStore(configuration), ReadOptions.defaults())
            .locate(fixture.write().toString(), ExportSelection.newest());
    return new ProfilePass(
            spark, configuration, ReadOptions.defaults(), policy, ProfileLimits.DEFAULT, 1 << 20)
        .run(manifest, ReadProgress.NONE);
  }

  @Test
  void observesEveryItemAndAccountsForEveryFile() throws Exception {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BEN).emptyFile().file(CARA);

    ProfilePass.Result result = run(fixture, BadRecordPolicy.FAIL);

    assertThat(result.profile().items()).isEqualTo(3);
    assertThat(result.profile().attribute("age").orElseThrow().count(Descriptor.N)).isEqualTo(2);
    assertThat(result.profile().attribute("age").orElseThrow().count(Descriptor.S)).isEqualTo(1);
    assertThat(result.accounts())
        .extracting(FileAccount::index, FileAccount::items, FileAccount::md5Verified)
        .containsExactly(tuple(0, 2L, true), tuple(1, 0L, true), tuple(2, 1L, true));
    assertThat(result.badRecords()).isEmpty();
  }

  @Test
  void anExportWithoutFilesIsNotEvenAJob() throws Exception {
    ProfilePass.Result result = run(ExportFixture.in(temp), BadRecordPolicy.FAIL);

    assertThat(result.profile().items()).isZero();
    assertThat(result.accounts()).isEmpty();
  }

  @Test
  void badLinesAreCountedAndNamedWithoutTheirValues() throws Exception {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BAD).file(BAD, CARA);

    ProfilePass.Result result = run(fixture, BadRecordPolicy.countUpTo(2));

    assertThat(result.profile().items()).isEqualTo(2);
    assertThat(result.accounts()).extracting(FileAccount::badRecords).containsExactly(1L, 1L);
    assertThat(result.badRecords()).hasSize(2);
    assertThat(result.badRecords()).allMatch(text -> text.contains("byte offset"));
    assertThat(result.badRecords()).noneMatch(text -> text.contains("dora"));
  }

  @Test
  void moreBadLinesThanAllowedAreRefused() {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BAD).file(BAD, CARA);

    assertThatThrownBy(() -> run(fixture, BadRecordPolicy.countUpTo(1)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("2 bad lines and at most 1 are allowed")
        .hasMessageContaining("line ");
    assertThatThrownBy(() -> run(fixture, BadRecordPolicy.FAIL))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("N is not a JSON string at $.Item.age")
        .hasMessageContaining("--on-bad-record quarantine");
  }

  @Test
  void aDamagedFileIsNamed() {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA).file(BEN).truncated(1, 9);

    assertThatThrownBy(() -> run(fixture, BadRecordPolicy.COUNT_ALL))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining(fixture.dataFileKey(1));
  }
}
