package io.dynamodblake.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * All that is known of a training set before its documents are written.
 *
 * @param groups of each split, and of all together
 */
record Findings(
    TrainingOptions options,
    TrainingSource source,
    FeaturePlan plan,
    String labelName,
    LabelClasses label,
    ColumnCounts counts,
    List<Result> results,
    RowCounts rows,
    List<RowCounts.Groups> groups,
    RowCounts.Twins twins) {
  private static final double LARGE_GROUP = 0.2;
  private static final double PERCENT = 100;

  /** Returns the features that are written. */
  List<Result> kept() {
    return results.stream().filter(result -> result.dropped().isEmpty()).toList();
  }

  /** Returns what is no feature, and why. */
  List<FeaturePlan.Unused> unused() {
    return Stream.concat(
            plan.unused().stream(),
            results.stream()
                .filter(result -> result.dropped().isPresent())
                .map(
                    result ->
                        new FeaturePlan.Unused(
                            result.feature().name(),
                            result.feature().from(),
                            result.dropped().get())))
        .toList();
  }

  /** Returns the greatest part of itself by which an exact number changed as it became a double. */
  double greatestError() {
    return kept().stream()
        .filter(result -> result.feature().kind().isExact())
        .mapToDouble(result -> counts.spread(result.place()).greatestError())
        .max()
        .orElse(0);
  }

  /** Returns what should make somebody think, the worst first, without values. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (Result result : kept()) {
      if (result.isSuspicious()) {
        warnings.add(
            "'%s' alone foretells the label nearly without fault: it is probably written with the label or after it; exclude it unless you know better"
                .formatted(result.feature().name()));
      }
    }
    moment(warnings);
    classes(warnings);
    groups(warnings);
    for (Result result : kept()) {
      result
          .drift()
          .forEach(
              (split, drift) -> {
                boolean enough =
                    rows.splits()[split] >= Drift.FEWEST_ROWS
                        && rows.splits()[SplitRule.TRAIN] >= Drift.FEWEST_ROWS;
                if (drift >= Drift.LARGE && enough) {
                  warnings.add(
                      String.format(
                          Locale.ROOT,
                          "'%s' is spread otherwise in %s than in train (%.2f)",
                          result.feature().name(),
                          SplitRule.NAMES.get(split),
                          drift));
                }
              });
    }
    return warnings;
  }

  private void moment(List<String> warnings) {
    if (!options.source().history()) {
      warnings.add(
          options.labels().place().isPresent()
              ? "features are of one moment, %s, whatever the time of the label".formatted(shown())
              : "label and features are of one moment, %s: whatever was written with the label or after it is in them"
                  .formatted(shown()));
    }
    long ties = rows.state(PointInTime.State.TIE);
    if (ties > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%,d times an item has two images of the same moment; the order of their contents decided",
              ties));
    }
  }

  private String shown() {
    return source.moment().map(Object::toString).orElse("which nobody knows");
  }

  private void classes(List<String> warnings) {
    if (label.isNumber()) {
      return;
    }
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      long absent = label.counts(split).stream().filter(count -> count == 0).count();
      if (options.split().has(split) && absent > 0) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "%,d of %,d classes %s not occur in %s",
                absent,
                label.count(),
                absent == 1 ? "does" : "do",
                SplitRule.NAMES.get(split)));
      }
    }
  }

  private void groups(List<String> warnings) {
    RowCounts.Groups all = groups.get(SplitRule.NAMES.size());
    double share = (double) all.largest() / rows.written();
    if (share > LARGE_GROUP) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the largest group has %.0f %% of all rows, and is in one split",
              PERCENT * share));
    }
    long again = twins.validation() + twins.test();
    if (again > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%,d rows of validation and test have the same features as rows of train",
              again));
    }
  }
}
