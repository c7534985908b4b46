package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.iceberg.IcebergTable;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Completes what a run has begun that was killed, or is slow, between the steps of publishing
 * snapshots that Iceberg keeps: readers of a table see its own already, and the pointer of the lake
 * table does not name it yet. Of several tables that are published together those follow that
 * readers do not see yet. Driver only.
 */
final class Takeover {
  private Takeover() {}

  /** Looks at the tables that the pointer names. */
  static LakeTarget settled(
      SparkSession spark, LakeFiles files, Configuration configuration, LakeTarget target)
      throws IOException {
    Optional<LakePointer> lake = target.lake();
    if (lake.filter(now -> now.dataFormat() == OutputFormat.ICEBERG).isEmpty()) {
      return target;
    }
    return settled(
        spark, files, configuration, target, name -> nameOf(lake.get(), name).orElseThrow());
  }

  /** Where a table of a pointer is; empty if that does not name it. */
  private static Optional<Optional<IcebergName>> nameOf(LakePointer lake, String name) {
    return lake.of(name)
        .map(current -> current.snapshot().iceberg().flatMap(IcebergVersion::table));
  }

  /**
   * Looks whether a table is ahead of the pointer, and if so, replaces that.
   *
   * @param nameOf the name of a table by that of its folder; empty for the folder itself
   * @return what the run is to begin with
   */
  static LakeTarget settled(
      SparkSession spark,
      LakeFiles files,
      Configuration configuration,
      LakeTarget target,
      Function<String, Optional<IcebergName>> nameOf)
      throws IOException {
    Optional<Ahead> ahead = Optional.empty();
    for (String name : names(files, target)) {
      LakeTarget table = target.table(files, name);
      Optional<String> visible =
          IcebergTable.find(spark, table.layout(), nameOf.apply(name))
              .flatMap(IcebergTable::published);
      if (ahead.isEmpty() && visible.isPresent()) {
        ahead = ahead(files, table, visible.get());
      }
    }
    if (ahead.isEmpty()) {
      return target;
    }
    LakeLayout layout = target.layout();
    if (ahead.get().follows()) {
      release(spark, layout, ahead.get().next());
      if (new GuardedFile(configuration, layout.current())
          .replace(target.seen(), ahead.get().text())) {
        DerivedFiles.settle(files, layout);
      }
    }
    return LakeTarget.open(files, configuration, layout);
  }

  /** Before the first publication only the folders tell. */
  private static List<String> names(LakeFiles files, LakeTarget target) throws IOException {
    if (target.lake().isPresent()) {
      return target.lake().get().names();
    }
    List<String> names = new ArrayList<>();
    for (String name : files.childNames(target.layout().root())) {
      if (!name.equals(LakeLayout.META) && Lake.isEntity(files, target.layout().entity(name))) {
        names.add(name);
      }
    }
    return names.isEmpty() ? List.of("") : names;
  }

  /** Lets readers see the other snapshots of the run, too, where they do not yet. */
  private static void release(SparkSession spark, LakeLayout layout, LakePointer next)
      throws IOException {
    for (String name : next.names()) {
      CurrentPointer table = next.of(name).orElseThrow();
      if (!table.snapshot().runId().equals(next.made().runId())) {
        continue;
      }
      LakeLayout own = layout.entity(name);
      IcebergVersion version = table.snapshot().iceberg().orElseThrow();
      boolean seen =
          IcebergTable.find(spark, own, version.table())
              .filter(found -> found.isOf(version))
              .filter(found -> isSeen(found, table, version))
              .isPresent();
      if (!seen) {
        throw new DataRefusedException(
            "Cannot complete what a killed run has published in part: the table of Iceberg in '%s' has lost its snapshot, or others have changed it since, at %s; flatten a full export with %s"
                .formatted(name, layout.root(), Words.FLATTEN.of(FlattenKeys.REPLACE)));
      }
      IcebergTable.forget(spark, own, version.table());
    }
  }

  private static boolean isSeen(IcebergTable found, CurrentPointer table, IcebergVersion version) {
    try {
      return found.published().equals(Optional.of(table.snapshot().id()))
          || found.publish(
              version, IcebergLineage.properties(found.lake(), table, table.snapshot()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * What readers of a table see and the pointer of the lake table does not name yet.
   *
   * @param text of the pointer that is to name it
   * @param follows whether that goes on from the pointer that is there
   */
  private record Ahead(String text, LakePointer next, boolean follows) {}

  private static Optional<Ahead> ahead(LakeFiles files, LakeTarget table, String visible)
      throws IOException {
    if (table.current().filter(now -> now.wasPublished(visible)).isPresent()) {
      return Optional.empty();
    }
    String documents = table.layout().root() + "/" + LakeLayout.documentsFolder(visible);
    String place = LakeLayout.snapshotPointer(documents);
    // without it the next snapshot replaces all rows, or says that they are others
    return files
        .read(place)
        .map(
            text -> {
              LakePointer next = LakePointer.fromJson(text, place);
              return new Ahead(
                  text, next, table.lake().map(next::follows).orElseGet(next::isFirst));
            });
  }

  /**
   * Makes sure that nobody has published in the table since the run looked at the pointer: the run
   * would go on from a snapshot that it does not know.
   *
   * @param target the table, which may be one of several
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

  /**
   * What has overtaken a run, which may be between its own steps.
   *
   * @param target what the run began with
   * @throws DataRefusedException if that is no run of this program, which would have left a pointer
   */
  static LakePointer winner(
      SparkSession spark,
      LakeFiles files,
      Configuration configuration,
      LakeTarget target,
      Function<String, Optional<IcebergName>> nameOf)
      throws IOException {
    LakeTarget now = LakeTarget.open(files, configuration, target.layout());
    Optional<String> before = target.lake().map(lake -> lake.made().runId());
    return settled(spark, files, configuration, now, nameOf)
        .lake()
        .filter(winner -> !before.equals(Optional.of(winner.made().runId())))
        .orElseThrow(
            () ->
                new DataRefusedException(
                    "Cannot publish: others have changed the table of Iceberg meanwhile, at %s; nothing was changed, run again"
                        .formatted(target.layout().root())));
  }
}
