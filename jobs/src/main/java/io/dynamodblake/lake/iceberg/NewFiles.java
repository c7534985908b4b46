package io.dynamodblake.lake.iceberg;

import io.dynamodblake.io.ParallelReads;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopInputFile;
import org.apache.iceberg.parquet.ParquetUtil;

/**
 * Files of Parquet that our own tasks have written, as a table of Iceberg takes them: with what
 * their footers say of their columns. Driver only.
 */
record NewFiles(Table table, Configuration configuration) {
  // each waits for an answer of S3
  private static final int CONCURRENT = 32;

  /** Files of rows that lie in no partition; those without rows are left out. */
  List<DataFile> unpartitioned(List<FileStatus> files) throws IOException {
    MetricsConfig metrics = MetricsConfig.forTable(table);
    return each(files, file -> dataFile(file, table.spec(), null, metrics)).stream()
        .filter(file -> file.recordCount() > 0)
        .toList();
  }

  /**
   * Files of rows that lie where others do.
   *
   * @param files each with the number of one in the same partition
   */
  List<DataFile> beside(Map<FileStatus, Integer> files, List<DataFile> others) throws IOException {
    MetricsConfig metrics = MetricsConfig.forTable(table);
    return each(
            List.copyOf(files.keySet()),
            file -> {
              DataFile other = others.get(files.get(file));
              return dataFile(file, table.specs().get(other.specId()), other, metrics);
            })
        .stream()
        .filter(file -> file.recordCount() > 0)
        .toList();
  }

  private DataFile dataFile(
      FileStatus file, PartitionSpec spec, DataFile other, MetricsConfig config)
      throws IOException {
    DataFiles.Builder builder =
        DataFiles.builder(spec)
            .withPath(file.getPath().toString())
            .withFormat("parquet")
            .withFileSizeInBytes(file.getLen())
            .withMetrics(metrics(file, config));
    if (other != null && spec.isPartitioned()) {
      builder.withPartition(other.partition());
    }
    return builder.build();
  }

  /** Files of positions that are no more, in the same way. */
  List<DeleteFile> deletesBeside(Map<FileStatus, Integer> files, List<DataFile> others)
      throws IOException {
    MetricsConfig config = MetricsConfig.forPositionDelete(table);
    return each(
        List.copyOf(files.keySet()),
        file -> {
          DataFile other = others.get(files.get(file));
          PartitionSpec spec = table.specs().get(other.specId());
          FileMetadata.Builder builder =
              FileMetadata.deleteFileBuilder(spec)
                  .ofPositionDeletes()
                  .withPath(file.getPath().toString())
                  .withFormat("parquet")
                  .withFileSizeInBytes(file.getLen())
                  .withMetrics(metrics(file, config));
          if (spec.isPartitioned()) {
            builder.withPartition(other.partition());
          }
          return builder.build();
        });
  }

  private Metrics metrics(FileStatus file, MetricsConfig config) throws IOException {
    try {
      return ParquetUtil.fileMetrics(HadoopInputFile.fromStatus(file, configuration), config);
    } catch (RuntimeException e) {
      throw new IOException(e); // of a store, as Iceberg hands it on
    }
  }

  private static <T> List<T> each(List<FileStatus> files, ParallelReads.Read<FileStatus, T> read)
      throws IOException {
    return ParallelReads.all("Parquet footers", CONCURRENT, files, read);
  }
}
