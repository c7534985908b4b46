package io.dynamodblake.job.inspect;

import io.dynamodblake.schema.DistinctTexts;
import io.dynamodblake.schema.Histogram;
import io.dynamodblake.schema.ValueDetails;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Which values of the items may be shown, beside the smallest and largest numbers. */
public enum ShownValues {
  /** None. */
  NONE,
  /**
   * Those of attributes that have few: at most {@link DistinctTexts#MOST_FEW} different ones, of
   * which each occurs {@link #FEWEST_TIMES} times on average.
   */
  FEW;

  static final int FEWEST_TIMES = 10;

  private static final int EXACT_DIGITS = 15;

  /** A value as it is shown, and how often it occurs. */
  record Shown(Descriptor descriptor, String value, long count) {}

  /** Returns the choice of that name in lower case. */
  public static ShownValues of(String name) {
    return name.equals("few") ? FEW : NONE;
  }

  /**
   * Returns the texts, numbers and booleans of a place that may be shown, most frequent first.
   *
   * @param hidden attributes of which nothing is shown
   */
  List<Shown> of(Inspection.Place place, Set<String> hidden) {
    List<Shown> shown = new ArrayList<>();
    ValueProfile values = place.values();
    if (this == FEW && values.details().isPresent() && !hidden.contains(place.attribute())) {
      addTexts(shown, values, values.details().get());
      addNumbers(shown, values, values.details().get());
      addBooleans(shown, values, values.details().get());
    }
    shown.sort(Comparator.comparingLong(Shown::count).reversed());
    return shown;
  }

  private static void addTexts(List<Shown> shown, ValueProfile values, ValueDetails details) {
    details
        .texts()
        .filter(texts -> texts.areFew())
        .filter(texts -> areRepeated(texts.number(), values.count(Descriptor.S)))
        .ifPresent(
            texts ->
                texts
                    .few()
                    .forEach((text, count) -> shown.add(new Shown(Descriptor.S, text, count))));
  }

  private static void addNumbers(List<Shown> shown, ValueProfile values, ValueDetails details) {
    details
        .spread(ValueDetails.Spread.NUMBERS)
        .filter(Histogram::isExact)
        .filter(numbers -> numbers.size() <= DistinctTexts.MOST_FEW)
        .filter(numbers -> areRepeated(numbers.size(), values.count(Descriptor.N)))
        // with more digits two numbers may be one double
        .filter(numbers -> values.number().orElseThrow().maxSignificantDigits() <= EXACT_DIGITS)
        .ifPresent(
            numbers ->
                numbers
                    .bins()
                    .forEach(
                        bin ->
                            shown.add(new Shown(Descriptor.N, number(bin.from()), bin.count()))));
  }

  private static void addBooleans(List<Shown> shown, ValueProfile values, ValueDetails details) {
    long booleans = values.count(Descriptor.BOOL);
    if (booleans > 0 && areRepeated(2, booleans)) {
      shown.add(new Shown(Descriptor.BOOL, "true", details.trues()));
      shown.add(new Shown(Descriptor.BOOL, "false", booleans - details.trues()));
    }
  }

  private static boolean areRepeated(long different, long values) {
    return values >= different * FEWEST_TIMES;
  }

  private static String number(double number) {
    return InspectionText.digits(BigDecimal.valueOf(number).stripTrailingZeros());
  }
}
