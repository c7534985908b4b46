package io.dynamodblake.spark.source;

import java.util.List;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The columns that say where a row comes from. They are hidden until a query names them. */
final class SourceColumns {
  static final String FILE = "_file";
  static final String LINE = "_line";
  static final String OFFSET = "_offset";

  static final List<SourceColumn> ALL =
      List.of(
          new SourceColumn(
              FILE, DataTypes.StringType, "Key of the data file in the manifest, or its path"),
          new SourceColumn(LINE, DataTypes.LongType, "Number of the line in the data file, from 1"),
          new SourceColumn(
              OFFSET,
              DataTypes.LongType,
              "Where the line starts in the decompressed data file, in bytes from 0"));

  private SourceColumns() {}

  /** One of them. */
  record SourceColumn(String name, DataType dataType, String comment) implements MetadataColumn {
    @Override
    public boolean isNullable() {
      return false;
    }
  }
}
