package io.dynamodblake.job;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Shows progress on stderr: a bar that is drawn over itself on a terminal, a line now and then
 * elsewhere. Safe for threads.
 */
final class ProgressDisplay implements ReadProgress, AutoCloseable {

  /** How progress is shown. */
  enum Style {
    BAR,
    LINES,
    NONE
  }

  private static final long BAR_INTERVAL = Duration.ofMillis(200).toNanos();
  private static final long LINE_INTERVAL = Duration.ofSeconds(10).toNanos();
  private static final long WAITING_INTERVAL = Duration.ofMinutes(1).toNanos();
  private static final int BAR_CELLS = 24;

  // a phase without items, such as publishing, is only spoken of when it took longer
  private static final long SHORT_PHASE = Duration.ofSeconds(2).toNanos();

  // less than this and a rate says nothing
  private static final long EARLIEST_RATE = Duration.ofSeconds(1).toNanos();

  private final PrintStream err;
  private final Style style;
  private final int width;
  private final LongSupplier nanoTime;

  private String phase = "";
  private long totalItems;
  private long totalBytes;
  private long items;
  private long bytes;
  private long started;
  private long shown;
  private boolean drawn;
  private boolean saidWaiting;

  ProgressDisplay(PrintStream err, Style style, int width, LongSupplier nanoTime) {
    this.err = err;
    this.style = style;
    this.width = width;
    this.nanoTime = nanoTime;
  }

  static ProgressDisplay on(Terminal terminal, String choice) {
    Style style =
        switch (choice) {
          case "bar" -> Style.BAR;
          case "lines" -> Style.LINES;
          case "none" -> Style.NONE;
          default -> terminal.interactive() ? Style.BAR : Style.LINES;
        };
    return new ProgressDisplay(terminal.err(), style, terminal.width(), System::nanoTime);
  }

  @Override
  public synchronized void phase(String name, long itemsInPhase, long storedBytesInPhase) {
    endPhase();
    phase = name;
    totalItems = itemsInPhase;
    totalBytes = storedBytesInPhase;
    items = 0;
    bytes = 0;
    started = nanoTime.getAsLong();
    shown = started;
    if (style == Style.BAR) {
      draw();
    }
  }

  @Override
  public synchronized void read(long itemsSoFar, long storedBytesSoFar) {
    // several threads report; an older number may come last
    items = Math.max(items, itemsSoFar);
    bytes = Math.max(bytes, storedBytesSoFar);
    long now = nanoTime.getAsLong();
    if (style == Style.BAR && now - shown >= BAR_INTERVAL) {
      shown = now;
      draw();
    } else if (style == Style.LINES && now - shown >= LINE_INTERVAL) {
      shown = now;
      err.println(line(now));
    }
  }

  /** On a terminal says what is being waited for, until {@link #forgetNote}; elsewhere nothing. */
  synchronized void note(String text) {
    if (style == Style.BAR) {
      erase();
      err.print(text);
      err.flush();
      drawn = true;
    }
  }

  /** Says something once that stays, except where progress is not wanted. */
  synchronized void say(String text) {
    erase();
    if (style != Style.NONE) {
      err.println(text);
    }
  }

  /**
   * Says how it stands with something that goes on elsewhere: on a terminal in place of what was
   * said before, in lines once a minute.
   */
  synchronized void waiting(String text) {
    long now = nanoTime.getAsLong();
    if (style == Style.BAR) {
      note(text);
    } else if (style == Style.LINES && (!saidWaiting || now - shown >= WAITING_INTERVAL)) {
      shown = now;
      saidWaiting = true;
      err.println(text);
    }
  }

  synchronized void forgetNote() {
    erase();
  }

  /** Ends the last phase and leaves the line to whatever is printed next. */
  @Override
  public synchronized void close() {
    endPhase();
  }

  /** Takes the bar away without a closing line, so that an error message stands alone. */
  synchronized void abandon() {
    erase();
    phase = "";
  }

  /** The process ends: the bar gives way to a line that stays. */
  synchronized void stop(String text) {
    abandon();
    err.println(text);
  }

  private void endPhase() {
    erase();
    long now = nanoTime.getAsLong();
    boolean worthALine = items > 0 || totalItems > 0 || now - started >= SHORT_PHASE;
    if (!phase.isEmpty() && style != Style.NONE && worthALine) {
      err.println(summary(now));
    }
    phase = "";
  }

  private void draw() {
    erase();
    err.print(bar(nanoTime.getAsLong()));
    err.flush();
    drawn = true;
  }

  private void erase() {
    if (drawn) {
      err.print("\r" + " ".repeat(Math.max(0, width - 1)) + "\r");
      err.flush();
      drawn = false;
    }
  }

  /**
   * {@code Reading types [######----] 42% 420,000/1,000,000 items 31 MB/74 MB 85,000 items/s 7 s
   * left}.
   */
  private String bar(long now) {
    List<String> parts = new ArrayList<>();
    double share = share();
    if (share >= 0) {
      parts.add((int) Math.floor(share * 100) + "%");
    }
    parts.addAll(amounts(now));

    String head = phase + " ";
    StringBuilder text = new StringBuilder(head);
    int room = width - 1 - head.length();
    if (share >= 0) {
      int filled = (int) Math.floor(share * BAR_CELLS);
      text.append("█".repeat(filled)).append("░".repeat(BAR_CELLS - filled)).append(' ');
      room -= BAR_CELLS + 1;
    }
    // what does not fit is left out from the right, because a line that wraps cannot be drawn over
    for (String part : parts) {
      if (part.length() + 1 > room) {
        break;
      }
      text.append(' ').append(part);
      room -= part.length() + 1;
      if (room > 1) {
        text.append(' ');
        room--;
      }
    }
    String line = text.toString().stripTrailing();
    return line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
  }

  private String line(long now) {
    double share = share();
    return phase
        + ": "
        + (share < 0 ? "" : (int) Math.floor(share * 100) + "%, ")
        + String.join(", ", amounts(now));
  }

  private String summary(long now) {
    Duration took = Duration.ofNanos(now - started);
    StringBuilder text = new StringBuilder(phase);
    text.append(": ");
    if (countsNothing()) {
      return text.append(Quantities.time(took)).toString();
    }
    text.append(Quantities.count(items, "item"));
    if (bytes > 0) {
      text.append(", ").append(Quantities.bytes(bytes));
    }
    return text.append(" in ").append(Quantities.time(took)).toString();
  }

  private List<String> amounts(long now) {
    List<String> parts = new ArrayList<>();
    if (countsNothing()) {
      return parts;
    }
    parts.add(
        totalItems < 0
            ? Quantities.count(items, "item")
            : Quantities.count(items) + "/" + Quantities.count(totalItems) + " items");
    if (bytes > 0) {
      parts.add(
          Quantities.bytes(bytes) + (totalBytes < 0 ? "" : "/" + Quantities.bytes(totalBytes)));
    }
    long elapsed = now - started;
    if (elapsed >= EARLIEST_RATE && items > 0) {
      parts.add(Quantities.count((long) (items * 1e9 / elapsed)) + " items/s");
      double share = share();
      if (share > 0 && share < 1) {
        parts.add(
            Quantities.time(Duration.ofNanos((long) (elapsed / share * (1 - share)))) + " left");
      }
    }
    return parts;
  }

  private boolean countsNothing() {
    return items == 0 && totalItems <= 0;
  }

  /** Between 0 and 1, or negative if nobody knows. */
  private double share() {
    if (totalItems > 0) {
      return Math.min(1.0, (double) items / totalItems);
    }
    if (totalBytes > 0) {
      return Math.min(1.0, (double) bytes / totalBytes);
    }
    return -1;
  }
}
