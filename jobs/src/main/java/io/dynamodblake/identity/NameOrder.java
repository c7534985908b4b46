package io.dynamodblake.identity;

import io.dynamodblake.json.ItemTape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The names of map entries that a scanner has numbered, in an order that depends on nothing but the
 * names: shorter ones first, those of one length by their bytes. A name that comes again is placed
 * without a look at its bytes. One a thread.
 */
final class NameOrder {
  private static final int UNKNOWN = -1;

  private Object scope;
  private final List<byte[]> sorted = new ArrayList<>();
  private int[] ranks = new int[0]; // by number of the name, which may have several

  /** How many names there are; ranks that were told stay right as long as this does. */
  int size() {
    return sorted.size();
  }

  /**
   * The place of the name of a node among all names so far; a new one is added.
   *
   * @return -1 if the scanner of the tape has no number for the name, or is not the first one
   */
  int rank(ItemTape tape, int node) {
    int number = tape.nameNumber(node);
    if (number == 0 || (scope != tape.nameScope() && !adopt(tape))) {
      return UNKNOWN;
    }
    if (number < ranks.length && ranks[number] >= 0) {
      return ranks[number];
    }
    return add(number, tape, node);
  }

  /** Numbers of the first scanner are remembered, those of others would be mistaken for them. */
  private boolean adopt(ItemTape tape) {
    if (scope == null) {
      scope = tape.nameScope();
      return true;
    }
    return false;
  }

  private int add(int number, ItemTape tape, int node) {
    byte[] name =
        Arrays.copyOfRange(tape.nameBytes(node), tape.nameStart(node), tape.nameEnd(node));
    int rank = 0;
    int end = sorted.size();
    while (rank < end) {
      int middle = (rank + end) >>> 1;
      if (compare(sorted.get(middle), name) < 0) {
        rank = middle + 1;
      } else {
        end = middle;
      }
    }
    if (rank == sorted.size() || compare(sorted.get(rank), name) != 0) {
      sorted.add(rank, name);
      for (int i = 0; i < ranks.length; i++) {
        ranks[i] += ranks[i] >= rank ? 1 : 0;
      }
    }
    if (number >= ranks.length) {
      int known = ranks.length;
      ranks = Arrays.copyOf(ranks, 2 * number + 16);
      Arrays.fill(ranks, known, ranks.length, UNKNOWN);
    }
    ranks[number] = rank;
    return rank;
  }

  private static int compare(byte[] left, byte[] right) {
    return left.length != right.length
        ? Integer.compare(left.length, right.length)
        : Arrays.compareUnsigned(left, right);
  }
}
