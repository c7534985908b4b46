package io.dynamodblake.spark.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LiveTable;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.aws.TableCapacity;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The two that read pages of segments in tasks: {@link KeyScan} and {@link TableItems}. */
class SegmentPagesTest {
  private static final long FOUR_SEGMENTS = 3L * (256L << 20);

  // what tasks say, which run in this JVM
  private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();

  @RegisterExtension
  final AwsSystemProperties properties = AwsSystemProperties.withKeys("AKIDTEST", "not-a-secret");

  private final JavaSparkContext context =
      JavaSparkContext.fromSparkContext(SparkTest.session().sparkContext());

  private static TableReading reading(FakeAws aws, long tableBytes) {
    return reading(aws, tableBytes, Double.POSITIVE_INFINITY);
  }

  private static TableReading reading(FakeAws aws, long tableBytes, double unitsPerSecond) {
    TableCapacity capacity =
        new TableCapacity(true, false, OptionalLong.empty(), OptionalLong.empty());
    return new TableReading(
        new AwsSettings(
            "",
            "",
            "",
            "eu-west-1",
            AwsSettings.endpoints(List.of(aws.address().toString())),
            false,
            false),
        "test",
        new ScannedTable(
            new LiveTable("Orders", "arn", "id", List.of("pk:S")), tableBytes, 0, capacity),
        ScanOrder.ofKeys("Orders", List.of("pk")),
        unitsPerSecond);
  }

  private static Answer page(double units, String next, String... keys) {
    String items =
        String.join(
            ",", Stream.of(keys).map(key -> "{\"pk\":{\"S\":\"%s\"}}".formatted(key)).toList());
    return Answer.of(
        "{\"Items\":[%s],\"ConsumedCapacity\":{\"CapacityUnits\":%s}%s}"
            .formatted(
                items,
                units,
                next.isEmpty()
                    ? ""
                    : ",\"LastEvaluatedKey\":{\"pk\":{\"S\":\"%s\"}}".formatted(next)));
  }

  /** Four segments; the first has three pages, the second of which is empty, the third none. */
  private static Answer fourSegments(Request request) {
    String body = request.body();
    if (body.contains("\"Segment\":0")) {
      return body.contains("\"second\"")
          ? page(0.5, "third")
          : body.contains("\"third\"") ? page(1, "", "c") : page(2, "second", "a", "b");
    }
    return body.contains("\"Segment\":1")
        ? page(4, "", "d")
        : body.contains("\"Segment\":2") ? page(0.25, "") : page(8, "", "e", "f");
  }

  private static Stream<String> scans(FakeAws aws, String field) {
    return aws.requests().stream()
        .map(request -> request.body().replaceAll(".*\"" + field + "\":(\\d+).*", "$1"))
        .distinct()
        .sorted();
  }

  @Test
  void everyPageOfEverySegmentGivesItsKeysAndIsCounted() throws IOException {
    DoubleAccumulator readUnits = context.sc().doubleAccumulator();
    try (FakeAws aws = FakeAws.answering(SegmentPagesTest::fourSegments);
        LiveReads reads = LiveReads.counting(context.sc(), ReadProgress.NONE)) {
      JavaRDD<byte[]> keys =
          new KeyScan(reading(aws, FOUR_SEGMENTS)).lines(context, reads.counter(), readUnits);
      assertThat(aws.requests()).as("nothing is read before the lines are asked for").isEmpty();
      assertThat(keys.getNumPartitions()).isEqualTo(2);
      assertThat(keys.collect().stream().map(key -> new String(key, StandardCharsets.UTF_8)))
          .containsExactlyInAnyOrder(
              Stream.of("a", "b", "c", "d", "e", "f")
                  .map(key -> "{\"Item\":{\"pk\":{\"S\":\"%s\"}}}".formatted(key))
                  .toArray(String[]::new));
      assertThat(readUnits.value()).isEqualTo(15.75);
      assertThat(reads.counter().items.value()).isEqualTo(6);
      assertThat(aws.requests()).hasSize(6);
      assertThat(scans(aws, "Segment")).containsExactly("0", "1", "2", "3");
      assertThat(scans(aws, "TotalSegments")).containsExactly("4");
    }
  }

  @Test
  void keptPagesHaveTheSameItemsAndUnits() throws IOException {
    try (FakeAws aws = FakeAws.answering(SegmentPagesTest::fourSegments);
        TableItems items = new TableItems(SparkTest.session(), reading(aws, FOUR_SEGMENTS))) {
      items.read(ReadProgress.NONE);
      assertThat(items.totals().items()).isEqualTo(6);
      assertThat(items.totals().readUnits()).isEqualTo(15.75);
      assertThat(items.items(() -> tape -> 1).count()).isEqualTo(6);
      assertThat(aws.requests()).as("each page is read once").hasSize(6);
    }
  }

  @Test
  void anEndStaysAnEnd() throws IOException {
    try (FakeAws aws = FakeAws.answering(request -> page(0, "", "a"));
        LiveReads reads = LiveReads.counting(context.sc(), ReadProgress.NONE)) {
      List<String> seen =
          new KeyScan(reading(aws, 0, 1)) // one task
              .lines(context, reads.counter(), context.sc().doubleAccumulator())
              .mapPartitions(
                  keys -> {
                    List<String> found = new ArrayList<>();
                    for (Iterator<byte[]> all = keys; all.hasNext(); ) {
                      found.add(new String(all.next(), StandardCharsets.UTF_8));
                    }
                    found.add("ends again: " + !keys.hasNext());
                    return found.iterator();
                  })
              .collect();
      assertThat(seen).containsExactly("{\"Item\":{\"pk\":{\"S\":\"a\"}}}", "ends again: true");
    }
  }

  /** DynamoDB may say of a table that was just filled that it is empty. */
  @Test
  void everyTaskReadsAlsoIfATableSaysThatItIsEmpty() throws IOException {
    try (FakeAws aws = FakeAws.answering(request -> page(1, ""));
        TableItems items = new TableItems(SparkTest.session(), reading(aws, 0))) {
      items.read(ReadProgress.NONE);
      assertThat(scans(aws, "Segment")).containsExactly("0", "1");
      assertThat(scans(aws, "TotalSegments")).containsExactly("2");
    }
    try (FakeAws aws = FakeAws.answering(request -> page(1, ""));
        LiveReads reads = LiveReads.counting(context.sc(), ReadProgress.NONE)) {
      new KeyScan(reading(aws, 0))
          .lines(context, reads.counter(), context.sc().doubleAccumulator())
          .count();
      assertThat(scans(aws, "Segment")).containsExactly("0", "1");
    }
  }

  @Test
  void aTaskThatIsNotWantedAnyMoreReadsNoFurtherPage() throws Exception {
    try (FakeAws aws = FakeAws.answering(request -> page(1, "endless", "a"));
        LiveReads reads = LiveReads.counting(context.sc(), ReadProgress.NONE)) {
      JavaRDD<byte[]> keys =
          new KeyScan(reading(aws, 0))
              .lines(context, reads.counter(), context.sc().doubleAccumulator());
      assertThat(keys.getNumPartitions()).isEqualTo(2);
      JavaFutureAction<List<String>> job =
          keys.mapPartitions(SegmentPagesTest::untilNotWanted).collectAsync();
      for (int i = 0; i < 2; i++) {
        assertThat(SEEN.take()).isEqualTo("a");
      }
      job.cancel(true);
      for (int i = 0; i < 2; i++) {
        assertThat(SEEN.take()).isEqualTo("the scan was given up");
      }
      assertThat(aws.requests()).as("one page a task").hasSize(2);
    }
  }

  /** Reads a key, then no other before the task is told that nobody wants it any more. */
  private static Iterator<String> untilNotWanted(Iterator<byte[]> keys) {
    SEEN.add(new String(keys.next(), StandardCharsets.UTF_8).replaceAll(".*\"(.*)\"}}}", "$1"));
    while (!TaskContext.get().isInterrupted()) {
      Thread.onSpinWait();
    }
    try {
      SEEN.add("goes on: " + keys.hasNext());
    } catch (TaskKilledException e) {
      SEEN.add(e.reason());
      throw e;
    }
    return List.<String>of().iterator();
  }
}
