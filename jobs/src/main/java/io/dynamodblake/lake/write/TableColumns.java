package io.dynamodblake.lake.write;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaDiff;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.Unnesting;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ItemSample;
import io.dynamodblake.spark.read.ProfilePass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * What the tables of a run become: as a schema file says, as all items ask for, or as some of them
 * let one guess. Driver only.
 *
 * @param sizing how much is read, and by how large tasks
 */
record TableColumns(
    SparkSession spark,
    Configuration configuration,
    FlattenOptions options,
    FlattenRun.Plan run,
    List<TableRun> tables,
    FileSizing sizing) {
  private static final int MOST_PLACES = 5;

  /** The columns of before, if there is a table. */
  static Optional<TableSchema> existing(TableRun table, FlattenOptions own) {
    return table
        .target()
        .schemaText()
        .map(text -> SchemaChoice.read(text, table.target().layout().schema(), own));
  }

  /** Whether items become files without being made rows before. */
  static boolean areItems(List<TablePlan> plans) {
    TablePlan first = plans.get(0);
    return plans.size() > 1 || first.run().snapshot().takesItems(first.arrangement());
  }

  /** What the schema file says. */
  List<TablePlan> pinned() {
    // who replaces a snapshot may also contradict it: the table is created anew
    TableSchema wanted =
        SchemaChoice.read(run.schemaFile().get(), options.schemaFile().orElseThrow(), options);
    boolean anew = options.replace() && options.format() != OutputFormat.ICEBERG;
    Optional<TableSchema> existing = anew ? Optional.empty() : existing(tables.get(0), options);
    return plans(List.of(SchemaChoice.pinned(wanted, existing, options)));
  }

  // ---- by all items

  /** A pass over all items, for {@link #observed}. */
  ProfilePass pass() {
    ProfilePass pass = pass(spark, configuration, options, keys(), sizing.taskBytes());
    return run.entities().rules().map(pass::ofKinds).orElse(pass);
  }

  /**
   * A pass over all items before they are written.
   *
   * @param keys attributes that each item has to have
   */
  static ProfilePass pass(
      SparkSession spark,
      Configuration configuration,
      FlattenOptions options,
      List<KeyAttribute> keys,
      long taskBytes) {
    // too many bad lines are refused after the last pass, which sets them aside to be looked at; so
    // is an item without its key, which is none
    return new ProfilePass(
            spark,
            configuration,
            options.read(),
            fails(options) ? BadRecordPolicy.FAIL : BadRecordPolicy.COUNT_ALL,
            ProfileLimits.DEFAULT,
            taskBytes)
        .requiring(fails(options) ? List.of() : keys);
  }

  private static boolean fails(FlattenOptions options) {
    return options.onBadRecord() == OnBadRecord.FAIL;
  }

  /** The attributes that each item has to have. */
  private List<KeyAttribute> keys() {
    return tables.stream()
        .flatMap(table -> existing(table, options).stream())
        .map(TableSchema::keys)
        .filter(known -> !known.isEmpty())
        .findFirst()
        .orElseGet(() -> options.orKeysOf(run.export()).keys());
  }

  /**
   * What all items ask for.
   *
   * @param seen of each table
   */
  List<TablePlan> observed(List<Profile> seen) {
    List<SchemaChoice> choices = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      try {
        choices.add(choice(i, seen.get(i)));
      } catch (DataRefusedException refused) {
        throw new KeylessItem(spark, configuration, options.read(), sizing.taskBytes())
            .located(refused, seen.get(i), own(i).keys(), run.export());
      }
    }
    return plans(choices);
  }

  private FlattenOptions own(int number) {
    return run.entities().options(number, options).orKeysOf(run.export());
  }

  private SchemaChoice choice(int number, Profile profile) {
    FlattenOptions own = own(number);
    Optional<TableSchema> existing = existing(tables.get(number), own);
    return SchemaChoice.observed(
        profile,
        existing,
        existing.isPresent() ? own : own.orUnnesting(unnestingOfOthers()),
        run.export().exportTime());
  }

  /** A table for a kind of items that is new is made as those that are there. */
  private Optional<Unnesting> unnestingOfOthers() {
    return tables.stream()
        .flatMap(table -> existing(table, options).stream())
        .map(TableSchema::unnesting)
        .filter(unnesting -> !unnesting.isNone())
        .findFirst();
  }

  private List<TablePlan> plans(List<SchemaChoice> choices) {
    List<TableSchema> schemas =
        KeyedHashes.bind(
            choices.stream().map(SchemaChoice::schema).toList(), run.hashKey(), options.replace());
    List<TablePlan> plans = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      TableSchema schema = run.entities().withParts(i, schemas.get(i));
      FlattenOptions own =
          run.entities().fitting(i, options, run.entities().options(i, options), schema);
      Arrangement arrangement = Arrangement.of(own, schema);
      if (options.format() != OutputFormat.ICEBERG) {
        // Athena finds a table of Iceberg in its catalog, without a statement
        AthenaDdl.check(
            FlattenOptions.databaseOr(options.database()),
            own.table(),
            schema,
            arrangement.partitions());
      }
      plans.add(
          new TablePlan(tables.get(i), choices.get(i), schema, own.partitionBy(), arrangement));
    }
    return plans;
  }

  // ---- by some

  /**
   * What the tables probably become.
   *
   * @param looked how many items were looked at
   */
  record Guess(List<TablePlan> plans, long looked) {

    /** Whether files of the guess are those of what all items ask for. */
    boolean holds(List<TablePlan> decided) {
      for (int i = 0; i < plans.size(); i++) {
        boolean same =
            plans.get(i).schema().equals(decided.get(i).schema())
                && plans.get(i).arrangement().equals(decided.get(i).arrangement());
        if (!same) {
          return false;
        }
      }
      return true;
    }

    /** Says what it did not know. */
    String mistake(List<TablePlan> decided) {
      List<String> places = new ArrayList<>();
      for (int i = 0; i < plans.size(); i++) {
        TableRun table = plans.get(i).run();
        SchemaDiff.of(plans.get(i).schema(), decided.get(i).schema()).changes().stream()
            .map(change -> table.named(".", change.place()))
            .forEach(places::add);
      }
      String shown = places.stream().limit(MOST_PLACES).collect(Collectors.joining(", "));
      return "All items were written twice: %,d of them had not shown all that is in %s%s"
          .formatted(
              looked,
              shown.isEmpty() ? "the others" : shown,
              places.size() > MOST_PLACES
                  ? " and %,d more columns".formatted(places.size() - MOST_PLACES)
                  : "");
    }
  }

  /** Whether it is worth looking at some items, because a wrong guess could be taken back. */
  boolean mayBeGuessed() {
    boolean arranged = !options.partitionBy().isEmpty() || !options.sortBy().isEmpty();
    if (tables.size() == 1 && (arranged || options.format() == OutputFormat.CSV)) {
      return false;
    }
    // a table of Iceberg numbers the columns that it gets, and never forgets them; who replaces may
    // have edited them
    return options.format() != OutputFormat.ICEBERG
        || !options.replace()
            && tables.stream().allMatch(table -> existing(table, options).isPresent());
  }

  /**
   * Guesses by some items.
   *
   * @return empty where that does not go, whatever the reason: who looks at all items will say it
   */
  Optional<Guess> guess() {
    List<Profile> seen =
        new ItemSample(
                spark,
                configuration,
                options.read(),
                ProfileLimits.DEFAULT,
                fails(options) ? List.of() : keys(),
                run.entities().rules())
            .of(run.export(), sizing.storedBytes());
    long looked = seen.stream().mapToLong(Profile::items).sum();
    if (looked == 0) {
      return Optional.empty();
    }
    List<TablePlan> plans;
    try {
      List<SchemaChoice> choices = new ArrayList<>();
      for (int i = 0; i < tables.size(); i++) {
        choices.add(choice(i, seen.get(i)));
      }
      plans = plans(choices);
    } catch (DataRefusedException | UsageException e) {
      return Optional.empty();
    }
    boolean keeps =
        options.format() != OutputFormat.ICEBERG
            || plans.stream()
                .allMatch(
                    plan ->
                        existing(plan.run(), options)
                            .filter(
                                before ->
                                    before.columns().equals(plan.schema().columns())
                                        && before.derived().equals(plan.schema().derived()))
                            .isPresent());
    return keeps && areItems(plans) ? Optional.of(new Guess(plans, looked)) : Optional.empty();
  }
}
