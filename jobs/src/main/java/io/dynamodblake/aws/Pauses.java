package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;

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
}
