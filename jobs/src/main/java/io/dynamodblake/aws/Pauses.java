package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** The time, and waiting for it to pass; tests have one in which nobody waits. */
public interface Pauses {
  /** Those of this machine. */
  Pauses REAL =
      new Pauses() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
          Thread.sleep(duration.toMillis());
        }
      };

  Instant now();

  /**
   * Waits.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  void pause(Duration duration) throws InterruptedException;

  /**
   * Returns these pauses with random lengths, so that tasks that were throttled together do not
   * return together.
   */
  default Pauses jittered() {
    Pauses exact = this;
    return new Pauses() {
      @Override
      public Instant now() {
        return exact.now();
      }

      @Override
      public void pause(Duration duration) throws InterruptedException {
        double part = ThreadLocalRandom.current().nextDouble(0.5, 1);
        exact.pause(Duration.ofNanos((long) (duration.toNanos() * part)));
      }
    };
  }
}
