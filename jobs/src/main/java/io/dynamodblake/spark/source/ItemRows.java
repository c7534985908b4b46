package io.dynamodblake.spark.source;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.read.ReadMode;
import io.dynamodblake.spark.read.ReadPlan;
import io.dynamodblake.spark.read.TaskBooks;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;

/** Rows that are items: the columns of a table schema. */
record ItemRows(ExportManifest manifest, ExportReadConf conf, TableSchema schema)
    implements RowPlanner {

  @Override
  public RowPlan plan(StructType required, int limit) {
    ColumnPruning pruning = ColumnPruning.of(schema, required);
    boolean hasCorruptColumn =
        List.of(pruning.rowType().fieldNames()).contains(conf.corruptColumn())
            && schema.writtenColumns().stream()
                .noneMatch(column -> column.name().equals(conf.corruptColumn()));
    refuseKeyedHashes(pruning.schema());
    return new Plan(
        new ReadPlan(
            pruning.schema(),
            manifest.recordFormat(),
            pruning.rowType(),
            conf.readOptions(),
            conf.mode(),
            hasCorruptColumn ? conf.corruptColumn() : "",
            limit,
            "",
            Long.MAX_VALUE,
            HashKey.NONE));
  }

  static void refuseKeyedHashes(TableSchema schema) {
    schema.writtenColumns().stream()
        .filter(column -> column.protection() == Protection.HASH_HMAC)
        .findFirst()
        .ifPresent(
            column -> {
              throw new UsageException(
                  "Cannot read column %s: \"protect\" is \"hash-hmac\", and only flatten takes a key; leave the column out, or give it \"hash\" or \"mask\""
                      .formatted(column.name()));
            });
  }

  /** As it is shipped. */
  record Plan(ReadPlan plan) implements RowPlan {
    private static final long serialVersionUID = 1L;

    @Override
    public StructType rowType() {
      return plan.rowType();
    }

    @Override
    public ReadMode mode() {
      return plan.mode();
    }

    @Override
    public int limit() {
      return plan.limit();
    }

    @Override
    public PartitionReader<InternalRow> open(Configuration settings, List<DataFile> files) {
      TaskBooks books = TaskBooks.unkept(RecordKind.ITEM, plan.mode(), plan.options(), settings);
      return new ExportPartitionReader(plan, new HadoopObjectStore(settings), files, books);
    }
  }
}
