package io.dynamodblake.spark.source;

import org.apache.spark.sql.types.StructType;

/** What the rows of an export are made of. Driver only. */
interface RowPlanner {

  /**
   * Fixes how rows are made.
   *
   * @param required the columns and struct fields that are read
   * @param limit rows after which a task may stop, or {@code ReadPlan.NO_LIMIT}
   */
  RowPlan plan(StructType required, int limit);
}
