package io.dynamodblake.job;

import io.dynamodblake.io.ParallelReads;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.spark.stream.ArchivedStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds what lake tables and archives of streams there are below a folder, level by level: of a
 * table nothing is listed but its run reports, and partitions and exports are not looked into.
 *
 * @param tables in the order of their folders
 * @param archives in the order of their folders
 * @param deeper folders below the last level that was looked at
 */
record LakeSearch(List<LakeStatus> tables, List<Archive> archives, int deeper) {
  private static final int AT_ONCE = 32;
  private static final String EXPORTS = "AWSDynamoDB";

  /** A table's stream in an archive. */
  record Archive(String root, ArchivedStream stream) {}

  /** What one folder is: a table, or archives and the folders in it. */
  private record Look(Optional<LakeStatus> table, List<Archive> archives, List<String> folders) {
    static Look at(LakeStatus table) {
      return new Look(Optional.of(table), List.of(), List.of());
    }
  }

  LakeSearch {
    tables = tables.stream().sorted(Comparator.comparing(LakeStatus::root)).toList();
    archives = archives.stream().sorted(Comparator.comparing(Archive::root)).toList();
  }

  /**
   * Looks.
   *
   * @param root where to begin
   * @param depth how many folders deep below it
   * @throws IOException if the first folder cannot be looked at; of others it is told
   */
  static LakeSearch below(LakeFiles files, String root, long depth) throws IOException {
    List<LakeStatus> tables = new ArrayList<>();
    List<Archive> archives = new ArrayList<>();
    List<String> level = List.of(new LakeLayout(files.qualify(root)).root());
    for (long below = 0; below <= depth && !level.isEmpty(); below++) {
      boolean first = below == 0;
      List<String> next = new ArrayList<>();
      for (Look look :
          ParallelReads.all("lake tables", AT_ONCE, level, folder -> look(files, folder, first))) {
        look.table().ifPresent(tables::add);
        archives.addAll(look.archives());
        next.addAll(look.folders());
      }
      level = next;
    }
    return new LakeSearch(tables, archives, level.size());
  }

  private static Look look(LakeFiles files, String folder, boolean first) throws IOException {
    try {
      return look(files, new LakeLayout(folder));
    } catch (IOException e) {
      if (first) {
        throw e;
      }
      return Look.at(LakeStatus.broken(folder, Failure.of(e).message()));
    } catch (RuntimeException e) {
      return Look.at(LakeStatus.broken(folder, Failure.of(e).message()));
    }
  }

  private static Look look(LakeFiles files, LakeLayout layout) throws IOException {
    Optional<Lake> lake = Lake.find(files, layout);
    if (lake.isPresent()) {
      return Look.at(LakeStatus.of(files, lake.get()));
    }
    List<Archive> archives = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    for (String child : files.childFolders(layout.root())) {
      String name = child.substring(child.lastIndexOf('/') + 1);
      if (name.equals(LakeLayout.META)) {
        return Look.at(LakeStatus.unpublished(files, layout));
      }
      if (name.equals(ArchivedStream.STATE)) {
        for (ArchivedStream stream : ArchivedStream.in(files, layout.root())) {
          archives.add(new Archive(layout.root(), stream));
        }
      } else if (mayHoldTables(name)) {
        folders.add(child);
      }
    }
    return new Look(Optional.empty(), archives, folders);
  }

  /** Neither hidden, nor data of an export, nor a partition of somebody's table. */
  private static boolean mayHoldTables(String name) {
    return !name.startsWith("_")
        && !name.startsWith(".")
        && !name.equals(EXPORTS)
        && name.indexOf('=') < 0;
  }
}
