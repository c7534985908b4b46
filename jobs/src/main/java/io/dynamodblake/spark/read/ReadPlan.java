package io.dynamodblake.spark.read;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.schema.TableSchema;
import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.sql.types.StructType;

/**
 * Everything but the files that a task has to know. Shipped to executors once a stage.
 *
 * @param tableSchema the columns to decode
 * @param format what the lines of the data files are
 * @param rowType what rows look like: columns of the schema, {@code ddb_rescued}, {@code
 *     ddb_nulls}, the corrupt-record column and source columns, in any selection and order
 * @param corruptColumn name of the corrupt-record column; empty if the rows have none
 * @param limit rows after which a task may stop, or -1
 * @param quarantinePath folder for bad lines; empty for none
 * @param maxBadRecords bad lines that one task may meet before it fails
 * @param hashKey for columns that are hashed with a key
 */
public record ReadPlan(
    TableSchema tableSchema,
    RecordFormat format,
    StructType rowType,
    ReadOptions options,
    ReadMode mode,
    String corruptColumn,
    int limit,
    String quarantinePath,
    long maxBadRecords,
    HashKey hashKey)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final int NO_LIMIT = -1;

  public ReadPlan {
    Objects.requireNonNull(tableSchema, "tableSchema is null");
    Objects.requireNonNull(format, "format is null");
    Objects.requireNonNull(rowType, "rowType is null");
    Objects.requireNonNull(options, "options is null");
    Objects.requireNonNull(mode, "mode is null");
    Objects.requireNonNull(corruptColumn, "corruptColumn is null");
    Objects.requireNonNull(quarantinePath, "quarantinePath is null");
    Objects.requireNonNull(hashKey, "hashKey is null");
  }

  BadLines badLines() {
    return new BadLines(RecordKind.ITEM, mode, options, quarantinePath, maxBadRecords);
  }
}
