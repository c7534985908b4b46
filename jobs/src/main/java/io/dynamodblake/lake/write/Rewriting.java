package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.lake.changes.TableMerge;
import io.dynamodblake.parquet.IncompatibleFileException;
import io.dynamodblake.parquet.ParquetRowCopy;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.FileJob;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;

/**
 * Writes files of a snapshot anew, for the next one: without the rows that go, with the columns
 * that the table has then, and small ones together. Rows are never put together: columns are
 * copied. Each task writes one file, and gets the places of the rows that go in the order of its
 * files. Driver only.
 *
 * @param contents the files of the snapshot, by whose order they are numbered
 * @param merge knows which rows go
 */
record Rewriting(SparkSession session, SnapshotContents contents, TableMerge merge) {

  /**
   * Runs the job.
   *
   * @param groups numbers of files, in order; those of a group become one file
   * @param shape of the files
   * @param folder of the next snapshot
   * @param folderOf where in it the new file lies, by the number of the first of its group
   * @throws DataRefusedException if a file is damaged, or its columns do not become those of the
   *     schema
   * @throws IOException if a file system fails
   */
  void write(
      List<List<Integer>> groups, FileShape shape, String folder, IntFunction<String> folderOf)
      throws IOException {
    if (groups.isEmpty()) {
      return;
    }
    List<Group> tasks = new ArrayList<>();
    int[] groupOf = new int[contents.files().size()];
    Arrays.fill(groupOf, -1);
    for (List<Integer> group : groups) {
      for (int file : group) {
        groupOf[file] = tasks.size();
      }
      tasks.add(group(group, folderOf));
    }
    FileJob.run(
        session,
        merge.removals(groupOf, tasks.size()),
        folder,
        Long.class,
        new Body(tasks, shape, ItemFiles.concurrentTasks(session.sparkContext())));
  }

  private Group group(List<Integer> numbers, IntFunction<String> folderOf) {
    List<SourceFile> files = new ArrayList<>();
    for (int number : numbers) {
      FileStatus file = contents.files().get(number);
      files.add(
          new SourceFile(
              number, file.getPath().toUri(), file.getLen(), file.getModificationTime()));
    }
    return new Group(files, folderOf.apply(numbers.get(0)));
  }

  /** A file that is read; {@link FileStatus} itself does not travel by every serializer. */
  private record SourceFile(int number, URI uri, long length, long modified)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    FileStatus status() {
      return new FileStatus(length, false, 1, 0, modified, new Path(uri));
    }
  }

  /**
   * The files of one task.
   *
   * @param folder where the new one lies, relative to the snapshot's; empty without partitions
   */
  private record Group(List<SourceFile> files, String folder) implements Serializable {
    private static final long serialVersionUID = 1L;

    Group {
      files = new ArrayList<>(files);
      files.sort(Comparator.comparingInt(SourceFile::number));
    }
  }

  /** What a task does. */
  private record Body(List<Group> groups, FileShape shape, int concurrentTasks)
      implements FileJob.TaskBody<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long write(Iterator<Long> places, FileJob.TaskFiles files) throws IOException {
      Group group = groups.get(TaskContext.getPartitionId());
      Configuration configuration = files.configuration();
      Places removed = new Places(places);
      try (ParquetRowCopy copy =
          ParquetRowCopy.create(
              files.newFile(group.folder(), ".zstd.parquet"),
              configuration,
              shape.schema(configuration),
              shape.metadata(),
              ItemFiles.rowGroupBytes(configuration, concurrentTasks))) {
        for (SourceFile file : group.files()) {
          copy.add(file.status(), removed.of(file.number()));
        }
        copy.finish();
        return copy.rows();
      } catch (IncompatibleFileException e) {
        throw new DataRefusedException(
            "Cannot apply changes: the columns of a file of the lake table cannot become those of its next snapshot: %s; flatten a full export with %s"
                .formatted(e.getMessage(), Words.FLATTEN.of(FlattenKeys.REPLACE)),
            e);
      }
    }
  }

  /** Places of all files of a task, one file after the other. */
  private static final class Places {
    private final Iterator<Long> places;
    private long ahead = -1;

    Places(Iterator<Long> places) {
      this.places = places;
      move();
    }

    private void move() {
      ahead = places.hasNext() ? places.next() : -1;
    }

    PrimitiveIterator.OfLong of(int file) {
      return new PrimitiveIterator.OfLong() {
        @Override
        public boolean hasNext() {
          return ahead >= 0 && ChangeMerge.file(ahead) == file;
        }

        @Override
        public long nextLong() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          long position = ChangeMerge.position(ahead);
          move();
          return position;
        }
      };
    }
  }
}
