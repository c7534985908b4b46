package io.dynamodblake.lake;

import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * What lies in a snapshot's folder after it was written: one listing, from which rows are counted
 * and partitions are named.
 *
 * @param files data files, at any depth, sorted by path
 * @param partitions values of the partition columns to the folder, relative to the snapshot's;
 *     empty if unpartitioned
 * @param kept what Iceberg knows of the files beside; empty for a folder of files
 */
public record SnapshotContents(
    String folder,
    List<FileStatus> files,
    SortedMap<List<String>, String> partitions,
    Optional<Kept> kept) {

  /**
   * What Iceberg knows of the files of a snapshot.
   *
   * @param snapshotId Iceberg's number of the snapshot that they are the files of
   * @param deletes files that say which rows of the others are no more
   * @param locations for each data file in order, its path as Iceberg writes it
   * @param groups for each data file in order, which of them lie in the same partition
   * @param covered for each data file in order, whether rows of it are no more
   * @param records for each data file in order, its rows
   * @param plain whether all rows of the files are there and all files have the columns by the
   *     names and types of now, so that any reader of Parquet reads them right
   */
  public record Kept(
      long snapshotId,
      List<FileStatus> deletes,
      List<String> locations,
      List<String> groups,
      List<Boolean> covered,
      List<Long> records,
      boolean plain) {
    public Kept {
      deletes = List.copyOf(deletes);
      locations = List.copyOf(locations);
      groups = List.copyOf(groups);
      covered = List.copyOf(covered);
      records = List.copyOf(records);
    }
  }

  /** A folder of files. */
  public SnapshotContents(
      String folder, List<FileStatus> files, SortedMap<List<String>, String> partitions) {
    this(folder, files, partitions, Optional.empty());
  }

  /** Returns the files that say which rows of the others are no more. */
  public List<FileStatus> deletes() {
    return kept.map(Kept::deletes).orElse(List.of());
  }

  /** Returns all its files, those of deletes last. */
  List<FileStatus> all() {
    return Stream.concat(files.stream(), deletes().stream()).toList();
  }

  /** Whether any reader of Parquet reads the files right. */
  public boolean isPlain() {
    return kept.map(Kept::plain).orElse(true);
  }

  /** Whether some rows of a file, by its number, are no more. */
  public boolean isCovered(int file) {
    return kept.filter(known -> known.covered().get(file)).isPresent();
  }

  /** Returns the path of a file by its number, as its rows tell it. */
  public String location(int file) {
    return kept.map(known -> known.locations().get(file))
        .orElseGet(() -> files.get(file).getPath().toString());
  }

  /** Returns what files of the same partition have in common, of a file by its number. */
  public String group(int file) {
    if (kept.isPresent()) {
      return kept.get().groups().get(file);
    }
    String name = name(files.get(file));
    int end = name.lastIndexOf('/');
    return end < 0 ? "" : name.substring(0, end);
  }

  /** Lists a snapshot once. Hidden files, of which readers know nothing, are not counted. */
  public static SnapshotContents list(LakeFiles lake, String folder) throws IOException {
    String root = lake.qualify(folder);
    List<FileStatus> files = new ArrayList<>();
    SortedMap<List<String>, String> partitions = new TreeMap<>(SnapshotContents::compare);
    for (FileStatus file : lake.filesBelow(root)) {
      String relative = file.getPath().toString().substring(root.length() + 1);
      if (isHidden(relative)) {
        continue;
      }
      files.add(file);
      int end = relative.lastIndexOf('/');
      if (end > 0) {
        String path = relative.substring(0, end);
        partitions.put(values(path), path);
      }
    }
    files.sort(FileStatus::compareTo);
    return new SnapshotContents(root, List.copyOf(files), partitions);
  }

  /** Returns the name of one of the files, relative to the snapshot's folder. */
  public String name(FileStatus file) {
    String path = file.getPath().toString();
    return path.startsWith(folder + "/") ? path.substring(folder.length() + 1) : path;
  }

  /** Returns the sum of the lengths of its files. */
  public long bytes() {
    return all().stream().mapToLong(FileStatus::getLen).sum();
  }

  /** Returns the names of the partition columns in their order; empty if unpartitioned. */
  public List<String> partitionNames() {
    if (partitions.isEmpty()) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (String step : partitions.get(partitions.firstKey()).split("/")) {
      names.add(ExternalCatalogUtils.unescapePathName(step.substring(0, step.indexOf('='))));
    }
    return names;
  }

  private static boolean isHidden(String relative) {
    for (String step : relative.split("/")) {
      boolean partition = step.contains("=");
      if (step.startsWith(".") || (step.startsWith("_") && !partition)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> values(String path) {
    List<String> values = new ArrayList<>();
    for (String step : path.split("/")) {
      values.add(ExternalCatalogUtils.unescapePathName(step.substring(step.indexOf('=') + 1)));
    }
    return List.copyOf(values);
  }

  private static int compare(List<String> left, List<String> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = left.get(i).compareTo(right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }
}
