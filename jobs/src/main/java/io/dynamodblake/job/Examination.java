package io.dynamodblake.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  /** How something was found. */
  enum Grade {
    OK,
    WARN,
    FAIL,
    /** It was not looked at, because something before it failed. */
    SKIPPED;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What one look says. */
  record Outcome(Grade grade, String text, Optional<String> remedy) {
    static Outcome ok(String text) {
      return new Outcome(Grade.OK, text, Optional.empty());
    }

    static Outcome warn(String text, String remedy) {
      return new Outcome(Grade.WARN, text, Optional.of(remedy));
    }

    static Outcome fail(String text, String remedy) {
      return new Outcome(Grade.FAIL, text, Optional.of(remedy));
    }
  }

  /**
   * What was looked at, and what that says.
   *
   * @param check its name
   * @param remote whether it is a service, and not this machine
   */
  record Finding(String check, boolean remote, Outcome outcome) {
    boolean isFailure() {
      return outcome.grade() == Grade.FAIL;
    }
  }

  /** One look. What it throws is said as of any command. */
  @FunctionalInterface
  interface Check {
    Outcome look() throws Exception;
  }

  /** Looks at something of this machine. */
  void local(String name, Check check) {
    add(new Finding(name, false, outcome(check, Grade.FAIL)));
  }

  /**
   * Looks at something of a service.
   *
   * @param needed whether it is a failure if the service does not answer, or refuses; otherwise it
   *     is a warning
   * @return whether it is well enough for what depends on it
   */
  boolean remote(String name, boolean needed, Check check) {
    Outcome outcome = outcome(check, needed ? Grade.FAIL : Grade.WARN);
    add(new Finding(name, true, outcome));
    return outcome.grade() == Grade.OK;
  }

  /** Writes down what is not looked at. */
  void skip(String name, String because) {
    add(new Finding(name, true, new Outcome(Grade.SKIPPED, because, Optional.empty())));
  }

  private void add(Finding finding) {
    findings.add(finding);
  }

  /** What was found, in its order. */
  List<Finding> findings() {
    return List.copyOf(findings);
  }

  private Outcome outcome(Check check, Grade worst) {
    FutureTask<Outcome> task = new FutureTask<>(check::look);
    Thread thread = new Thread(task, "dynamodb-lake-doctor");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return new Outcome(worst, Failure.of(e.getCause()).message(), Optional.empty());
    } catch (TimeoutException e) {
      task.cancel(true);
      return new Outcome(
          worst,
          "no answer within %d seconds".formatted(patience.toSeconds()),
          Optional.of(
              "look at the network, its proxy and --endpoint-url, or give it longer with --timeout"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(worst, "interrupted", Optional.empty());
    }
  }
}
