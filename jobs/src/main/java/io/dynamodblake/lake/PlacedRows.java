package io.dynamodblake.lake;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows of a snapshot that tell where they lie.
 *
 * @param rows without the two columns, which have to be selected
 * @param file path of the file that a row is in, string
 * @param position of the row in its file from 0, bigint; rows that deletes of Iceberg take away are
 *     counted
 */
public record PlacedRows(Dataset<Row> rows, Column file, Column position) {
  /** Rows of files that Spark itself reads. */
  public static PlacedRows ofFiles(Dataset<Row> rows) {
    Column metadata = rows.metadataColumn("_metadata");
    return new PlacedRows(rows, metadata.getField("file_path"), metadata.getField("row_index"));
  }
}
