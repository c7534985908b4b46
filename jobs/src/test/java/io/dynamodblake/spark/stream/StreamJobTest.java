package io.dynamodblake.spark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.TableStreams;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.FailingFileSystem;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs against a stream whose shards come, split and go as a test wants. */
class StreamJobTest {
  static final StreamPace FAST = new StreamPace(Duration.ofMillis(1), 6);

  @RegisterExtension
  final AwsSystemProperties properties = AwsSystemProperties.withKeys("test", "secret");

  @TempDir Path to;
  private final Pauses pauses = pausesWithoutSleep();
  private FakeStream stream;

  @BeforeEach
  void start() throws IOException {
    SparkTest.session();
    stream = new FakeStream();
    FailingFileSystem.works();
  }

  @AfterEach
  void stop() {
    stream.close();
    FailingFileSystem.works();
  }

  /** Real time, but for the pauses, which are over at once. */
  static Pauses pausesWithoutSleep() {
    return new Pauses() {
      private Duration ahead = Duration.ZERO;

      @Override
      public Instant now() {
        return Instant.now().plus(ahead);
      }

      @Override
      public void pause(Duration duration) {
        ahead = ahead.plus(duration);
      }
    };
  }

  private Archive archive() {
    return new Archive(to);
  }

  private StreamReport run() throws IOException {
    return run(to.toString(), false);
  }

  private StreamReport run(String path, boolean fromLatest) throws IOException {
    AwsSettings settings =
        new AwsSettings("", "", "", "eu-west-1", Map.of("", stream.address()), false, false);
    try (AwsClients clients = new AwsClients(settings, "test")) {
      TableStreams streams = new TableStreams(clients, Pauses.REAL);
      StreamReport report =
          new StreamJob(
                  SparkTest.session(),
                  streams,
                  settings,
                  "test",
                  streams.stream("Orders"),
                  path,
                  fromLatest,
                  FAST,
                  pauses)
              .run(SparkTest.session(), ReadProgress.NONE);
      Documents.read(report.toJson());
      return report;
    }
  }

  // ---- lineage

  @Test
  void readsAShardOnlyAfterTheOneThatItContinues() throws IOException {
    stream
        .shard("shard-c", "shard-b")
        .shard("shard-b", "shard-a")
        .shard("shard-a", "")
        .write("shard-a", "a1", "a2", "a3")
        .write("shard-b", "b1")
        .write("shard-c", "c1", "c2")
        .close("shard-a")
        .close("shard-b");

    StreamReport report = run();

    assertThat(stream.opened())
        .containsExactly("shard-a TRIM_HORIZON", "shard-b TRIM_HORIZON", "shard-c TRIM_HORIZON");
    assertThat(archive().keys()).containsExactly("a1", "a2", "a3", "b1", "c1", "c2");
    assertThat(report.records()).isEqualTo(6);
    assertThat(report.shardsEnded()).isEqualTo(2);
    archive().assertNoWaste();
  }

  @Test
  void readsOnWhereTheLastRunEndedAndFollowsASplit() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1", "a2");
    Instant first = run().coveredTo();
    stream
        .write("shard-a", "a3")
        .close("shard-a")
        .shard("shard-b", "shard-a")
        .shard("shard-c", "shard-a")
        .write("shard-b", "b1")
        .write("shard-c", "c1");
    StreamReport second = run();
    stream.write("shard-b", "b2");
    run();

    assertThat(archive().keys()).containsExactly("a1", "a2", "a3", "b1", "c1", "b2");
    assertThat(stream.opened())
        .startsWith("shard-a TRIM_HORIZON", "shard-a AFTER_SEQUENCE_NUMBER")
        .contains("shard-b AFTER_SEQUENCE_NUMBER");
    assertThat(second.coveredFrom()).isEqualTo(first);
    List<JsonNode> summaries = archive().summaries();
    assertThat(summaries).hasSize(3);
    for (int i = 1; i < 3; i++) {
      assertThat(summaries.get(i).path("exportFromTime"))
          .isEqualTo(summaries.get(i - 1).path("exportToTime"));
    }
    archive().assertNoWaste();
  }

  @Test
  void readsTheChildrenOfAShardThatSplitsWhileItIsRead() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1", "a2", "a3", "a4");
    AtomicBoolean split = new AtomicBoolean();
    stream.before =
        request -> {
          if (request.operation().equals("GetRecords") && split.compareAndSet(false, true)) {
            stream.close("shard-a").shard("shard-b", "shard-a").write("shard-b", "b1");
          }
        };

    run();

    assertThat(archive().keys()).containsExactly("a1", "a2", "a3", "a4", "b1");
  }

  @Test
  void stopsAtTheFirstPageThatIsOfAfterTheRunBegan() throws IOException {
    stream.shard("shard-a", "");
    Instant later = Instant.now().plusSeconds(60);
    for (int i = 0; i < 9; i++) {
      stream.writeAt("shard-a", "k" + i, later);
    }

    run();
    assertThat(archive().keys()).containsExactly("k0", "k1");
    run();

    assertThat(archive().keys()).containsExactly("k0", "k1", "k2", "k3");
  }

  @Test
  void saysWhatTheManifestsOfDynamoDbSayAndWhatIsDifferent() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1");

    StreamReport report = run();

    JsonNode summary = archive().summaries().get(0);
    assertThat(summary.path("version").asText()).isEqualTo("2023-08-01");
    assertThat(summary.path("exportType").asText()).isEqualTo("INCREMENTAL_EXPORT");
    assertThat(summary.path("outputView").asText()).isEqualTo("NEW_AND_OLD_IMAGES");
    assertThat(summary.path("tableArn").asText()).isEqualTo(FakeStream.TABLE);
    assertThat(summary.path("tableId").asText()).isEqualTo("id-1");
    assertThat(summary.path("madeBy").asText()).isEqualTo("dynamodb-lake stream");
    assertThat(summary.path("compacted").isBoolean()).isTrue();
    assertThat(summary.path("compacted").asBoolean()).isFalse();
    assertThat(summary.path("streamArn").asText()).isEqualTo(FakeStream.STREAM);
    assertThat(Instant.parse(summary.path("exportToTime").asText()))
        .isEqualTo(report.coveredTo())
        .isBeforeOrEqualTo(report.finishedAt());
    assertThat(archive().lines().get(0))
        .matches(
            "\\{\"Metadata\":\\{\"WriteTimestampMicros\":\\{\"N\":\"\\d{16}\"},\"SequenceNumber\":\"000000000000000000100\","
                + "\"EventId\":\"event-100\",\"EventName\":\"INSERT\"},\"Keys\":\\{\"pk\":\\{\"S\":\"a1\"}},"
                + "\"NewImage\":\\{\"pk\":\\{\"S\":\"a1\"}}}");
    Documents.checked(archive().checkpoint("Orders"));
    Documents.read(
        Path.of(java.net.URI.create(report.export().orElseThrow())).resolve("_stream/report.json"));
  }

  @Test
  void aRunInWhichNothingChangedSaysSo() throws IOException {
    stream.shard("shard-a", "");

    StreamReport report = run();

    assertThat(report.records()).isZero();
    assertThat(archive().summaries().get(0).path("itemCount").asInt(-1)).isZero();
    assertThat(archive().children("AWSDynamoDB/data")).isEmpty();
  }

  @Test
  void anArchiveMayBeginWithThePresent() throws IOException {
    stream
        .shard("shard-a", "")
        .write("shard-a", "a1")
        .close("shard-a")
        .shard("shard-b", "shard-a")
        .write("shard-b", "b1")
        .shard("shard-x", "");

    StreamReport first = run(to.toString(), true);
    stream.write("shard-b", "b2").write("shard-x", "x1");
    StreamReport second = run(to.toString(), true);

    assertThat(first.export()).isEmpty();
    assertThat(archive().keys()).containsExactly("b2", "x1");
    assertThat(archive().summaries()).hasSize(1);
    assertThat(second.coveredFrom()).isEqualTo(first.coveredTo());
    assertThat(stream.opened()).doesNotContain("shard-a TRIM_HORIZON");
  }

  // ---- gaps

  @Test
  void recordsThatWereTrimmedUnreadAreAGap() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1");
    Instant covered = run().coveredTo();
    stream.write("shard-a", "a2", "a3").trim("shard-a", 2);

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessage(
            "Cannot continue the stream of table Orders: records of shard shard-a that were not read are gone, because streams keep"
                + " them for 24 hours; changes from %s on are missing: fill the gap with an export of what changed since then"
                    .formatted(covered)
                + " (export --from %s), or of the whole table, then move %s away and run again, which begins with the oldest record"
                    .formatted(covered, "file:" + to.resolve("_dynamodb-stream/Orders.json"))
                + " that the stream still has");
    assertThat(archive().keys()).containsExactly("a1");
    archive().assertNoWaste();
  }

  @Test
  void aCheckpointAtARecordThatIsOldEnoughToBeTrimmedIsNoGap() throws IOException {
    stream.shard("shard-a", "").writeAt("shard-a", "a1", Instant.now().minus(Duration.ofHours(25)));
    run();
    stream.trim("shard-a", 1).write("shard-a", "a2");

    run();

    assertThat(archive().keys()).containsExactly("a1", "a2");
  }

  @Test
  void aShardThatVanishedUnreadIsAGap() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1");
    run();
    stream.remove("shard-a").shard("shard-b", "shard-a");

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("shard shard-a was not read to its end and is not there any more");
  }

  @Test
  void aShardThatContinuesOneThatWasNeverSeenIsAGap() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1").close("shard-a");
    run();
    stream.remove("shard-a").shard("shard-c", "shard-b");

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("shard shard-c continues shard shard-b, which was never read");
  }

  @Test
  void aShardThatWasReadToItsEndMayVanish() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1").close("shard-a").shard("shard-b", "shard-a");
    run();
    stream.remove("shard-a").write("shard-b", "b1");

    run();

    assertThat(archive().keys()).containsExactly("a1", "b1");
    assertThat(archive().checkpoint("Orders").path("shards")).hasSize(1);
  }

  @Test
  void aRunThatIsMoreThanADayLateDoesNotTrustShardsOfWhichItKnowsNoRecord() throws IOException {
    stream.shard("shard-a", "");
    run();
    Path checkpoint = to.resolve("_dynamodb-stream/Orders.json");
    String covered = archive().checkpoint("Orders").path("coveredTo").asText();
    Files.writeString(
        checkpoint,
        Files.readString(checkpoint)
            .replaceFirst(
                "\"coveredTo\" : \"" + covered,
                "\"coveredTo\" : \"" + Instant.now().minus(Duration.ofHours(25))));

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("records of shard shard-a may be gone unread");
  }

  @Test
  void aTableThatWasMadeAgainIsAGap() throws IOException {
    stream.shard("shard-a", "");
    run();
    stream.tableId = "id-2";

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("the table was dropped and made again");
  }

  @Test
  void anEarlierStreamThatIsGoneUnreadIsAGap() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1");
    run();
    stream.arn = FakeStream.TABLE + "/stream/2026-11-02T00:00:00.000";

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining(
            "the table has another stream now, and %s was not read to its end"
                .formatted(FakeStream.STREAM));
  }

  @Test
  void anEarlierStreamThatWasReadToItsEndIsFollowedByTheNextAndTheHoleIsSaid() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1").close("shard-a");
    Instant covered = run().coveredTo();
    stream.arn = FakeStream.TABLE + "/stream/2026-11-02T00:00:00.000";
    stream.remove("shard-a").shard("shard-z", "").write("shard-z", "z1");
    stream.createdAt(Instant.now());

    StreamReport report = run();

    assertThat(archive().keys()).containsExactly("a1", "z1");
    assertThat(report.missingFrom()).contains(covered);
    assertThat(report.coveredFrom()).isAfterOrEqualTo(covered);
  }

  @Test
  void whatIsLeftOfAnEarlierStreamIsReadBeforeTheNextAndHasAWindowOfItsOwn() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1");
    run();
    stream.write("shard-a", "a2").close("shard-a").shard("shard-b", "shard-a").close("shard-b");
    stream.write("shard-b", "b1");
    stream.arn = FakeStream.TABLE + "/stream/2026-11-02T00:00:00.000";
    stream.earlierIsThere = true;
    stream.shard("shard-z", "").write("shard-z", "z1").createdAt(Instant.now().plusSeconds(5));

    StreamReport report = run();

    assertThat(archive().keys()).containsExactly("a1", "a2", "b1", "z1");
    List<JsonNode> summaries = archive().summaries();
    assertThat(summaries).hasSize(3);
    assertThat(summaries.get(1).path("streamArn").asText()).isEqualTo(FakeStream.STREAM);
    assertThat(summaries.get(2).path("streamArn").asText()).isEqualTo(stream.arn);
    Instant end = Instant.parse(summaries.get(1).path("exportToTime").asText());
    assertThat(report.missingFrom()).contains(end);
    assertThat(report.coveredFrom()).isAfter(end);
    assertThat(report.records()).isEqualTo(1);
    archive().assertNoWaste();
  }

  // ---- killed, and two at once

  /** Dies where a file of this name is written, as by kill -9: nothing is cleaned up. */
  private void dieAt(String path) {
    FailingFileSystem.failsAt(path);
    assertThatThrownBy(() -> run("failing://" + to, false))
        .isInstanceOfAny(IOException.class, UncheckedIOException.class)
        .hasMessageContaining("died");
    FailingFileSystem.works();
  }

  @Test
  void aRunThatDiesBeforeTheCheckpointHasAddedNothingAndLeavesNothingBehindTheNext()
      throws IOException {
    try (FailingFileSystem.Settings settings = FailingFileSystem.settings()) {
      stream.shard("shard-a", "").write("shard-a", "a1", "a2");
      run("failing://" + to, false);
      stream.write("shard-a", "a3");
      for (String place :
          List.of("/run.json", "/files/", "/data/", "/manifest-files.json", ".writers")) {
        dieAt(place);
        assertThat(archive().keys()).as(place).containsExactly("a1", "a2");
      }

      run("failing://" + to, false);

      assertThat(archive().keys()).containsExactly("a1", "a2", "a3");
      assertThat(archive().summaries()).hasSize(2);
      archive().assertNoWaste();
    }
  }

  @Test
  void whatARunThatDiesAfterTheCheckpointHasReadIsPublishedByTheNext() throws IOException {
    try (FailingFileSystem.Settings settings = FailingFileSystem.settings()) {
      stream.shard("shard-a", "").write("shard-a", "a1", "a2");
      for (String place : List.of("/manifest-summary.md5", "/manifest-summary.json")) {
        dieAt(place);
        stream.write("shard-a", "after " + place);
      }

      run("failing://" + to, false);

      assertThat(archive().keys())
          .containsExactly(
              "a1", "a2", "after /manifest-summary.md5", "after /manifest-summary.json");
      // the second one died before it had read anything
      assertThat(archive().summaries()).hasSize(2);
      archive().assertNoWaste();
    }
  }

  @Test
  void ofTwoRunsAtOnceOneAddsToTheArchiveAndTheOtherOneSaysSo() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1");
    run();
    stream.write("shard-a", "a2");
    AtomicBoolean overtaken = new AtomicBoolean();
    stream.before =
        request -> {
          if (request.operation().equals("GetShardIterator")
              && overtaken.compareAndSet(false, true)) {
            stream.before = other -> {};
            copyArchiveOfAnotherRun();
          }
        };

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("another run has read the stream of table Orders meanwhile");
    run();

    assertThat(archive().keys()).containsExactly("a1", "a2");
    archive().assertNoWaste();
  }

  /** As if another run had replaced the checkpoint: it is of another generation. */
  private void copyArchiveOfAnotherRun() {
    Path checkpoint = to.resolve("_dynamodb-stream/Orders.json");
    try {
      Files.writeString(
          checkpoint,
          Files.readString(checkpoint).replace("\"generation\" : 1", "\"generation\" : 2"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- wrong use

  @Test
  void anArchiveOfAnotherTableIsRefused() throws IOException {
    stream.shard("shard-a", "");
    run();
    Path checkpoint = to.resolve("_dynamodb-stream/Orders.json");
    Files.writeString(
        checkpoint, Files.readString(checkpoint).replace(FakeStream.TABLE, FakeStream.TABLE + "2"));

    assertThatThrownBy(this::run)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot continue the archive in file:%s: it is of %s, not of %s; give another --to"
                .formatted(to, FakeStream.TABLE + "2", FakeStream.TABLE));
  }

  @Test
  void aClockThatIsBehindTheCheckpointIsWrongUsage() throws IOException {
    stream.shard("shard-a", "");
    run();
    Path checkpoint = to.resolve("_dynamodb-stream/Orders.json");
    String covered = archive().checkpoint("Orders").path("coveredTo").asText();
    Files.writeString(
        checkpoint, Files.readString(checkpoint).replace(covered, "2100-01-01T00:00:00Z"));

    assertThatThrownBy(this::run)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot continue the stream of table Orders: it was read up to 2100-01-01T00:00:00Z, and the clock of this machine is"
                + " behind that; set it");
  }

  @Test
  void aCheckpointThatIsDamagedIsRefused() throws IOException {
    stream.shard("shard-a", "");
    run();
    Files.writeString(to.resolve("_dynamodb-stream/Orders.json"), "{\"format\":");

    assertThatThrownBy(this::run)
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("_dynamodb-stream/Orders.json is damaged");
  }

  @Test
  void nothingIsWrittenWhereTheFirstShardCannotBeOpened() throws IOException {
    stream.shard("shard-a", "").write("shard-a", "a1");
    stream.before =
        request -> {
          if (request.operation().equals("GetShardIterator")) {
            stream.remove("shard-a");
          }
        };

    assertThatThrownBy(this::run).hasMessageContaining("it has vanished while it was read");

    try (Stream<Path> files = Files.walk(to)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
