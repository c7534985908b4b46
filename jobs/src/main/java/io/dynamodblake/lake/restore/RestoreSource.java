package io.dynamodblake.lake.restore;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.input.CatalogInput;
import io.dynamodblake.lake.input.ForeignInput;
import io.dynamodblake.lake.input.LakeInput;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.input.csv.CsvInput;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.run.ValueSessions;
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
 * @param losses what does not come back as it was, and why; allowed by the options
 */
record RestoreSource(RowInput input, List<KeyAttribute> keys, List<String> losses) {

  /**
   * Opens what is to be restored.
   *
   * @throws UsageException if the options contradict what lies there, or columns cannot be restored
   *     and that is not allowed
   */
  static RestoreSource open(SparkSession spark, LakeFiles files, RestoreOptions options)
      throws IOException {
    RowInput input = new Choice(spark, files, options, false).input();
    List<KeyAttribute> keys = keys(input, options);
    return new RestoreSource(input, keys, losses(input, keys, options));
  }

  /**
   * Returns the schema that the data would be restored with.
   *
   * @throws UsageException if the data brings its schema along
   */
  static TableSchema propose(SparkSession spark, LakeFiles files, RestoreOptions options)
      throws IOException {
    return new Choice(spark, files, options, true)
        .input()
        .proposed()
        .orElseThrow(
            () ->
                new UsageException(
                    "Cannot propose a schema: a lake table has its own; leave --schema-out out"));
  }

  /** The keys as a user writes them. */
  static String describe(List<KeyAttribute> keys) {
    return keys.stream()
        .map(key -> key.attribute() + ":" + key.descriptor())
        .collect(Collectors.joining(","));
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
            "Cannot restore: table %s does not say which attributes its columns are; give --schema with a schema file, which --schema-out proposes"
                .formatted(options.path()));
      }
      return CatalogInput.open(session, options.input(), givenSchema());
    }

    private RowInput folder(SparkSession session) throws IOException {
      String root = files.qualify(options.path());
      boolean lake = files.exists(new LakeLayout(root).current());
      if (lake && options.schemaFile().isPresent()) {
        throw new UsageException(
            "Cannot restore with --schema: a lake table has its own; leave --schema out");
      }
      if (!lake && options.snapshot().isEmpty()) {
        if (proposing || options.schemaFile().isPresent()) {
          return ForeignInput.open(session, options.input(), givenSchema());
        }
        if (files.exists(root)) {
          throw new UsageException(
              "Cannot restore: this is no lake table, %s; give the folder that flatten wrote to, for other Parquet or ORC --schema with a schema file, which --schema-out proposes, for CSV --from-csv, for a table of a catalog --from-table"
                  .formatted(root));
        }
      }
      LakeSnapshot snapshot = LakeSnapshot.open(files, options.path(), options.snapshot());
      return LakeInput.of(session, snapshot, options.where());
    }

    private Optional<TableSchema> givenSchema() throws IOException {
      Optional<String> text = RestoreSource.text(files, options.schemaFile(), "--schema");
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

  private static List<KeyAttribute> keys(RowInput input, RestoreOptions options) {
    List<KeyAttribute> known = input.schema().keys();
    if (options.keys().isEmpty() && known.isEmpty()) {
      throw new UsageException(
          "Cannot restore: %s does not know the key attributes, and a table needs them; give them with --key, such as --key pk:S,sk:N"
              .formatted(input.name()));
    }
    if (!options.keys().isEmpty() && !known.isEmpty() && !known.equals(options.keys())) {
      throw new UsageException(
          "Cannot restore with another --key than that of %s, %s; leave --key out"
              .formatted(input.name(), describe(known)));
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
          input.schema().columns().stream()
              .filter(candidate -> candidate.attribute().equals(key.attribute()))
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
          "Cannot restore exactly: %s; flatten the export again without that, or give --allow-loss"
              .formatted(String.join(", ", losses)));
    }
    return losses;
  }
}
