package io.dynamodblake.ml;

import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.type.DynamoNumber;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * What a label can be: one of some classes, or a number, which for questions of one kind is one of
 * some ranges.
 */
final class LabelClasses implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int MOST_CLASSES = 1000;
  private static final int MOST_CLASSES_OF_NUMBERS = 10;
  private static final int RANGES = 10;

  /** How often the labels of a set occur. */
  static final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean numeric;
    final Spread numbers = new Spread(1);
    final Vocabulary texts = new Vocabulary(1, MOST_CLASSES);

    Counts(DataType type) {
      numeric = isNumber(type);
    }

    void add(InternalRow row, int place, DataType type, int split) {
      if (numeric) {
        numbers.add(number(row, place, type), split, 0, Double.NaN);
      } else {
        texts.add(text(row, place, type), split, 0);
      }
    }

    Counts add(Counts other) {
      numbers.add(other.numbers);
      texts.add(other.texts);
      return this;
    }
  }

  private final DataType type;
  private final boolean number;
  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();
  private final double[] edges;
  private final transient Counts counts;

  private LabelClasses(
      DataType type, boolean number, List<String> names, double[] edges, Counts counts) {
    this.type = type;
    this.number = number;
    this.names = List.copyOf(names);
    this.edges = edges;
    this.counts = counts;
    for (String name : names) {
      places.put(name, places.size());
    }
  }

  /**
   * Decides what the labels are.
   *
   * @throws DataRefusedException if they are all the same, or too many to be classes
   */
  static LabelClasses of(DataType type, Counts counts, TrainingOptions.LabelKind kind) {
    boolean numeric = isNumber(type);
    if (kind == TrainingOptions.LabelKind.NUMBER && !numeric) {
      throw new DataRefusedException(
          "Cannot learn the label as a number: it is %s; choose a column of numbers"
              .formatted(type.simpleString()));
    }
    List<String> values = new ArrayList<>();
    boolean countable = numeric ? counts.numbers.isExact() : counts.texts.isExact();
    if (countable && numeric) {
      counts.numbers.steps().forEach(step -> values.add(name(step.value())));
    } else if (countable) {
      values.addAll(new TreeMap<>(counts.texts.values()).keySet());
    }
    boolean classes =
        kind == TrainingOptions.LabelKind.CLASS
            || kind == TrainingOptions.LabelKind.AUTO
                && (!numeric || countable && values.size() <= MOST_CLASSES_OF_NUMBERS);
    if (countable && values.size() == 1) {
      throw new DataRefusedException(
          "Cannot make a training set: the label has the same value in all rows, and nothing can be learned; choose another one, or other rows with %s"
              .formatted(TrainingOptions.WORDS.of(TrainingKeys.WHERE)));
    }
    boolean cut =
        !numeric && Arrays.stream(new int[] {0, 1, 2}).anyMatch(s -> counts.texts.tooLong(s) > 0);
    if (classes && (!countable || values.size() > MOST_CLASSES || cut)) {
      throw new DataRefusedException(
          "Cannot use the label: it has more than %,d classes, or some longer than %d characters, which no model learns to tell apart; choose another one"
              .formatted(MOST_CLASSES, Vocabulary.LONGEST));
    }
    return classes
        ? new LabelClasses(type, false, values, new double[0], counts)
        : new LabelClasses(type, true, List.of(), edges(counts.numbers), counts);
  }

  private static double[] edges(Spread numbers) {
    return java.util.stream.IntStream.range(1, RANGES)
        .mapToDouble(i -> numbers.quantile(SplitRule.TRAIN, (double) i / RANGES))
        .distinct()
        .toArray();
  }

  private static boolean isNumber(DataType type) {
    return type.equals(DataTypes.LongType) || type.equals(DataTypes.DoubleType);
  }

  private static double number(InternalRow row, int place, DataType type) {
    return type.equals(DataTypes.LongType) ? row.getLong(place) : row.getDouble(place);
  }

  private static String text(InternalRow row, int place, DataType type) {
    return type.equals(DataTypes.BooleanType)
        ? Boolean.toString(row.getBoolean(place))
        : row.getUTF8String(place).toString();
  }

  /** The name of a class that is a number. */
  static String name(double value) {
    return DynamoNumber.canonical(new BigDecimal(Double.toString(value)));
  }

  /** Whether the label is a number rather than a class. */
  boolean isNumber() {
    return number;
  }

  /** Returns the classes in their order; empty for numbers. */
  List<String> names() {
    return names;
  }

  /** Returns how many classes or ranges there are. */
  int count() {
    return number ? edges.length + 1 : names.size();
  }

  /** Returns the class of a label, or the range that it is in. */
  int of(InternalRow row, int place) {
    if (number) {
      return range(number(row, place, type));
    }
    String name = isNumber(type) ? name(number(row, place, type)) : text(row, place, type);
    return places.get(name);
  }

  /** Returns the class of a label, or the range that it is in, in a query that shows no class. */
  Column of(Column label) {
    if (number || isNumber(type)) {
      UDF1<Double, Integer> place = value -> number ? range(value) : places.get(name(value));
      return functions.udf(place, DataTypes.IntegerType).apply(label.cast(DataTypes.DoubleType));
    }
    UDF1<String, Integer> place = places::get;
    return functions.udf(place, DataTypes.IntegerType).apply(label.cast(DataTypes.StringType));
  }

  private int range(double value) {
    int range = 0;
    while (range < edges.length && value > edges[range]) {
      range++;
    }
    return range;
  }

  /** Returns the label as a number for correlations; not a number if it is a class. */
  double value(InternalRow row, int place) {
    return number ? number(row, place, type) : Double.NaN;
  }

  /** Returns the number that a class has in encoded files, by its name. */
  Map<String, Integer> places() {
    return places;
  }

  DataType type() {
    return type;
  }

  /** Returns how often each class occurs in a split; empty for numbers. */
  List<Long> counts(int split) {
    List<Long> found = new ArrayList<>();
    if (!number && isNumber(type)) {
      counts.numbers.steps().forEach(step -> found.add(step.cells().in(split)));
    } else if (!number) {
      names.forEach(name -> found.add(counts.texts.values().get(name).in(split)));
    }
    return found;
  }

  /** Returns the spread of a label that is a number. */
  Spread spread() {
    return counts.numbers;
  }
}
