package io.dynamodblake.job;

import java.util.Locale;
import java.util.Optional;

/**
 * How one thing was found that {@code doctor} has looked at.
 *
 * @param text what was found
 * @param remedy what to do about it, where the text does not say so
 */
record Diagnosis(Grade grade, String text, Optional<String> remedy) {
  /** Whether it is well. */
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

  static Diagnosis ok(String text) {
    return new Diagnosis(Grade.OK, text, Optional.empty());
  }

  static Diagnosis warn(String text, String remedy) {
    return new Diagnosis(Grade.WARN, text, Optional.of(remedy));
  }

  static Diagnosis fail(String text, String remedy) {
    return new Diagnosis(Grade.FAIL, text, Optional.of(remedy));
  }
}
