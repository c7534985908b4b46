package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.testing.HostileLines;
import io.dynamodblake.testing.SlowDecoder;
import io.dynamodblake.testing.StrictItems;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.testing.TreeSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Scanner, decoder and observer against slow obvious ones, on valid, damaged and hostile lines, as
 * a task meets them: one scanner for many lines, lines between others in one buffer. A second in
 * every build, or as long as one likes:
 *
 * <pre>{@code
 * mvn -B -q -o -Dquick -pl jobs test -Dtest=DecoderFuzzTest -Dfuzz.minutes=10 -Dfuzz.seed=$(date +%s)
 * }</pre>
 */
class DecoderFuzzTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final int LINES_A_ROUND = 60;

  @Test
  void whatIsFastSaysWhatIsSlow() throws Exception {
    Duration budget =
        Integer.getInteger("fuzz.minutes") == null
            ? Duration.ofSeconds(1)
            : Duration.ofMinutes(Integer.getInteger("fuzz.minutes"));
    long seed = Long.getLong("fuzz.seed", 1);
    long stop = System.nanoTime() + budget.toNanos();
    long lines = 0;
    long items = 0;
    for (long round = seed; System.nanoTime() < stop; round++) {
      items += new Round(round).run();
      lines += LINES_A_ROUND;
    }
    if (budget.toSeconds() > 1) {
      System.out.printf("Fuzzed %,d lines, %,d of them items, from seed %d%n", lines, items, seed);
    }
    assertThat(items).isBetween(lines / 8, lines * 7 / 8);
  }

  private static final class Round {
    private final long seed;
    private final byte[] buffer;
    private final int[] starts = new int[LINES_A_ROUND];
    private final int[] ends = new int[LINES_A_ROUND];

    private final TableSchema schema;
    private final TableSchema firstHalf;
    private final ItemDecoder decoder;
    private final ItemDecoder pruned;
    private final ItemScanner scanner = new ItemScanner();
    private final ItemScanner pruningScanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();
    private final ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
    private final ItemObserver freshObserver = new ItemObserver(ProfileLimits.DEFAULT);

    Round(long seed) {
      this.seed = seed;
      Random random = new Random(seed);
      this.schema = SlowDecoderTest.randomSchema(random);
      List<Column> columns = schema.writtenColumns();
      this.firstHalf = new TableSchema("t", List.of(), columns.subList(0, columns.size() / 2));
      this.decoder = ItemDecoder.forSchema(schema);
      this.pruned =
          ItemDecoder.forColumns(
              firstHalf, firstHalf.columns().stream().map(Column::name).toList());
      HostileLines lines = new HostileLines(seed);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < LINES_A_ROUND; i++) {
        byte[] line = lines.next();
        starts[i] = all.size();
        all.write(line, 0, line.length);
        ends[i] = all.size();
        // whatever may stand behind a line must not matter
        if (random.nextInt(3) > 0) {
          all.write('\n');
        }
      }
      this.buffer = all.toByteArray();
    }

    int run() throws Exception {
      int items = 0;
      for (int i = 0; i < LINES_A_ROUND; i++) {
        try {
          items += line(starts[i], ends[i]) ? 1 : 0;
        } catch (Throwable e) {
          byte[] line = Arrays.copyOfRange(buffer, starts[i], ends[i]);
          throw new AssertionError(
              "Seed " + seed + ", line " + HexFormat.of().formatHex(line) + ": " + e, e);
        }
      }
      assertThat(observer.profile()).isEqualTo(freshObserver.profile());
      return items;
    }

    private boolean line(int start, int end) throws Exception {
      byte[] alone = Arrays.copyOfRange(buffer, start, end);
      Optional<JsonNode> expected = StrictItems.read(alone);
      ItemTape fresh = scan(new ItemScanner(), alone, 0, alone.length);
      Object freshItem = fresh == null ? null : Tapes.toObject(fresh);
      ItemTape found = scan(scanner, buffer, start, end);
      if (found == null) {
        assertThat(fresh).isNull();
        assertThat(expected).isEmpty();
        return false;
      }
      assertThat(Tapes.toObject(found)).isEqualTo(freshItem);
      if (expected.isEmpty()) {
        // members beside the item are skipped, not checked; the item itself must be sound
        String item =
            new String(
                buffer,
                found.rawStart(found.item()),
                found.rawEnd(found.item()) - found.rawStart(found.item()),
                StandardCharsets.UTF_8);
        String line = "{\"Item\":" + item + "}";
        expected = StrictItems.read(line.getBytes(StandardCharsets.UTF_8));
        assertThat(expected).as("item in a line with other members").isPresent();
        alone = line.getBytes(StandardCharsets.UTF_8);
      }
      assertThat(normal(JACKSON.valueToTree(Tapes.toObject(found))))
          .isEqualTo(normal(expected.orElseThrow()));
      decode(found, new String(alone, StandardCharsets.UTF_8), start, end);
      observer.observe(found, alone.length);
      freshObserver.observe(fresh(alone), alone.length);
      return true;
    }

    private void decode(ItemTape found, String line, int start, int end) throws Exception {
      TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
      decoder.decode(found, sink);
      SlowDecoder.Row slow = new SlowDecoder(schema).decode(line);
      SlowDecoderTest.assertAgrees(sink.values(), slow);

      ItemTape some = new ItemTape();
      pruningScanner.scan(buffer, start, end, some, pruned.wantedNames());
      TreeSink half = new TreeSink(firstHalf.columns().size());
      pruned.decode(some, half);
      assertThat(half.values())
          .isEqualTo(new ArrayList<>(sink.values().subList(0, firstHalf.columns().size())));
    }

    private ItemTape scan(ItemScanner with, byte[] bytes, int start, int end) {
      ItemTape into = with == scanner ? tape : new ItemTape();
      try {
        with.scan(bytes, start, end, into);
        return into;
      } catch (MalformedRecordException e) {
        assertThat(e.offset()).isBetween(0, end - start);
        return null;
      }
    }

    private static ItemTape fresh(byte[] line) throws MalformedRecordException {
      ItemTape fresh = new ItemTape();
      new ItemScanner().scan(line, 0, line.length, fresh);
      return fresh;
    }

    private static String normal(JsonNode item) {
      if (item == null) {
        fail("no item");
      }
      return item.toString().replace("{\"NULL\":false}", "{\"NULL\":true}");
    }
  }
}
