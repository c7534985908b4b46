package io.dynamodblake.lake;

import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * What lies in a snapshot's folder after it was written: one listing, from which rows are counted
 * and partitions are named.
 *
 * @param files data files, at any depth, sorted by path
 * @param partitions values of the partition columns to the folder, relative to the snapshot's;
 *     empty if unpartitioned
 */
public record SnapshotContents(
    String folder, List<FileStatus> files, SortedMap<List<String>, String> partitions) {

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
    return file.getPath().toString().substring(folder.length() + 1);
  }

  /** Returns the sum of the lengths of its files. */
  public long bytes() {
    return files.stream().mapToLong(FileStatus::getLen).sum();
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
