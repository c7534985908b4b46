package io.dynamodblake.parquet;

/** A place of the schema with all columns below it. */
abstract sealed class Place permits ColumnBuffer, StructPlace, ListPlace, MapPlace {
  /**
   * Notes that nothing stands here, some times over: nulls in every column below.
   *
   * @param definition how much of the path to this place is there
   */
  abstract void addNulls(int repetition, int definition, int times);
}
