package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.Evolution;
import io.dynamodblake.schema.Forecast;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.Plan;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.SchemaEvolution;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.SchemaSuggester;
import io.dynamodblake.schema.Suggestions;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.TypeRules;
import io.dynamodblake.schema.Unnesting;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The columns of the next snapshot and how they came about.
 *
 * @param source {@code observed}, {@code pinned} or {@code evolved}
 * @param notes what the user may want to know, one sentence each
 */
record SchemaChoice(TableSchema schema, String source, List<String> notes) {
  private static final int MOST_NOTES = 50;

  /**
   * Reads a schema file, for the table that the options name.
   *
   * @param place where the text comes from, for messages
   */
  static TableSchema read(String text, String place, FlattenOptions options) {
    try {
      TableSchema file = TableSchemaJson.fromJson(text);
      return new TableSchema(
          options.table(),
          file.keys(),
          file.columns(),
          file.hashKey(),
          file.derived(),
          file.unnesting());
    } catch (DataRefusedException e) {
      throw new DataRefusedException(e.getMessage() + ", in " + place, e);
    }
  }

  /**
   * The schema of a file, as it is.
   *
   * @param existing the schema of the lake that must not be contradicted
   */
  static SchemaChoice pinned(
      TableSchema file, Optional<TableSchema> existing, FlattenOptions options) {
    if (!file.keys().isEmpty()
        && !options.keys().isEmpty()
        && !file.keys().equals(options.keys())) {
      throw new UsageException(
          "Cannot use keys: the schema file has others; change its \"keys\" or leave %s out"
              .formatted(options.words().of(FlattenKeys.KEY)));
    }
    TableSchema wanted =
        new TableSchema(
            options.table(),
            file.keys().isEmpty() ? options.keys() : file.keys(),
            file.columns(),
            file.hashKey(),
            List.of(),
            file.unnesting());
    TableSchema schema = existing.map(old -> SchemaEvolution.pin(old, wanted)).orElse(wanted);
    List<String> notes = new ArrayList<>();
    addShadowed(schema, notes);
    return new SchemaChoice(schema, "pinned", notes);
  }

  /**
   * The schema that fits what was seen, and where the lake has one, what that can grow into.
   *
   * @param exported when the export was made, if that is known
   */
  static SchemaChoice observed(
      Profile profile,
      Optional<TableSchema> existing,
      FlattenOptions options,
      Optional<Instant> exported) {
    existing.ifPresent(old -> requireSame(old, options));
    PlanOptions planning =
        PlanOptions.of(options.table(), options.keys())
            .withRules(rules(options.format()))
            .withUnnesting(
                existing.map(TableSchema::unnesting).or(options::unnesting).orElse(Unnesting.NONE))
            .withWords(options.words());
    if (existing.isPresent()) {
      SchemaChoice evolved = evolved(profile, existing.get(), planning);
      return options.suggest()
          ? evolved.withSuggested(existing.get(), SchemaSuggester.of(profile, planning, exported))
          : evolved;
    }
    Plan plan = SchemaPlanner.plan(profile, planning);
    List<String> notes = new ArrayList<>();
    Suggestions suggestions = SchemaSuggester.of(profile, planning, exported);
    TableSchema planned = plan.schema();
    if (options.suggest()) {
      planned = suggested(suggestions, notes);
    } else if (!suggestions.retyped().isEmpty()) {
      notes.add(unasked(suggestions, options.words()));
    }
    TableSchema schema = withPartitionTimes(planned, options.partitionBy(), suggestions, notes);
    addRenamed(schema, notes);
    addLeftOut(plan.forecast(), notes);
    return new SchemaChoice(schema, "observed", shortened(notes));
  }

  /** The same, with what is suggested for columns that are new. */
  private SchemaChoice withSuggested(TableSchema existing, Suggestions suggestions) {
    List<Column> columns = new ArrayList<>();
    for (Column column : schema.columns()) {
      boolean isNew =
          existing.columns().stream().noneMatch(old -> old.origin().equals(column.origin()));
      Optional<Column> suggested =
          suggestions.schema().columns().stream()
              .filter(other -> isNew && other.origin().equals(column.origin()))
              .findFirst();
      columns.add(suggested.map(other -> column.as(other.mapping())).orElse(column));
    }
    return new SchemaChoice(schema.withColumns(columns), source, notes);
  }

  private static String unasked(Suggestions suggestions, Words words) {
    int count = suggestions.retyped().size();
    return "%s could be timestamps, dates or maps, of which every value comes back; inspect shows which, and %s makes a new table with them"
        .formatted(count == 1 ? "1 place" : count + " places", words.of(FlattenKeys.SUGGEST));
  }

  private static TableSchema suggested(Suggestions suggestions, List<String> notes) {
    for (Suggestions.Retyped retyped : suggestions.retyped()) {
      notes.add("%s is %s: %s".formatted(retyped.path(), retyped.becomes(), retyped.why()));
    }
    if (!suggestions.keys().isEmpty()) {
      notes.add(
          "The keys are %s, by their names"
              .formatted(String.join(" and ", KeyAttribute.texts(suggestions.keys()))));
    }
    return suggestions.schema();
  }

  private static void requireSame(TableSchema existing, FlattenOptions options) {
    Optional<Unnesting> wanted = options.unnesting();
    if (wanted.isPresent() && !wanted.get().equals(existing.unnesting())) {
      Unnesting is = existing.unnesting();
      throw new DataRefusedException(
          "Cannot unnest: table %s was made with %s, and its columns stay as they are; leave %s and %s out, or flatten into another folder"
              .formatted(
                  existing.table(),
                  is.isNone()
                      ? "structs"
                      : "depth %d and separator %s".formatted(is.depth(), is.separator()),
                  options.words().of(FlattenKeys.UNNEST),
                  options.words().of(FlattenKeys.SEPARATOR)));
    }
  }

  /** What the schema of a table grows into, to hold what was seen as well. */
  static SchemaChoice evolved(Profile profile, TableSchema existing, PlanOptions options) {
    Evolution evolution = SchemaEvolution.evolve(existing, profile, options);
    List<String> notes = new ArrayList<>();
    addShadowed(evolution.schema(), notes);
    notes.addAll(evolution.notes());
    addLeftOut(evolution.forecast(), notes);
    return new SchemaChoice(evolution.schema(), "evolved", shortened(notes));
  }

  /** What columns of a table of some format can become. */
  static TypeRules rules(OutputFormat format) {
    return format == OutputFormat.ICEBERG ? TypeRules.ICEBERG : TypeRules.LAKE;
  }

  /**
   * Text that the user partitions by day must be a time, and without this the first run would be
   * refused. It is read as all of it is written, or else as ISO 8601.
   */
  private static TableSchema withPartitionTimes(
      TableSchema schema, List<String> partitionBy, Suggestions suggestions, List<String> notes) {
    List<Column> columns = new ArrayList<>(schema.columns());
    for (String text : partitionBy) {
      PartitionField field = parse(text);
      Optional<Column> source = schema.find(field.source());
      boolean isText =
          source
              .filter(column -> column.protection() == Protection.NONE)
              .map(Column::mapping)
              .equals(Optional.of(ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING)));
      if (!field.transform().isTime() || !isText) {
        continue;
      }
      Column column = source.get();
      ValueMapping.Scalar time =
          suggestions
              .timestamp(SchemaSuggester.path(column))
              .orElseGet(
                  () ->
                      new ValueMapping.Scalar(
                          Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601));
      int place = columns.indexOf(column);
      if (place >= 0) {
        columns.set(place, column.as(time));
        notes.add(
            "Column "
                + column.name()
                + " is read as timestamp ("
                + (time.conversion() == Conversion.FORMAT
                    ? time.format().pattern()
                    : time.conversion().key())
                + "), because the table is partitioned by "
                + field.text());
      }
    }
    return schema.withColumns(columns);
  }

  /** Reads one partition of the options. */
  static PartitionField parse(String text) {
    try {
      return PartitionField.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot partition: " + e.getMessage(), e);
    }
  }

  private static void addRenamed(TableSchema schema, List<String> notes) {
    int lowerCased = 0;
    int unnested = 0;
    for (Column column : schema.writtenColumns()) {
      if (!column.inside().isEmpty()) {
        unnested++;
        continue;
      }
      if (column.name().equals(column.attribute())) {
        continue;
      }
      if (column.name().equals(column.attribute().toLowerCase(Locale.ROOT))) {
        // Athena does the same to every name in a query
        lowerCased++;
      } else {
        notes.add("Attribute '" + column.attribute() + "' is column " + column.name());
      }
    }
    if (unnested > 0) {
      notes.add(
          unnested == 1
              ? "1 column holds a field of a map"
              : "%d columns hold fields of maps, which their comments name".formatted(unnested));
    }
    if (lowerCased > 0) {
      notes.add(
          lowerCased == 1
              ? "1 column has the name of its attribute in lower case"
              : "%d columns have the names of their attributes in lower case"
                  .formatted(lowerCased));
    }
  }

  /** No schema that is proposed has such a column; one of before, or by hand, may. */
  private static void addShadowed(TableSchema schema, List<String> notes) {
    boolean shadowed =
        schema.writtenColumns().stream()
            .anyMatch(column -> column.name().equalsIgnoreCase(ColumnNames.SNAPSHOT));
    if (shadowed) {
      notes.add(
          "Column snapshot has the name of the folder's key: DuckDB and PyArrow show the snapshot's"
              + " id in its place unless they are told not to read folders as columns; another"
              + " \"name\" in schema.json, given with "
              + Words.FLATTEN.of(FlattenKeys.SCHEMA)
              + " and "
              + Words.FLATTEN.of(FlattenKeys.REPLACE)
              + ", ends that");
    }
  }

  private static void addLeftOut(Forecast forecast, List<String> notes) {
    if (!forecast.leftOut().isEmpty()) {
      notes.add(
          forecast.leftOut().size()
              + " attributes are too rare for a column of their own; their values are in "
              + TableSchema.RESCUED);
    }
  }

  private static List<String> shortened(List<String> notes) {
    if (notes.size() <= MOST_NOTES) {
      return notes;
    }
    List<String> first = new ArrayList<>(notes.subList(0, MOST_NOTES));
    first.add("and " + (notes.size() - MOST_NOTES) + " more");
    return first;
  }
}
