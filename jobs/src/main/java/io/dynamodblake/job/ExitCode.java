package io.dynamodblake.job;

/** What a command tells the shell. The numbers are a contract with scripts and schedulers. */
enum ExitCode {
  DONE(0),
  INTERNAL_ERROR(1),
  WRONG_USAGE(2),
  EXPORT_DAMAGED(3),
  DATA_REFUSED(4),
  REMOTE_FAILED(5),
  DIFFERENT(6);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
