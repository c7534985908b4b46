package io.dynamodblake.spark.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.JobStatus;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;

/**
 * The committers of the folders that one job writes to, as one committer. A task has to do with
 * those only that it has a file for, however many there are.
 */
final class FolderCommitters extends OutputCommitter {
  private final String[] folders;
  private final PathOutputCommitter[] committers; // null until somebody asks for one
  private final TaskAttemptContext context;
  private final BitSet used = new BitSet(); // by the task

  FolderCommitters(String[] folders, TaskAttemptContext context) throws IOException {
    this.folders = folders.clone();
    this.committers = new PathOutputCommitter[folders.length];
    this.context = context;
    committer(0); // says early what is wrong with it
  }

  private PathOutputCommitter committer(int folder) throws IOException {
    if (committers[folder] == null) {
      committers[folder] =
          PathOutputCommitterFactory.createCommitter(new Path(folders[folder]), context);
    }
    return committers[folder];
  }

  private boolean isOne() {
    return folders.length == 1;
  }

  /** Returns the folder that a task writes the files of a destination into. */
  Path workPath(int destination, TaskAttemptContext task) throws IOException {
    PathOutputCommitter committer = committer(destination);
    if (!used.get(destination)) {
      committer.setupTask(task);
      used.set(destination);
    }
    return committer.getWorkPath();
  }

  /** What is done with each of several committers. */
  private interface Step {
    void of(PathOutputCommitter committer) throws IOException;
  }

  private List<PathOutputCommitter> all() throws IOException {
    List<PathOutputCommitter> all = new ArrayList<>();
    for (int i = 0; i < folders.length; i++) {
      all.add(committer(i));
    }
    return all;
  }

  private List<PathOutputCommitter> usedOnes() throws IOException {
    List<PathOutputCommitter> ones = new ArrayList<>();
    for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
      ones.add(committer(i));
    }
    return ones;
  }

  /** Does it with all of them, and fails afterwards if it failed with one. */
  private static void abort(List<PathOutputCommitter> which, Step step) throws IOException {
    IOException failure = null;
    for (PathOutputCommitter committer : which) {
      try {
        step.of(committer);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void setupJob(JobContext job) throws IOException {
    for (PathOutputCommitter committer : all()) {
      committer.setupJob(job);
    }
  }

  @Override
  public void commitJob(JobContext job) throws IOException {
    for (PathOutputCommitter committer : all()) {
      committer.commitJob(job);
    }
  }

  @Override
  public void abortJob(JobContext job, JobStatus.State state) throws IOException {
    abort(all(), committer -> committer.abortJob(job, state));
  }

  @Override
  public void setupTask(TaskAttemptContext task) throws IOException {
    if (isOne()) {
      committer(0).setupTask(task);
      used.set(0);
    }
  }

  @Override
  public boolean needsTaskCommit(TaskAttemptContext task) throws IOException {
    for (PathOutputCommitter committer : usedOnes()) {
      if (committer.needsTaskCommit(task)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void commitTask(TaskAttemptContext task) throws IOException {
    for (PathOutputCommitter committer : usedOnes()) {
      if (committer.needsTaskCommit(task)) {
        committer.commitTask(task);
      }
    }
  }

  @Override
  public void abortTask(TaskAttemptContext task) throws IOException {
    abort(usedOnes(), committer -> committer.abortTask(task));
  }
}
