package io.dynamodblake.spark.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.internal.io.HadoopMapReduceCommitProtocol;
import scala.Option;

/**
 * Spark's commit protocol with the committer that Hadoop names for the destination: the magic
 * committer for {@code s3a}, where a rename is a copy and not atomic; the ordinary one elsewhere.
 * Spark calls the constructor by reflection.
 */
public class LakeCommitProtocol extends HadoopMapReduceCommitProtocol {
  private static final long serialVersionUID = 1L;

  private final String destination;
  private transient PathOutputCommitter pathCommitter;

  public LakeCommitProtocol(String jobId, String path, boolean dynamicPartitionOverwrite) {
    super(jobId, path, false);
    if (dynamicPartitionOverwrite) {
      throw new IllegalArgumentException("A snapshot is written once, never overwritten");
    }
    this.destination = path;
  }

  @Override
  public OutputCommitter setupCommitter(TaskAttemptContext context) {
    try {
      pathCommitter = PathOutputCommitterFactory.createCommitter(new Path(destination), context);
      return pathCommitter;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot set up committer for " + destination, e);
    }
  }

  @Override
  public String newTaskTempFile(
      TaskAttemptContext context, Option<String> directory, FileNameSpec spec) {
    // Spark asks only FileOutputCommitter for its work path and would write past any other
    // committer
    Path work;
    try {
      work = pathCommitter.getWorkPath();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find work path of committer for " + destination, e);
    }
    Path folder = directory.isDefined() ? new Path(work, directory.get()) : work;
    return new Path(folder, getFilename(context, spec)).toString();
  }
}
