package io.dynamodblake.spark.source;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** {@code count(*)} from the item count of the manifest: no data file is opened. Driver only. */
record ManifestCountScan(String exportId, long itemCount) implements LocalScan {
  @Override
  public StructType readSchema() {
    return new StructType().add("count(*)", DataTypes.LongType, false);
  }

  @Override
  public InternalRow[] rows() {
    return new InternalRow[] {new GenericInternalRow(new Object[] {itemCount})};
  }

  @Override
  public String description() {
    return "dynamodb-export " + exportId + " (count from the manifest)";
  }
}
