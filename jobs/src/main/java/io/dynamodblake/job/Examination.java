package io.dynamodblake.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at one thing after the other and writes down how it was found. None takes longer than is
 * allowed, and none keeps the others from being looked at.
 */
final class Examination {
  private final Duration patience;
  private final List<Finding> findings = new ArrayList<>();

  Examination(Duration patience) {
    this.patience = patience;
  }

  /**
   * What was looked at, and what that says.
   *
   * @param check its name
   * @param remote whether it is a service, and not this machine
   */
  record Finding(String check, boolean remote, Diagnosis outcome) {
    boolean isFailure() {
      return outcome.grade() == Diagnosis.Grade.FAIL;
    }
  }

  /** One look. What it throws is said as of any command. */
  @FunctionalInterface
  interface Check {
    Diagnosis look() throws Exception;
  }

  /** Looks at something of this machine. */
  void local(String name, Check check) {
    add(new Finding(name, false, outcome(check, Diagnosis.Grade.FAIL)));
  }

  /**
   * Looks at something of a service.
   *
   * @param needed whether it is a failure if the service does not answer, or refuses; otherwise it
   *     is a warning
   * @return whether it is well enough for what depends on it
   */
  boolean remote(String name, boolean needed, Check check) {
    Diagnosis outcome = outcome(check, needed ? Diagnosis.Grade.FAIL : Diagnosis.Grade.WARN);
    add(new Finding(name, true, outcome));
    return outcome.grade() == Diagnosis.Grade.OK;
  }

  /** Writes down what is not looked at. */
  void skip(String name, String because) {
    add(new Finding(name, true, new Diagnosis(Diagnosis.Grade.SKIPPED, because, Optional.empty())));
  }

  private void add(Finding finding) {
    findings.add(finding);
  }

  /** What was found, in its order. */
  List<Finding> findings() {
    return List.copyOf(findings);
  }

  private Diagnosis outcome(Check check, Diagnosis.Grade worst) {
    FutureTask<Diagnosis> task = new FutureTask<>(check::look);
    Thread thread = new Thread(task, "dynamodb-lake-doctor");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return new Diagnosis(worst, Failure.of(e.getCause()).message(), Optional.empty());
    } catch (TimeoutException e) {
      task.cancel(true);
      return new Diagnosis(
          worst,
          "no answer within %d seconds".formatted(patience.toSeconds()),
          Optional.of(
              "look at the network, its proxy and --endpoint-url, or give it longer with --timeout"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Diagnosis(worst, "interrupted", Optional.empty());
    }
  }
}
