package io.dynamodblake.lake.load;

import java.util.Arrays;
import java.util.Set;
import org.apache.spark.Partitioner;

/** Which part of a load an item is in, by a hash of its key, and which task writes the part. */
final class LoadParts extends Partitioner {
  private static final long serialVersionUID = 1L;
  private static final int DONE = -1;

  private final int[] tasks; // of each part; DONE for those that are in the table already
  private final int taskCount;

  /**
   * Deals the parts that are left out to tasks.
   *
   * @param done those that are not
   */
  LoadParts(int parts, Set<Integer> done, int mostTasks) {
    tasks = new int[parts];
    int left = 0;
    for (int part = 0; part < parts; part++) {
      tasks[part] = done.contains(part) ? DONE : left++ % mostTasks;
    }
    taskCount = Math.max(1, Math.min(left, mostTasks));
  }

  /** The part of a key. */
  int part(long hash) {
    return (int) Long.remainderUnsigned(hash, tasks.length);
  }

  boolean isDone(int part) {
    return tasks[part] == DONE;
  }

  @Override
  public int numPartitions() {
    return taskCount;
  }

  @Override
  public int getPartition(Object part) {
    return tasks[(Integer) part];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LoadParts parts
        && taskCount == parts.taskCount
        && Arrays.equals(tasks, parts.tasks);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tasks);
  }
}
