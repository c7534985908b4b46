package io.dynamodblake.lake.write;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
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
    Optional<String> visible =
        IcebergTable.find(spark, target.layout(), name).flatMap(IcebergTable::published);
    Optional<Ahead> ahead =
        visible.isEmpty() ? Optional.empty() : ahead(files, target, visible.get());
    if (ahead.isEmpty()) {
      return target;
    }
    LakeLayout layout = target.layout();
    if (ahead.get().follows()
        && new GuardedFile(configuration, layout.current())
            .replace(target.seen(), ahead.get().text())) {
      DerivedFiles.settle(files, layout);
    }
    return LakeTarget.open(files, configuration, layout);
  }

  /**
   * What readers of the table see and the pointer of the lake table does not name yet.
   *
   * @param text of the pointer that is to name it
   * @param follows whether that goes on from the pointer that is there
   */
  private record Ahead(String text, boolean follows) {}

  private static Optional<Ahead> ahead(LakeFiles files, LakeTarget target, String visible)
      throws IOException {
    if (target.current().filter(now -> now.wasPublished(visible)).isPresent()) {
      return Optional.empty();
    }
    String documents = target.layout().root() + "/" + LakeLayout.documentsFolder(visible);
    String place = LakeLayout.snapshotPointer(documents);
    // without it the next snapshot replaces all rows, or says that they are others
    return files
        .read(place)
        .map(
            text -> {
              CurrentPointer next = CurrentPointer.fromJson(text, place);
              return new Ahead(
                  text,
                  target
                      .current()
                      .map(now -> next.wasPublished(now.snapshot().id()))
                      .orElse(next.earlier().isEmpty()));
            });
  }

  /**
   * Makes sure that nobody has published in the table since the run looked at the pointer: the run
   * would go on from a snapshot that it does not know.
   *
   * @throws ExportFormatException if somebody has
   */
  static void requireNotAhead(LakeFiles files, LakeTarget target, IcebergTable table)
      throws IOException {
    Optional<String> visible = table.published();
    if (visible.isPresent()
        && ahead(files, target, visible.get()).filter(Ahead::follows).isPresent()) {
      throw new ExportFormatException(
          "Cannot publish: another run has published snapshot '%s' meanwhile, at %s; nothing was changed, run again"
              .formatted(visible.get(), target.layout().root()));
    }
  }

  /** What has overtaken a run, which may be between its own two steps. */
  static LakePointer winner(
      SparkSession spark,
      LakeFiles files,
      Configuration configuration,
      LakeTarget target,
      IcebergVersion own)
      throws IOException {
    LakeTarget now = LakeTarget.open(files, configuration, target.layout());
    return settled(spark, files, configuration, now, own.table())
        .lake()
        .orElseThrow(
            () ->
                new DataRefusedException(
                    "Cannot publish: others have changed the table of Iceberg meanwhile, at %s; nothing was changed, run again"
                        .formatted(target.layout().root())));
  }
}
