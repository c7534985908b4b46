package io.dynamodblake.spark.run;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.spark.convert.ScalaCollections;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.JobID;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.internal.io.SparkHadoopWriterUtils;
import org.apache.spark.sql.SparkSession;
import scala.Function1;
import scala.Function2;
import scala.Option;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * A Spark job whose tasks write files of their own making into one folder, under the commit
 * protocol of the session: files of a task are there when the job has succeeded, each once, however
 * often tasks were repeated; after a failure none are. For files that Spark's own writers would
 * write from rows more slowly, or could not write at all.
 */
public final class FileJob {
  /** How the names of all files begin, as those of Spark's own writers. */
  public static final String FILE_NAMES = "part-";

  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private FileJob() {}

  /**
   * Writes the files of one task. Shipped to executors.
   *
   * @param <T> what comes in
   * @param <R> what the driver is to know of a task that was committed
   */
  @FunctionalInterface
  public interface TaskBody<T, R extends Serializable> extends Serializable {
    /**
     * Writes and closes the files.
     *
     * @throws IOException if a file system fails
     */
    R write(Iterator<T> input, TaskFiles files) throws IOException;
  }

  /** Where one task attempt may write. */
  public interface TaskFiles {
    /**
     * Returns a place for a new file, not yet made. Its name has the number of the task, so that
     * files of tasks never meet.
     *
     * @param extension end of the name, such as {@code .zstd.parquet}
     */
    default Path newFile(String extension) {
      return newFile("", extension);
    }

    /**
     * Returns a place for a new file in a folder below the job's.
     *
     * @param folder relative to the job's, as steps of a partition; empty for the job's own
     */
    default Path newFile(String folder, String extension) {
      return newFile(0, folder, extension);
    }

    /**
     * Returns a place for a new file in one of the folders that the job writes to.
     *
     * @param destination number of the job's folder
     * @param folder relative to that, as steps of a partition; empty for the job's own
     */
    Path newFile(int destination, String folder, String extension);

    /** Returns the settings of the job. */
    Configuration configuration();
  }

  /**
   * Looks at what all tasks answered before anything is committed. Runs on the driver.
   *
   * @param <R> what tasks answer
   */
  @FunctionalInterface
  public interface BeforeCommit<R> {
    /**
     * Throws whatever is wrong; nothing of the job stays then.
     *
     * @param answers in the order of the partitions
     */
    void check(List<R> answers) throws IOException;
  }

  /**
   * Hears what tasks answer while others still work, for answers that are too large to be kept. On
   * the driver, one call at a time.
   *
   * @param <R> what tasks answer
   */
  public interface Answers<R> {
    /** Takes the answer of a task; each partition has one, and they come in any order. */
    void add(R answer);

    /** Throws whatever is wrong, after the last answer; nothing of the job stays then. */
    void beforeCommit() throws IOException;
  }

  /** Runs as the other does, with nothing to be checked before the commit. */
  public static <T, R extends Serializable> List<R> run(
      SparkSession session, JavaRDD<T> inputs, String folder, Class<R> type, TaskBody<T, R> body)
      throws IOException {
    return run(session, inputs, folder, type, body, answers -> {});
  }

  /**
   * Runs the job.
   *
   * @param session one that {@link WriteSessions} made for the folder
   * @param inputs one task for each partition
   * @param beforeCommit has the last word
   * @return what the tasks answered, in the order of the partitions
   * @throws IOException if the commit fails
   */
  public static <T, R extends Serializable> List<R> run(
      SparkSession session,
      JavaRDD<T> inputs,
      String folder,
      Class<R> type,
      TaskBody<T, R> body,
      BeforeCommit<R> beforeCommit)
      throws IOException {
    List<R> results = new ArrayList<>(Collections.nCopies(inputs.getNumPartitions(), null));
    commit(session, inputs, List.of(folder), body, new Kept<>(type, results, beforeCommit));
    return results;
  }

  /**
   * Runs a job that writes to several folders, of which each has its files when the job has
   * succeeded, and none after a failure.
   *
   * @param session one that {@link WriteSessions} made for all of them
   * @param answers hears of each task, and has the last word
   * @throws IOException if the commit fails
   */
  public static <T, R extends Serializable> void run(
      SparkSession session,
      JavaRDD<T> inputs,
      List<String> folders,
      Class<R> type,
      TaskBody<T, R> body,
      Answers<R> answers)
      throws IOException {
    commit(session, inputs, folders, body, new Heard<>(type, answers));
  }

  /** Where the outcomes of tasks go on the driver. */
  private interface Outcomes {
    void add(int partition, Serializable result);

    void beforeCommit() throws IOException;
  }

  private record Heard<R>(Class<R> type, Answers<R> answers) implements Outcomes {
    @Override
    public void add(int partition, Serializable result) {
      answers.add(type.cast(result));
    }

    @Override
    public void beforeCommit() throws IOException {
      answers.beforeCommit();
    }
  }

  private record Kept<R>(Class<R> type, List<R> all, BeforeCommit<R> check) implements Outcomes {
    @Override
    public void add(int partition, Serializable result) {
      all.set(partition, type.cast(result));
    }

    @Override
    public void beforeCommit() throws IOException {
      check.check(all);
    }
  }

  private static <T, R extends Serializable> void commit(
      SparkSession session,
      JavaRDD<T> inputs,
      List<String> folders,
      TaskBody<T, R> body,
      Outcomes outcomes)
      throws IOException {
    Configuration configuration = session.sessionState().newHadoopConf();
    String id = UUID.randomUUID().toString();
    // S3A committers tell the jobs that write to one folder apart by this
    configuration.set("spark.sql.sources.writeJobUUID", id);
    Job job = Job.getInstance(configuration);
    FileOutputFormat.setOutputPath(job, new Path(folders.get(0)));
    LakeCommitProtocol committer = new LakeCommitProtocol(id, folders);
    committer.setupJob(job);
    try {
      HadoopConfiguration settings = new HadoopConfiguration(job.getConfiguration());
      long startedAt = System.currentTimeMillis();
      JavaRDD<byte[]> attempts =
          inputs.mapPartitionsWithIndex(
              (partition, input) ->
                  List.of(attempt(committer, settings, startedAt, partition, input, body))
                      .iterator(),
              false);
      TaskCommitMessage[] messages = new TaskCommitMessage[inputs.getNumPartitions()];
      Function2<Object, byte[], BoxedUnit> take =
          (partition, bytes) -> {
            Outcome outcome = JavaBytes.to(Outcome.class, bytes);
            messages[(Integer) partition] = outcome.message();
            outcomes.add((Integer) partition, outcome.result());
            return BoxedUnit.UNIT;
          };
      RunJobs.during(
          session,
          () -> {
            session.sparkContext().runJob(attempts.rdd(), new Only(), take, BYTES);
            return messages;
          });
      outcomes.beforeCommit();
      committer.commitJob(job, ScalaCollections.seq(Arrays.asList(messages)));
    } catch (Throwable e) { // whatever it is, nothing of the job may stay
      try {
        committer.abortJob(job);
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static <T, R extends Serializable> byte[] attempt(
      LakeCommitProtocol committer,
      HadoopConfiguration settings,
      long startedAt,
      int partition,
      Iterator<T> input,
      TaskBody<T, R> body)
      throws IOException {
    TaskContext task = TaskContext.get();
    Configuration configuration = new Configuration(settings.configuration());
    JobID jobId = SparkHadoopWriterUtils.createJobID(new Date(startedAt), task.stageId());
    TaskID taskId = new TaskID(jobId, TaskType.MAP, partition);
    // unlike the attempt's number, no other stage attempt has the same
    TaskAttemptID attemptId =
        new TaskAttemptID(taskId, (int) (task.taskAttemptId() & Integer.MAX_VALUE));
    configuration.set("mapreduce.job.id", jobId.toString());
    configuration.set("mapreduce.task.id", taskId.toString());
    configuration.set("mapreduce.task.attempt.id", attemptId.toString());
    configuration.setBoolean("mapreduce.task.ismap", true);
    configuration.setInt("mapreduce.task.partition", 0);
    TaskAttemptContext context = new TaskAttemptContextImpl(configuration, attemptId);
    committer.setupTask(context);
    try {
      R result = body.write(input, new Files(committer, context));
      return JavaBytes.of(new Outcome(committer.commitTask(context), result));
    } catch (Throwable e) { // out of memory, too, must leave nothing behind
      try {
        committer.abortTask(context);
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** The one element that a partition has. */
  private static final class Only
      implements Function1<scala.collection.Iterator<byte[]>, byte[]>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] apply(scala.collection.Iterator<byte[]> elements) {
      return elements.next();
    }
  }

  private record Outcome(TaskCommitMessage message, Serializable result) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private static final class Files implements TaskFiles {
    private final LakeCommitProtocol committer;
    private final TaskAttemptContext context;
    private int made;

    Files(LakeCommitProtocol committer, TaskAttemptContext context) {
      this.committer = committer;
      this.context = context;
    }

    @Override
    public Path newFile(int destination, String folder, String extension) {
      String suffix = "-c%03d%s".formatted(made++, extension);
      Option<String> directory = folder.isEmpty() ? Option.empty() : Option.apply(folder);
      return new Path(
          committer.newTaskTempFile(context, destination, directory, new FileNameSpec("", suffix)));
    }

    @Override
    public Configuration configuration() {
      return context.getConfiguration();
    }
  }
}
