package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.iceberg.IcebergTable;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Completes what a run has begun that was killed, or is slow, between the two steps of publishing a
 * snapshot that Iceberg keeps: readers of the table see it already, and the pointer of the lake
 * table does not name it yet. Driver only.
 */
final class Takeover {
  private Takeover() {}

  /**
   * Looks whether the table is ahead of the pointer, and if so, replaces that.
   *
   * @param name of the table; empty for the folder of the lake table
   * @return what the run is to begin with
   */
  static LakeTarget settled(
      SparkSession spark,
      LakeFiles files,
      Configuration configuration,
      LakeTarget target,
      Optional<IcebergName> name)
      throws IOException {
    Optional<IcebergTable> table = IcebergTable.find(spark, target.layout(), name);
    Optional<String> visible = table.flatMap(IcebergTable::published);
    if (visible.isEmpty()
        || target.current().filter(now -> now.wasPublished(visible.get())).isPresent()) {
      return target;
    }
    LakeLayout layout = target.layout();
    String documents = layout.root() + "/" + LakeLayout.documentsFolder(visible.get());
    Optional<String> pointer = files.read(LakeLayout.snapshotPointer(documents));
    if (pointer.isEmpty()) {
      return target; // the next snapshot replaces all rows, or says that they are others
    }
    CurrentPointer next =
        CurrentPointer.fromJson(pointer.get(), LakeLayout.snapshotPointer(documents));
    boolean follows =
        target
            .current()
            .map(now -> next.wasPublished(now.snapshot().id()))
            .orElse(next.earlier().isEmpty());
    if (follows
        && new GuardedFile(configuration, layout.current()).replace(target.seen(), pointer.get())) {
      DerivedFiles.settle(files, layout);
    }
    return LakeTarget.open(files, configuration, layout);
  }

  /** What has overtaken a run, which may be between its own two steps. */
  static CurrentPointer winner(
      SparkSession spark,
      LakeFiles files,
      Configuration configuration,
      LakeTarget target,
      IcebergVersion own)
      throws IOException {
    LakeTarget now = LakeTarget.open(files, configuration, target.layout());
    return settled(spark, files, configuration, now, own.table())
        .current()
        .orElseThrow(
            () ->
                new DataRefusedException(
                    "Cannot publish: others have changed the table of Iceberg meanwhile, at %s; nothing was changed, run again"
                        .formatted(target.layout().root())));
  }
}
