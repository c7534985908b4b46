package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a lake table forgets, and what it never does. */
class MaintainTest extends LakeTest {
  private static final Duration LONG = Duration.ofDays(40);

  private void publish(int count) {
    for (int i = 1; i <= count; i++) {
      flatten(
          options(
              export()
                  .exportId("0173190000000%d-0a1b2c3d".formatted(i))
                  .exportTime(Instant.parse("2026-11-18T03:20:00Z").plusSeconds(3600L * i))
                  .file(item("a", "\"n\":{\"N\":\"%d\"}".formatted(i)), item("b"))
                  .write()));
    }
  }

  private MaintainReport maintain(OptionalLong keep, Optional<Duration> age, Duration later) {
    return maintain(new MaintainOptions(lake().toString(), keep, age, false, true), later);
  }

  private MaintainReport maintain(MaintainOptions options, Duration later) {
    return new Maintain(spark, options, Instant.now().plus(later)).run(ReadProgress.NONE);
  }

  private CurrentPointer pointer() throws IOException {
    Path current = lake().resolve("_dynamodb/current.json");
    return CurrentPointer.fromJson(Files.readString(current), current.toString());
  }

  private List<String> folders() {
    return filesBelow(lake()).stream()
        .filter(file -> file.startsWith("snapshot="))
        .map(file -> file.substring("snapshot=".length(), file.indexOf('/')))
        .distinct()
        .sorted()
        .toList();
  }

  private static OptionalLong keep(long count) {
    return OptionalLong.of(count);
  }

  @Test
  void theNewestStayAndEachOfThemOpens() throws IOException {
    publish(4);
    List<String> ids = pointer().ids();

    MaintainReport report = maintain(keep(2), Optional.empty(), Duration.ofDays(2));

    assertThat(report.forgotten()).isEqualTo(ids.subList(0, 2));
    assertThat(report.kept()).isEqualTo(ids.subList(2, 3));
    assertThat(pointer().ids()).isEqualTo(ids.subList(2, 4));
    assertThat(folders()).isEqualTo(ids.subList(2, 4));
    assertThat(rows("pk", "n")).containsExactly("[a,4]", "[b,null]");
    LakeFiles files = new LakeFiles(spark.sessionState().newHadoopConf());
    for (String id : pointer().ids()) {
      LakeSnapshot snapshot = LakeSnapshot.open(files, lake().toString(), Optional.of(id));
      assertThat(
              snapshot.verifiedRows(snapshot.contents(spark), spark.sessionState().newHadoopConf()))
          .isEqualTo(2);
      assertThat(snapshot.wholeness().gaps()).isEmpty();
    }
    assertThatThrownBy(() -> LakeSnapshot.open(files, lake().toString(), Optional.of(ids.get(0))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the lake table has published " + ids.get(2) + ", " + ids.get(3));
    assertThat(filesBelow(lake().resolve("_dynamodb/going"))).isEmpty();
    assertThat(Documents.read(report.toJson()).path("gone").get(0).path("reason").asText())
        .isEqualTo("snapshots");
  }

  @Test
  void whatIsReplacedForLessThanADayStaysForWhoeverReadsIt() throws IOException {
    publish(3);

    assertThat(maintain(keep(1), Optional.empty(), Duration.ofHours(23)).forgotten()).isEmpty();
    assertThat(maintain(OptionalLong.empty(), Optional.empty(), LONG).forgotten()).isEmpty();
    assertThat(maintain(keep(3), Optional.of(Duration.ZERO), LONG).forgotten()).isEmpty();
    assertThat(maintain(keep(1), Optional.of(LONG), Duration.ofDays(39)).forgotten()).isEmpty();
    assertThat(folders()).hasSize(3);

    assertThat(maintain(keep(1), Optional.of(Duration.ZERO), Duration.ofSeconds(1)).forgotten())
        .hasSize(2);
    assertThat(maintain(keep(1), Optional.of(Duration.ZERO), LONG).forgotten()).isEmpty();
    assertThat(rows("pk", "n")).containsExactly("[a,3]", "[b,null]");
    assertThat(folders()).containsExactly(pointer().snapshot().id());
  }

  @Test
  void aDryRunSaysWhatWouldGoAndChangesNothing() {
    publish(3);
    List<String> before = filesBelow(lake());

    MaintainReport would =
        maintain(
            new MaintainOptions(
                lake().toString(), keep(1), Optional.of(Duration.ofDays(1)), true, true),
            LONG);

    assertThat(filesBelow(lake())).isEqualTo(before);
    MaintainReport did = maintain(keep(1), Optional.of(Duration.ofDays(1)), LONG);
    assertThat(would.gone()).isEqualTo(did.gone());
    assertThat(would.bytes()).isPositive();
    assertThat(would.forgotten()).isEqualTo(did.forgotten()).hasSize(2);
  }

  @Test
  void reportsAndQuarantinedLinesGoWithTheirSnapshotsAndNotBefore() throws IOException {
    publish(2);
    List<String> runs = filesBelow(lake().resolve("_dynamodb/runs"));
    for (String run : runs) {
      Path folder = lake().resolve("_dynamodb/quarantine").resolve(run.replace(".json", ""));
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("bad.jsonl"), "{}");
    }

    assertThat(maintain(keep(2), Optional.of(Duration.ofDays(30)), LONG).gone()).isEmpty();
    MaintainReport report = maintain(keep(1), Optional.of(Duration.ofDays(30)), LONG);

    assertThat(report.gone().stream().map(gone -> gone.reason() + " " + gone.count()))
        .containsExactly("snapshots 1", "quarantine 1", "reports 1");
    String current = pointer().snapshot().runId();
    assertThat(filesBelow(lake().resolve("_dynamodb/quarantine")))
        .containsExactly(current + "/bad.jsonl");
    assertThat(filesBelow(lake().resolve("_dynamodb/runs")))
        .contains(current + ".json")
        .doesNotContain(runs.stream().filter(run -> !run.startsWith(current)).findFirst().get());
    assertThat(table().wholeness().gaps()).isEmpty();
  }

  @Test
  void whatAKilledRunHasForgottenTheNextOneDeletes() throws IOException {
    publish(3);
    CurrentPointer before = pointer();
    Path going = Files.createDirectories(lake().resolve("_dynamodb/going"));
    // written before the pointer was replaced; the second one is still named by it
    Files.writeString(
        going.resolve("20261118T032000Z-1a2b3c4d.json"),
        """
        {"format":"dynamodb-lake/going-snapshots","formatVersion":1,"snapshots":["%s","%s","../bucket"]}
        """
            .formatted(before.ids().get(0), before.ids().get(1)));
    Files.writeString(
        lake().resolve("_dynamodb/current.json"),
        new CurrentPointer(
                before.table(),
                before.facts(),
                before.ledger(),
                before.snapshot(),
                before.earlier().subList(1, 2))
            .toJson());

    maintain(OptionalLong.empty(), Optional.empty(), Duration.ofDays(2));

    assertThat(folders()).isEqualTo(before.ids().subList(1, 3));
    assertThat(temp.resolve("bucket")).exists();
    assertThat(filesBelow(going)).isEmpty();
  }

  @Test
  void aRunThatPublishesMeanwhileWins() throws IOException {
    publish(2);
    List<String> before = folders();
    Maintain slow =
        new Maintain(
            spark,
            new MaintainOptions(
                lake().toString(), keep(1), Optional.of(Duration.ZERO), false, true),
            Instant.now().plus(LONG));

    assertThatThrownBy(
            () ->
                slow.run(
                    new ReadProgress() {
                      @Override
                      public void phase(String name, long items, long bytes) {
                        if (name.equals("Forgetting snapshots")) {
                          publish3();
                        }
                      }

                      @Override
                      public void read(long items, long bytes) {
                        // nothing is read
                      }
                    }))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("another run has published meanwhile")
        .hasMessageContaining("nothing was deleted, run again");
    assertThat(folders()).containsAll(before).hasSize(3);
    assertThat(pointer().ids()).hasSize(3);

    assertThat(maintain(keep(1), Optional.of(Duration.ZERO), LONG).forgotten()).hasSize(2);
  }

  private void publish3() {
    flatten(third());
  }

  private FlattenOptions.Builder third() {
    return options(
        export()
            .exportId("01731900000003-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-18T09:20:00Z"))
            .file(item("a"), item("b"))
            .write());
  }

  @Test
  void aRunThatPublishesAfterSnapshotsWereForgottenLosesNothingOfItsWork() throws IOException {
    publish(2);
    String second = pointer().snapshot().id();
    List<String> phases = new ArrayList<>();

    RunReport report =
        new Flatten(spark, third().build())
            .run(
                new ReadProgress() {
                  @Override
                  public void phase(String name, long items, long bytes) {
                    phases.add(name);
                    if (phases.size() == 2) {
                      maintain(keep(1), Optional.of(Duration.ZERO), LONG);
                    }
                  }

                  @Override
                  public void read(long items, long bytes) {
                    // nothing depends on it
                  }
                });

    assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(phases).hasSizeGreaterThan(1);
    assertThat(pointer().ids()).containsExactly(second, report.output().snapshotId().orElseThrow());
    assertThat(folders()).isEqualTo(pointer().ids());
  }

  @Test
  void aFolderThatIsNoLakeTableIsRefused() {
    assertThatThrownBy(() -> maintain(keep(1), Optional.empty(), LONG))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot maintain lake table: there is no")
        .hasMessageContaining("give the folder that flatten wrote to");
  }
}
