package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.base64;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.translate;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Rows as text, for CSV: RFC 4180 with a header. Null is nothing between the commas, empty text is
 * {@code ""}; nested values are JSON, binary ones base64, decimals digits without exponent, times
 * ISO 8601 in UTC with milliseconds.
 */
public final class CsvRows {
  private static final String TIME_PATTERN = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

  private static final UserDefinedFunction PLAIN_DIGITS =
      udf(
          (UDF1<BigDecimal, String>) value -> value == null ? null : value.toPlainString(),
          DataTypes.StringType);

  private CsvRows() {}

  // Spark reads the empty text as null where both have the same mark, so it gets one of its own
  private static final String EMPTY_MARK = "\uE000empty\uE000";

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Returns the options of Spark's CSV sink that make it keep to RFC 4180. */
  public static Map<String, String> writeOptions(CsvDialect dialect) {
    Map<String, String> options = options(dialect);
    options.put("emptyValue", "\"\"");
    options.put("compression", dialect.gzip() ? "gzip" : "none");
    return options;
  }

  private static Map<String, String> readOptions(CsvDialect dialect) {
    Map<String, String> options = options(dialect);
    options.put("emptyValue", EMPTY_MARK);
    options.put("multiLine", "true");
    return options;
  }

  private static Map<String, String> options(CsvDialect dialect) {
    Map<String, String> options = new HashMap<>();
    options.put("header", "true");
    options.put("sep", String.valueOf(dialect.delimiter()));
    options.put("quote", "\"");
    options.put("escape", "\"");
    options.put("nullValue", "");
    options.put("lineSep", "\n");
    options.put("encoding", "UTF-8");
    options.put("ignoreLeadingWhiteSpace", "false");
    options.put("ignoreTrailingWhiteSpace", "false");
    options.put("maxCharsPerColumn", "-1");
    options.put("maxColumns", "100000");
    return options;
  }

  /** The rows of a snapshot, every column but the partition columns as text. */
  static Dataset<Row> read(
      SparkSession spark,
      String folder,
      StructType schema,
      CsvDialect dialect,
      Map<String, String> settings) {
    Dataset<Row> rows =
        ExactPaths.read(spark)
            .options(settings)
            .options(readOptions(dialect))
            .schema(schema)
            .csv(folder);
    List<Column> columns = new ArrayList<>();
    for (StructField field : schema.fields()) {
      Column column = col("`" + field.name() + "`");
      columns.add(
          field.dataType().equals(DataTypes.StringType)
              ? when(column.equalTo(EMPTY_MARK), lit(""))
                  .otherwise(dialect.escapesFormulas() ? CsvFormulas.unescaped(column) : column)
                  .as(field.name())
              : column);
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * Counts the rows of all files by reading them.
   *
   * @param times is shown the times on the way, but for those within nested values
   */
  public static long rows(
      SparkSession spark,
      SnapshotContents contents,
      StructType schema,
      List<PartitionColumn> partitions,
      CsvDialect dialect,
      ImplausibleTimes times) {
    if (contents.files().isEmpty()) {
      return 0;
    }
    StructType columns = fileSchema(schema, partitions);
    Dataset<Row> rows = cells(spark, contents, columns, dialect);
    List<String> looked =
        times.columns().stream().filter(List.of(columns.fieldNames())::contains).toList();
    if (looked.isEmpty()) {
      return rows.count();
    }
    List<Column> seen = new ArrayList<>();
    for (String name : looked) {
      Column text = col("`" + name + "`");
      ImplausibleTimes.partsOfText(text).forEach(part -> seen.add(max(part)));
    }
    Row all = rows.agg(count(lit(1)), seen.toArray(Column[]::new)).first();
    int next = 1;
    for (String name : looked) {
      List<Boolean> parts = new ArrayList<>();
      for (int i = 0; i < ImplausibleTimes.PARTS; i++, next++) {
        parts.add(!all.isNullAt(next) && all.getBoolean(next));
      }
      times.add(name, parts);
    }
    return all.getLong(0);
  }

  /** The cells of all files as they stand there; an empty text has a mark of its own. */
  static Dataset<Row> cells(
      SparkSession spark, SnapshotContents contents, StructType columns, CsvDialect dialect) {
    return ExactPaths.read(spark)
        .options(readOptions(dialect))
        .option("recursiveFileLookup", true)
        .schema(columns)
        .csv(contents.folder());
  }

  /** The columns of a file, all of them text. */
  static StructType fileSchema(StructType schema, List<PartitionColumn> partitions) {
    StructType text = new StructType();
    for (StructField field : schema.fields()) {
      boolean inPath =
          partitions.stream()
              .anyMatch(
                  partition ->
                      partition.name().equals(field.name())
                          && partition.transform() == PartitionField.Transform.IDENTITY);
      if (!inPath) {
        text = text.add(field.name(), DataTypes.StringType);
      }
    }
    return text;
  }

  /**
   * Returns the same rows with every column as the text that stands in the file, under the name
   * that stands in its header; partition columns as they are.
   *
   * @param numbers columns that hold nothing but numbers, although some may be texts to Spark
   */
  public static Dataset<Row> asText(
      Dataset<Row> rows, List<String> partitionColumns, CsvDialect dialect, Set<String> numbers) {
    List<Column> columns = new ArrayList<>();
    // Spark writes no mark, but it writes the header before everything else
    String mark = dialect.byteOrderMark() ? BYTE_ORDER_MARK : "";
    for (StructField field : rows.schema().fields()) {
      Column column = col("`" + field.name() + "`");
      if (partitionColumns.contains(field.name())) {
        columns.add(column);
        continue;
      }
      Column text = text(column, field.dataType());
      boolean escaped =
          dialect.escapesFormulas() && isFree(field.dataType()) && !numbers.contains(field.name());
      columns.add((escaped ? CsvFormulas.escaped(text) : text).as(mark + field.name()));
      mark = "";
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /** Whether a value of the type may begin with any character as text: base64 may with a plus. */
  private static boolean isFree(DataType type) {
    return type.equals(DataTypes.StringType) || type instanceof BinaryType;
  }

  /** Whether a value of the type may be a long text. */
  static boolean isLong(DataType type) {
    return isFree(type)
        || type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType;
  }

  /** A value as the text that stands for it, null staying null. */
  static Column text(Column column, DataType type) {
    if (type instanceof StructType || type instanceof ArrayType || type instanceof MapType) {
      return to_json(column, Map.of("timestampFormat", TIME_PATTERN));
    }
    if (type instanceof BinaryType) {
      // Spark's base64 breaks lines as in e-mail
      return translate(base64(column), "\r\n", "");
    }
    if (type instanceof DecimalType) {
      return PLAIN_DIGITS.apply(column);
    }
    if (type instanceof TimestampType) {
      return date_format(column, TIME_PATTERN);
    }
    return column.cast(DataTypes.StringType);
  }
}
