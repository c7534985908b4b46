package io.dynamodblake.export;

/**
 * Hears how far a run has come. Called on the driver, by any thread, as often as the caller likes.
 */
public interface ReadProgress {
  /** Listens to nothing. */
  ReadProgress NONE =
      new ReadProgress() {
        @Override
        public void phase(String name, long totalItems, long totalStoredBytes) {}

        @Override
        public void read(long items, long storedBytes) {}
      };

  /**
   * Hears that a phase begins, such as {@code "Reading types"}; the one before it, if any, is over.
   *
   * @param name what happens in it, as the user reads it
   * @param totalItems items that it will read, or -1 if not known
   * @param totalStoredBytes compressed bytes that it will read, or -1 if not known
   */
  void phase(String name, long totalItems, long totalStoredBytes);

  /** Hears of a phase of which only the number of items is known. */
  default void phase(String name, long totalItems) {
    phase(name, totalItems, -1);
  }

  /**
   * Hears how far the phase is: totals since its begin, not differences.
   *
   * @param items items read so far
   * @param storedBytes compressed bytes read so far, 0 if not counted
   */
  void read(long items, long storedBytes);
}
