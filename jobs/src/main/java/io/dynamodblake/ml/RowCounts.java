package io.dynamodblake.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * What became of all rows.
 *
 * @param states of those that are rows, and of what became none
 * @param unlabelled rows without a label that were left out before
 * @param gap rows in a gap before a time of the split
 * @param straddling rows whose group has rows in a later split
 * @param tooOld rows of the splits whose features are null because they are older than allowed
 * @param splits rows of each split
 */
record RowCounts(
    Map<PointInTime.State, Long> states,
    long unlabelled,
    long gap,
    long straddling,
    long tooOld,
    long[] splits) {

  /** Counts a frame. */
  static RowCounts of(Frame frame, long unlabelled) {
    Map<PointInTime.State, Long> states = new EnumMap<>(PointInTime.State.class);
    long[] left = new long[Frame.Left.values().length];
    long[] splits = new long[SplitRule.NAMES.size()];
    long tooOld = 0;
    Column isRow = col(Frame.STATE).leq(PointInTime.State.GONE.ordinal());
    List<Row> counted =
        frame
            .rows()
            .groupBy(Frame.STATE, Frame.SPLIT, Frame.LEFT, Frame.OLD)
            .agg(sum(when(isRow, 1L).otherwise(col(Frame.NUMBER))))
            .collectAsList();
    for (Row row : counted) {
      PointInTime.State state = PointInTime.State.values()[row.getInt(0)];
      long number = row.getLong(4);
      states.merge(state, number, Long::sum);
      if (state.isRow()) {
        if (row.getInt(1) >= SplitRule.TRAIN) {
          splits[row.getInt(1)] += number;
          tooOld += row.getBoolean(3) ? number : 0;
        } else {
          left[row.getInt(2)] += number;
        }
      }
    }
    return new RowCounts(
        states,
        unlabelled + states.getOrDefault(PointInTime.State.UNLABELLED, 0L),
        left[Frame.Left.GAP.ordinal()],
        left[Frame.Left.STRADDLING.ordinal()],
        tooOld,
        splits);
  }

  long state(PointInTime.State state) {
    return states.getOrDefault(state, 0L);
  }

  /** Returns how many rows with a label there are. */
  long labelled() {
    return Arrays.stream(PointInTime.State.values())
        .filter(PointInTime.State::isRow)
        .mapToLong(this::state)
        .sum();
  }

  long written() {
    return Arrays.stream(splits).sum();
  }

  /**
   * The groups of a split.
   *
   * @param number how many
   * @param largest rows of the largest
   */
  record Groups(long number, long largest) {

    /** Counts those of each split, and of all splits together. */
    static List<Groups> of(Frame frame) {
      List<Column> bySplit = new ArrayList<>();
      for (int split = 0; split < SplitRule.NAMES.size(); split++) {
        bySplit.add(sum(when(col(Frame.SPLIT).equalTo(split), 1L).otherwise(0L)).as("s" + split));
      }
      Dataset<Row> groups =
          frame
              .inSplits()
              .groupBy(Frame.GROUP)
              .agg(count(lit(1)).as("all"), bySplit.toArray(Column[]::new));
      List<Column> totals = new ArrayList<>();
      for (String name : List.of("s0", "s1", "s2", "all")) {
        totals.add(count(when(col(name).gt(0), 1)));
        totals.add(functions.coalesce(max(name), lit(0L)));
      }
      Row total = groups.agg(lit(0), totals.toArray(Column[]::new)).first();
      List<Groups> all = new ArrayList<>();
      for (int i = 1; i < total.size(); i += 2) {
        all.add(new Groups(total.getLong(i), total.getLong(i + 1)));
      }
      return all;
    }
  }

  /**
   * Rows of validation and test that have a twin in train: all features are the same.
   *
   * @param validation how many there
   * @param test how many there
   */
  record Twins(long validation, long test) {

    /** Counts them. */
    static Twins of(Frame frame, List<Result> kept) {
      if (kept.isEmpty()) {
        return new Twins(0, 0);
      }
      Column[] features =
          kept.stream()
              .map(result -> col(Frame.featureName(result.place())))
              .toArray(Column[]::new);
      Column any = Arrays.stream(features).map(Column::isNotNull).reduce(Column::or).orElseThrow();
      List<Column> again = new ArrayList<>(List.of(lit(1)));
      again.addAll(List.of(features));
      Dataset<Row> same =
          frame
              .inSplits()
              .filter(any)
              .groupBy(
                  functions.xxhash64(features).as("a"),
                  functions.xxhash64(again.toArray(Column[]::new)).as("b"))
              .agg(
                  sum(in(SplitRule.TRAIN)).as("train"),
                  sum(in(SplitRule.VALIDATION)).as("validation"),
                  sum(in(SplitRule.TEST)).as("test"))
              .filter(col("train").gt(0));
      Row twins =
          same.agg(
                  functions.coalesce(sum("validation"), lit(0L)),
                  functions.coalesce(sum("test"), lit(0L)))
              .first();
      return new Twins(twins.getLong(0), twins.getLong(1));
    }

    private static Column in(int split) {
      return when(col(Frame.SPLIT).equalTo(split), 1L).otherwise(0L);
    }
  }
}
