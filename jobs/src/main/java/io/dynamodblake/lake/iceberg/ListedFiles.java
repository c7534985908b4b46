package io.dynamodblake.lake.iceberg;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.io.ParallelReads;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.DataRefusedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The files of a snapshot as its manifests name them, in the order of their paths, each looked at
 * where it lies. Driver only.
 */
final class ListedFiles {
  // each waits for an answer of S3
  private static final int CONCURRENT = 32;

  private ListedFiles() {}

  /**
   * Lists.
   *
   * @throws DataRefusedException if a file is gone or has another length, or rows are deleted in a
   *     way that is not read
   */
  static SnapshotContents contents(Table table, Snapshot snapshot, Configuration configuration)
      throws IOException {
    List<FileScanTask> tasks = tasks(table, snapshot);
    List<DataFile> files = files(tasks);
    List<String> locations = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    List<Boolean> covered = new ArrayList<>();
    List<Long> records = new ArrayList<>();
    Map<String, DeleteFile> deletes = new LinkedHashMap<>();
    for (FileScanTask task : tasks) {
      locations.add(task.file().location());
      groups.add(task.file().specId() + " " + task.file().partition());
      covered.add(!task.deletes().isEmpty());
      records.add(task.file().recordCount());
      for (DeleteFile delete : task.deletes()) {
        if (delete.content() != FileContent.POSITION_DELETES) {
          throw new DataRefusedException(
              "Cannot go on with the table of Iceberg: others have deleted rows by equality, which lake tables do not know, at %s; rewrite its data files, or flatten a full export with %s"
                  .formatted(table.location(), Words.FLATTEN.of(FlattenKeys.REPLACE)));
        }
        deletes.put(delete.location(), delete);
      }
    }
    List<FileStatus> looked = look(files, configuration);
    List<FileStatus> lookedDeletes =
        look(
            deletes.values().stream().sorted(Comparator.comparing(DeleteFile::location)).toList(),
            configuration);
    return new SnapshotContents(
        new Path(table.location()).toString(),
        looked,
        Collections.emptySortedMap(),
        Optional.of(
            new SnapshotContents.Kept(
                snapshot.snapshotId(),
                lookedDeletes,
                locations,
                groups,
                covered,
                records,
                deletes.isEmpty()
                    && TableShape.neverChanged(table.schema(), table.schemas().values()))));
  }

  /** Returns the files of rows as the manifests have them, in the order of the contents. */
  static List<DataFile> files(Table table, Snapshot snapshot) throws IOException {
    return files(tasks(table, snapshot));
  }

  private static List<DataFile> files(List<FileScanTask> tasks) {
    return tasks.stream().map(task -> task.file().copyWithoutStats()).toList();
  }

  /** In the order of the paths of their files. */
  private static List<FileScanTask> tasks(Table table, Snapshot snapshot) throws IOException {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned =
        table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
      planned.forEach(tasks::add);
    } catch (RuntimeException e) {
      throw Damage.said(e, "at " + table.location());
    }
    tasks.sort(Comparator.comparing(task -> task.file().location()));
    return tasks;
  }

  private static List<FileStatus> look(
      List<? extends ContentFile<?>> files, Configuration configuration) throws IOException {
    return ParallelReads.all(
        "files of a table", CONCURRENT, List.copyOf(files), file -> look(file, configuration));
  }

  private static FileStatus look(ContentFile<?> file, Configuration configuration)
      throws IOException {
    Path path;
    FileStatus found;
    try {
      path = new Path(file.location());
      found = path.getFileSystem(configuration).getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw refused(file, "it is gone", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(e); // no path of a store
    }
    if (found.getLen() != file.fileSizeInBytes()) {
      throw refused(
          file,
          "it has %,d bytes and %,d were published"
              .formatted(found.getLen(), file.fileSizeInBytes()),
          null);
    }
    return new FileStatus(found.getLen(), false, 1, 0, found.getModificationTime(), path);
  }

  private static DataRefusedException refused(ContentFile<?> file, String what, Exception cause) {
    return new DataRefusedException(
        "Cannot read the table of Iceberg: a file of it is not as its manifests say: %s, %s; put it back, or flatten a full export with %s"
            .formatted(what, file.location(), Words.FLATTEN.of(FlattenKeys.REPLACE)),
        cause);
  }
}
