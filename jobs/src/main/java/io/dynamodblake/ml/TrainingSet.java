package io.dynamodblake.ml;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.SparkSession;

/**
 * Makes a training set of a lake table: rows of a label and of features as of a moment, split for
 * good, with all that is learned from train. The same table and options make the same bytes. Driver
 * only.
 */
public final class TrainingSet {
  private final SparkSession user;
  private final TrainingOptions options;

  /** Prepares a training set; nothing is read yet. */
  public TrainingSet(SparkSession user, TrainingOptions options) {
    this.user = user;
    this.options = options;
  }

  /**
   * Makes it.
   *
   * @throws io.dynamodblake.conf.UsageException if options do not go with the table, or the folder
   *     holds something else
   * @throws io.dynamodblake.schema.DataRefusedException if no sound set can be made of the data
   * @throws UncheckedIOException if a file system fails
   */
  public TrainingReport run(ReadProgress progress) {
    try {
      LakeFiles files = new LakeFiles(user.sessionState().newHadoopConf());
      TrainingFolder folder = new TrainingFolder(files, root(files.qualify(options.output().to())));
      folder.check(options.output().replace());
      SparkSession session = WriteSessions.forTarget(user, folder.root());
      // rows can be wide, and a batch of them is held at a time
      session.conf().set("spark.sql.inMemoryColumnarStorage.batchSize", 1000);
      return RunJobs.during(user, () -> new TrainingRun(session, options, folder, progress).run());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (Exception e) { // Spark throws what it does not declare
      throw SparkFailures.unwrapped(e);
    }
  }

  private static String root(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
