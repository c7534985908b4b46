package io.dynamodblake.spark.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.internal.io.HadoopMapReduceCommitProtocol;
import scala.Option;

/**
 * Spark's commit protocol with the committer that Hadoop names for the destination: the magic
 * committer for {@code s3a}, where a rename is a copy and not atomic; the ordinary one elsewhere.
 * Spark calls the constructor of one destination by reflection. Of several destinations each has a
 * committer of its own, and a task is committed in all of them or repeated.
 */
public class LakeCommitProtocol extends HadoopMapReduceCommitProtocol {
  private static final long serialVersionUID = 1L;

  private final String[] destinations;
  private transient FolderCommitters committers;

  public LakeCommitProtocol(String jobId, String path, boolean dynamicPartitionOverwrite) {
    super(jobId, path, false);
    if (dynamicPartitionOverwrite) {
      throw new IllegalArgumentException("A snapshot is written once, never overwritten");
    }
    this.destinations = new String[] {path};
  }

  LakeCommitProtocol(String jobId, List<String> paths) {
    super(jobId, paths.get(0), false);
    this.destinations = paths.toArray(String[]::new);
  }

  @Override
  public OutputCommitter setupCommitter(TaskAttemptContext context) {
    try {
      committers = new FolderCommitters(destinations, context);
      return committers;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot set up committer for " + String.join(", ", destinations), e);
    }
  }

  @Override
  public String newTaskTempFile(
      TaskAttemptContext context, Option<String> directory, FileNameSpec spec) {
    return newTaskTempFile(context, 0, directory, spec);
  }

  /**
   * Returns a place for a new file of a task.
   *
   * @param destination its number
   * @param directory below that, if any
   */
  String newTaskTempFile(
      TaskAttemptContext context, int destination, Option<String> directory, FileNameSpec spec) {
    // Spark asks only FileOutputCommitter for its work path and would write past any other
    // committer
    Path work;
    try {
      work = committers.workPath(destination, context);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot find work path of committer for " + destinations[destination], e);
    }
    Path folder = directory.isDefined() ? new Path(work, directory.get()) : work;
    return new Path(folder, getFilename(context, spec)).toString();
  }
}
