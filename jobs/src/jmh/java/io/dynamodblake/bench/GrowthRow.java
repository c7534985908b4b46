package io.dynamodblake.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether an item costs the same in a large export as in a small one: processor time an item for as
 * many items as are generated, for four and for sixteen times as many, in as many files. Takes
 * minutes, most of them for generating.
 */
final class GrowthRow implements Row {
  private static final double MOST_OF_SMALLEST = 1.05;
  private static final List<Integer> TIMES = List.of(1, 4, 16);
  private static final double NANOS_A_SECOND = 1e9;

  @Override
  public Result measure(Workshop workshop) throws Exception {
    long items = workshop.arguments().items();
    Map<Integer, Path> exports = new LinkedHashMap<>();
    for (int times : TIMES) {
      exports.put(times, workshop.generate(workshop.arguments().shape(), items * times).folder());
    }
    List<Contest.Side> sides = new ArrayList<>();
    exports.forEach(
        (times, export) ->
            sides.add(
                new Contest.Side(
                    name(items * times), target -> workshop.flattenPinnedFrom(export, target))));
    Contest contest = workshop.contest("growth", sides.toArray(new Contest.Side[0]));
    double smallest = nanosAnItem(contest, items);
    List<Line> lines = new ArrayList<>();
    for (int times : TIMES.subList(1, TIMES.size())) {
      double nanos = nanosAnItem(contest, items * times);
      lines.add(
          Line.of(
              String.format(
                  Locale.ROOT,
                  "processor time an item, flatten of %,d items against %,d",
                  items * times,
                  items),
              String.format(
                  Locale.ROOT,
                  "%.2f µs and %.2f µs: **%.2f**",
                  nanos / 1e3,
                  smallest / 1e3,
                  nanos / smallest),
              String.format(Locale.ROOT, "≤ %.2f", MOST_OF_SMALLEST),
              nanos / smallest <= MOST_OF_SMALLEST));
    }
    return new Result(lines, List.of());
  }

  private static String name(long items) {
    return items + " items";
  }

  private static double nanosAnItem(Contest contest, long items) {
    return contest.processorSeconds(name(items)) * NANOS_A_SECOND / items;
  }
}
