package io.dynamodblake.lake.restore;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.input.CatalogInput;
import io.dynamodblake.lake.input.ForeignInput;
import io.dynamodblake.lake.input.LakeTables;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.input.csv.CsvInput;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.run.ValueSessions;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * What a restore reads: the input that the options mean, its keys, and what of it cannot come back.
 *
 * @param keys the key attributes, which the input knows or the user has named
 * @param table what describes the table that it comes from, where that was kept
 * @param losses what does not come back as it was, and why; allowed by the options
 */
record RestoreSource(
    RowInput input, List<KeyAttribute> keys, List<String> losses, Optional<KeptTable> table) {

  /**
   * Opens what is to be restored.
   *
   * @throws UsageException if the options contradict what lies there, or columns cannot be restored
   *     and that is not allowed
   */
  static RestoreSource open(SparkSession spark, LakeFiles files, RestoreOptions options)
      throws IOException {
    RowInput input = new Choice(spark, files, options, false).input();
    Optional<KeptTable> table = KeptTable.find(files, options, input);
    List<KeyAttribute> keys = keys(input, options, table);
    return new RestoreSource(input, keys, losses(input, keys, options), table);
  }

  /**
   * Returns the schema that the data would be restored with.
   *
   * @throws UsageException if the data brings its schema along
   */
  static TableSchema propose(SparkSession spark, LakeFiles files, RestoreOptions options)
      throws IOException {
    RowInput input = new Choice(spark, files, options, true).input();
    TableSchema proposed =
        input
            .proposed()
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot propose a schema: a lake table has its own; leave %s out"
                            .formatted(options.words().of(RestoreKeys.SCHEMA_OUT))));
    return options.keys().isEmpty()
        ? proposed
        : withKeys(proposed, keys(input, options, Optional.empty()), options);
  }

  private static TableSchema withKeys(
      TableSchema proposed, List<KeyAttribute> keys, RestoreOptions options) {
    for (KeyAttribute key : keys) {
      for (Column column : proposed.columns()) {
        Descriptor descriptor = column.mapping().descriptor();
        if (column.isOf(key.attribute()) && descriptor != key.descriptor()) {
          throw new UsageException(
              "Cannot propose a schema: key attribute '%s' is %s by the type of its column, not %s; give %s, or change the column's type where the data comes from"
                  .formatted(
                      key.attribute(),
                      descriptor,
                      key.descriptor(),
                      options.words().of(RestoreKeys.KEY, key.attribute() + ":" + descriptor)));
        }
      }
    }
    return new TableSchema(proposed.table(), keys, proposed.columns());
  }

  /** The keys as a user writes them. */
  static String describe(List<KeyAttribute> keys) {
    return String.join(",", KeyAttribute.texts(keys));
  }

  /**
   * Which of all inputs the options mean.
   *
   * @param proposing whether only a schema is wanted
   */
  private record Choice(
      SparkSession spark, LakeFiles files, RestoreOptions options, boolean proposing) {
    RowInput input() throws IOException {
      SparkSession session = ValueSessions.of(spark);
      return switch (options.source()) {
        case FOLDER -> folder(session);
        case CSV -> CsvInput.open(session, options.input(), givenSchema());
        case TABLE -> table(session);
      };
    }

    private RowInput table(SparkSession session) throws IOException {
      if (!proposing && options.schemaFile().isEmpty()) {
        // a table made of a lake table has lost what was a set
        throw new UsageException(
            "Cannot restore: table %s does not say which attributes its columns are; give %s with a schema file, which %s proposes"
                .formatted(
                    options.path(),
                    options.words().of(RestoreKeys.SCHEMA),
                    options.words().of(RestoreKeys.SCHEMA_OUT)));
      }
      return CatalogInput.open(session, options.input(), givenSchema());
    }

    private RowInput folder(SparkSession session) throws IOException {
      String root = files.qualify(options.path());
      boolean lake = files.exists(new LakeLayout(root).current());
      if (lake && options.schemaFile().isPresent()) {
        throw new UsageException(
            "Cannot restore with %1$s: a lake table has its own; leave %1$s out"
                .formatted(options.words().of(RestoreKeys.SCHEMA)));
      }
      if (!lake && options.snapshot().isEmpty()) {
        if (proposing || options.schemaFile().isPresent()) {
          return ForeignInput.open(session, options.input(), givenSchema());
        }
        if (files.exists(root)) {
          throw new UsageException(
              "Cannot restore: this is no lake table, %s; give the folder that flatten wrote to, for other Parquet or ORC %s with a schema file, which %s proposes, for CSV %s, for a table of a catalog %s"
                  .formatted(
                      root,
                      options.words().of(RestoreKeys.SCHEMA),
                      options.words().of(RestoreKeys.SCHEMA_OUT),
                      options.words().of(RestoreKeys.FROM_CSV),
                      options.words().of(RestoreKeys.FROM_TABLE)));
        }
      }
      return LakeTables.open(
          session,
          Lake.open(files, options.path()),
          options.snapshot(),
          options.where(),
          options.words());
    }

    private Optional<TableSchema> givenSchema() throws IOException {
      Optional<String> text =
          RestoreSource.text(files, options.schemaFile(), options.words().of(RestoreKeys.SCHEMA));
      return text.map(TableSchemaJson::fromJson);
    }
  }

  /**
   * Reads a file that an option names.
   *
   * @throws UsageException if it is not there
   */
  static Optional<String> text(LakeFiles files, Optional<String> path, String option)
      throws IOException {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        files
            .read(path.get())
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot read %s: there is no file %s".formatted(option, path.get()))));
  }

  private static List<KeyAttribute> keys(
      RowInput input, RestoreOptions options, Optional<KeptTable> table) {
    List<KeyAttribute> known = input.schema().keys();
    if (known.isEmpty() && options.keys().isEmpty()) {
      known = table.map(KeptTable::keys).orElse(List.of());
    }
    if (options.keys().isEmpty() && known.isEmpty()) {
      throw new UsageException(
          "Cannot restore: %s does not know the key attributes, and a table needs them; give them with %s, such as %s"
              .formatted(
                  input.name(),
                  options.words().of(RestoreKeys.KEY),
                  options.words().of(RestoreKeys.KEY, "pk:S,sk:N")));
    }
    if (!options.keys().isEmpty() && !known.isEmpty() && !known.equals(options.keys())) {
      throw new UsageException(
          "Cannot restore with another %1$s than that of %2$s, %3$s; leave %1$s out"
              .formatted(options.words().of(RestoreKeys.KEY), input.name(), describe(known)));
    }
    List<KeyAttribute> keys = options.keys().isEmpty() ? known : options.keys();
    if (!input.hasRescued()) {
      requireColumns(input, keys);
    }
    return keys;
  }

  private static void requireColumns(RowInput input, List<KeyAttribute> keys) {
    Set<String> attributes =
        input.schema().writtenColumns().stream()
            .filter(column -> column.inside().isEmpty())
            .map(Column::attribute)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (KeyAttribute key : keys) {
      if (!attributes.contains(key.attribute())) {
        throw new UsageException(
            "Cannot restore: key attribute '%s' is none of the columns, which are %s"
                .formatted(key.attribute(), String.join(", ", attributes)));
      }
    }
  }

  private static List<String> losses(
      RowInput input, List<KeyAttribute> keys, RestoreOptions options) {
    for (KeyAttribute key : keys) {
      Optional<Column> column =
          input.parts().stream()
              .flatMap(part -> part.schema().columns().stream())
              .filter(candidate -> candidate.isOf(key.attribute()))
              .filter(candidate -> Losses.reason(candidate).isPresent())
              .findFirst();
      Optional<String> reason = column.flatMap(Losses::reason);
      if (reason.isPresent()) {
        throw new UsageException(
            "Cannot restore: key attribute '%s' is not in the lake as it was (%s); flatten the export again without that"
                .formatted(key.attribute(), reason.get()));
      }
    }
    List<String> losses = input.losses();
    if (!losses.isEmpty() && !options.allowLoss()) {
      throw new UsageException(
          "Cannot restore exactly: %s; flatten the export again without that, or give %s"
              .formatted(String.join(", ", losses), options.words().of(RestoreKeys.ALLOW_LOSS)));
    }
    return losses;
  }
}
