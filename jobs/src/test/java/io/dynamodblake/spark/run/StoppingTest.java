package io.dynamodblake.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoppingTest {
  private static Throwable around(Throwable cause) {
    return new IllegalStateException(new IOException("Cannot write", cause));
  }

  static Stream<Arguments> stops() {
    return Stream.of(
        Arguments.of(new InterruptedException(), "The run was interrupted"),
        Arguments.of(new ClosedByInterruptException(), "The run was interrupted"),
        Arguments.of(
            new SparkException("Job 3 cancelled part of cancelled job group cell-7"),
            "The Spark job was cancelled"),
        Arguments.of(
            new SparkException("[SPARK_JOB_CANCELLED] Job 12 cancelled  SQLSTATE: XXKDA"),
            "The Spark job was cancelled"),
        Arguments.of(
            new SparkException("Job 3 cancelled because SparkContext was shut down"),
            "The Spark session was stopped"),
        Arguments.of(
            new IllegalStateException("Cannot call methods on a stopped SparkContext.\nsee"),
            "The Spark session was stopped"));
  }

  @ParameterizedTest
  @MethodSource("stops")
  void whatWasToldToStopDidNotFail(Throwable stop, String reason) {
    assertThat(Stopping.reason(stop)).contains(reason);
    assertThat(Stopping.reason(around(stop))).contains(reason);
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new IOException("No space left on device"),
        new SparkException("Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times"),
        new SparkException("a value: Job 3 cancelled"),
        new IllegalStateException("Job 3 cancelled"),
        new java.net.SocketTimeoutException("Read timed out"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatFailedByItselfWasNotStopped(Throwable failure) {
    assertThat(Stopping.reason(around(failure))).isEmpty();
  }

  @Test
  void whatIsDoneAfterwardsIsNotInterruptedAndTheInterruptIsNotLost() {
    IllegalStateException failure = new IllegalStateException("stopped");
    boolean[] interrupted = {true};
    Thread.currentThread().interrupt();
    Stopping.afterwards(
        failure,
        () -> {
          interrupted[0] = Thread.currentThread().isInterrupted();
          throw new IOException("disk full");
        });
    assertThat(interrupted[0]).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.getSuppressed())
        .hasSize(1)
        .allMatch(e -> e.getMessage().equals("disk full"));
  }
}
