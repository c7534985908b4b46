package io.dynamodblake.schema.entity;

import java.util.Arrays;

/** How well the values of an attribute tell which attributes items have. */
final class MarkerWorth {
  /** By how much a division must make the items of a part more alike, to be worth anything. */
  static final double LEAST_GAIN = 0.02;

  private static final double ALIKE = 1 - LEAST_GAIN;
  private static final double LEAST_PRESENCE = 0.5;

  private MarkerWorth() {}

  /** The counts of all items. */
  static AttributeCounts all(EntityProfile profile) {
    AttributeCounts all = new AttributeCounts();
    for (int i = 0; i < profile.groupCount(); i++) {
      all.add(profile.group(i));
    }
    return all;
  }

  /** The counts of the items of each value; last those of the items that have none. */
  static AttributeCounts[] byValue(MarkerValues values, AttributeCounts all) {
    AttributeCounts[] byValue = new AttributeCounts[values.size() + 1];
    Arrays.setAll(byValue, i -> new AttributeCounts());
    AttributeCounts rest = byValue[values.size()];
    rest.add(all);
    PairTable cells = values.cells();
    for (int i = 0; i < cells.size(); i++) {
      byValue[cells.first(i)].add(cells.counts(i));
      rest.subtract(cells.counts(i));
    }
    return byValue;
  }

  /**
   * How alike items are within the parts of a whole, on average over the items. A part of one item
   * says nothing, and counts like the whole.
   */
  static double similarity(Iterable<AttributeCounts> parts, AttributeCounts whole) {
    double ofWhole = whole.similarity();
    double sum = 0;
    long items = 0;
    for (AttributeCounts part : parts) {
      sum += part.items() * (part.items() == 1 ? ofWhole : part.similarity());
      items += part.items();
    }
    return items == 0 ? 1 : sum / items;
  }

  static double similarity(MarkerValues values, AttributeCounts all) {
    return similarity(Arrays.asList(byValue(values, all)), all);
  }

  /**
   * Closes what is looked at in vain: attributes that do not tell the attributes of items, in
   * thousands of items that differ, or that tell no more than one whose name says that it is a
   * marker. Where all items are alike, only those with such names are still looked at.
   */
  static void closeWorthless(EntityProfile profile) {
    AttributeCounts all = all(profile);
    double whole = all.similarity();
    double best = whole + LEAST_GAIN;
    for (int i = 0; i < profile.names().size(); i++) {
      MarkerValues values = profile.markerAt(i);
      if (values != null && values.isKnown() && !values.isClosed()) {
        best = Math.max(best, similarity(values, all));
      }
    }
    for (int i = 0; i < profile.names().size(); i++) {
      MarkerValues values = profile.markerAt(i);
      if (values == null || values.isClosed() || values.isKnown()) {
        continue;
      }
      long having = all.count(i + EntityProfile.FIRST_ATTRIBUTE);
      boolean worthless =
          whole >= ALIKE || having < LEAST_PRESENCE * all.items() || similarity(values, all) < best;
      if (worthless) {
        profile.closeMarker(i);
      }
    }
  }
}
