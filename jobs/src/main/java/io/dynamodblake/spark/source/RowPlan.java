package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.spark.read.ReadMode;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;

/**
 * How the lines of data files become rows: everything but the files. Shipped to executors once a
 * stage; plans that are equal make the same rows of the same files.
 */
interface RowPlan extends Serializable {

  StructType rowType();

  ReadMode mode();

  /** Returns how many rows a task may stop after, or {@code ReadPlan.NO_LIMIT}. */
  int limit();

  /** Opens the rows of some files. Executors only. */
  PartitionReader<InternalRow> open(Configuration settings, List<DataFile> files);
}
