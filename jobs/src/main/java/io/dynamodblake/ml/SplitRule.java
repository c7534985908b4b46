package io.dynamodblake.ml;

import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.type.Instants;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Which split a row belongs to. The rule is documented, so that anybody can repeat it. */
public sealed interface SplitRule {
  /** The splits in their order; a row has the index of its own. */
  List<String> NAMES = List.of("train", "validation", "test");

  int TRAIN = 0;
  int VALIDATION = 1;
  int TEST = 2;

  /** Of a row that is in none. */
  int LEFT_OUT = -1;

  /** Whether a split is meant to have rows. */
  boolean has(int split);

  /** Returns the rule in words, for people and for the manifest. */
  String words();

  /**
   * Returns the rule that splits by a hash of the group.
   *
   * @param percents of train, validation and test
   * @throws UsageException if they are not three that make a hundred
   */
  static SplitRule ofGroup(String salt, List<String> percents) {
    return OfGroup.of(salt, percents, TrainingOptions.WORDS);
  }

  /**
   * Returns the rule that splits by the time of a row.
   *
   * @param times one or two, in their order
   * @param gap so long before each of them rows are left out
   * @param apart whether a group is left to the last split that it has rows in
   * @throws UsageException if they are not one or two in their order
   */
  static SplitRule ofTime(List<Instant> times, Duration gap, boolean apart) {
    return OfTime.of(times, gap, apart, TrainingOptions.WORDS);
  }

  /**
   * By a hash of the group.
   *
   * @param salt stands before the group
   * @param validationFrom where validation begins, of 1
   * @param testFrom where test begins, of 1
   */
  record OfGroup(String salt, BigDecimal validationFrom, BigDecimal testFrom) implements SplitRule {
    private static final int HEX_DIGITS = 8;
    private static final double ALL = 4294967296.0;

    /**
     * Reads shares in percent.
     *
     * @throws UsageException if they are not three that make a hundred
     */
    static OfGroup of(String salt, List<String> percents, Words words) {
      List<BigDecimal> shares = new ArrayList<>();
      for (String percent : percents) {
        try {
          shares.add(new BigDecimal(percent).movePointLeft(2));
        } catch (NumberFormatException e) {
          throw wrong(words);
        }
      }
      boolean sound =
          shares.size() == NAMES.size()
              && shares.get(TRAIN).signum() > 0
              && shares.stream().allMatch(share -> share.signum() >= 0)
              && shares.stream().reduce(BigDecimal.ZERO, BigDecimal::add).compareTo(BigDecimal.ONE)
                  == 0;
      if (!sound) {
        throw wrong(words);
      }
      return new OfGroup(salt, shares.get(0), shares.get(0).add(shares.get(1)));
    }

    private static UsageException wrong(Words words) {
      return new UsageException(
          "Cannot read %s: give three numbers for train, validation and test that make 100, such as 80,10,10"
              .formatted(words.of(TrainingKeys.SPLIT)));
    }

    Column split(Column group) {
      Column hash =
          functions.md5(
              functions.concat(functions.lit(salt + "|"), group).cast(DataTypes.BinaryType));
      Column place =
          functions
              .conv(functions.substring(hash, 1, HEX_DIGITS), 16, 10)
              .cast(DataTypes.DoubleType)
              .divide(ALL);
      return functions
          .when(place.lt(validationFrom.doubleValue()), TRAIN)
          .when(place.lt(testFrom.doubleValue()), VALIDATION)
          .otherwise(TEST);
    }

    @Override
    public boolean has(int split) {
      return switch (split) {
        case TRAIN -> true;
        case VALIDATION -> testFrom.compareTo(validationFrom) > 0;
        default -> testFrom.compareTo(BigDecimal.ONE) < 0;
      };
    }

    @Override
    public String words() {
      return "u = first 8 hex digits of md5(salt + '|' + group) / 2^32; train if u < %s, validation if u < %s, else test"
          .formatted(validationFrom.toPlainString(), testFrom.toPlainString());
    }
  }

  /**
   * By the time of the row.
   *
   * @param validationFrom where validation begins; empty if there is none
   * @param testFrom where test begins
   * @param gap so long before each of these rows are left out
   * @param apart whether a group is left to the last split that it has rows in
   */
  record OfTime(Optional<Instant> validationFrom, Instant testFrom, Duration gap, boolean apart)
      implements SplitRule {

    /**
     * Reads the times.
     *
     * @throws UsageException if they are not one or two in their order
     */
    static OfTime of(List<Instant> times, Duration gap, boolean apart, Words words) {
      boolean sound = times.size() == 1 || times.size() == 2 && times.get(0).isBefore(times.get(1));
      if (!sound) {
        throw new UsageException(
            "Cannot read %s: give one time, from which on rows are test, or two, the earlier one first"
                .formatted(words.of(TrainingKeys.SPLIT_TIMES)));
      }
      return new OfTime(
          times.size() == 2 ? Optional.of(times.get(0)) : Optional.empty(),
          times.get(times.size() - 1),
          gap,
          apart);
    }

    /**
     * The split of a row by its time alone, {@value #LEFT_OUT} in a gap.
     *
     * @param time in microseconds
     */
    Column split(Column time) {
      long gapMicros = Micros.of(gap);
      long test = Instants.toMicros(testFrom);
      long validation = validationFrom.map(Instants::toMicros).orElse(test);
      Column split =
          functions
              .when(time.lt(validation - gapMicros), TRAIN)
              .when(time.lt(validation), LEFT_OUT);
      if (validationFrom.isPresent()) {
        split =
            split
                .when(time.lt(Math.max(validation, test - gapMicros)), VALIDATION)
                .when(time.lt(test), LEFT_OUT);
      }
      return split.otherwise(TEST);
    }

    @Override
    public boolean has(int split) {
      return split != VALIDATION || validationFrom.isPresent();
    }

    @Override
    public String words() {
      String gapWords = gap.isZero() ? "" : "; rows up to %s before are left out".formatted(gap);
      String groups =
          apart
              ? "; a group is left to the last split that it has rows in, its earlier rows are left out"
              : "; a group may have rows in several splits";
      return validationFrom
              .map(
                  from ->
                      "train before %s, validation before %s, then test".formatted(from, testFrom))
              .orElseGet(() -> "train before %s, then test".formatted(testFrom))
          + gapWords
          + groups;
    }
  }
}
