package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.StoredCopy;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.spark.run.JavaBytes;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Takes files of a snapshot into the next one as they are, under their names. The store copies them
 * where it can; a task that is repeated copies again. Driver only.
 */
record Carrying(SparkSession session, SnapshotContents contents) {
  // a store that copies itself keeps no task busy
  private static final int MOST_TASKS = 200;
  private static final int TASKS_A_CORE = 4;

  private record Copy(URI from, long length, String to) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Copies.
   *
   * @param numbers of the files, in the order of the contents
   * @param folder of the next snapshot
   * @throws IOException if a file system fails
   */
  void carry(List<Integer> numbers, String folder) throws IOException {
    if (numbers.isEmpty()) {
      return;
    }
    List<byte[]> copies = new ArrayList<>();
    for (int number : numbers) {
      FileStatus file = contents.files().get(number);
      copies.add(
          JavaBytes.of(
              new Copy(file.getPath().toUri(), file.getLen(), folder + "/" + contents.name(file))));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    int tasks =
        Math.min(copies.size(), Math.min(MOST_TASKS, context.defaultParallelism() * TASKS_A_CORE));
    HadoopConfiguration settings = new HadoopConfiguration(session.sessionState().newHadoopConf());
    context
        .parallelize(copies, tasks)
        .foreachPartition(
            share -> {
              StoredCopy store = new StoredCopy(settings.configuration());
              while (share.hasNext()) {
                Copy copy = JavaBytes.to(Copy.class, share.next());
                FileStatus source =
                    new FileStatus(copy.length(), false, 1, 0, 0, new Path(copy.from()));
                store.copy(source, copy.to());
              }
            });
  }
}
