package io.dynamodblake.ml;

import io.dynamodblake.spark.run.JavaBytes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;

/** What one pass over all rows counts, for all features at once. */
final class ColumnCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Cells rows;
  private final Cells[] missing;
  private final Spread[] spreads;
  private final Vocabulary[] texts;

  /** A feature as the pass reads it. */
  record Read(Feature.Kind kind, DataType type) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private ColumnCounts(List<Read> features, int classes, int mostValues) {
    rows = Cells.empty(classes);
    missing = new Cells[features.size()];
    spreads = new Spread[features.size()];
    texts = new Vocabulary[features.size()];
    for (int i = 0; i < missing.length; i++) {
      missing[i] = Cells.empty(classes);
      if (features.get(i).kind().isNumber()) {
        spreads[i] = new Spread(classes);
      } else {
        texts[i] = new Vocabulary(classes, mostValues);
      }
    }
  }

  /**
   * Counts.
   *
   * @param frame rows of the split, the label and then the features
   */
  static ColumnCounts of(
      JavaRDD<InternalRow> frame, List<Read> features, LabelClasses classes, int mostValues) {
    byte[] all =
        frame
            .mapPartitions(
                part -> {
                  ColumnCounts counts = new ColumnCounts(features, classes.count(), mostValues);
                  counts.addAll(part, features, classes);
                  return List.of(JavaBytes.of(counts)).iterator();
                })
            .treeReduce(
                (a, b) ->
                    JavaBytes.of(
                        JavaBytes.to(ColumnCounts.class, a)
                            .add(JavaBytes.to(ColumnCounts.class, b))));
    return JavaBytes.to(ColumnCounts.class, all);
  }

  private void addAll(Iterator<InternalRow> part, List<Read> features, LabelClasses classes) {
    while (part.hasNext()) {
      InternalRow row = part.next();
      int split = row.getInt(0);
      int ofClass = classes.of(row, 1);
      double label = classes.value(row, 1);
      rows.add(split, ofClass);
      for (int i = 0; i < missing.length; i++) {
        int place = i + 2;
        if (row.isNullAt(place)) {
          missing[i].add(split, ofClass);
        } else {
          add(i, features.get(i), row, place, split, ofClass, label);
        }
      }
    }
  }

  private void add(
      int feature, Read read, InternalRow row, int place, int split, int ofClass, double label) {
    switch (read.kind()) {
      case INTEGER -> spreads[feature].add((double) row.getLong(place), split, ofClass, label);
      case DOUBLE, AGE -> spreads[feature].add(row.getDouble(place), split, ofClass, label);
      case DECIMAL -> {
        DecimalType type = (DecimalType) read.type();
        exact(
            spreads[feature],
            row.getDecimal(place, type.precision(), type.scale()).toJavaBigDecimal(),
            split,
            ofClass,
            label);
      }
      case DIGITS ->
          exact(
              spreads[feature],
              new BigDecimal(row.getUTF8String(place).toString()),
              split,
              ofClass,
              label);
      case FLAG -> texts[feature].add(Boolean.toString(row.getBoolean(place)), split, ofClass);
      case CATEGORY -> texts[feature].add(row.getUTF8String(place).toString(), split, ofClass);
    }
  }

  private static void exact(
      Spread spread, BigDecimal number, int split, int ofClass, double label) {
    spread.add(number.doubleValue(), split, ofClass, label);
    spread.error(Numbers.relativeError(number));
  }

  private ColumnCounts add(ColumnCounts other) {
    rows.add(other.rows);
    for (int i = 0; i < missing.length; i++) {
      missing[i].add(other.missing[i]);
      if (spreads[i] != null) {
        spreads[i].add(other.spreads[i]);
      } else {
        texts[i].add(other.texts[i]);
      }
    }
    return this;
  }

  Cells rows() {
    return rows;
  }

  Cells missing(int feature) {
    return missing[feature];
  }

  Spread spread(int feature) {
    return spreads[feature];
  }

  Vocabulary texts(int feature) {
    return texts[feature];
  }
}
