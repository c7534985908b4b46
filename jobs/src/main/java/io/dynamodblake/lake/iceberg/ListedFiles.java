package io.dynamodblake.lake.iceberg;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
 *
 * @param files those of rows, in the order of the contents
 */
record ListedFiles(SnapshotContents contents, List<DataFile> files) {
  // each waits for an answer of S3
  private static final int CONCURRENT = 32;

  /**
   * Lists.
   *
   * @throws DataRefusedException if a file is gone or has another length, or rows are deleted in a
   *     way that is not read
   */
  static ListedFiles of(Table table, Snapshot snapshot, Configuration configuration)
      throws IOException {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned =
        table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
      planned.forEach(tasks::add);
    } catch (RuntimeException e) {
      throw Damage.said(e, "at " + table.location());
    }
    tasks.sort(Comparator.comparing(task -> task.file().location()));
    List<DataFile> files = new ArrayList<>();
    List<String> locations = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    List<Boolean> covered = new ArrayList<>();
    List<Long> records = new ArrayList<>();
    Map<String, DeleteFile> deletes = new LinkedHashMap<>();
    for (FileScanTask task : tasks) {
      files.add(task.file().copyWithoutStats());
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
    return new ListedFiles(
        new SnapshotContents(
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
                        && TableShape.neverChanged(table.schema(), table.schemas().values())))),
        List.copyOf(files));
  }

  private static List<FileStatus> look(
      List<? extends ContentFile<?>> files, Configuration configuration) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(CONCURRENT, files.size())),
            work -> {
              Thread thread = new Thread(work, "iceberg-files");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<FileStatus>> asked = new ArrayList<>();
      for (ContentFile<?> file : files) {
        asked.add(pool.submit(() -> look(file, configuration)));
      }
      List<FileStatus> answers = new ArrayList<>();
      for (Future<FileStatus> answer : asked) {
        answers.add(answer.get());
      }
      return List.copyOf(answers);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while looking for the files of a table", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataRefusedException refused) {
        throw refused;
      }
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static FileStatus look(ContentFile<?> file, Configuration configuration)
      throws IOException {
    Path path = new Path(file.location());
    FileStatus found;
    try {
      found = path.getFileSystem(configuration).getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw refused(file, "it is gone", e);
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
