package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An export to be started.
 *
 * @param prefix without slashes around it; empty for none
 * @param at the instant of a full export; empty is now
 * @param from first instant of an incremental export; empty for a full one
 * @param until the instant after the last one of an incremental export
 */
public record ExportOrder(
    String bucket,
    String prefix,
    Optional<String> bucketOwner,
    Optional<String> kmsKey,
    boolean ion,
    Optional<Instant> at,
    Optional<Instant> from,
    Optional<Instant> until,
    boolean newImagesOnly,
    String clientToken) {
  /** Shortest incremental export. */
  public static final Duration SHORTEST = Duration.ofMinutes(15);

  /** Longest incremental export. */
  public static final Duration LONGEST = Duration.ofHours(24);

  /** Gives the same order for an incremental export that begins there. */
  public ExportOrder beginningAt(Instant time) {
    return with(at, Optional.of(time), until);
  }

  /** Gives the same order for what changed in a window. */
  public ExportOrder over(Window window, String token) {
    ExportOrder order = with(at, Optional.of(window.from()), Optional.of(window.until()));
    return new ExportOrder(
        order.bucket,
        order.prefix,
        order.bucketOwner,
        order.kmsKey,
        order.ion,
        order.at,
        order.from,
        order.until,
        order.newImagesOnly,
        token);
  }

  /** A time from its first instant to the one after its last. */
  public record Window(Instant from, Instant until) {}

  /**
   * Divides a time into windows that DynamoDB takes, each of which begins where the one before
   * ends: none is longer than a day, and none shorter than a quarter of an hour.
   *
   * @return none if the whole is shorter than that
   */
  public static List<Window> windows(Instant from, Instant until) {
    List<Window> windows = new ArrayList<>();
    Instant begin = from;
    while (Duration.between(begin, until).compareTo(LONGEST) > 0) {
      Instant end = begin.plus(LONGEST);
      if (Duration.between(end, until).compareTo(SHORTEST) < 0) {
        end = until.minus(SHORTEST);
      }
      windows.add(new Window(begin, end));
      begin = end;
    }
    if (Duration.between(begin, until).compareTo(SHORTEST) >= 0) {
      windows.add(new Window(begin, until));
    }
    return windows;
  }

  /**
   * Completes the order and checks its times.
   *
   * @param window from when to when the table can be exported
   * @return the order with whole seconds, and an end if it is incremental
   * @throws UsageException if DynamoDB would refuse its times
   */
  public ExportOrder checked(PitrWindow window) {
    Optional<Instant> instant = at.map(ExportOrder::seconds);
    Optional<Instant> begin = from.map(ExportOrder::seconds);
    Optional<Instant> end = until.map(ExportOrder::seconds);
    instant.ifPresent(time -> requireIn(window, "--at", time));
    if (begin.isPresent()) {
      requireIn(window, "--from", begin.get());
      Instant latest = seconds(window.latest());
      Instant longest = begin.get().plus(LONGEST);
      end = end.or(() -> Optional.of(longest.isBefore(latest) ? longest : latest));
      requireIn(window, "--to", end.get());
      Duration length = Duration.between(begin.get(), end.get());
      if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
        throw new UsageException(
            "Cannot export what changed from %s to %s: DynamoDB takes windows from 15 minutes to 24 hours"
                .formatted(begin.get(), end.get()));
      }
    }
    return with(instant, begin, end);
  }

  private static void requireIn(PitrWindow window, String option, Instant time) {
    // a table whose recovery was switched on within this second begins after it
    Instant earliest = seconds(window.earliest());
    if (time.isBefore(earliest) || time.isAfter(window.latest())) {
      throw new UsageException(
          "Cannot use %s %s: point-in-time recovery of the table reaches from %s to %s"
              .formatted(option, time, earliest, seconds(window.latest())));
    }
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private ExportOrder with(
      Optional<Instant> newAt, Optional<Instant> newFrom, Optional<Instant> newUntil) {
    return new ExportOrder(
        bucket,
        prefix,
        bucketOwner,
        kmsKey,
        ion,
        newAt,
        newFrom,
        newUntil,
        newImagesOnly,
        clientToken);
  }
}
