package io.dynamodblake.json;

/**
 * Finds the names of one place of a tape in a {@link NameTable}. It remembers the numbers that the
 * scanner gave the names, so that a name which stands where it usually does is neither compared nor
 * hashed. One a place and thread.
 */
public final class NameFinder {
  private final NameTable table;
  private final int[] numbers; // last seen, by number in the table
  private Object scope;

  /** Finds names of a table. */
  public NameFinder(NameTable table) {
    this.table = table;
    this.numbers = new int[table.size()];
  }

  /**
   * Returns the number in the table of the name of a node, or -1.
   *
   * @param expected the number to try first, usually the one after the last found; any value is
   *     allowed
   */
  public int find(ItemTape tape, int node, int expected) {
    int number = tape.nameNumber(node);
    if (number == 0 || (scope != tape.nameScope() && !adopt(tape))) {
      return table.find(tape, node, expected);
    }
    if (expected >= 0 && expected < numbers.length && numbers[expected] == number) {
      return expected;
    }
    int found = table.find(tape, node, expected);
    if (found >= 0) {
      numbers[found] = number;
    }
    return found;
  }

  /** Numbers of the first scanner are remembered, those of others would be mistaken for them. */
  private boolean adopt(ItemTape tape) {
    if (scope == null) {
      scope = tape.nameScope();
      return true;
    }
    return false;
  }
}
