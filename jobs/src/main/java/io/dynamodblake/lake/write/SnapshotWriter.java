package io.dynamodblake.lake.write;

import io.dynamodblake.lake.CsvRows;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.PartitionColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;

/**
 * Writes rows as the data files of a snapshot. Driver only.
 *
 * @param shape of the files, where they are Parquet
 * @param partitions partition columns, outermost folder first
 * @param sortColumns names of the columns that rows of a file are sorted by
 * @param csv what files of CSV are to be like
 * @param numbers columns that hold nothing but numbers, even if as texts
 */
record SnapshotWriter(
    SparkSession session,
    OutputFormat format,
    FileShape shape,
    List<PartitionColumn> partitions,
    List<String> sortColumns,
    FileSizing sizing,
    CsvFiles csv,
    Set<String> numbers) {

  /**
   * Writes all rows into a folder that holds no data files yet.
   *
   * @throws IOException if a file system fails
   */
  void write(Dataset<Row> rows, String folder) throws IOException {
    session.conf().set("spark.sql.adaptive.advisoryPartitionSizeInBytes", sizing.shuffleBytes());
    session
        .conf()
        .set(
            "spark.sql.adaptive.coalescePartitions.initialPartitionNum",
            sizing.shufflePartitions());
    // by default a little data goes to one task, which then writes the files of all folders in turn
    session.conf().set("spark.sql.adaptive.coalescePartitions.minPartitionSize", 1);

    List<String> partitionNames = partitions.stream().map(PartitionColumn::name).toList();
    Dataset<Row> all = PartitionExpressions.addTo(rows, partitions, folder);
    switch (format) {
      case PARQUET ->
          ArrangedFiles.write(
              session,
              arrange(ArrangedFiles.columns(all, shape, partitionNames), partitionNames),
              shape,
              partitionNames,
              folder,
              sizing.fileBytes());
      case CSV -> writeCsv(arrange(all, partitionNames), partitionNames, folder);
      case ICEBERG -> throw new IllegalStateException("A table of Iceberg is no folder of files");
    }
  }

  private void writeCsv(Dataset<Row> arranged, List<String> partitionNames, String folder) {
    DataFrameWriter<Row> writer =
        CsvRows.asText(arranged, partitionNames, csv.dialect(), numbers)
            .write()
            .mode(SaveMode.Append)
            .partitionBy(partitionNames.toArray(String[]::new));
    if (sizing.maxRecordsPerFile() > 0 && csv.most().isEmpty()) {
      writer.option("maxRecordsPerFile", sizing.maxRecordsPerFile());
    }
    writer.options(CsvRows.writeOptions(csv.dialect())).csv(folder);
  }

  /**
   * Brings the rows of a partition together, else every task would write a file into every folder;
   * or all rows to as few tasks as may write files, which keeps their order.
   */
  private Dataset<Row> arrange(Dataset<Row> rows, List<String> partitionNames) {
    List<Column> order = new ArrayList<>();
    Dataset<Row> arranged = rows;
    if (csv.most().isPresent()) {
      arranged = rows.coalesce(csv.most().getAsInt());
    } else if (!partitionNames.isEmpty()) {
      Object[] columns = partitionNames.stream().map(UnresolvedAttribute::quoted).toArray();
      arranged = rows.hint("rebalance", columns);
    }
    partitionNames.forEach(name -> order.add(PartitionExpressions.column(name)));
    sortColumns.stream()
        .filter(name -> !partitionNames.contains(name))
        .forEach(name -> order.add(PartitionExpressions.column(name)));
    return sortColumns.isEmpty() && partitionNames.isEmpty()
        ? arranged
        : arranged.sortWithinPartitions(order.toArray(Column[]::new));
  }
}
