package io.dynamodblake.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** Which image a label gets. Times are whole numbers, features one whole number. */
class PointInTimeTest {
  private static final StructType CARRIED = new StructType().add("c", DataTypes.StringType);
  private static final PointInTime.Layout LAYOUT =
      new PointInTime.Layout(DataTypes.StringType, CARRIED, 1);
  private static final Timeline.Bases FROM_0 = bases(0);

  /** A row of what is sorted. */
  private record Given(
      String key,
      long at,
      int rank,
      long event,
      long table,
      int part,
      long tie,
      boolean deleted,
      boolean chosen,
      String label,
      Long feature) {

    Given event(long moment) {
      return new Given(key, at, rank, moment, table, part, tie, deleted, chosen, label, feature);
    }

    Given at(long known) {
      return new Given(key, known, rank, event, table, part, tie, deleted, chosen, label, feature);
    }

    Given part(int number) {
      return new Given(key, at, rank, event, table, number, tie, deleted, chosen, label, feature);
    }

    Given label(String value) {
      return new Given(key, at, rank, event, table, part, tie, deleted, chosen, value, feature);
    }

    Given notChosen() {
      return new Given(key, at, rank, event, table, part, tie, deleted, false, label, feature);
    }

    InternalRow row() {
      return new GenericInternalRow(
          new Object[] {
            UTF8String.fromString(key),
            at,
            rank,
            event,
            table,
            part,
            tie,
            deleted,
            chosen,
            UTF8String.fromString("g-" + key),
            label == null ? null : UTF8String.fromString(label),
            new GenericInternalRow(new Object[] {UTF8String.fromString("c-" + at)}),
            rank == Image.RANK_LABEL ? null : new GenericInternalRow(new Object[] {feature})
          });
    }
  }

  private static Timeline.Bases bases(long... moments) {
    return new Timeline.Bases(moments, moments);
  }

  private static Given base(String key, long time, Long feature) {
    return new Given(
        key,
        time,
        Image.RANK_BASE,
        time,
        time,
        0,
        feature == null ? 0 : feature,
        false,
        true,
        null,
        feature);
  }

  private static Given image(String key, long time, Long feature) {
    return new Given(
        key,
        time,
        Image.RANK_CHANGE,
        time,
        time,
        1,
        feature == null ? 0 : feature,
        false,
        true,
        null,
        feature);
  }

  private static Given deleted(String key, long time) {
    return new Given(key, time, Image.RANK_CHANGE, time, time, 1, 0, true, true, null, null);
  }

  private static Given ask(String key, long time) {
    return new Given(key, time, Image.RANK_LABEL, 0, 0, 0, 0, false, true, "yes", null);
  }

  private static List<InternalRow> sorted(Given... given) {
    return List.of(given).stream()
        .sorted(
            Comparator.comparing(Given::key)
                .thenComparingLong(Given::at)
                .thenComparingInt(Given::rank)
                .thenComparingInt(Given::part)
                .thenComparingLong(Given::tie))
        .map(Given::row)
        .toList();
  }

  /** Key, time, state, feature and label of each row; of what is counted state and count. */
  private static List<String> rows(PointInTime.Way way, Timeline.Bases bases, Given... given) {
    Iterator<InternalRow> rows = new PointInTime(sorted(given).iterator(), way, LAYOUT, bases);
    List<String> found = new ArrayList<>();
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      PointInTime.State state = PointInTime.State.values()[row.getInt(3)];
      found.add(
          state.isRow()
              ? "%s@%d %s %s %s"
                  .formatted(
                      row.getUTF8String(0),
                      row.getLong(2),
                      state,
                      row.isNullAt(7)
                          ? "-"
                          : row.getStruct(7, 1).isNullAt(0)
                              ? "null"
                              : row.getStruct(7, 1).getLong(0),
                      row.getUTF8String(5))
              : "%d %s".formatted(row.getLong(2), state));
    }
    return found;
  }

  private static List<String> asked(Given... given) {
    return rows(new PointInTime.Asked(), FROM_0, given);
  }

  @Test
  void aLabelGetsTheLastImageUpToItsTimeAndEachLabelIsOneRow() {
    assertThat(
            asked(
                base("a", 0, 1L),
                image("a", 10, 2L),
                image("a", 20, 3L),
                ask("a", 9),
                ask("a", 10),
                ask("a", 10),
                ask("a", 25)))
        .containsExactly(
            "a@9 FOUND 1 yes", "a@10 FOUND 2 yes", "a@10 FOUND 2 yes", "a@25 FOUND 3 yes");
  }

  @Test
  void anItemThatIsNotThereLeavesFeaturesEmptyAndTheRowStays() {
    assertThat(
            asked(
                image("a", 10, 1L),
                deleted("a", 20),
                image("a", 30, 2L),
                ask("a", 5),
                ask("a", 15),
                ask("a", 25),
                ask("a", 35),
                ask("b", 5)))
        .containsExactly(
            "a@5 NOT_YET - yes",
            "a@15 FOUND 1 yes",
            "a@25 GONE - yes",
            "a@35 FOUND 2 yes",
            "b@5 NOT_YET - yes");
  }

  @Test
  void anAttributeThatWasRemovedIsNullAndNotWhatItWasBefore() {
    assertThat(asked(base("a", 0, 1L), image("a", 10, null), ask("a", 20)))
        .containsExactly("a@20 FOUND null yes");
  }

  @Test
  void aLateCorrectionIsNotKnownBeforeItCame() {
    // of moment 5, and written at 30
    assertThat(asked(base("a", 0, 1L), image("a", 30, 2L).event(5), ask("a", 20), ask("a", 30)))
        .containsExactly("a@20 FOUND 1 yes", "a@30 FOUND 2 yes");
  }

  @Test
  void whatWasTrueEarlierDoesNotTakeThePlaceOfWhatIsTrueNow() {
    assertThat(
            asked(base("a", 0, 1L), image("a", 10, 2L), image("a", 30, 3L).event(5), ask("a", 40)))
        .containsExactly("a@40 FOUND 2 yes");
  }

  @Test
  void whatHoldsOnlyLaterWaitsForItsMoment() {
    assertThat(
            asked(
                base("a", 0, 1L),
                image("a", 10, 2L).event(50),
                image("a", 20, 3L),
                ask("a", 40),
                ask("a", 50),
                image("a", 60, 4L),
                ask("a", 70)))
        .containsExactly("a@40 FOUND 3 yes", "a@50 FOUND 2 yes", "a@70 FOUND 4 yes");
    assertThat(
            asked(base("a", 0, 1L), image("a", 10, 2L).event(50), deleted("a", 20), ask("a", 60)))
        .as("a delete ends what was still to come")
        .containsExactly("a@60 GONE - yes");
  }

  @Test
  void ofImagesOfOneMomentTheLaterPartCountsThenTheContentAndThatIsCounted() {
    assertThat(
            asked(base("a", 0, 1L), image("a", 10, 9L), image("a", 10, 2L).part(2), ask("a", 20)))
        .containsExactly("a@20 FOUND 2 yes");
    assertThat(asked(image("a", 10, 9L), image("a", 10, 2L), ask("a", 20)))
        .containsExactly("a@20 FOUND 9 yes", "1 TIE");
    assertThat(asked(base("a", 10, 9L), image("a", 10, 2L), ask("a", 20)))
        .as("a full export shows what was before the changes of its own moment")
        .containsExactly("a@20 FOUND 2 yes");
  }

  @Test
  void aFullExportEndsWhatItDoesNotHave() {
    assertThat(
            rows(
                new PointInTime.Asked(),
                bases(0, 100),
                base("a", 0, 1L),
                base("b", 0, 2L),
                image("b", 50, 3L),
                base("b", 100, 4L),
                ask("a", 99),
                ask("a", 100),
                ask("b", 99),
                ask("b", 100)))
        .containsExactly(
            "a@99 FOUND 1 yes", "a@100 GONE - yes", "b@99 FOUND 3 yes", "b@100 FOUND 4 yes");
  }

  @Test
  void theClockOfTheLakeMakesImagesKnownLater() {
    assertThat(
            rows(
                new PointInTime.Asked(),
                new Timeline.Bases(new long[] {0}, new long[] {3}),
                base("a", 0, 1L).at(3),
                image("a", 10, 2L).at(33),
                ask("a", 20),
                ask("a", 33)))
        .containsExactly("a@20 FOUND 1 yes", "a@33 FOUND 2 yes");
  }

  // ---- labels in the item

  private static List<String> changes(Given... given) {
    return rows(new PointInTime.Changes(), FROM_0, given);
  }

  @Test
  void aLabelInTheItemGetsFeaturesFromStrictlyBeforeIt() {
    assertThat(
            changes(
                base("a", 0, 1L).label("new"),
                image("a", 10, 2L).label("new"),
                image("a", 20, 99L).label("paid"),
                image("a", 30, 3L).label("paid"),
                image("a", 40, 98L).label("sent")))
        .containsExactly("a@20 FOUND 2 paid", "a@40 FOUND 3 sent", "1 UNDATED");
  }

  @Test
  void allThatAnItemBecameAtTheMomentOfItsLabelIsNotKnownBefore() {
    assertThat(
            changes(
                base("a", 0, 1L).label("new"),
                image("a", 20, 50L).label("new"),
                image("a", 20, 99L).part(2).label("paid")))
        .containsExactly("a@20 FOUND 1 paid", "1 UNDATED");
  }

  @Test
  void aLabelThatComesWithItsItemIsNoRow() {
    assertThat(
            changes(
                image("a", 10, 1L).label("new"),
                image("a", 20, 2L).label("paid"),
                deleted("a", 30),
                image("a", 40, 3L).label("paid")))
        .as("an item that is made again begins anew")
        .containsExactly("a@20 FOUND 1 paid", "2 BEGINNING");
  }

  @Test
  void onlyChosenImagesBecomeRows() {
    assertThat(
            changes(
                base("a", 0, 1L),
                image("a", 10, 2L).label("paid").notChosen(),
                image("a", 20, 3L).label("sent")))
        .containsExactly("a@20 FOUND 2 sent");
  }

  // ---- labels some time after

  private static List<String> moments(long[] moments, long horizon, Given... given) {
    return rows(new PointInTime.Moments(moments, horizon), FROM_0, given);
  }

  @Test
  void eachItemOfAMomentGetsTheLabelThatItHasLater() {
    assertThat(
            moments(
                new long[] {10, 20},
                15,
                base("a", 0, 1L).label("new"),
                image("a", 20, 2L).label("paid"),
                image("a", 25, 3L).label("sent"),
                image("a", 26, 4L).label("lost"),
                image("b", 12, 5L).label("new"),
                deleted("b", 30),
                image("c", 15, 6L)))
        .containsExactlyInAnyOrder(
            "a@10 FOUND 1 sent", "a@20 FOUND 2 lost", "1 LABEL_GONE", "1 UNLABELLED");
  }

  @Test
  void theSlowObviousWayFindsTheSame() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      List<Given> given = new ArrayList<>();
      given.add(base("a", 0, 0L));
      for (int i = 1; i <= 12; i++) {
        long known = random.nextInt(40);
        given.add(
            random.nextInt(6) == 0
                ? deleted("a", known).part(i)
                : image("a", known, (long) i).event(known + random.nextInt(15) - 10).part(i));
      }
      for (long time = 0; time < 50; time += 3) {
        given.add(ask("a", time));
      }
      List<String> expected = new ArrayList<>();
      for (long time = 0; time < 50; time += 3) {
        expected.add(obvious(given, time));
      }
      assertThat(asked(given.toArray(Given[]::new))).as("round %d", round).isEqualTo(expected);
    }
  }

  /** Looks at all images that are known, from the last delete on, for the one that held last. */
  private static String obvious(List<Given> given, long time) {
    List<Given> known =
        given.stream()
            .filter(row -> row.rank() != Image.RANK_LABEL && row.at() <= time)
            .sorted(
                Comparator.<Given>comparingLong(Given::at)
                    .thenComparingInt(Given::rank)
                    .thenComparingInt(Given::part))
            .toList();
    Given best = null;
    boolean gone = false;
    for (Given row : known) {
      if (row.deleted()) {
        best = null;
        gone = true;
      } else if (row.event() <= time && (best == null || row.event() >= best.event())) {
        best = row;
        gone = false;
      }
    }
    return best == null
        ? "a@%d %s - yes".formatted(time, gone ? "GONE" : "NOT_YET")
        : "a@%d FOUND %d yes".formatted(time, best.feature());
  }
}
