package io.dynamodblake.lake.input.csv;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.input.InputFiles;
import io.dynamodblake.lake.input.InputOptions;
import io.dynamodblake.lake.input.RowFilter;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * CSV files with a header, each line an item. A field in which nothing stands is an absent
 * attribute, {@code ""} the empty text, unless that is to be absent, too.
 */
public final class CsvInput implements RowInput {
  private static final String FILE = "csv_file";
  private static final String LINE = "csv_line";
  private static final String DEFECT = "csv_defect";

  private final CsvReading reading;
  private final InputFiles files;
  private final TableSchema proposed;
  private final TableSchema schema;
  private final OptionalLong lines;
  private final Optional<RowFilter> filter;

  private CsvInput(
      CsvReading reading,
      InputFiles files,
      TableSchema proposed,
      OptionalLong lines,
      Optional<RowFilter> filter) {
    this.reading = reading;
    this.files = files;
    this.proposed = proposed;
    this.schema =
        new TableSchema(
            proposed.table(),
            proposed.keys(),
            reading.columns().stream().map(CsvColumn::carrier).toList());
    this.lines = lines;
    this.filter = filter;
  }

  /**
   * Opens files and finds out their types, by reading all of them if no schema is given.
   *
   * @throws UsageException if there are no files, or schema or condition do not go with them
   * @throws DataRefusedException if the files are no sound CSV
   */
  public static CsvInput open(
      SparkSession session, InputOptions options, Optional<TableSchema> given) throws IOException {
    char delimiter = options.delimiter();
    Words words = options.words();
    boolean emptyAbsent = options.emptyAbsent();
    Configuration configuration = session.sessionState().newHadoopConf();
    InputFiles files = InputFiles.list(configuration, options.path());
    List<String> header;
    try (CsvFile first =
        new CsvFile(files.files().get(0).getPath(), delimiter, emptyAbsent, words, configuration)) {
      header = first.header();
    }
    HadoopConfiguration settings = new HadoopConfiguration(configuration);
    OptionalLong lines = OptionalLong.empty();
    TableSchema schema;
    if (given.isPresent()) {
      schema = given.get();
    } else {
      CsvReading all = new CsvReading(settings, delimiter, emptyAbsent, words, header, List.of());
      CsvFacts facts = facts(session, all, files);
      if (facts.lines() == 0) {
        throw new DataRefusedException(
            "Cannot restore: there is a header and no line below it, in " + files.root());
      }
      lines = OptionalLong.of(facts.lines());
      schema = propose(options, header, facts);
    }
    CsvReading reading =
        new CsvReading(settings, delimiter, emptyAbsent, words, header, bind(header, schema));
    CsvInput input =
        new CsvInput(
            reading,
            files,
            schema,
            lines,
            options.where().map(text -> RowFilter.parse(session, text, words)));
    input.rows(session, true); // refuses a condition that does not go with the columns
    return input;
  }

  private static CsvFacts facts(SparkSession session, CsvReading reading, InputFiles files) {
    session.sparkContext().setJobDescription("Looking at all lines of " + files.root());
    try {
      return paths(session, files)
          .mapPartitions(paths -> List.of(reading.facts(paths)).iterator())
          .reduce(CsvFacts::merge);
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    } finally {
      session.sparkContext().setJobDescription(null);
    }
  }

  private static JavaRDD<String> paths(SparkSession session, InputFiles files) {
    List<String> paths = files.files().stream().map(file -> file.getPath().toString()).toList();
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(new ArrayList<>(paths), paths.size());
  }

  private static TableSchema propose(InputOptions options, List<String> header, CsvFacts facts) {
    Map<String, String> names = ColumnNames.ofColumns(header);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      String attribute = header.get(i);
      CsvProfile profile = facts.column(i);
      Optional<Descriptor> declared =
          options.keys().stream()
              .filter(key -> key.attribute().equals(attribute))
              .map(KeyAttribute::descriptor)
              .findFirst();
      ValueMapping mapping =
          declared.map(descriptor -> declared(descriptor, profile)).orElseGet(profile::mapping);
      columns.add(Column.of(names.get(attribute), attribute, mapping));
    }
    return new TableSchema(ColumnNames.clean(options.table()), options.keys(), columns);
  }

  private static ValueMapping declared(Descriptor descriptor, CsvProfile profile) {
    return switch (descriptor) {
      case N -> profile.number();
      case B -> ValueMapping.Scalar.of(Descriptor.B, LakeType.BINARY);
      default -> CsvProfile.text();
    };
  }

  /** Finds for every column of the schema its field, and for every field its column. */
  private static List<CsvColumn> bind(List<String> header, TableSchema schema) {
    List<CsvColumn> columns = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    Set<Column> used = new HashSet<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i);
      Optional<Column> found = find(schema, name);
      if (found.isEmpty()) {
        refused.add(
            "'"
                + name
                + "' is in the header and not in the schema; add it, with \"drop\": true if"
                + " it is not wanted");
        continue;
      }
      Column column = found.get();
      if (!used.add(column)) {
        refused.add("'" + name + "' and another column of the header are both " + column.name());
      } else if (column.protection() != Protection.NONE) {
        refused.add(
            column.name()
                + " is to be protected, which is for flatten and not done here; take"
                + " \"protect\" out");
      } else if (!column.dropped()) {
        try {
          columns.add(CsvColumn.of(column, i));
        } catch (IllegalArgumentException e) {
          refused.add(column.name() + ": " + e.getMessage());
        }
      }
    }
    schema.writtenColumns().stream()
        .filter(column -> !used.contains(column))
        .forEach(
            column ->
                refused.add(
                    column.name()
                        + " is in the schema and not in the header; take it out, or"
                        + " correct its name or attribute"));
    if (!refused.isEmpty()) {
      throw new UsageException("Cannot restore with this schema: " + String.join("; ", refused));
    }
    return columns;
  }

  private static Optional<Column> find(TableSchema schema, String name) {
    Optional<Column> found = schema.find(name);
    return found.isPresent() ? found : schema.find(ColumnNames.clean(name));
  }

  @Override
  public String name() {
    return files.files().size() == 1
        ? "CSV file " + files.files().get(0).getPath().getName()
        : files.files().size() + " CSV files";
  }

  @Override
  public String path() {
    return files.root();
  }

  @Override
  public TableSchema schema() {
    return schema;
  }

  @Override
  public Optional<TableSchema> proposed() {
    return Optional.of(proposed);
  }

  @Override
  public List<String> losses() {
    return List.of();
  }

  @Override
  public Dataset<Row> rows(SparkSession session, boolean withPlaces) {
    StructType columns = SparkTypes.toStruct(schema);
    StructType all =
        columns
            .add(FILE, DataTypes.StringType)
            .add(LINE, DataTypes.LongType)
            .add(DEFECT, DataTypes.StringType);
    CsvReading lent = reading;
    JavaRDD<InternalRow> rows = paths(session, files).mapPartitions(lent::rows);
    Dataset<Row> read = SparkLine.dataset(session, rows, all);
    if (filter.isPresent()) {
      // a line that cannot be read has no columns to be asked, and must not be left out for that
      read = read.filter(PartitionExpressions.column(DEFECT).isNotNull().or(filter.get().on(read)));
    }
    return withPlaces ? read : read.drop(FILE, LINE, DEFECT);
  }

  @Override
  public RowPlaces places() {
    return new RowPlaces(files.files(), files.folder(), "line");
  }

  @Override
  public Optional<String> where() {
    return filter.map(RowFilter::text);
  }

  @Override
  public OptionalLong allRows() {
    return lines;
  }

  @Override
  public long bytes() {
    return files.bytes();
  }

  @Override
  public String fingerprint() {
    String data = files.fingerprint(where());
    return reading.emptyAbsent() ? new Fingerprint().add(data).add("empty is absent").hex() : data;
  }
}
