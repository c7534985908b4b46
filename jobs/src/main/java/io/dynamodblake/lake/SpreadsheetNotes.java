package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.encode;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sum;

import io.dynamodblake.schema.PartitionColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What those have to know who open files of CSV in a program for tables, by reading the files.
 * Driver only.
 *
 * @param rows most rows of a file that are opened, its header among them
 * @param columns most columns
 * @param characters most of a cell, in UTF-16
 */
public record SpreadsheetNotes(long rows, int columns, int characters) {
  /** Of Excel since 2007. */
  public static final SpreadsheetNotes EXCEL = new SpreadsheetNotes(1_048_576, 16_384, 32_767);

  private static final String FILE = "file";
  private static final int MOST_NAMES = 6;

  /** Returns sentences without values; none if there is nothing to say. */
  public List<String> of(
      SparkSession spark,
      SnapshotContents contents,
      StructType schema,
      List<PartitionColumn> partitions,
      CsvDialect dialect) {
    List<String> names = List.of(CsvRows.fileSchema(schema, partitions).fieldNames());
    List<String> notes = new ArrayList<>();
    if (contents.files().isEmpty()) {
      return notes;
    }
    if (names.size() > columns) {
      notes.add(
          "Excel opens %,d columns and leaves out the others; there are %,d"
              .formatted(columns, names.size()));
    }
    List<String> texts =
        Arrays.stream(schema.fields())
            .filter(field -> names.contains(field.name()) && CsvRows.isLong(field.dataType()))
            .map(field -> field.name())
            .toList();
    List<Row> files = counted(spark, contents, schema, partitions, dialect, texts);
    long longer = files.stream().filter(file -> file.getLong(1) >= rows).count();
    if (longer > 0) {
      notes.add(
          "Excel opens %,d rows of a file, its header among them, and leaves out the others; %,d of %,d files have more, the longest %,d"
              .formatted(
                  rows,
                  longer,
                  files.size(),
                  files.stream().mapToLong(file -> file.getLong(1) + 1).max().orElse(0)));
    }
    cells(files, texts, 2)
        .ifPresent(
            cells ->
                notes.add(
                    "Excel takes %,d characters in a cell and does not show the others where they belong; longer cells: %s"
                        .formatted(characters, cells)));
    cells(files, texts, 2 + texts.size())
        .ifPresent(
            cells ->
                notes.add(
                    "Cells that begin like a formula have an apostrophe before them, which their items have not: %s"
                        .formatted(cells)));
    return notes;
  }

  /** A row for each file: its name, its rows, and of each text the cells that are noted. */
  private List<Row> counted(
      SparkSession spark,
      SnapshotContents contents,
      StructType schema,
      List<PartitionColumn> partitions,
      CsvDialect dialect,
      List<String> texts) {
    Dataset<Row> cells =
        CsvRows.cells(spark, contents, CsvRows.fileSchema(schema, partitions), dialect)
            .withColumn(FILE, col("_metadata.file_path"));
    List<Column> counts = new ArrayList<>();
    for (String text : texts) {
      Column cell = col("`" + text + "`");
      // bytes are quickly counted, and never fewer than characters
      Column isLong =
          octet_length(cell)
              .gt(characters)
              .and(length(encode(cell, "UTF-16BE")).gt(2 * characters));
      counts.add(howMany(isLong));
    }
    for (String text : texts) {
      Column cell = col("`" + text + "`");
      counts.add(howMany(dialect.escapesFormulas() ? CsvFormulas.isEscaped(cell) : lit(false)));
    }
    return cells.groupBy(FILE).agg(count(lit(1)), counts.toArray(Column[]::new)).collectAsList();
  }

  private static Column howMany(Column condition) {
    return sum(coalesce(condition, lit(false)).cast(DataTypes.LongType));
  }

  /** How many cells there are, in which columns. */
  private static Optional<String> cells(List<Row> files, List<String> texts, int first) {
    Map<String, Long> counts = new TreeMap<>();
    for (int i = 0; i < texts.size(); i++) {
      int place = first + i;
      long cells = files.stream().mapToLong(file -> file.getLong(place)).sum();
      if (cells > 0) {
        counts.put(texts.get(i), cells);
      }
    }
    if (counts.isEmpty()) {
      return Optional.empty();
    }
    String named =
        counts.entrySet().stream()
            .limit(MOST_NAMES)
            .map(entry -> "%s %,d".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return Optional.of(
        "%,d, in %s%s"
            .formatted(
                counts.values().stream().mapToLong(Long::longValue).sum(),
                named,
                counts.size() > MOST_NAMES
                    ? " and %d more columns".formatted(counts.size() - MOST_NAMES)
                    : ""));
  }
}
