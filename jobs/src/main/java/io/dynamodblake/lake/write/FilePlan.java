package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.SparkToParquetSchemaConverter;

/**
 * What becomes of each file of a snapshot in the next one, by its number. Files in neither list
 * have no row that stays.
 *
 * @param carried files that go into it as they are
 * @param rewritten files that are written anew; those of a group become one
 * @param covered files that stay, while positions of the rows that go are written down
 */
record FilePlan(List<Integer> carried, List<List<Integer>> rewritten, List<Integer> covered) {

  /** So many small files of a folder stay apart. */
  static final int MOST_SMALL_FILES = 8;

  /** A file is small if it has less than this part of the intended size. */
  static final int SMALL_PART = 4;

  FilePlan {
    carried = List.copyOf(carried);
    covered = List.copyOf(covered);
    rewritten = rewritten.stream().map(List::copyOf).toList();
  }

  /**
   * Decides.
   *
   * @param removed rows of each file that go
   * @param arrangement of the rows; where they are sorted, small files stay apart
   * @param mode what is done about rows that go
   * @param same whether files as they are have the types of the next snapshot's columns
   * @param targetBytes intended size of a file
   * @param configuration by which footers are read, if that is needed
   */
  static FilePlan of(
      LakeSnapshot base,
      SnapshotContents contents,
      long[] removed,
      Arrangement arrangement,
      ApplyOptions.MergeMode mode,
      boolean same,
      long targetBytes,
      Configuration configuration)
      throws IOException {
    List<Long> records = records(base, contents, configuration);
    Map<String, List<Integer>> small = new TreeMap<>(); // by folder
    List<Integer> carried = new ArrayList<>();
    List<List<Integer>> rewritten = new ArrayList<>();
    List<Integer> covered = new ArrayList<>();
    for (int i = 0; i < removed.length; i++) {
      FileStatus file = contents.files().get(i);
      if (records.get(i) == removed[i]) {
        continue;
      }
      // what deletes of Iceberg are about stays: only they know which of its rows are there
      if (mode == ApplyOptions.MergeMode.MERGE_ON_READ || contents.isCovered(i)) {
        (removed[i] > 0 ? covered : carried).add(i);
        continue;
      }
      if (file.getLen() < targetBytes / SMALL_PART) {
        small.computeIfAbsent(contents.group(i), name -> new ArrayList<>()).add(i);
      } else if (removed[i] > 0 || !same) {
        rewritten.add(List.of(i));
      } else {
        carried.add(i);
      }
    }
    for (List<Integer> together : small.values()) {
      boolean many = together.size() > MOST_SMALL_FILES && arrangement.sortColumns().isEmpty();
      if (many) {
        rewritten.addAll(packed(together, contents, targetBytes));
        continue;
      }
      for (int file : together) {
        if (removed[file] > 0 || !same) {
          rewritten.add(List.of(file));
        } else {
          carried.add(file);
        }
      }
    }
    return new FilePlan(carried, rewritten, covered);
  }

  private static List<Long> records(
      LakeSnapshot base, SnapshotContents contents, Configuration configuration)
      throws IOException {
    if (contents.kept().isPresent()) {
      return contents.kept().get().records();
    }
    return base.filesOf(contents, configuration).entries().stream()
        .map(entry -> entry.rows().orElseThrow())
        .toList();
  }

  private static List<List<Integer>> packed(
      List<Integer> files, SnapshotContents contents, long targetBytes) {
    List<List<Integer>> groups = new ArrayList<>();
    List<Integer> group = new ArrayList<>();
    long bytes = 0;
    for (int file : files) {
      long length = contents.files().get(file).getLen();
      if (!group.isEmpty() && bytes + length > targetBytes) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(file);
      bytes += length;
    }
    groups.add(group);
    return groups;
  }

  /**
   * Whether columns of a schema have in files the types that a later one wants: then a file of
   * before can stay beside files of then, and only lacks what came.
   */
  static boolean isSameInFiles(SparkSession session, TableSchema before, TableSchema after) {
    Configuration configuration =
        new HadoopConfiguration(session.sessionState().newHadoopConf()).configuration();
    SparkToParquetSchemaConverter converter = new SparkToParquetSchemaConverter(configuration);
    MessageType old = converter.convert(SparkTypes.toStruct(before));
    MessageType now = converter.convert(SparkTypes.toStruct(after));
    for (ColumnDescriptor column : old.getColumns()) {
      if (!now.containsPath(column.getPath())
          || !now.getColumnDescription(column.getPath())
              .getPrimitiveType()
              .equals(column.getPrimitiveType())) {
        return false;
      }
    }
    return true;
  }

  /** Whether all files stay as they are, and none goes. */
  boolean isUntouched(SnapshotContents contents) {
    return carried.size() == contents.files().size();
  }

  /** Whether no row of before stays. */
  boolean isEmpty() {
    return carried.isEmpty() && rewritten.isEmpty() && covered.isEmpty();
  }

  /** Returns the stored bytes of the files that are written anew. */
  long rewrittenBytes(SnapshotContents contents) {
    return rewritten.stream()
        .flatMap(List::stream)
        .mapToLong(file -> contents.files().get(file).getLen())
        .sum();
  }
}
