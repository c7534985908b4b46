package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;

/**
 * Holds one reader to a rate: what a page has cost is known only afterwards, so it is paid then, by
 * waiting. One budget a thread.
 */
final class ReadBudget {
  // evens out pages that take longer than they cost
  private static final Duration CREDIT = Duration.ofMillis(500);
  private static final double NANOS = 1e9;

  private final double unitsPerSecond;
  private final Pauses pauses;
  private Instant paidUntil;

  /**
   * @param unitsPerSecond read units a second; infinite for no limit
   */
  ReadBudget(double unitsPerSecond, Pauses pauses) {
    if (!(unitsPerSecond > 0)) {
      throw new IllegalArgumentException("Not a rate: " + unitsPerSecond);
    }
    this.unitsPerSecond = unitsPerSecond;
    this.pauses = pauses;
  }

  double unitsPerSecond() {
    return unitsPerSecond;
  }

  /**
   * Waits until a request is paid.
   *
   * @param begun when it was sent
   * @throws InterruptedException if the thread is interrupted
   */
  void pay(double units, Instant begun) throws InterruptedException {
    if (Double.isInfinite(unitsPerSecond)) {
      return;
    }
    Instant credit = begun.minus(CREDIT);
    if (paidUntil == null) {
      paidUntil = begun;
    } else if (paidUntil.isBefore(credit)) {
      paidUntil = credit;
    }
    paidUntil = paidUntil.plusNanos((long) (units / unitsPerSecond * NANOS));
    Duration left = Duration.between(pauses.now(), paidUntil);
    if (left.compareTo(Duration.ZERO) > 0) {
      pauses.pause(left);
    }
  }
}
