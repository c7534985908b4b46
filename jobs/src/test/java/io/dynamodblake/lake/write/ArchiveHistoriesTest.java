package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.RandomHistory;
import io.dynamodblake.testing.StreamEvent;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The histories of {@link ApplyHistoriesTest} as streams tell them, in each form in which people
 * keep that: out of order, with some records twice, in several files a run. What is applied comes
 * to the full export of the end.
 */
class ArchiveHistoriesTest extends LakeTest {
  private static final List<KeyAttribute> KEYS = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final int KEYS_OF_TABLE = 90;

  private enum Form {
    OWN,
    LAMBDA_LINES,
    LAMBDA_EVENTS,
    KINESIS_MICROS,
    KINESIS_MILLIS,
    PLAIN
  }

  @TestFactory
  Stream<DynamicTest> whatIsAppliedComesToTheTableAsItIsThen() {
    Long given = Long.getLong("properties.seed");
    int forms = Form.values().length;
    int tables = Integer.getInteger("properties.scale", 1);
    Random random = new Random();
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < (given != null ? 1 : tables * forms); i++) {
      long seed = given != null ? given : random.nextLong() / forms * forms + i % forms;
      Form form = Form.values()[Math.floorMod(seed, forms)];
      Path folder = temp.resolve("t" + i);
      tests.add(
          DynamicTest.dynamicTest("seed " + seed + ", " + form, () -> history(seed, form, folder)));
    }
    return tests.stream();
  }

  private void history(long seed, Form form, Path folder) throws IOException {
    Random random = new Random(seed);
    Path bucket = folder.resolve("bucket");
    RandomHistory history =
        form == Form.PLAIN // whose values keep their types only where columns tell them
            ? RandomHistory.ofPlainItems(seed, bucket, KEYS_OF_TABLE)
            : new RandomHistory(seed, bucket, KEYS_OF_TABLE);
    String lake = folder.resolve("lake").toString();
    flatten(FlattenOptions.builder(history.full().toString(), lake, "orders").withKeys(KEYS));
    Path archive = folder.resolve("archive");
    Files.createDirectories(archive);
    int runs = 1 + random.nextInt(3);
    for (int i = 0; i < runs; i++) {
      Instant from = history.now();
      List<StreamEvent> events = new ArrayList<>(history.stream());
      if (form != Form.OWN) {
        // an archive whose last event is before the moment of the table ends too early
        events.add(last(history, i));
      }
      write(form, archive, i, events, random, from, history.now());
      RunReport report =
          new Apply(
                  spark,
                  ApplyOptions.builder(List.of(archive.toString()), lake)
                      .strict(true)
                      .allowingEmpty(true)
                      .readingArchives(
                          new ArchiveOptions(Duration.ofMinutes(90), true, false, Optional.empty()))
                      .build())
              .run(ReadProgress.NONE);
      assertThat(report.published()).isTrue();
      assertThat(report.changes().orElseThrow().rowsAfter()).isEqualTo(history.size());
      assertThat(report.changes().orElseThrow().breaks()).isZero();
    }

    ComparisonReport compared =
        new Comparison(
                spark,
                new ComparisonOptions(
                    new Side(lake, Optional.empty()),
                    new Side(history.full().toString(), Optional.empty()),
                    KEYS,
                    5,
                    true,
                    ReadOptions.defaults(),
                    1 << 20))
            .run(ReadProgress.NONE);

    assertThat(compared.equal()).as(compared.toString()).isTrue();
  }

  /** A key that comes and goes, and is none of the table. */
  private static StreamEvent last(RandomHistory history, int run) {
    return new StreamEvent(
        "{\"pk\":{\"S\":\"gone%d\"}}".formatted(run),
        Optional.of("{\"pk\":{\"S\":\"gone%d\"}}".formatted(run)),
        Optional.empty(),
        history.now().minusSeconds(1),
        1_000_000 + run,
        false);
  }

  private static void write(
      Form form,
      Path archive,
      int run,
      List<StreamEvent> inOrder,
      Random random,
      Instant from,
      Instant to)
      throws IOException {
    List<StreamEvent> events = new ArrayList<>(inOrder);
    for (int i = events.isEmpty() ? 0 : random.nextInt(20); i > 0; i--) {
      events.add(events.get(random.nextInt(events.size())));
    }
    Collections.shuffle(events, random);
    if (form == Form.OWN) {
      IncrementalExport export =
          IncrementalExport.in(archive)
              .prefix("")
              .exportId("01732000%06d-0a1b2c3d".formatted(run))
              .keys("pk")
              .window(from, to)
              .summaryField("compacted", "false");
      events.forEach(event -> export.line(event.ownLine()));
      export.write();
      return;
    }
    int files = 1 + random.nextInt(3);
    for (int i = 0; i < files; i++) {
      List<String> records = new ArrayList<>();
      for (int j = i; j < events.size(); j += files) {
        records.add(record(form, events.get(j)));
      }
      String text =
          switch (random.nextInt(4)) {
            case 0 -> String.join("\n", records);
            case 1 -> String.join("", records);
            case 2 -> "[" + String.join(",", records) + "]";
            default -> "{\"Records\":[" + String.join(",", records) + "]}";
          };
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Path file = archive.resolve("2026/11/18/%02d/orders-%d".formatted(run, i));
      Files.createDirectories(file.getParent());
      Files.write(file, random.nextBoolean() ? ExportFixture.gzip(bytes) : bytes);
    }
  }

  private static String record(Form form, StreamEvent event) {
    return switch (form) {
      case KINESIS_MICROS -> event.kinesisRecord(true);
      case KINESIS_MILLIS -> event.kinesisRecord(false);
      case PLAIN -> event.plainRecord();
      default -> event.lambdaRecord();
    };
  }
}
