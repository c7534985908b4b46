package io.dynamodblake.ml;

import io.dynamodblake.schema.Divergence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What the rows say of one feature: whether it stays one, how it is encoded, and what is suspicious
 * of it. All but the drift comes from train alone.
 *
 * @param place of the feature among those of the plan
 * @param dropped why it is no feature of the set
 * @param texts its vocabulary, the most frequent text first; empty for what is no text
 * @param fill what stands for a missing number or truth value where values are encoded
 * @param saved share of the mistakes that it alone saves
 * @param area under the curve of a number and two classes
 * @param correlation with a label that is a number
 * @param drift from train, for validation and test
 */
record Result(
    Feature feature,
    int place,
    Optional<String> dropped,
    List<ManyTexts.Counted> texts,
    double fill,
    double saved,
    OptionalDouble area,
    OptionalDouble correlation,
    Map<Integer, Double> drift) {
  private static final long FEWEST_ROWS = 20;
  private static final double NEAR_UNIQUE = 0.5;

  /** Whether it foretells the label so well alone that it is hardly known before it. */
  boolean isSuspicious() {
    return saved >= Foretelling.SUSPICIOUS
        || area.orElse(0) >= Foretelling.SUSPICIOUS_AREA
        || Math.abs(correlation.orElse(0)) >= Foretelling.SUSPICIOUS_CORRELATION;
  }

  /** Why a feature cannot stay, by its rows in train; empty if it can. */
  static Optional<String> unusable(Feature feature, int place, ColumnCounts counts) {
    long rows = counts.rows().in(SplitRule.TRAIN);
    long missing = counts.missing(place).in(SplitRule.TRAIN);
    if (missing == rows) {
      return Optional.of("no value in train");
    }
    if (feature.kind().isNumber()) {
      Spread spread = counts.spread(place);
      boolean constant = missing == 0 && spread.min(SplitRule.TRAIN) == spread.max(SplitRule.TRAIN);
      return constant ? Optional.of("the same value in all rows of train") : Optional.empty();
    }
    Vocabulary texts = counts.texts(place);
    long distinct = texts.distinct();
    long present = texts.present(SplitRule.TRAIN);
    if (missing == 0 && distinct == 1) {
      return Optional.of("the same value in all rows of train");
    }
    if (feature.kind() == Feature.Kind.CATEGORY
        && present >= FEWEST_ROWS
        && distinct > NEAR_UNIQUE * present) {
      return Optional.of(
          "near-unique text: about %,d different ones in %,d rows of train"
              .formatted(distinct, present));
    }
    return Optional.empty();
  }

  /** Draws the conclusions for a feature of which all values were counted, or enough of them. */
  static Result of(
      Feature feature,
      int place,
      Optional<String> dropped,
      ColumnCounts counts,
      LabelClasses label,
      SplitRule split,
      int mostTexts,
      Optional<ManyTexts.Found> many) {
    Cells rows = counts.rows();
    Cells missing = counts.missing(place);
    List<Cells> values = new ArrayList<>();
    OptionalDouble area = OptionalDouble.empty();
    OptionalDouble correlation = OptionalDouble.empty();
    List<ManyTexts.Counted> texts = List.of();
    double fill = 0;
    long enough = rows.in(SplitRule.TRAIN);
    if (feature.kind().isNumber()) {
      Spread spread = counts.spread(place);
      List<Spread.Step> steps = spread.steps();
      steps.forEach(step -> values.add(step.cells()));
      if (spread.present(SplitRule.TRAIN) > 0) {
        fill = spread.quantile(SplitRule.TRAIN, 0.5);
        if (label.isNumber()) {
          correlation = OptionalDouble.of(spread.correlation());
        } else {
          area = Foretelling.area(steps, label.count());
        }
      }
    } else {
      Vocabulary found = counts.texts(place);
      if (found.isExact()) {
        values.addAll(found.values().values());
        texts = sorted(found.values()).stream().limit(mostTexts).toList();
      } else {
        texts = many.map(ManyTexts.Found::top).orElse(List.of());
      }
      if (feature.kind() == Feature.Kind.FLAG && !texts.isEmpty()) {
        fill = texts.get(0).text().equals("true") ? 1 : 0;
      }
    }
    values.add(missing);
    int majority = Foretelling.majority(rows);
    long right = values.stream().mapToLong(cells -> Foretelling.right(cells, majority)).sum();
    right += many.map(ManyTexts.Found::right).orElse(0L);
    boolean judged = dropped.isEmpty() && enough >= Foretelling.FEWEST_ROWS;
    return new Result(
        feature,
        place,
        dropped,
        texts,
        fill,
        judged ? Foretelling.savedMistakes(rows, right) : 0,
        judged ? area : OptionalDouble.empty(),
        judged ? correlation : OptionalDouble.empty(),
        dropped.isEmpty() ? drift(feature, place, counts, split, texts) : Map.of());
  }

  private static List<ManyTexts.Counted> sorted(Map<String, Cells> values) {
    return values.entrySet().stream()
        .map(
            entry ->
                new ManyTexts.Counted(
                    entry.getKey(),
                    entry.getValue().in(SplitRule.TRAIN),
                    entry.getValue().in(SplitRule.VALIDATION),
                    entry.getValue().in(SplitRule.TEST)))
        .filter(counted -> counted.train() > 0)
        .sorted(
            Comparator.comparingLong(ManyTexts.Counted::train)
                .reversed()
                .thenComparing(ManyTexts.Counted::text))
        .toList();
  }

  private static Map<Integer, Double> drift(
      Feature feature,
      int place,
      ColumnCounts counts,
      SplitRule rule,
      List<ManyTexts.Counted> texts) {
    Map<Integer, Double> drift = new TreeMap<>();
    for (int split = SplitRule.VALIDATION; split <= SplitRule.TEST; split++) {
      if (rule.has(split)) {
        drift.put(
            split,
            feature.kind().isNumber()
                ? Drift.ofNumbers(counts.spread(place), counts.missing(place), split)
                : Divergence.largest(
                    shares(place, counts, texts, SplitRule.TRAIN),
                    shares(place, counts, texts, split)));
      }
    }
    return drift;
  }

  /** Of each text of the vocabulary, of all others together, and of the missing ones. */
  private static double[] shares(
      int place, ColumnCounts counts, List<ManyTexts.Counted> texts, int split) {
    long[] shares = new long[texts.size() + 2];
    long known = 0;
    for (int i = 0; i < texts.size(); i++) {
      shares[i] = texts.get(i).in(split);
      known += shares[i];
    }
    shares[texts.size()] = counts.texts(place).present(split) - known;
    shares[texts.size() + 1] = counts.missing(place).in(split);
    return Divergence.shares(shares);
  }
}
