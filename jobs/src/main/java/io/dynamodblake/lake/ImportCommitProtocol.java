package io.dynamodblake.lake;

import io.dynamodblake.spark.write.LakeCommitProtocol;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.internal.io.FileNameSpec;
import scala.Option;

/**
 * Commits import files as those of a snapshot, under names that say what they are: Spark's text
 * writer would call them {@code .txt}. Spark calls the constructor by reflection.
 */
public final class ImportCommitProtocol extends LakeCommitProtocol {
  /** Key of the setting with the end of file names that stands for {@code .txt}. */
  static final String EXTENSION = "spark.dynamodb-lake.import.extension";

  private static final long serialVersionUID = 1L;

  public ImportCommitProtocol(String jobId, String path, boolean dynamicPartitionOverwrite) {
    super(jobId, path, dynamicPartitionOverwrite);
  }

  @Override
  public String newTaskTempFile(
      TaskAttemptContext context, Option<String> directory, FileNameSpec spec) {
    String extension = context.getConfiguration().get(EXTENSION);
    String suffix = spec.suffix().replace(".txt", extension);
    return super.newTaskTempFile(context, directory, new FileNameSpec(spec.prefix(), suffix));
  }
}
