package io.dynamodblake.lake.input;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.ForeignColumns;
import io.dynamodblake.spark.convert.RowColumns;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** Rows whose columns somebody else has thought out. Driver only. */
interface ForeignRows extends RowInput {
  /** Returns what the columns stand for. */
  ForeignColumns columns();

  /** Returns the condition; empty for all rows. */
  Optional<RowFilter> filter();

  /**
   * Finds out what columns stand for.
   *
   * @param type of the rows
   * @param given the schema; without it columns become what their types say
   * @param place of the rows, for messages
   * @throws UsageException if the schema does not go with the columns, or one cannot become an
   *     attribute
   */
  static ForeignColumns columns(
      InputOptions options, StructType type, Optional<TableSchema> given, String place) {
    try {
      return ForeignColumns.of(ColumnNames.clean(options.table()), type, given);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage() + ", in " + place, e);
    }
  }

  @Override
  default RowColumns.Maker sources() {
    return columns()::newSource; // which takes the columns along to the tasks, and not the input
  }

  @Override
  default TableSchema schema() {
    return columns().schema();
  }

  @Override
  default Optional<TableSchema> proposed() {
    return Optional.of(columns().proposed());
  }

  @Override
  default boolean hasRescued() {
    return columns().hasRescued();
  }

  @Override
  default List<String> losses() {
    return columns().losses();
  }

  @Override
  default Optional<String> where() {
    return filter().map(RowFilter::text);
  }
}
