package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.PackedLines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineWindowTest {
  private static final int HEADER = 28;

  private static List<String> packs(LineWindow window) {
    List<String> packs = new ArrayList<>();
    window.pack(
        packed -> {
          String text =
              new String(packed, HEADER, packed.length - HEADER, StandardCharsets.US_ASCII);
          assertThat(PackedLines.lines(packed)).isEqualTo((int) text.lines().count());
          assertThat(PackedLines.sumHigh(packed))
              .isEqualTo(text.lines().mapToLong(Long::parseLong).sum());
          assertThat(PackedLines.sumLow(packed))
              .isEqualTo(text.lines().mapToLong(line -> 2 * Long.parseLong(line)).sum());
          packs.add(text);
        });
    return packs;
  }

  private static void fill(LineWindow window, int from, int to) {
    for (int i = from; i < to; i++) {
      byte[] line = (i + "\n").getBytes(StandardCharsets.US_ASCII);
      // buffers of writers are longer than what they hold
      window.add(Arrays.copyOf(line, 50), line.length, i, 2L * i);
    }
  }

  private static LineWindow window(long seed) {
    return new LineWindow(new PackedLines.Packer(ImportCompression.NONE), 1_000, seed);
  }

  @Test
  void everyLineComesOnceInAnotherOrderAndTheWindowCanBeFilledAgain() {
    LineWindow window = window(1);
    for (int round = 0; round < 3; round++) {
      fill(window, 10_000 * round, 10_000 * (round + 1));
      List<String> packs = packs(window);
      List<Long> lines = packs.stream().flatMap(String::lines).map(Long::parseLong).toList();

      long first = round;
      assertThat(packs).allMatch(pack -> pack.length() <= 1_000);
      assertThat(lines).doesNotHaveDuplicates().hasSize(10_000);
      assertThat(lines).allMatch(line -> line / 10_000 == first);
      long neighbours = 0;
      for (int i = 1; i < lines.size(); i++) {
        if (Math.abs(lines.get(i) - lines.get(i - 1)) <= 10) {
          neighbours++;
        }
      }
      assertThat(neighbours).isLessThan(100);
    }
    assertThat(packs(window)).isEmpty();
  }

  @Test
  void theOrderIsTheSameWhenATaskRunsAgainAndAnotherInTheNextTask() {
    LineWindow first = window(5);
    LineWindow again = window(5);
    LineWindow next = window(6);
    List.of(first, again, next).forEach(window -> fill(window, 0, 500));

    List<String> order = packs(first);
    assertThat(packs(again)).isEqualTo(order);
    assertThat(packs(next)).isNotEqualTo(order);
  }

  @Test
  void aLineThatIsLargerThanAPackOrTheWindowIsAPackOfItsOwn() {
    LineWindow window = window(1);
    byte[] large = new byte[LineWindow.MOST_BYTES + 1];
    Arrays.fill(large, (byte) '0');
    large[large.length - 1] = '\n';
    assertThat(window.hasRoom(large.length)).isTrue();
    window.add(large, large.length, 0, 0);
    assertThat(window.hasRoom(1)).isFalse();

    List<byte[]> packs = new ArrayList<>();
    window.pack(packs::add);

    assertThat(packs).hasSize(1);
    assertThat(packs.get(0)).hasSize(HEADER + large.length);
  }
}
