package io.dynamodblake.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.testing.SparkTest;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Some;
import scala.Tuple4;
import scala.collection.JavaConverters;

class LiveReadsTest {
  private final SparkContext context = SparkTest.session().sparkContext();
  private final List<String> shown = new ArrayList<>();
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
      reads.read(100, 1_000);
      reads.onExecutorMetricsUpdate(heartbeat(reads, 7L, 10, 90));
      reads.onExecutorMetricsUpdate(heartbeat(reads, 8L, 5, 40));
      reads.onExecutorMetricsUpdate(heartbeat(reads, 7L, 20, 180));
      assertThat(shown)
          .containsExactly(
              "100 items, 1000 bytes",
              "110 items, 1090 bytes",
              "115 items, 1130 bytes",
              "125 items, 1220 bytes");
    }
  }

  @Test
  void heartbeatsOfOtherWorkShowNothing() {
    LongAccumulator other = context.longAccumulator();
    try (LiveReads reads = LiveReads.start(context, display)) {
      reads.onExecutorMetricsUpdate(heartbeat(1L, List.of(info(other, 3))));
      assertThat(shown).isEmpty();
    }
  }

  private static SparkListenerExecutorMetricsUpdate heartbeat(
      LiveReads reads, long task, long items, long bytes) {
    return heartbeat(
        task,
        List.of(info(reads.counter().items, items), info(reads.counter().storedBytes, bytes)));
  }

  // raw, because the sequence of Scala 2.12 is not that of 2.13; a list is both
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static SparkListenerExecutorMetricsUpdate heartbeat(
      long task, List<AccumulableInfo> infos) {
    Object update = new Tuple4<>(task, 0, 0, JavaConverters.asScalaBuffer(infos).toList());
    scala.collection.immutable.List updates =
        JavaConverters.asScalaBuffer(List.of(update)).toList();
    return new SparkListenerExecutorMetricsUpdate(
        "driver", updates, scala.collection.immutable.Map$.MODULE$.empty());
  }

  private static AccumulableInfo info(LongAccumulator accumulator, long soFar) {
    return accumulator.toInfo(new Some<>(soFar), Option.empty());
  }
}
