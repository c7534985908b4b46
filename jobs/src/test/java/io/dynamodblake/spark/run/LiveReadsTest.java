package io.dynamodblake.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.testing.SparkTest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.Success$;
import org.apache.spark.TaskState;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import scala.Enumeration;
import scala.Option;
import scala.Some;
import scala.Tuple4;
import scala.collection.JavaConverters;

class LiveReadsTest {
  // far from those of the session's own jobs
  private static final int STAGE = 1_000_000;

  private final SparkContext context = SparkTest.session().sparkContext();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final ReadProgress display =
      new ReadProgress() {
        @Override
        public void phase(String name, long totalItems, long totalStoredBytes) {}

        @Override
        public void read(long items, long storedBytes) {
          shown.add(items + " items, " + storedBytes + " bytes");
        }
      };

  @Test
  void whatRunningTasksHaveReadIsAddedToWhatFinishedOnesHave() {
    try (LiveReads reads = LiveReads.start(context, display)) {
      start(reads, STAGE, 6, 0);
      start(reads, STAGE, 7, 1);
      start(reads, STAGE, 8, 2);
      reads.read(100, 1_000);
      end(reads, STAGE, 6, 0, 100, 1_000);
      beat(reads, STAGE, 7, 10, 90);
      beat(reads, STAGE, 8, 5, 40);
      beat(reads, STAGE, 7, 20, 180);
      assertThat(shown)
          .containsExactly(
              "100 items, 1000 bytes",
              "100 items, 1000 bytes",
              "110 items, 1090 bytes",
              "115 items, 1130 bytes",
              "125 items, 1220 bytes");
    }
  }

  @Test
  void aTaskWhoseAccountsCameBeforeItsEndIsCountedOnce() {
    try (LiveReads reads = LiveReads.start(context, display)) {
      start(reads, STAGE, 7, 0);
      beat(reads, STAGE, 7, 90, 900);
      reads.read(100, 1_000);
      end(reads, STAGE, 7, 0, 100, 1_000);
      assertThat(last()).isEqualTo("100 items, 1000 bytes");
      assertThat(most()).isEqualTo(100);
    }
  }

  @Test
  void aHeartbeatOfAFinishedTaskIsNotHeard() {
    for (LiveReads reads :
        List.of(LiveReads.start(context, display), LiveReads.counting(context, display))) {
      try (reads) {
        start(reads, STAGE, 7, 0);
        end(reads, STAGE, 7, 0, 100, 1_000);
        beat(reads, STAGE, 7, 90, 900);
        assertThat(last()).isEqualTo("100 items, 1000 bytes");
        assertThat(most()).isEqualTo(100);
      }
    }
  }

  @Test
  void aSecondPassOverTheSameFilesIsNotAddedToTheFirst() {
    try (LiveReads reads = LiveReads.start(context, display)) {
      start(reads, STAGE, 1, 0);
      reads.read(100, 1_000); // by the pass that finds the bounds for sorting
      end(reads, STAGE, 1, 0, 100, 1_000);
      start(reads, STAGE + 1, 2, 0);
      beat(reads, STAGE + 1, 2, 60, 600);
      reads.read(100, 1_000);
      end(reads, STAGE + 1, 2, 0, 100, 1_000);
      assertThat(most()).isEqualTo(100);
      assertThat(last()).isEqualTo("100 items, 1000 bytes");
    }
  }

  @Test
  void stagesThatReadDifferentItemsAreAddedWhereNobodyGivesAccounts() {
    try (LiveReads reads = LiveReads.counting(context, display)) {
      start(reads, STAGE, 1, 0);
      start(reads, STAGE + 1, 2, 0);
      end(reads, STAGE, 1, 0, 100, 0);
      beat(reads, STAGE + 1, 2, 60, 0);
      assertThat(last()).isEqualTo("160 items, 0 bytes");
    }
  }

  @Test
  void twoAttemptsOfATaskAreCountedOnceAndAFailedOneIsNotAtAll() {
    try (LiveReads reads = LiveReads.counting(context, display)) {
      start(reads, STAGE, 1, 0);
      beat(reads, STAGE, 1, 70, 700);
      start(reads, STAGE, 2, 0);
      beat(reads, STAGE, 2, 50, 500);
      assertThat(last()).isEqualTo("70 items, 700 bytes");

      reads.onTaskEnd(ended(STAGE, 1, 0, TaskState.FAILED(), List.of()));
      assertThat(last()).isEqualTo("50 items, 500 bytes");

      start(reads, STAGE, 3, 0);
      beat(reads, STAGE, 3, 20, 200);
      end(reads, STAGE, 2, 0, 100, 1_000);
      beat(reads, STAGE, 3, 90, 900);
      end(reads, STAGE, 3, 0, 100, 1_000);
      assertThat(last()).isEqualTo("100 items, 1000 bytes");
      assertThat(most()).isEqualTo(100);
    }
  }

  @Test
  void partitionsOfAStageThatIsTriedAgainAreNotCountedAgain() {
    try (LiveReads reads = LiveReads.counting(context, display)) {
      start(reads, STAGE, 1, 0);
      start(reads, STAGE, 2, 1);
      end(reads, STAGE, 1, 0, 60, 600);
      reads.onTaskEnd(ended(STAGE, 2, 1, TaskState.KILLED(), counted(reads, 30, 300)));
      assertThat(last()).isEqualTo("60 items, 600 bytes");

      // an executor is lost, and what the first task has shuffled with it
      start(reads, STAGE, 3, 0);
      start(reads, STAGE, 4, 1);
      beat(reads, STAGE, 3, 59, 590);
      end(reads, STAGE, 4, 1, 40, 400);
      end(reads, STAGE, 3, 0, 60, 600);
      assertThat(last()).isEqualTo("100 items, 1000 bytes");
      assertThat(most()).isEqualTo(100);
    }
  }

  @Test
  void whatIsTooLateForItsPhaseIsNotShownInTheNext() {
    LiveReads reads = LiveReads.counting(context, display);
    start(reads, STAGE, 1, 0);
    reads.phase("the next", 10, -1);
    end(reads, STAGE, 1, 0, 100, 1_000);
    assertThat(shown).isEmpty();

    start(reads, STAGE + 1, 2, 0);
    reads.close();
    end(reads, STAGE + 1, 2, 0, 100, 1_000);
    assertThat(shown).isEmpty();
  }

  @Test
  void aJobThatIsOverHasShownAllThatItsTasksCounted() throws TimeoutException {
    try (LiveReads reads = LiveReads.counting(context, display)) {
      LiveReads.Counter counter = reads.counter();
      new JavaSparkContext(context)
          .parallelize(List.of(1, 2, 3, 4, 5), 3)
          .foreach(number -> counter.items(number));
      context.listenerBus().waitUntilEmpty();
      assertThat(last()).isEqualTo("15 items, 0 bytes");
    }
  }

  @Test
  void heartbeatsOfOtherWorkShowNothing() {
    LongAccumulator other = context.longAccumulator();
    try (LiveReads reads = LiveReads.start(context, display)) {
      start(reads, STAGE, 1, 0);
      reads.onExecutorMetricsUpdate(heartbeat(STAGE, 1, List.of(info(other, 3))));
      assertThat(shown).isEmpty();
    }
  }

  private String last() {
    return shown.isEmpty() ? "" : shown.get(shown.size() - 1);
  }

  private long most() {
    return shown.stream().mapToLong(text -> Long.parseLong(text.split(" ")[0])).max().orElse(0);
  }

  private static void start(LiveReads reads, int stage, long task, int partition) {
    reads.onTaskStart(new SparkListenerTaskStart(stage, 0, task(task, partition)));
  }

  private static void beat(LiveReads reads, int stage, long task, long items, long bytes) {
    reads.onExecutorMetricsUpdate(heartbeat(stage, task, counted(reads, items, bytes)));
  }

  private static void end(
      LiveReads reads, int stage, long task, int partition, long items, long bytes) {
    reads.onTaskEnd(
        ended(stage, task, partition, TaskState.FINISHED(), counted(reads, items, bytes)));
  }

  private static List<AccumulableInfo> counted(LiveReads reads, long items, long bytes) {
    return List.of(info(reads.counter().items, items), info(reads.counter().storedBytes, bytes));
  }

  private static TaskInfo task(long task, int partition) {
    return new TaskInfo(
        task, partition, 0, partition, 0, "driver", "localhost", TaskLocality.ANY(), false);
  }

  private static SparkListenerTaskEnd ended(
      int stage, long task, int partition, Enumeration.Value state, List<AccumulableInfo> counted) {
    TaskInfo info = task(task, partition);
    info.setAccumulables(JavaConverters.asScalaBuffer(counted).toList());
    info.markFinished(state, 1);
    return new SparkListenerTaskEnd(stage, 0, "ResultTask", Success$.MODULE$, info, null, null);
  }

  // raw, because the sequence of Scala 2.12 is not that of 2.13; a list is both
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static SparkListenerExecutorMetricsUpdate heartbeat(
      int stage, long task, List<AccumulableInfo> infos) {
    Object update = new Tuple4<>(task, stage, 0, JavaConverters.asScalaBuffer(infos).toList());
    scala.collection.immutable.List updates =
        JavaConverters.asScalaBuffer(List.of(update)).toList();
    return new SparkListenerExecutorMetricsUpdate(
        "driver", updates, scala.collection.immutable.Map$.MODULE$.empty());
  }

  private static AccumulableInfo info(LongAccumulator accumulator, long soFar) {
    return accumulator.toInfo(new Some<>(soFar), Option.empty());
  }
}
