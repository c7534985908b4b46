package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes calls: tries again for minutes where the SDK gives up after seconds, and turns what remains
 * into an {@link AwsFailureException}.
 */
final class ServiceCalls {
  /** How long a call is tried again while the service says that there are too many. */
  static final Duration THROTTLE_PATIENCE = Duration.ofMinutes(5);

  /** The same while something runs that has to be looked after, also for lost connections. */
  static final Duration WATCH_PATIENCE = Duration.ofMinutes(15);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final String region;
  private final Pauses pauses;
  private final Predicate<SdkException> busy;

  /**
   * @param region where messages say that it happened
   */
  ServiceCalls(String region, Pauses pauses) {
    this(region, pauses, e -> false);
  }

  /**
   * @param region where messages say that it happened
   * @param busy whether the service means, by what it calls otherwise, that there are too many
   *     calls
   */
  ServiceCalls(String region, Pauses pauses, Predicate<SdkException> busy) {
    this.region = region;
    this.pauses = pauses;
    this.busy = busy;
  }

  String region() {
    return region;
  }

  Pauses pauses() {
    return pauses;
  }

  /**
   * Calls, and is patient only with a service that is busy.
   *
   * @param action what follows "Cannot", such as {@code describe table orders}
   * @param permission the IAM action, such as {@code dynamodb:DescribeTable}
   * @throws AwsFailureException if it does not succeed
   */
  <T> T call(String action, String permission, Supplier<T> call) {
    return call(action, permission, THROTTLE_PATIENCE, false, call);
  }

  /** Calls, and is patient also with connections that break and a service that fails. */
  <T> T watch(String action, String permission, Supplier<T> call) {
    return call(action, permission, WATCH_PATIENCE, true, call);
  }

  private <T> T call(
      String action, String permission, Duration patience, boolean watching, Supplier<T> call) {
    Instant begin = pauses.now();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return call.get();
      } catch (SdkException e) {
        Duration tried = Duration.between(begin, pauses.now());
        boolean passing = isThrottled(e) || busy.test(e) || (watching && isPassing(e));
        if (!passing || tried.plus(pause).compareTo(patience) > 0) {
          throw AwsErrors.explained(action, permission, region, tried, e);
        }
      }
      try {
        pauses.pause(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AwsFailureException("Cannot " + action + ": interrupted", e);
      }
      pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  static boolean isThrottled(SdkException e) {
    return e instanceof AwsServiceException service && service.isThrottlingException();
  }

  /** True for what is over by itself: a lost connection, a failure inside of the service. */
  private static boolean isPassing(SdkException e) {
    if (e instanceof AwsServiceException service) {
      return service.statusCode() >= 500;
    }
    return e instanceof SdkClientException && AwsErrors.isConnection(e);
  }
}
