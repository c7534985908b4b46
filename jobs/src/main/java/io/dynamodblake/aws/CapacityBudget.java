package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;

/**
 * Holds one writer to a rate. A request is paid before it is sent, by waiting, with what it will
 * probably consume; what it has consumed is settled afterwards. One budget a thread.
 */
final class CapacityBudget {
  // what is left over while a slow answer is awaited may be caught up with, up to so much
  private static final Duration CREDIT = Duration.ofMillis(500);
  private static final double NANOS = 1e9;

  private final double unitsPerSecond;
  private final Pauses pauses;
  private Instant earned; // when everything taken so far is earned

  CapacityBudget(double unitsPerSecond, Pauses pauses) {
    if (!(unitsPerSecond > 0)) {
      throw new IllegalArgumentException("Not a rate: " + unitsPerSecond);
    }
    this.unitsPerSecond = unitsPerSecond;
    this.pauses = pauses;
    this.earned = pauses.now();
  }

  double unitsPerSecond() {
    return unitsPerSecond;
  }

  /**
   * Waits until a request may be sent.
   *
   * @param units what it will probably consume
   * @throws InterruptedException if the thread is interrupted
   */
  void take(double units) throws InterruptedException {
    Instant credit = pauses.now().minus(CREDIT);
    if (earned.isBefore(credit)) {
      earned = credit;
    }
    move(units);
    Duration left = Duration.between(pauses.now(), earned);
    if (left.compareTo(Duration.ZERO) > 0) {
      pauses.pause(left);
    }
  }

  /** Corrects what was taken for a request by what it has consumed. */
  void settle(double taken, double consumed) {
    move(consumed - taken);
  }

  private void move(double units) {
    earned = earned.plusNanos((long) (units / unitsPerSecond * NANOS));
  }
}
