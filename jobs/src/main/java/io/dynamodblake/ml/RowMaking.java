package io.dynamodblake.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.input.RowFilter;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Brings label and features together: from one snapshot without looking at times, else by key and
 * time in one sort. Driver only.
 */
final class RowMaking {
  /** Names of the columns of what comes out, which are followed by the three structs. */
  static final String KEY = "ddb_key";

  static final String GROUP = "ddb_group";
  static final String TIME = "ddb_time";
  static final String STATE = "ddb_state";
  static final String AGE = "ddb_age";
  static final String LABEL = "ddb_label";
  static final String CARRIED = "ddb_carried";
  static final String FEATURES = "ddb_features";

  private static final String NOTHING = "nothing";

  private final SparkSession session;
  private final TrainingOptions options;
  private final TrainingSource source;
  private final FeaturePlan plan;

  RowMaking(
      SparkSession session, TrainingOptions options, TrainingSource source, FeaturePlan plan) {
    this.session = session;
    this.options = options;
    this.source = source;
    this.plan = plan;
  }

  /**
   * What was made.
   *
   * @param rows with the columns that this class names; those of other states than rows are counts
   * @param unlabelled rows that had no label and are not among them
   * @param asked how many rows there must be; empty where nobody knows before
   */
  record Made(Dataset<Row> rows, long unlabelled, Optional<Long> asked) {}

  Made make() throws IOException {
    if (options.labels().place().isPresent()) {
      return labelled(LabelTable.open(session, options.labels().place().get()));
    }
    return options.source().history() ? inHistory() : inSnapshot();
  }

  // ---- one moment, label in the item

  private Made inSnapshot() {
    Dataset<Row> rows = chosen(source.rows());
    Column label = label();
    Optional<Column> key = source.schema().keys().isEmpty() ? Optional.empty() : Optional.of(key());
    Column time =
        options
            .source()
            .timeColumn()
            .map(name -> timePlace(name).micros())
            .orElseGet(() -> lit(source.moment().map(Instants::toMicros).orElse(null)));
    Dataset<Row> all =
        rows.select(
            key.orElse(lit(null)).cast(DataTypes.StringType).as(KEY),
            group().as(GROUP),
            time.cast(DataTypes.LongType).as(TIME),
            lit(PointInTime.State.FOUND.ordinal()).as(STATE),
            lit(null).cast(DataTypes.LongType).as(AGE),
            label.as(LABEL),
            carried().as(CARRIED),
            features().as(FEATURES));
    Row counts = all.agg(functions.count(lit(1)), functions.count(col(LABEL))).first();
    long labelled = counts.getLong(1);
    Dataset<Row> made = all.filter(col(LABEL).isNotNull());
    if (options.split() instanceof SplitRule.OfTime) {
      requireTimes(made);
    }
    return new Made(made, counts.getLong(0) - labelled, Optional.of(labelled));
  }

  private void requireTimes(Dataset<Row> rows) {
    long untimed = rows.filter(col(TIME).isNull()).count();
    if (untimed > 0) {
      throw new DataRefusedException(
          "Cannot split by time: %,d rows have none; give %s a column that all of them have, or leave the others out with %s"
              .formatted(
                  untimed,
                  TrainingOptions.WORDS.of(TrainingKeys.TIME_COLUMN),
                  TrainingOptions.WORDS.of(TrainingKeys.WHERE)));
    }
  }

  private Dataset<Row> chosen(Dataset<Row> rows) {
    return options
        .source()
        .where()
        .map(text -> rows.filter(RowFilter.parse(session, text, TrainingOptions.WORDS).on(rows)))
        .orElse(rows);
  }

  // ---- labels in the history

  private Made inHistory() {
    Column label = label();
    Dataset<Row> history = source.rows();
    Column chosen =
        options
            .source()
            .where()
            .map(text -> RowFilter.parse(session, text, TrainingOptions.WORDS).on(history))
            .orElse(lit(true));
    Dataset<Row> images = images(history, label, coalesce(chosen, lit(false)), true);
    PointInTime.Way way;
    if (options.labels().asOf().isEmpty()) {
      way = new PointInTime.Changes();
    } else {
      long horizon = Micros.of(options.labels().horizon().orElseThrow());
      long[] moments = options.labels().asOf().stream().mapToLong(Instants::toMicros).toArray();
      source.requireCovered(moments[0], moments[moments.length - 1] + horizon, moments.length);
      way = new PointInTime.Moments(moments, horizon);
    }
    return new Made(together(images, way), 0, Optional.empty());
  }

  // ---- labels from elsewhere

  private Made labelled(LabelTable labels) {
    StructField labelField = labels.label(options.labels().column());
    Column label = normal(LabelTable.column(labelField), labelField.dataType(), labelField.name());
    Column[] carried =
        options.columns().carried().stream()
            .map(labels::carried)
            .map(field -> LabelTable.column(field).as(field.name()))
            .toArray(Column[]::new);
    List<String> groups =
        options.columns().group().isEmpty()
            ? List.of(source.partitionKey())
            : options.columns().group();
    Dataset<Row> questions =
        labels
            .rows()
            .select(
                labels.key(source.schema()).as(Image.NAMES[Image.KEY]),
                labels.micros(options.labels().time()).as(Image.NAMES[Image.AT]),
                lit(Image.RANK_LABEL).as(Image.NAMES[Image.RANK]),
                lit(0L).as(Image.NAMES[Image.EVENT]),
                lit(0L).as(Image.NAMES[Image.TABLE_TIME]),
                lit(0).as(Image.NAMES[Image.PART]),
                lit(0L).as(Image.NAMES[Image.TIE]),
                lit(false).as(Image.NAMES[Image.DELETED]),
                lit(true).as(Image.NAMES[Image.CHOSEN]),
                labels.text(groups, source.schema(), "a group").as(Image.NAMES[Image.GROUP]),
                label.as(Image.NAMES[Image.LABEL]),
                (carried.length == 0 ? nothing() : struct(carried)).as(Image.NAMES[Image.CARRIED]),
                lit(null).cast(featuresType()).as(Image.NAMES[Image.FEATURES]));
    Column isAsked = col(Image.NAMES[Image.LABEL]).isNotNull();
    Column lacksKey = col(Image.NAMES[Image.KEY]).isNull();
    Column at = col(Image.NAMES[Image.AT]);
    Row facts =
        labels.only(
            questions.agg(
                functions.count(lit(1)),
                functions.count(when(isAsked, 1)),
                functions.count(when(isAsked.and(lacksKey), 1)),
                functions.count(when(isAsked.and(at.isNull()), 1)),
                functions.min(when(isAsked, at)),
                functions.max(when(isAsked, at))));
    labels.requireWhole(facts.getLong(2), facts.getLong(3), options.labels().time());
    long asked = facts.getLong(1);
    if (asked > 0) {
      source.requireCovered(facts.getLong(4), facts.getLong(5), asked);
    }
    Dataset<Row> rows = source.rows();
    Column none = lit(null).cast(questions.schema().fields()[Image.LABEL].dataType());
    Dataset<Row> images =
        images(rows, none, lit(true), false)
            .withColumn(
                Image.NAMES[Image.CARRIED],
                lit(null).cast(questions.schema().fields()[Image.CARRIED].dataType()));
    Dataset<Row> all = images.unionByName(questions.filter(isAsked));
    return new Made(
        together(all, new PointInTime.Asked()), facts.getLong(0) - asked, Optional.of(asked));
  }

  // ---- images

  /**
   * The images of the items, in the columns of {@link Image}.
   *
   * @param own whether they have group and carried columns of their own
   */
  private Dataset<Row> images(Dataset<Row> rows, Column label, Column chosen, boolean own) {
    Column group = own ? group() : lit(null).cast(DataTypes.StringType);
    Column carried = own ? carried() : nothing();
    Column[] features = featureColumns();
    Column content = features.length == 0 ? lit(0L) : xxhash64(features);
    Column tie = own ? xxhash64(content, label, group) : content;
    if (!options.source().history()) {
      long moment = Instants.toMicros(source.moment().orElseThrow());
      return rows.select(
          named(
              key(),
              lit(moment),
              lit(Image.RANK_BASE),
              lit(moment),
              lit(moment),
              lit(0),
              tie,
              lit(false),
              chosen,
              group,
              label,
              carried,
              struct(features)));
    }
    Column tableTime = unix_micros(col(HistoryTable.EVENT_TIME));
    Column writeTime = unix_micros(col(HistoryTable.WRITE_TIME));
    Column known =
        options.source().knownByLake() ? functions.greatest(tableTime, writeTime) : tableTime;
    Column deleted = col(HistoryTable.IS_DELETED);
    Column event =
        options
            .source()
            .timeColumn()
            .map(
                name ->
                    when(deleted, tableTime)
                        .otherwise(coalesce(timePlace(name).micros(), tableTime)))
            .orElse(tableTime);
    Column rank =
        when(col(HistoryTable.OP).equalTo(HistoryTable.SNAPSHOT), Image.RANK_BASE)
            .otherwise(Image.RANK_CHANGE);
    return rows.select(
        named(
            key(),
            known,
            rank,
            event,
            tableTime,
            part(),
            tie,
            deleted,
            chosen,
            group,
            label,
            carried,
            struct(features)));
  }

  private static Column[] named(Column... columns) {
    Column[] named = new Column[columns.length];
    for (int i = 0; i < columns.length; i++) {
      named[i] = columns[i].as(Image.NAMES[i]);
    }
    return named;
  }

  /** Which part of the history a row is of, by their order. */
  private Column part() {
    Map<String, Integer> order = new HashMap<>();
    for (HistoryPart part : source.lake().current().ledger().history()) {
      order.put(part.id(), order.size());
    }
    UDF1<String, Integer> number = run -> order.getOrDefault(run, 0);
    return functions.udf(number, DataTypes.IntegerType).apply(col(HistoryTable.RUN));
  }

  private Dataset<Row> together(Dataset<Row> images, PointInTime.Way way) {
    Column[] order =
        Stream.of(Image.KEY, Image.AT, Image.RANK, Image.PART, Image.TIE, Image.EVENT)
            .map(place -> col(Image.NAMES[place]))
            .toArray(Column[]::new);
    Dataset<Row> sorted =
        images.repartition(col(Image.NAMES[Image.KEY])).sortWithinPartitions(order);
    StructField[] fields = sorted.schema().fields();
    PointInTime.Layout layout =
        new PointInTime.Layout(
            fields[Image.LABEL].dataType(),
            fields[Image.CARRIED].dataType(),
            plan.features().size());
    Timeline.Bases bases = source.bases();
    StructType made =
        new StructType()
            .add(KEY, DataTypes.StringType)
            .add(GROUP, DataTypes.StringType)
            .add(TIME, DataTypes.LongType)
            .add(STATE, DataTypes.IntegerType)
            .add(AGE, DataTypes.LongType)
            .add(LABEL, fields[Image.LABEL].dataType())
            .add(CARRIED, fields[Image.CARRIED].dataType())
            .add(FEATURES, fields[Image.FEATURES].dataType());
    return SparkLine.dataset(
        session,
        sorted
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(rows -> new PointInTime(rows, way, layout, bases)),
        made);
  }

  // ---- columns

  private Column key() {
    return KeyText.of(
        source.schema().keys().stream()
            .map(KeyAttribute::attribute)
            .map(attribute -> part(LakePlace.find(source.schema(), attribute, "the key")))
            .toList(),
        "a key");
  }

  private Column group() {
    List<String> names =
        options.columns().group().isEmpty()
            ? List.of(source.partitionKey())
            : options.columns().group();
    String option = TrainingOptions.WORDS.of(TrainingKeys.GROUP);
    return KeyText.of(
        names.stream().map(name -> part(LakePlace.find(source.schema(), name, option))).toList(),
        "a group");
  }

  private KeyText.Part part(LakePlace place) {
    if (!place.isProtected() && !place.isPlain()) {
      throw new UsageException(
          "Cannot group by '%s': it is no single value as DynamoDB has it; choose another column"
              .formatted(place.path()));
    }
    return new KeyText.Part(
        place.path(),
        place.descriptor(),
        SparkTypes.dataType(place.scalarType().orElseThrow()),
        place.value());
  }

  private LakePlace timePlace(String name) {
    LakePlace place =
        LakePlace.find(source.schema(), name, TrainingOptions.WORDS.of(TrainingKeys.TIME_COLUMN));
    if (!place.isTime()) {
      throw new UsageException(
          "Cannot use %s '%s': it is no timestamp or date; make it one in schema.json, with \"from\": \"iso-8601\" or what it is"
              .formatted(TrainingOptions.WORDS.of(TrainingKeys.TIME_COLUMN), name));
    }
    return place;
  }

  private Column label() {
    String name = options.labels().column();
    LakePlace place =
        LakePlace.find(source.schema(), name, TrainingOptions.WORDS.of(TrainingKeys.LABEL));
    if (place.isProtected()) {
      throw new UsageException(
          "Cannot use %s '%s': the column is protected (%s), and a label is written as it is; choose another one"
              .formatted(
                  TrainingOptions.WORDS.of(TrainingKeys.LABEL),
                  name,
                  place.column().protection().key()));
    }
    DataType type =
        place
            .scalarType()
            .map(SparkTypes::dataType)
            .orElseThrow(() -> noLabel(name, "it is no single value"));
    return normal(place.value(), type, name);
  }

  /** The label as text, boolean, whole number or double. */
  private Column normal(Column value, DataType type, String name) {
    if (type.equals(DataTypes.StringType)) {
      return options.labels().kind() == TrainingOptions.LabelKind.NUMBER
          ? functions
              .udf(Numbers.CANONICAL, DataTypes.StringType)
              .apply(value)
              .cast(DataTypes.DoubleType)
          : value;
    }
    if (type.equals(DataTypes.BooleanType)
        || type.equals(DataTypes.LongType)
        || type.equals(DataTypes.DoubleType)) {
      return type.equals(DataTypes.DoubleType) ? functions.nanvl(value, lit(null)) : value;
    }
    if (Arrays.asList(DataTypes.IntegerType, DataTypes.ShortType, DataTypes.ByteType)
        .contains(type)) {
      return value.cast(DataTypes.LongType);
    }
    if (type instanceof DecimalType || type.equals(DataTypes.FloatType)) {
      return functions.nanvl(value.cast(DataTypes.DoubleType), lit(null));
    }
    throw noLabel(name, "it is " + type.simpleString());
  }

  private static UsageException noLabel(String name, String reason) {
    return new UsageException(
        "Cannot use %s '%s': %s, and a label is text, boolean or a number"
            .formatted(TrainingOptions.WORDS.of(TrainingKeys.LABEL), name, reason));
  }

  private Column carried() {
    List<Column> columns = new ArrayList<>();
    String option = TrainingOptions.WORDS.of(TrainingKeys.CARRY);
    for (String name : options.columns().carried()) {
      LakePlace place = LakePlace.find(source.schema(), name, option);
      if (place.scalarType().isEmpty()) {
        throw new UsageException(
            "Cannot use %s '%s': it is no single value; name a field of it, such as %s.field"
                .formatted(option, name, name));
      }
      columns.add(place.value().as(place.path().replace(".", "__")));
    }
    return columns.isEmpty() ? nothing() : struct(columns.toArray(Column[]::new));
  }

  /** A struct cannot be empty. */
  private static Column nothing() {
    return struct(lit(true).as(NOTHING));
  }

  static boolean isNothing(StructField field) {
    return field.name().equals(NOTHING);
  }

  private Column features() {
    return struct(featureColumns());
  }

  private Column[] featureColumns() {
    return plan.features().stream()
        .map(feature -> feature.image().as(feature.name()))
        .toArray(Column[]::new);
  }

  private DataType featuresType() {
    return source.rows().select(features()).schema().fields()[0].dataType();
  }
}
