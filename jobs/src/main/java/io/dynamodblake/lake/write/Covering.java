package io.dynamodblake.lake.write;

import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.lake.changes.TableMerge;
import io.dynamodblake.lake.iceberg.PositionFile;
import io.dynamodblake.spark.run.FileJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;

/**
 * Writes for a table of Iceberg which rows of its files are no more. Each task writes the positions
 * of one partition of the table, in the order of its files. Driver only.
 *
 * @param contents the files of the snapshot before, in the order of their paths as text
 * @param merge knows which rows go
 */
record Covering(SparkSession session, SnapshotContents contents, TableMerge merge) {

  /**
   * Runs the job.
   *
   * @param files numbers of files of which rows go
   * @param folderOf where in the folder a file of positions lies, by the number of the first of the
   *     files that it is about
   */
  void write(List<Integer> files, String folder, IntFunction<String> folderOf) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Map<String, Integer> tasks = new LinkedHashMap<>();
    List<String> folders = new ArrayList<>();
    int[] taskOf = new int[contents.files().size()];
    Arrays.fill(taskOf, -1);
    HashMap<Integer, String> paths = new HashMap<>();
    for (int file : files) {
      Integer task = tasks.putIfAbsent(contents.group(file), tasks.size());
      if (task == null) {
        folders.add(folderOf.apply(file));
        task = tasks.size() - 1;
      }
      taskOf[file] = task;
      paths.put(file, contents.location(file));
    }
    FileJob.run(
        session,
        merge.removals(taskOf, folders.size()),
        folder,
        Long.class,
        new Body(new ArrayList<>(folders), paths));
  }

  /** What a task does. */
  private record Body(ArrayList<String> folders, HashMap<Integer, String> paths)
      implements FileJob.TaskBody<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long write(Iterator<Long> places, FileJob.TaskFiles files) throws IOException {
      long positions = 0;
      if (!places.hasNext()) {
        return positions;
      }
      String folder = folders.get(TaskContext.getPartitionId());
      try (PositionFile file =
          PositionFile.create(files.newFile(folder, ".deletes.parquet"), files.configuration())) {
        while (places.hasNext()) {
          long place = places.next();
          file.add(paths.get(ChangeMerge.file(place)), ChangeMerge.position(place));
          positions++;
        }
      }
      return positions;
    }
  }
}
