package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long now;

  private ProgressDisplay display(ProgressDisplay.Style style, int width) {
    return new ProgressDisplay(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), style, width, () -> now);
  }

  private void after(Duration time) {
    now += time.toNanos();
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** What stands on the terminal's last line now. */
  private String lastDrawn() {
    return shown().substring(shown().lastIndexOf('\r') + 1);
  }

  @Test
  void barShowsShareAmountsRateAndTimeLeft() {
    ProgressDisplay display = display(ProgressDisplay.Style.BAR, 120);
    display.phase("Reading types", 1_000_000, 80L << 20);
    after(Duration.ofSeconds(10));
    display.read(250_000, 20L << 20);
    assertThat(lastDrawn())
        .isEqualTo(
            "Reading types ██████░░░░░░░░░░░░░░░░░░  25%  250,000/1,000,000 items"
                + "  20.0 MB/80.0 MB  25,000 items/s  30 s left");
  }

  @Test
  void barNeverReachesTheTerminalsEdge() {
    for (int width : new int[] {40, 60, 80, 100}) {
      ProgressDisplay display = display(ProgressDisplay.Style.BAR, width);
      display.phase("Writing Parquet to the lake", 1_234_567_890, 1L << 40);
      after(Duration.ofHours(3));
      display.read(987_654_321, 1L << 39);
      assertThat(lastDrawn()).hasSizeLessThan(width).startsWith("Writing");
      bytes.reset();
    }
  }

  @Test
  void barIsNotDrawnForEveryCall() {
    ProgressDisplay display = display(ProgressDisplay.Style.BAR, 100);
    display.phase("Reading", 1000, -1);
    int before = shown().length();
    for (int i = 0; i < 1000; i++) {
      display.read(i, 0);
    }
    assertThat(shown()).hasSize(before);
  }

  @Test
  void endOfAPhaseReplacesTheBarByOneLine() {
    ProgressDisplay display = display(ProgressDisplay.Style.BAR, 80);
    display.phase("Reading", 1000, 2048);
    after(Duration.ofMillis(2500));
    display.read(1000, 2048);
    display.close();
    assertThat(shown())
        .endsWith("\rReading: 1,000 items, 2.0 KB in 2.5 s" + System.lineSeparator());
  }

  @Test
  void linesComeEveryTenSecondsAndAtTheEnd() {
    ProgressDisplay display = display(ProgressDisplay.Style.LINES, 100);
    display.phase("Reading", 1000, -1);
    for (int second = 1; second <= 25; second++) {
      after(Duration.ofSeconds(1));
      display.read(second * 40L, 0);
    }
    display.phase("Writing", -1, -1);
    display.read(5, 0);
    display.close();
    assertThat(shown().lines())
        .containsExactly(
            "Reading: 40%, 400/1,000 items, 40 items/s, 15 s left",
            "Reading: 80%, 800/1,000 items, 40 items/s, 5.0 s left",
            "Reading: 1,000 items in 25 s",
            "Writing: 5 items in 0.0 s");
  }

  @Test
  void linesHaveNoControlCharacters() {
    ProgressDisplay display = display(ProgressDisplay.Style.LINES, 100);
    display.phase("Reading", 10, 10);
    after(Duration.ofSeconds(60));
    display.read(10, 10);
    display.close();
    assertThat(shown()).doesNotContain("\r", "\u001b", "█");
  }

  @Test
  void phaseWithoutItemsIsOnlySpokenOfWhenItTookLong() {
    ProgressDisplay display = display(ProgressDisplay.Style.LINES, 100);
    display.phase("Checking", -1);
    after(Duration.ofSeconds(1));
    display.phase("Publishing", -1);
    after(Duration.ofSeconds(3));
    display.close();
    assertThat(shown().lines()).containsExactly("Publishing: 3.0 s");
  }

  @Test
  void noteIsGoneWithoutATrace() {
    ProgressDisplay display = display(ProgressDisplay.Style.BAR, 100);
    display.note("Starting Spark ...");
    assertThat(lastDrawn()).isEqualTo("Starting Spark ...");
    display.forgetNote();
    assertThat(lastDrawn()).isEmpty();
    ProgressDisplay lines = display(ProgressDisplay.Style.LINES, 100);
    bytes.reset();
    lines.note("Starting Spark ...");
    assertThat(shown()).isEmpty();
  }

  @Test
  void nothingIsShownWhenNothingIsWanted() {
    ProgressDisplay display = display(ProgressDisplay.Style.NONE, 100);
    display.phase("Reading", 10, 10);
    after(Duration.ofSeconds(60));
    display.read(10, 10);
    display.close();
    assertThat(shown()).isEmpty();
  }

  @Test
  void olderNumbersThatArriveLateAreIgnored() {
    ProgressDisplay display = display(ProgressDisplay.Style.LINES, 100);
    display.phase("Reading", 10, -1);
    display.read(8, 0);
    display.read(3, 0);
    display.close();
    assertThat(shown()).startsWith("Reading: 8 items");
  }

  @Test
  void itemsBeyondTheManifestsDoNotBreakTheBar() {
    ProgressDisplay display = display(ProgressDisplay.Style.BAR, 100);
    display.phase("Reading", 10, -1);
    after(Duration.ofSeconds(2));
    display.read(25, 0);
    assertThat(lastDrawn()).contains("100%").doesNotContain("left");
  }
}
