package io.dynamodblake.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.spark.source.ExportReadContract;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    return pass(policy)
        .run(
            locator().locate(fixture.write().toString(), ExportSelection.newest()),
            ReadProgress.NONE);
  }

  private ProfilePass.Result run(ProfilePass pass, IncrementalExport export) throws Exception {
    return pass.run(locator().changes(export.write().toString()).get(0), ReadProgress.NONE);
  }

  private ExportLocator locator() {
    return new ExportLocator(
        new HadoopObjectStore(spark.sparkContext().hadoopConfiguration()), ReadOptions.defaults());
  }

  private ProfilePass pass(BadRecordPolicy policy) {
    return new ProfilePass(
        spark,
        spark.sparkContext().hadoopConfiguration(),
        ReadOptions.defaults(),
        policy,
        ProfileLimits.DEFAULT,
        1);
  }

  private IncrementalExport changes() {
    return IncrementalExport.in(temp)
        .dataFiles(3)
        .inserted("{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}")
        .updated(
            "{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"1\"},\"s\":{\"NS\":[\"1\",\"2\"]},\"gone\":{\"S\":\"\"}}",
            "{\"n\":{\"N\":\"2\"},\"s\":{\"NS\":[\"2.0\",\"1\"]},\"id\":{\"S\":\"b\"},\"come\":{\"S\":\"\"}}")
        .updated(
            "{\"id\":{\"S\":\"c\"},\"n\":{\"N\":\"1\"}}",
            "{\"id\":{\"S\":\"c\"},\"n\":{\"N\":\"-1\"}}")
        .updated(
            "{\"id\":{\"S\":\"d\"},\"n\":{\"N\":\"1\"}}",
            "{\"id\":{\"S\":\"d\"},\"n\":{\"N\":\"1.0\"}}")
        .deleted("{\"id\":{\"S\":\"e\"},\"n\":{\"S\":\"x\"}}");
  }

  @Test
  void changesAreCountedByWhatBecameOfTheItem() throws Exception {
    ProfilePass.Result result = run(pass(BadRecordPolicy.FAIL), changes());
    ChangeProfile changes = result.changes().orElseThrow();

    assertThat(changes.changes()).isEqualTo(5);
    assertThat(changes.inserts()).isEqualTo(1);
    assertThat(changes.updates()).isEqualTo(3);
    assertThat(changes.deletes()).isEqualTo(1);
    assertThat(changes.puts()).isZero();
    assertThat(changes.unchanged()).isEqualTo(1);
    assertThat(changes.lastWriteMicros() - changes.firstWriteMicros()).isEqualTo(4 * 1_001);
    assertThat(changes.keys()).containsExactly(List.of(new KeyAttribute("id", Descriptor.S)));
    assertThat(changes.attributes())
        .isEqualTo(
            Map.of(
                "come", new ChangeProfile.AttributeChanges(1, 0, 0),
                "gone", new ChangeProfile.AttributeChanges(0, 0, 1),
                "n", new ChangeProfile.AttributeChanges(0, 2, 0)));
    assertThat(result.accounts()).extracting(FileAccount::items).containsExactly(2L, 2L, 1L);
    assertThat(result.profile().items()).isEqualTo(8);
    assertThat(result.profile().attribute("n").orElseThrow().count(Descriptor.S)).isEqualTo(1);
  }

  @Test
  void whatItemsWereBeforeNeedNotBeLookedAt() throws Exception {
    ProfilePass.Result result = run(pass(BadRecordPolicy.FAIL).ofNewImages(), changes());

    assertThat(result.profile().items()).isEqualTo(4);
    assertThat(result.profile().attribute("n").orElseThrow().count(Descriptor.S)).isZero();
    assertThat(result.changes().orElseThrow().deletes()).isEqualTo(1);
  }

  @Test
  void withoutOldImagesAnInsertCannotBeToldFromAnUpdate() throws Exception {
    ProfilePass.Result result =
        run(pass(BadRecordPolicy.FAIL), changes().view(Window.View.NEW_IMAGE));
    ChangeProfile changes = result.changes().orElseThrow();

    assertThat(changes.puts()).isEqualTo(4);
    assertThat(changes.deletes()).isEqualTo(1);
    assertThat(changes.inserts() + changes.updates()).isZero();
    assertThat(changes.attributes()).isEmpty();
    // of the delete its key
    assertThat(result.profile().attribute("id").orElseThrow().total()).isEqualTo(5);
  }

  @Test
  void badChangesFailThePass() {
    assertThatThrownBy(() -> run(pass(BadRecordPolicy.FAIL), changes().line("{\"Keys\":{}}")))
        .hasMessageStartingWith("Cannot read change: 'Keys' has 0 attributes");
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
