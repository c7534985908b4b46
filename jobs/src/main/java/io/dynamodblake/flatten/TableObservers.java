package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Observes items of several tables, or of one, each as one of its table; what is found travels as
 * bytes. One a thread.
 */
public final class TableObservers {
  private final Supplier<ItemObserver> kind;
  private final ItemObserver[] observers; // null where a table has no item so far

  private TableObservers(Supplier<ItemObserver> kind, int tables) {
    this.kind = kind;
    this.observers = new ItemObserver[tables];
  }

  /** Returns those that observe everything. */
  public static TableObservers ofAll(ProfileLimits limits, int tables) {
    return new TableObservers(() -> new ItemObserver(limits), tables);
  }

  /** Returns those that observe what decides columns; see {@link ItemObserver#ofTypes}. */
  public static TableObservers ofTypes(ProfileLimits limits, int tables) {
    return new TableObservers(() -> ItemObserver.ofTypes(limits), tables);
  }

  /**
   * Takes one item in.
   *
   * @param table the number of its table
   * @param lineBytes length of its line in the data file
   */
  public void observe(int table, ItemTape tape, long lineBytes) {
    ItemObserver observer = observers[table];
    if (observer == null) {
      observer = kind.get();
      observers[table] = observer;
    }
    observer.observe(tape, lineBytes);
  }

  /** Returns what was found, for {@link #merge}. */
  public byte[][] profiles() {
    return Arrays.stream(observers)
        .map(observer -> observer == null ? null : observer.profile().toBytes())
        .toArray(byte[][]::new);
  }

  /**
   * Adds what an observer has found.
   *
   * @param all what was found so far, of each table
   */
  public static void merge(List<Profile> all, byte[][] found) {
    for (int i = 0; i < found.length; i++) {
      if (found[i] != null) {
        all.get(i).merge(Profile.fromBytes(found[i]));
      }
    }
  }
}
