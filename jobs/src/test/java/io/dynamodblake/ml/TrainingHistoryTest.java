package io.dynamodblake.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.write.Apply;
import io.dynamodblake.lake.write.ApplyOptions;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.run.ValueSessions;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels and features from a history that flatten and apply have made. */
class TrainingHistoryTest extends TrainingTest {
  private static final Instant T0 = IncrementalExport.FROM; // 03:20
  private static final Instant T1 = T0.plusSeconds(3600);
  private static final Instant T2 = T1.plusSeconds(3600);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir static Path shared;

  @Override
  protected Path from() {
    return shared.resolve("lake");
  }

  /** a is changed and loses n; b is deleted and made again; c comes later. */
  @BeforeAll
  static void history() {
    SparkSession spark = SparkTest.session();
    String lake = shared.resolve("lake").toString();
    Path export =
        ExportFixture.in(shared.resolve("bucket"))
            .file(
                "{\"Item\":" + image("a", "new", "1") + "}",
                "{\"Item\":" + image("b", "new", "2") + "}")
            .write();
    new Flatten(
            spark,
            FlattenOptions.builder(export.toString(), lake, "orders")
                .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                .withHistory(true)
                .build())
        .run(ReadProgress.NONE);
    window(T0, T1)
        .change(change("a", image("a", "new", "1"), image("a", "paid", "10"), at(10)))
        .change(change("b", image("b", "new", "2"), null, at(20)))
        .change(change("c", null, image("c", "new", "3"), at(30)))
        .write();
    window(T1, T2)
        .change(change("a", image("a", "paid", "10"), image("a", "sent", null), at(70)))
        .change(change("b", null, image("b", "paid", "5"), at(80)))
        .change(change("c", image("c", "new", "3"), image("c", "new", "4"), at(90)))
        .write();
    new Apply(
            spark,
            ApplyOptions.builder(List.of(shared.resolve("bucket/nightly/orders").toString()), lake)
                .build())
        .run(ReadProgress.NONE);
  }

  private static Instant at(long minutes) {
    return T0.plus(MINUTE.multipliedBy(minutes));
  }

  private static String image(String pk, String label, String n) {
    String number = n == null ? "" : ",\"n\":{\"N\":\"%s\"}".formatted(n);
    return "{\"pk\":{\"S\":\"%s\"},\"label\":{\"S\":\"%s\"}%s}".formatted(pk, label, number);
  }

  private static IncrementalExport.Change change(
      String pk, String old, String now, Instant written) {
    return new IncrementalExport.Change(
        "{\"pk\":{\"S\":\"%s\"}}".formatted(pk),
        Optional.ofNullable(old),
        Optional.ofNullable(now),
        written.toEpochMilli() * 1000);
  }

  private static IncrementalExport window(Instant from, Instant to) {
    return IncrementalExport.in(shared.resolve("bucket"))
        .exportId("%014d-0a1b2c3d".formatted(to.toEpochMilli()))
        .keys("pk")
        .window(from, to);
  }

  /** Group, minute, state, label and n of each row; of what is counted the state and how many. */
  private List<String> rows(Wanted wanted) throws IOException {
    SparkSession session = ValueSessions.of(spark);
    TrainingOptions options = wanted.in(from(), set());
    TrainingSource source = TrainingSource.open(session, options);
    FeaturePlan plan = FeaturePlan.of(source.schema(), options, true);
    RowMaking.Made made = new RowMaking(session, options, source, plan).make();
    return made
        .rows()
        .select(
            functions.col(RowMaking.GROUP),
            functions.col(RowMaking.TIME),
            functions.col(RowMaking.STATE),
            functions.col(RowMaking.LABEL),
            functions.col(RowMaking.FEATURES).getField("n"))
        .collectAsList()
        .stream()
        .map(TrainingHistoryTest::text)
        .sorted()
        .toList();
  }

  private static String text(Row row) {
    PointInTime.State state = PointInTime.State.values()[row.getInt(2)];
    return state.isRow()
        ? "%s %d %s %s %s"
            .formatted(
                row.getString(0),
                Duration.between(T0, Instants.ofMicros(row.getLong(1))).toMinutes(),
                state,
                row.get(3),
                row.get(4))
        : "%s %d".formatted(state, row.getLong(1));
  }

  private Wanted fromHistory() {
    Wanted wanted = new Wanted();
    wanted.history = true;
    return wanted;
  }

  private Wanted withLabels(String... lines) throws IOException {
    Wanted wanted = fromHistory();
    Path file = temp.resolve("labels.csv");
    Files.writeString(file, "pk,label_time,label\n" + String.join("\n", lines) + "\n");
    wanted.labels = Optional.of(file.toString());
    return wanted;
  }

  @Test
  void labelsOfTheItemHaveWhatWasKnownBeforeThem() throws IOException {
    assertThat(rows(fromHistory()))
        .containsExactly(
            "BEGINNING 2", // b is made again, c comes
            "S1:a 10 FOUND paid 1",
            "S1:a 70 FOUND sent 10",
            "UNDATED 2");
  }

  @Test
  void labelsFromElsewhereHaveWhatWasKnownAtTheirTime() throws IOException {
    assertThat(
            rows(
                withLabels(
                    "a," + at(9) + ",1",
                    "a," + at(10) + ",1",
                    "a," + at(10) + ",1", // again
                    "a,2026-11-18T05:40:00+01:00,0", // minute 80, n is gone
                    "b," + at(30) + ",1", // deleted
                    "b," + at(90) + ",0",
                    "c," + at(29) + ",0",
                    "z," + at(30) + ",", // no label
                    "y," + at(30) + ",1"))) // no such item
        .containsExactly(
            "S1:a 10 FOUND 1 10",
            "S1:a 10 FOUND 1 10",
            "S1:a 80 FOUND 0 null",
            "S1:a 9 FOUND 1 1",
            "S1:b 30 GONE 1 null",
            "S1:b 90 FOUND 0 5",
            "S1:c 29 NOT_YET 0 null",
            "S1:y 30 NOT_YET 1 null");
  }

  @Test
  void eachItemOfAMomentHasTheLabelOfLater() throws IOException {
    Wanted wanted = fromHistory();
    wanted.asOf = List.of(at(5), at(40));
    wanted.horizon = Optional.of(MINUTE.multipliedBy(35));

    assertThat(rows(wanted))
        .containsExactly(
            "LABEL_GONE 1", // b
            "S1:a 40 FOUND sent 10",
            "S1:a 5 FOUND paid 1",
            "S1:c 40 FOUND new 3");

    wanted.where = Optional.of("n > 5");
    assertThat(rows(wanted)).containsExactly("S1:a 40 FOUND sent 10");
  }

  @Test
  void momentsThatTheHistoryDoesNotReachAreRefused() throws IOException {
    assertThatThrownBy(() -> rows(withLabels("a," + T0.minusSeconds(1) + ",1")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot use the history: it begins with the full export of 2026-11-18T03:20:00Z, and at least one of 1 moments is earlier, of which nobody knows anything; leave out those before");
    assertThatThrownBy(() -> rows(withLabels("a," + T2.plusSeconds(1) + ",1")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(
            "it ends at 2026-11-18T05:20:00Z, and at least one of 1 moments is later")
        .hasMessageContaining("apply the changes until then");
    Wanted asOf = fromHistory();
    asOf.asOf = List.of(at(100));
    asOf.horizon = Optional.of(MINUTE.multipliedBy(30));
    assertThatThrownBy(() -> rows(asOf))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("at least one of 1 moments is later");
    Wanted lakeClock = withLabels("a," + at(15) + ",1");
    lakeClock.knownByLake = true;
    assertThatThrownBy(() -> rows(lakeClock))
        .as("the lake knew nothing of it then")
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("at least one of 1 moments is earlier");
  }

  @Test
  void labelsWithoutKeyOrTimeAreRefused() {
    assertThatThrownBy(() -> rows(withLabels("," + at(5) + ",1", "a," + at(5) + ",1")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot use the labels: 1 rows lack a part of the key");
    assertThatThrownBy(() -> rows(withLabels("a," + at(5) + ",1", "secret," + at(5) + ",1,more")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith(
            "Cannot read the labels: a line does not have as many fields as the header, in ")
        .hasNoCause();
    assertThatThrownBy(() -> rows(withLabels("a,yesterday,1")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith(
            "Cannot use the labels: column 'label_time' of 1 rows holds no time");
    assertThatThrownBy(
            () -> {
              Wanted wanted = withLabels("a," + at(5) + ",1");
              wanted.label = "labl";
              rows(wanted);
            })
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "Cannot read --labels: there is no column 'labl' for the label; did you mean 'label'?");
  }

  @Test
  void aSetOfTheHistoryTellsOfWhatItWasMadeAndIsTheSameOnOnePartitionAndOnThirteen()
      throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int minute = 1; minute < 120; minute++) {
      for (String key : List.of("a", "b", "c", "d", "e", "f")) {
        lines.append('\n').append(key).append(',').append(at(minute)).append(',');
        lines.append((minute + key.hashCode()) % 3 == 0 ? "1" : "0");
      }
    }
    Wanted wanted = withLabels(lines.substring(1));
    wanted.group = List.of("pk");
    wanted.split = SplitRule.ofGroup("2", List.of("60", "20", "20"));
    wanted.features = List.of("n");
    wanted.maxAge = Optional.of(MINUTE.multipliedBy(45));
    wanted.rowsPerFile = 100;
    TrainingReport report = make(wanted);
    assertThat(report.rows()).isEqualTo(119 * 6);
    assertThat(manifest().path("source").path("exports"))
        .extracting(export -> export.path("kind").asText() + " " + export.path("to").asText())
        .containsExactly(
            "full 2026-11-18T03:20:00Z",
            "window 2026-11-18T04:20:00Z",
            "window 2026-11-18T05:20:00Z");
    assertThat(manifest().path("rows").path("olderThanMaxAge").asInt()).isPositive();
    assertThat(manifest().path("rows").path("withoutFeaturesYet").asInt()).isPositive();

    for (int partitions : new int[] {1, 13}) {
      SparkSession session = SparkLine.cloned(spark);
      session.conf().set("spark.sql.shuffle.partitions", partitions);
      session.conf().set("spark.sql.adaptive.coalescePartitions.enabled", partitions == 1);
      Path again = temp.resolve("set" + partitions);
      new TrainingSet(session, wanted.in(from(), again)).run(ReadProgress.NONE);
      assertThat(contents(again).keySet()).isEqualTo(contents(set()).keySet());
      assertThat(contents(again)).as("%d partitions", partitions).isEqualTo(contents(set()));
    }
  }
}
