package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a check of all rows found: how many there are, which cannot be items, which have the same
 * key. Counted by a query, whose result no repeated task can change.
 *
 * @param rows rows checked
 * @param defects kinds of defects, most frequent first; at most {@value #MOST_KINDS}
 */
record ItemFindings(long rows, List<Finding> defects) {
  private static final int MOST_KINDS = 100;
  private static final String ROWS = "n";
  private static final String FIRST = "first";
  private static final String GROUPS = "groups";
  private static final String SAME_KEY = "several items have the same key";

  /**
   * One kind of defect.
   *
   * @param rows rows that have it
   * @param first where the first of them lies
   */
  record Finding(String defect, long rows, String first) {
    String text() {
      return "%s (%,d %s, first %s)".formatted(defect, rows, rows == 1 ? "row" : "rows", first);
    }
  }

  /** Runs the check. */
  static ItemFindings of(Dataset<Row> checked, RowPlaces places) {
    Dataset<Row> byKey =
        checked
            .groupBy(ItemRows.KEY, ItemRows.DEFECT)
            .agg(count(lit(1)).as(ROWS), min(ItemRows.PLACE).as(FIRST));
    Dataset<Row> byDefect =
        byKey
            .withColumn(
                ItemRows.DEFECT,
                when(col(ItemRows.DEFECT).isNotNull(), col(ItemRows.DEFECT))
                    .when(col(ROWS).gt(1), lit(SAME_KEY)))
            .groupBy(ItemRows.DEFECT)
            .agg(sum(ROWS).as(ROWS), min(FIRST).as(FIRST), count(lit(1)).as(GROUPS));
    long rows = 0;
    List<Finding> defects = new ArrayList<>();
    for (Row row : byDefect.collectAsList()) {
      rows += row.getLong(1);
      if (!row.isNullAt(0)) {
        long first = row.getLong(2);
        String defect = row.getString(0);
        if (defect.equals(SAME_KEY)) {
          defect += ", " + row.getLong(3) + " times";
        }
        defects.add(new Finding(defect, row.getLong(1), places.text(first)));
      }
    }
    defects.sort((left, right) -> Long.compare(right.rows(), left.rows()));
    return new ItemFindings(
        rows, List.copyOf(defects.subList(0, Math.min(MOST_KINDS, defects.size()))));
  }

  long badRows() {
    return defects.stream().mapToLong(Finding::rows).sum();
  }
}
