package io.dynamodblake.lake;

import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a restore is to do.
 *
 * @param lake folder of the lake table
 * @param snapshot id of a published snapshot; empty for the current one
 * @param target folder to write to, new or empty
 * @param table name of the DynamoDB table to be made
 * @param keys key attributes, where the lake table does not know them
 * @param bucket bucket that {@code ImportTable} will read from; empty if the target says it
 * @param prefix prefix of the data files there; empty if the target says it
 * @param indexesFile JSON file with global secondary indexes for the request
 * @param targetFileBytes bytes of Parquet that go into one import file, about
 * @param allowLoss restore although some columns cannot come back as they were
 */
public record RestoreOptions(
    String lake,
    Optional<String> snapshot,
    String target,
    String table,
    List<KeyAttribute> keys,
    ImportFormat format,
    ImportCompression compression,
    Optional<String> bucket,
    Optional<String> prefix,
    Optional<String> indexesFile,
    long targetFileBytes,
    boolean allowLoss) {
  public RestoreOptions {
    Objects.requireNonNull(lake, "lake is null");
    Objects.requireNonNull(target, "target is null");
    Objects.requireNonNull(table, "table is null");
    keys = List.copyOf(keys);
  }
}
