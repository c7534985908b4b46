package io.dynamodblake.ml;

import io.dynamodblake.conf.Suggestion;
import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Labels that are not in the items: rows of keys, a time and a label. Driver only. */
record LabelTable(String place, Dataset<Row> rows) {
  private static final String CSV = ".csv";
  private static final String CSV_GZ = ".csv.gz";
  private static final String MALFORMED = "MALFORMED_";

  /**
   * Opens them.
   *
   * @throws UsageException if there are none
   */
  static LabelTable open(SparkSession session, String path) throws IOException {
    LakeFiles files = new LakeFiles(session.sessionState().newHadoopConf());
    String whole = files.qualify(path);
    if (files.exists(new LakeLayout(whole).current())) {
      LakeSnapshot lake = LakeSnapshot.open(files, path, Optional.empty());
      return new LabelTable(
          whole, session.baseRelationToDataFrame(lake.relation(session, Map.of())));
    }
    List<String> names =
        files.filesBelow(whole).stream()
            .map(file -> file.getPath().getName())
            .filter(name -> !name.startsWith("_") && !name.startsWith("."))
            .toList();
    if (names.isEmpty()) {
      throw new UsageException(
          "Cannot read %s: there is nothing at %s; give a lake table, or Parquet or CSV"
              .formatted(option(), whole));
    }
    // a line is looked at whole, whichever of its fields are asked for
    session.conf().set("spark.sql.csv.parser.columnPruning.enabled", false);
    boolean csv = names.stream().allMatch(name -> name.endsWith(CSV) || name.endsWith(CSV_GZ));
    return new LabelTable(
        whole,
        csv
            ? ExactPaths.read(session).option("header", true).option("mode", "FAILFAST").csv(whole)
            : ExactPaths.read(session).parquet(whole));
  }

  private static String option() {
    return TrainingOptions.WORDS.of(TrainingKeys.LABELS);
  }

  /** Returns the text of the key that a row is about; null if it lacks a part. */
  Column key(TableSchema lake) {
    return KeyText.whole(
        parts(lake.keys().stream().map(KeyAttribute::attribute).toList(), lake, "a key"), "a key");
  }

  /** Returns the text of some attributes of the lake table, as {@link KeyText} has it. */
  Column text(List<String> attributes, TableSchema lake, String use) {
    return KeyText.of(parts(attributes, lake, use), use);
  }

  private List<KeyText.Part> parts(List<String> attributes, TableSchema lake, String use) {
    List<KeyText.Part> parts = new ArrayList<>();
    for (String attribute : attributes) {
      Optional<io.dynamodblake.schema.Column> known = lake.find(attribute);
      String name = known.map(io.dynamodblake.schema.Column::name).orElse(attribute);
      StructField field =
          find(attribute).or(() -> find(name)).orElseThrow(() -> missing(name, use));
      Descriptor descriptor =
          known.map(column -> LakePlace.of(column).descriptor()).orElseGet(() -> of(field));
      parts.add(new KeyText.Part(field.name(), descriptor, field.dataType(), column(field)));
    }
    return parts;
  }

  private static Descriptor of(StructField field) {
    DataType type = field.dataType();
    if (type instanceof StringType) {
      return Descriptor.S;
    }
    return type.equals(DataTypes.BinaryType)
        ? Descriptor.B
        : type.equals(DataTypes.BooleanType) ? Descriptor.BOOL : Descriptor.N;
  }

  /** Returns the moments of the rows in microseconds. */
  Column micros(String name) {
    StructField field = find(name).orElseThrow(() -> missing(name, "the time"));
    DataType type = field.dataType();
    boolean timed =
        type instanceof DateType
            || type instanceof StringType
            || type.typeName().startsWith("timestamp");
    if (!timed) {
      throw new UsageException(
          "Cannot read %s: column '%s' is %s and no time; make it a timestamp, or text such as 2026-11-18T03:20:00Z"
              .formatted(option(), name, type.simpleString()));
    }
    return functions.unix_micros(column(field).cast(DataTypes.TimestampType));
  }

  /** Returns the column with the label. */
  StructField label(String name) {
    return find(name).orElseThrow(() -> missing(name, "the label"));
  }

  /** Returns columns that are carried along. */
  StructField carried(String name) {
    return find(name).orElseThrow(() -> missing(name, "a carried column"));
  }

  static Column column(StructField field) {
    return PartitionExpressions.column(field.name());
  }

  private Optional<StructField> find(String name) {
    return Arrays.stream(rows.schema().fields())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .findFirst();
  }

  private UsageException missing(String name, String use) {
    List<String> names = List.of(rows.schema().fieldNames());
    return new UsageException(
        "Cannot read %s: there is no column '%s' for %s%s, in %s"
            .formatted(
                option(),
                name,
                use,
                Suggestion.nearest(name, names)
                    .map("; did you mean '%s'?"::formatted)
                    .orElseGet(() -> "; it has " + String.join(", ", names)),
                place));
  }

  /**
   * Returns the only row of a query.
   *
   * @throws DataRefusedException if a line of CSV has other fields than the header; Spark's own
   *     words would show the line
   */
  Row only(Dataset<Row> query) {
    try {
      return query.first();
    } catch (Exception e) { // Spark throws what it does not declare
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause.getMessage() != null && cause.getMessage().contains(MALFORMED)) {
          throw new DataRefusedException(
              "Cannot read the labels: a line does not have as many fields as the header, in %s; mend it"
                  .formatted(place));
        }
      }
      throw SparkFailures.unwrapped(e);
    }
  }

  /**
   * Makes sure that each row has a key and a time.
   *
   * @throws DataRefusedException if one has not
   */
  void requireWhole(long withoutKey, long withoutTime, String time) {
    if (withoutKey > 0) {
      throw new DataRefusedException(
          "Cannot use the labels: %,d rows lack a part of the key, or have one that DynamoDB has not, in %s; take them out"
              .formatted(withoutKey, place));
    }
    if (withoutTime > 0) {
      throw new DataRefusedException(
          "Cannot use the labels: column '%s' of %,d rows holds no time, in %s; write it as 2026-11-18T03:20:00Z"
              .formatted(time, withoutTime, place));
    }
  }
}
