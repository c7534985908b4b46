package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;

/** One task's share of an export: its data files and nothing else. Shipped to the executor. */
record ExportInputPartition(List<DataFile> files) implements InputPartition {
  private static final long serialVersionUID = 1L;

  ExportInputPartition {
    files = List.copyOf(files);
  }
}
