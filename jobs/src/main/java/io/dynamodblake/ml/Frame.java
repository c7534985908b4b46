package io.dynamodblake.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * All rows of a training set before they are written, each with its split and its place among all
 * others. Driver only.
 *
 * @param rows with the columns below, then what is carried, then the features
 * @param labelName column of the label in what is written
 * @param carried what is carried along
 * @param features as they were brought together
 */
record Frame(
    Dataset<Row> rows, String labelName, List<StructField> carried, List<StructField> features) {
  static final String ORDER = "ddb_order";
  static final String GROUP = "ddb_group";
  static final String SPLIT = "ddb_split";
  static final String LEFT = "left";
  static final String STATE = "state";
  static final String OLD = "old";
  static final String NUMBER = "number";
  static final String LABEL = "label";

  /** Why a row is in no split. */
  enum Left {
    /** It is in one. */
    IN,
    /** It lies in the gap before a time. */
    GAP,
    /** Its group has rows in a later split. */
    STRADDLING
  }

  /**
   * Puts the rows in their splits.
   *
   * @param made as {@link RowMaking} names its columns
   * @param moment of a snapshot whose own rows are labelled, by which ages are reckoned
   */
  static Frame of(
      Dataset<Row> made,
      String labelName,
      TrainingOptions options,
      FeaturePlan plan,
      Optional<Long> moment) {
    StructType carriedType = (StructType) made.schema().apply(RowMaking.CARRIED).dataType();
    List<StructField> carried =
        List.of(carriedType.fields()).stream()
            .filter(field -> !RowMaking.isNothing(field))
            .toList();
    Column asOf = moment.map(micros -> lit(micros)).orElse(col(RowMaking.TIME));
    Column old =
        options
            .source()
            .maxAge()
            .map(span -> functions.coalesce(col(RowMaking.AGE).gt(Micros.of(span)), lit(false)))
            .orElse(lit(false));
    Column split =
        options.split() instanceof SplitRule.OfTime times
            ? times.split(col(RowMaking.TIME))
            : ((SplitRule.OfGroup) options.split()).split(col(RowMaking.GROUP));
    Column isRow = col(RowMaking.STATE).leq(PointInTime.State.GONE.ordinal());
    List<Column> columns = new ArrayList<>();
    columns.add(col(RowMaking.KEY).as("key"));
    columns.add(col(RowMaking.GROUP).as(GROUP));
    columns.add(when(isRow, split).otherwise(SplitRule.LEFT_OUT).as(SPLIT));
    columns.add(col(RowMaking.STATE).as(STATE));
    columns.add(old.as(OLD));
    columns.add(col(RowMaking.TIME).as(NUMBER));
    columns.add(col(RowMaking.LABEL).as(LABEL));
    for (int i = 0; i < carried.size(); i++) {
      columns.add(col(RowMaking.CARRIED).getField(carried.get(i).name()).as(carriedName(i)));
    }
    for (int i = 0; i < plan.features().size(); i++) {
      Feature feature = plan.features().get(i);
      Column value = col(RowMaking.FEATURES).getField(feature.name());
      if (feature.kind() == Feature.Kind.AGE) {
        value = asOf.minus(value).cast(DataTypes.DoubleType).divide((double) Micros.OF_SECOND);
      } else if (feature.kind() == Feature.Kind.DOUBLE) {
        value = functions.nanvl(value, lit(null));
      }
      columns.add(
          (options.source().maxAge().isPresent() ? when(functions.not(old), value) : value)
              .as(featureName(i)));
    }
    Dataset<Row> rows = made.select(columns.toArray(Column[]::new));
    rows = withLeft(rows, options.split());
    String salt =
        options.split() instanceof SplitRule.OfGroup group
            ? group.salt()
            : options.labels().column();
    List<Column> content =
        new ArrayList<>(List.of(lit(salt), col("key"), col(GROUP), col(NUMBER), col(LABEL)));
    for (int i = 0; i < plan.features().size(); i++) {
      content.add(col(featureName(i)));
    }
    rows = rows.withColumn(ORDER, functions.xxhash64(content.toArray(Column[]::new))).drop("key");
    List<StructField> features = new ArrayList<>();
    for (int i = 0; i < plan.features().size(); i++) {
      features.add(rows.schema().apply(featureName(i)));
    }
    return new Frame(rows, labelName, carried, features).checked(plan);
  }

  private Frame checked(FeaturePlan plan) {
    Set<String> names = new HashSet<>();
    Stream.of(
            Stream.of(labelName),
            carried.stream().map(StructField::name),
            plan.features().stream().map(Feature::name))
        .flatMap(all -> all)
        .filter(name -> !names.add(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .ifPresent(
            name -> {
              throw new UsageException(
                  "Cannot make a training set: two of its columns are called '%s'; leave one out with %s, or give the other a name of its own"
                      .formatted(name, TrainingOptions.WORDS.of(TrainingKeys.EXCLUDE)));
            });
    return this;
  }

  private static Dataset<Row> withLeft(Dataset<Row> rows, SplitRule rule) {
    Column inGap = col(SPLIT).equalTo(SplitRule.LEFT_OUT);
    Dataset<Row> known =
        rows.withColumn(LEFT, when(inGap, Left.GAP.ordinal()).otherwise(Left.IN.ordinal()));
    if (!(rule instanceof SplitRule.OfTime times) || !times.apart()) {
      return known;
    }
    // rows in a gap are in no split, and keep no other row out of one
    Column last = functions.max(col(SPLIT)).over(Window.partitionBy(col(GROUP)));
    return known
        .withColumn("last", last)
        .withColumn(
            LEFT,
            when(functions.not(inGap).and(col(SPLIT).lt(col("last"))), Left.STRADDLING.ordinal())
                .otherwise(col(LEFT)))
        .withColumn(
            SPLIT,
            when(col(LEFT).equalTo(Left.IN.ordinal()), col(SPLIT)).otherwise(SplitRule.LEFT_OUT))
        .drop("last");
  }

  /** The same frame with rows that are kept somewhere. */
  Frame with(Dataset<Row> kept) {
    return new Frame(kept, labelName, carried, features);
  }

  /** Returns the rows that are in a split. */
  Dataset<Row> inSplits() {
    return rows.filter(col(SPLIT).geq(SplitRule.TRAIN));
  }

  DataType labelType() {
    return rows.schema().apply(LABEL).dataType();
  }

  static String featureName(int place) {
    return "f" + place;
  }

  static String carriedName(int place) {
    return "c" + place;
  }
}
