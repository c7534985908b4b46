package io.dynamodblake.job;

import java.util.Locale;

/** What a command tells the shell. The numbers are a contract with scripts and schedulers. */
enum ExitCode {
  DONE(0, "done", ""),
  INTERNAL_ERROR(
      1,
      "internal error",
      "Where the error names no way out, run again with --stacktrace and report what it prints"),
  WRONG_USAGE(
      2, "wrong usage", "Correct what the error names; --help and docs/options.md describe it"),
  EXPORT_DAMAGED(
      3,
      "the export is damaged or incomplete",
      "Wait until the export is complete, or copy or export it again"),
  DATA_REFUSED(
      4,
      "data refused",
      "Correct the data that the error describes, or the option that refuses it"),
  REMOTE_FAILED(
      5, "a remote service failed", "Do what the error says, then run the same command again"),
  DIFFERENT(
      6, "compare found differences", "The output of the run says where; more of it with --show");

  /**
   * What the shell is told of a command that was stopped, whoever did it: that of Ctrl-C, 128 and
   * the number of its signal. No code of ours, as the process mostly ends with the signal's.
   */
  static final int STOPPED = 130;

  private final int number;
  private final String meaning;
  private final String wayOut;

  ExitCode(int number, String meaning, String wayOut) {
    this.number = number;
    this.meaning = meaning;
    this.wayOut = wayOut;
  }

  int number() {
    return number;
  }

  /** In words, as in {@code --help}. */
  String meaning() {
    return meaning;
  }

  /** How to go on, for those who only hear of it. */
  String wayOut() {
    return wayOut;
  }

  /** The word in documents. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
