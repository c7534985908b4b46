package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What readers see when runs overtake each other, are killed, or meet what older versions wrote.
 */
class PublicationTest extends LakeTest {
  private static final String MONDAY = "01731900000000-0a1b2c3d";
  private static final String TUESDAY = "01731990000000-0a1b2c3d";
  private static final String WEDNESDAY = "01732076400000-0a1b2c3d";

  private Path day(String id, String time, String... lines) {
    return export().exportId(id).exportTime(Instant.parse(time)).file(lines).write();
  }

  private Path monday() {
    return day(MONDAY, "2026-11-18T03:20:00Z", item("mon"));
  }

  private Path tuesday() {
    return day(TUESDAY, "2026-11-19T03:20:00Z", item("tue", "\"more\":{\"N\":\"1\"}"));
  }

  private Path wednesday() {
    return day(WEDNESDAY, "2026-11-20T03:20:00Z", item("wed", "\"most\":{\"N\":\"2\"}"));
  }

  /** Something that happens in the middle of a run. */
  private interface Meanwhile {
    void run() throws IOException;
  }

  /** Runs, and when a phase begins lets something else happen first. */
  private RunReport flattenWhile(FlattenOptions options, String phase, Meanwhile meanwhile) {
    ReadProgress progress =
        new ReadProgress() {
          private boolean done;

          @Override
          public void phase(String name, long items, long storedBytes) {
            if (name.equals(phase) && !done) {
              done = true;
              try {
                meanwhile.run();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }
          }

          @Override
          public void read(long items, long storedBytes) {}
        };
    return new Flatten(spark, options).run(progress);
  }

  private List<String> snapshotFolders() throws IOException {
    try (var children = Files.list(lake())) {
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> name.startsWith("snapshot="))
          .sorted()
          .toList();
    }
  }

  /** The files beside the pointer are those of the snapshot that readers see. */
  private void requireSettled() throws IOException {
    Path snapshot = Path.of(java.net.URI.create(table().snapshotPath()));
    assertThat(lake().resolve("_dynamodb/ddl/athena.sql"))
        .hasSameTextualContentAs(snapshot.resolve("_athena.sql"));
    assertThat(lake().resolve("_dynamodb/schema.json"))
        .hasSameTextualContentAs(snapshot.resolve("_schema.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Reading types", "Writing", "Checking", "Publishing"})
  void ofTwoRunsOfOneExportBothEndWellAndOneHasPublished(String phase) throws IOException {
    Path export = monday();
    AtomicReference<RunReport> faster = new AtomicReference<>();

    RunReport slower =
        flattenWhile(options(export).build(), phase, () -> faster.set(flatten(options(export))));

    assertThat(faster.get().status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(slower.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(slower.output().snapshotId()).isEqualTo(faster.get().output().snapshotId());
    assertThat(rows("pk")).containsExactly("[mon]");
    assertThat(snapshotFolders())
        .containsExactly("snapshot=" + faster.get().output().snapshotId().orElseThrow());
    assertThat(statuses()).containsExactly("published", "unchanged");
    requireSettled();
    assertThat(flatten(options(export)).status()).isEqualTo(RunReport.Status.UNCHANGED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Reading types", "Writing", "Publishing"})
  void whoIsOvertakenByAnotherExportSaysSoAndLeavesNothing(String phase) throws IOException {
    flatten(options(monday()));
    Path tuesday = tuesday();
    Path wednesday = wednesday();
    AtomicReference<RunReport> faster = new AtomicReference<>();

    assertThatThrownBy(
            () ->
                flattenWhile(
                    options(tuesday).build(), phase, () -> faster.set(flatten(options(wednesday)))))
        .isInstanceOf(ExportFormatException.class)
        .hasMessage(
            "Cannot publish: run %s has published snapshot '%s' meanwhile, which readers see, at file:%s; nothing was changed, run again"
                .formatted(faster.get().runId(), faster.get().output().snapshotId().get(), lake()));

    assertThat(rows("pk")).containsExactly("[wed]");
    assertThat(snapshotFolders()).hasSize(2).noneMatch(name -> name.contains(TUESDAY));
    assertThat(table().current().ids()).hasSize(2);
    requireSettled();
    assertThatThrownBy(() -> flatten(options(tuesday))).hasMessageContaining("older than");
  }

  @Test
  void nothingThatWasPublishedIsForgottenWhenRunsFollowEachOtherClosely() throws IOException {
    flatten(options(monday()));
    flatten(options(tuesday()));
    flatten(options(wednesday()));

    CurrentPointer current = table().current();
    assertThat(current.ids()).hasSize(3);
    assertThat(current.earlier())
        .allSatisfy(
            earlier -> {
              assertThat(earlier.rows()).contains(1L);
              assertThat(earlier.filesFingerprint()).isPresent();
            });
    assertThat(snapshotFolders())
        .containsExactlyInAnyOrderElementsOf(
            current.ids().stream().map(id -> "snapshot=" + id).toList());
  }

  @Test
  void aRunThatWasKilledJustAfterItPublishedIsCompletedByTheNextOne() throws IOException {
    flatten(options(monday()));
    Path schema = lake().resolve("_dynamodb/schema.json");
    Path statements = lake().resolve("_dynamodb/ddl/athena.sql");
    String schemaBefore = Files.readString(schema);
    String statementsBefore = Files.readString(statements);
    Path tuesday = tuesday();
    flatten(options(tuesday));
    Files.writeString(schema, schemaBefore);
    Files.writeString(statements, statementsBefore);

    assertThat(table().ddl()).contains(table().current().snapshot().id());
    assertThat(flatten(options(tuesday)).status()).isEqualTo(RunReport.Status.UNCHANGED);
    requireSettled();

    Files.writeString(schema, schemaBefore);
    Files.writeString(statements, statementsBefore);
    RunReport next = flatten(options(wednesday()));
    assertThat(next.schema().source()).isEqualTo("evolved");
    assertThat(table().rows().columns()).contains("more", "most");
    requireSettled();
  }

  @Test
  void aFirstRunThatWasKilledJustAfterItPublishedIsCompletedToo() throws IOException {
    Path monday = monday();
    flatten(options(monday));
    Files.delete(lake().resolve("_dynamodb/schema.json"));
    Files.delete(lake().resolve("_dynamodb/ddl/athena.sql"));

    assertThat(flatten(options(monday)).status()).isEqualTo(RunReport.Status.UNCHANGED);

    requireSettled();
  }

  @Test
  void aPointerOfTheFirstVersionIsReadAndTheNextRunWritesTheSecond() throws IOException {
    flatten(options(monday()));
    Path pointer = lake().resolve("_dynamodb/current.json");
    ObjectNode tree = (ObjectNode) JsonDocuments.parseObject(Files.readString(pointer)).get();
    tree.put("formatVersion", 1);
    tree.remove(List.of("tableTime", "filesFingerprint"));
    ArrayNode earlier = tree.putArray("earlier");
    earlier.add("01731800000000-0a1b2c3d");
    Files.writeString(pointer, JsonDocuments.print(tree));
    String first = table().current().snapshot().id();

    assertThat(rows("pk")).containsExactly("[mon]");
    assertThat(table().current().facts().time()).contains(Instant.parse("2026-11-18T03:20:00Z"));
    flatten(options(tuesday()));

    assertThat(table().current().ids())
        .containsExactly("01731800000000-0a1b2c3d", first, table().current().snapshot().id());
    assertThat(json(pointer).path("formatVersion").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{\"format\":\"dynamodb-lake/current\",\"formatVersion\":2}", "[]"})
  void aPointerThatWasCutShortIsSaidToBeThatAndNotOfANewerVersion(String text) throws IOException {
    Path monday = monday();
    flatten(options(monday));
    Files.writeString(lake().resolve("_dynamodb/current.json"), text);

    assertThatThrownBy(() -> flatten(options(monday)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("put back the file as it was")
        .hasMessageNotContaining("newer");
  }

  @Test
  void whatKilledRunsLeftIsTakenAwayOnceItIsOlderThanAnyRun() throws IOException {
    flatten(options(monday()));
    String published = snapshotFolders().get(0);
    abandon("01731800000000-0a1b2c3d.aaaaaaaa", "20260101T000000Z-aaaaaaaa");
    abandon("01731800000000-0a1b2c3d.bbbbbbbb", "29990101T000000Z-bbbbbbbb");
    Path stranger = Files.createDirectories(lake().resolve("snapshot=by-hand"));
    Path temporary = lake().resolve("_dynamodb/.current.json.x.tmp");
    Files.writeString(temporary, "");
    Files.setLastModifiedTime(temporary, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

    flatten(options(tuesday()));

    assertThat(snapshotFolders())
        .contains(published, "snapshot=01731800000000-0a1b2c3d.bbbbbbbb")
        .doesNotContain("snapshot=01731800000000-0a1b2c3d.aaaaaaaa");
    assertThat(stranger).exists();
    assertThat(temporary).doesNotExist();
  }

  private void abandon(String snapshot, String run) throws IOException {
    Files.createDirectories(lake().resolve("snapshot=" + snapshot));
    Files.writeString(
        lake().resolve("_dynamodb/runs/" + run + ".json"),
        "{\"format\":\"dynamodb-lake/run-report\",\"output\":{\"snapshotId\":\"%s\"}}"
            .formatted(snapshot));
  }
}
