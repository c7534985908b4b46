package io.dynamodblake.flatten;

/**
 * A row that may know which of its columns have a value, so that those of thousands that have none
 * need not be looked at.
 */
public interface PresentColumns extends ColumnSource {
  /** Whether it knows; otherwise nothing of it may be asked here. */
  boolean knowsPresent();

  /** Returns how many columns have a value. */
  int presentCount();

  /**
   * Returns the ordinal of a column that has a value.
   *
   * @param index counted from 0, in the order of the columns
   */
  int present(int index);
}
