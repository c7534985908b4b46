package io.dynamodblake.aws;

/**
 * How many items the next page should have, so that it costs no more than about a second of the
 * budget: a full page of 1 MB would be minutes of a small one. Follows what the items turn out to
 * cost, and begins as if all were as large as items can be. One a segment.
 */
final class PageLimit {
  /** No limit but that of the service, 1 MB. */
  static final int NONE = 0;

  private static final int UNIT_BYTES = 4096;
  private static final int LARGEST_ITEM = 400 * 1024;
  private static final int LARGEST_PAGE = 1 << 20;
  private static final int MOST_ITEMS = 1 << 20;
  private static final int FASTEST_GROWTH = 8;

  private final double smallest;
  private final double target;
  private final boolean limited;
  private int limit;

  PageLimit(double unitsPerSecond, boolean consistent) {
    smallest = consistent ? 1 : 0.5;
    target = Math.max(unitsPerSecond, 2 * smallest);
    limited = target < smallest * LARGEST_PAGE / UNIT_BYTES;
    limit = (int) Math.max(1, target / (smallest * LARGEST_ITEM / UNIT_BYTES));
  }

  /** What to ask for next. */
  int next() {
    return limited ? limit : NONE;
  }

  /** Learns from a page. */
  void seen(int items, double units) {
    if (!limited || items == 0) {
      return;
    }
    if (units <= smallest) {
      // the price of next to nothing: it says not what an item costs
      limit = Math.min(MOST_ITEMS, limit * 2);
      return;
    }
    double fitting = target / units * items;
    limit = (int) Math.max(1, Math.min(fitting, Math.min(MOST_ITEMS, limit * FASTEST_GROWTH)));
  }

  /** What a page costs at most if the service does not say it. */
  double full() {
    return smallest * LARGEST_PAGE / UNIT_BYTES;
  }
}
