package io.dynamodblake.spark.run;

/** Whether this process was told to end, as by Ctrl-C: what fails then did not fail by itself. */
public final class Stopping {
  /** What a report says of a run that came to its end in this way. */
  public static final String REASON = "The process was told to stop";

  private Stopping() {}

  /** Returns true from the moment on in which the process was told. */
  public static boolean begun() {
    Thread probe = new Thread(() -> {}, "stopping");
    try {
      // the only question that the machine answers the same for signals and for exits
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
