package io.dynamodblake.lake.changes;

import org.apache.spark.Partitioner;

/** Brings places of rows together by their files, whose tasks are chosen before. */
final class ByFile extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int[] taskOf;
  private final int tasks;

  /**
   * @param taskOf by the number of a file its task
   */
  ByFile(int[] taskOf, int tasks) {
    this.taskOf = taskOf.clone();
    this.tasks = tasks;
  }

  @Override
  public int numPartitions() {
    return tasks;
  }

  @Override
  public int getPartition(Object place) {
    return taskOf[ChangeMerge.file((Long) place)];
  }
}
