package io.dynamodblake.spark.write;

import java.util.ArrayList;
import java.util.List;

/**
 * How the segments of a scan are dealt out to tasks. Each task reads its segments one after the
 * other with its share of the cap, so however many of the tasks run at a time, together they never
 * read more than the cap.
 */
final class ScanShares {
  private ScanShares() {}

  /**
   * Deals.
   *
   * @param segments those to be read
   * @param slots how many tasks can run at a time
   * @param unitsPerSecond read units a second of all tasks; infinite for no limit
   * @return the segments of each task; as many tasks as there are elements
   */
  static List<int[]> deal(List<Integer> segments, int slots, double unitsPerSecond) {
    // a task with less than a read unit a second would mostly wait
    int useful = (int) Math.max(1, Math.min(segments.size(), Math.floor(unitsPerSecond)));
    int tasks = Math.max(1, Math.min(Math.min(segments.size(), slots), useful));
    List<List<Integer>> hands = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      hands.add(new ArrayList<>());
    }
    for (int i = 0; i < segments.size(); i++) {
      hands.get(i % tasks).add(segments.get(i));
    }
    return hands.stream().map(hand -> hand.stream().mapToInt(Integer::intValue).toArray()).toList();
  }
}
