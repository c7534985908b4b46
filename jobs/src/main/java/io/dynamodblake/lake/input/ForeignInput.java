package io.dynamodblake.lake.input;

import static org.apache.spark.sql.functions.lit;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.lake.ParquetFooters;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.ForeignColumns;
import io.dynamodblake.spark.run.SparkFailures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Parquet or ORC that somebody else has written, read by a schema file. */
public final class ForeignInput implements ForeignRows {
  private static final int MAGIC_BYTES = 4;
  private static final int LONGEST_REASON = 300;

  /** What the files are. */
  private enum Format {
    PARQUET("Parquet", "PAR1"),
    ORC("ORC", "ORC");

    private final String word;
    private final String magic;

    Format(String word, String magic) {
      this.word = word;
      this.magic = magic;
    }
  }

  private final InputFiles files;
  private final Format format;
  private final StructType type;
  private final ForeignColumns columns;
  private final Configuration configuration;
  private final Optional<RowFilter> filter;

  private ForeignInput(
      InputFiles files,
      Format format,
      StructType type,
      ForeignColumns columns,
      Configuration configuration,
      Optional<RowFilter> filter) {
    this.files = files;
    this.format = format;
    this.type = type;
    this.columns = columns;
    this.configuration = configuration;
    this.filter = filter;
  }

  /**
   * Opens files.
   *
   * @param given the schema; without it columns become what their types say
   * @throws UsageException if there are no files, or schema or condition do not go with them
   * @throws DataRefusedException if the files are none that Spark reads
   */
  public static ForeignInput open(
      SparkSession session, InputOptions options, Optional<TableSchema> given) throws IOException {
    Configuration configuration = session.sessionState().newHadoopConf();
    InputFiles files = InputFiles.list(configuration, options.path());
    Format format = format(files, configuration, options.words());
    StructType type;
    try {
      type = read(session, files, format).schema();
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      Optional<String> later = columnOfLaterType(files, format, configuration);
      Optional<String> column =
          later.isPresent() ? later : unreadableColumn(session, files, format);
      throw new DataRefusedException(
          "Cannot read %s: %s%s, in %s; have a program that knows the type write it as another one, %s"
              .formatted(
                  format.word,
                  column.map(name -> "column '" + name + "': ").orElse(""),
                  later.isPresent() ? "this Spark does not know its type" : reason(e),
                  files.root(),
                  column.isPresent()
                      ? "such as pandas with to_parquet(..., coerce_timestamps=\"us\") for timestamps in nanoseconds"
                      : "and copy damaged files again"),
          e);
    }
    ForeignInput input =
        new ForeignInput(
            files,
            format,
            type,
            ForeignRows.columns(options, type, given, files.root()),
            configuration,
            options.where().map(text -> RowFilter.parse(session, text, options.words())));
    input.chosen(session); // refuses a condition that does not go with the columns
    return input;
  }

  private static Format format(InputFiles files, Configuration configuration, Words words)
      throws IOException {
    Path first = files.files().get(0).getPath();
    byte[] magic;
    try (InputStream in = first.getFileSystem(configuration).open(first)) {
      magic = in.readNBytes(MAGIC_BYTES);
    }
    String text = new String(magic, StandardCharsets.ISO_8859_1);
    return Arrays.stream(Format.values())
        .filter(format -> text.startsWith(format.magic))
        .findFirst()
        .orElseThrow(
            () ->
                new DataRefusedException(
                    "Cannot restore: neither Parquet nor ORC, file "
                        + first
                        + "; for CSV give "
                        + words.of(RestoreKeys.FROM_CSV)));
  }

  private static Optional<String> columnOfLaterType(
      InputFiles files, Format format, Configuration configuration) throws IOException {
    if (format != Format.PARQUET) {
      return Optional.empty();
    }
    for (FileStatus file : files.files()) {
      try {
        Optional<String> column = ParquetFooters.columnOfLaterType(file, configuration);
        if (column.isPresent()) {
          return column;
        }
      } catch (DataRefusedException damaged) {
        return Optional.empty(); // that is the reason then
      }
    }
    return Optional.empty();
  }

  /** The first column that Spark has no type for, which Spark itself does not name. */
  private static Optional<String> unreadableColumn(
      SparkSession session, InputFiles files, Format format) {
    if (format != Format.PARQUET) {
      return Optional.empty();
    }
    ParquetToSparkSchemaConverter converter =
        new ParquetToSparkSchemaConverter(session.sessionState().conf());
    for (FileStatus file : files.files()) {
      for (Type column : columns(file, session.sessionState().newHadoopConf())) {
        try {
          converter.convert(new MessageType("column", column));
        } catch (Exception e) {
          // not only what is declared: Scala throws checked exceptions without saying so
          return Optional.of(column.getName());
        }
      }
    }
    return Optional.empty();
  }

  /** None where the file is damaged: that is the reason then. */
  private static List<Type> columns(FileStatus file, Configuration configuration) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, configuration))) {
      return reader.getFileMetaData().getSchema().getFields();
    } catch (IOException | RuntimeException e) {
      return List.of();
    }
  }

  /** Why Spark cannot look at data, in its words. */
  static String reason(Exception e) {
    Throwable cause = SparkFailures.unwrapped(e);
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    String text = message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\.+$", "");
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + " ...";
  }

  /** All columns of all files, whichever of them has which. */
  private static Dataset<Row> read(SparkSession session, InputFiles files, Format format) {
    return switch (format) {
      case PARQUET -> ExactPaths.read(session).option("mergeSchema", true).parquet(files.root());
      case ORC -> ExactPaths.read(session).option("mergeSchema", true).orc(files.root());
    };
  }

  private Dataset<Row> chosen(SparkSession session) {
    Dataset<Row> all =
        switch (format) {
          case PARQUET -> ExactPaths.read(session).schema(type).parquet(files.root());
          case ORC -> ExactPaths.read(session).schema(type).orc(files.root());
        };
    return filter.map(condition -> condition.apply(all)).orElse(all);
  }

  @Override
  public Dataset<Row> rows(SparkSession session, boolean withPlaces) {
    Dataset<Row> chosen = chosen(session);
    List<org.apache.spark.sql.Column> wanted = new ArrayList<>();
    for (String name : type.fieldNames()) {
      wanted.add(PartitionExpressions.column(name));
    }
    if (withPlaces) {
      org.apache.spark.sql.Column metadata = chosen.metadataColumn("_metadata");
      wanted.add(metadata.getField("file_path"));
      wanted.add(
          format == Format.PARQUET
              ? metadata.getField("row_index")
              : lit(null).cast(DataTypes.LongType));
      wanted.add(lit(null).cast(DataTypes.StringType));
    }
    return chosen.select(wanted.toArray(org.apache.spark.sql.Column[]::new));
  }

  @Override
  public ForeignColumns columns() {
    return columns;
  }

  @Override
  public Optional<RowFilter> filter() {
    return filter;
  }

  @Override
  public String name() {
    int count = files.files().size();
    return count == 1
        ? format.word + " file " + files.files().get(0).getPath().getName()
        : count + " " + format.word + " files";
  }

  @Override
  public String path() {
    return files.root();
  }

  @Override
  public RowPlaces places() {
    return new RowPlaces(files.files(), files.folder(), "row");
  }

  @Override
  public OptionalLong allRows() throws IOException {
    return format == Format.PARQUET
        ? OptionalLong.of(ParquetFooters.rows(files.files(), configuration))
        : OptionalLong.empty();
  }

  @Override
  public long bytes() {
    return files.bytes();
  }

  @Override
  public String fingerprint() {
    return files.fingerprint(where());
  }
}
