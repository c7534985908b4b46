package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for the end of something that goes on in DynamoDB whether anybody waits or not. */
final class Watch {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private Watch() {}

  /**
   * Asks until it is over.
   *
   * @param what such as {@code export of table orders}
   * @param resume how to wait for it again, such as {@code export --resume ARN}
   * @param seen hears each answer
   * @throws AwsFailureException if it takes longer than the limit, or this thread is interrupted
   */
  static <S> S until(
      Predicate<S> over,
      Supplier<S> ask,
      Pauses pauses,
      Duration limit,
      String what,
      String resume,
      Consumer<S> seen) {
    Instant end = pauses.now().plus(limit);
    Duration pause = FIRST_PAUSE;
    while (true) {
      S state = ask.get();
      seen.accept(state);
      if (over.test(state)) {
        return state;
      }
      Duration left = Duration.between(pauses.now(), end);
      if (left.isNegative() || left.isZero()) {
        throw new AwsFailureException(
            "Cannot wait any longer for the "
                + what
                + ": --timeout is over; it goes on in DynamoDB, wait for it again with "
                + resume);
      }
      try {
        pauses.pause(left.compareTo(pause) < 0 ? left : pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AwsFailureException(
            "Interrupted while waiting for the "
                + what
                + "; it goes on in DynamoDB, wait for it again with "
                + resume,
            e);
      }
      Duration longer = pause.multipliedBy(3).dividedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }
}
