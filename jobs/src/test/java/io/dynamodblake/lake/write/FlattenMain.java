package io.dynamodblake.lake.write;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.RunReport;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Flattens in a process of its own; stops where it is told, so that it can be killed there. */
public final class FlattenMain {
  /** System property with for how long it stops; without it for ever. */
  static final String MILLIS = "stopped.millis";

  private FlattenMain() {}

  /**
   * Arguments: export, lake, and {@code none}, or the phase in which to stop; then a file of rules,
   * if there is one.
   */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    FlattenOptions.Builder options =
        FlattenOptions.builder(arguments[0], arguments[1], "orders")
            .withTargetFileBytes(1 << 20)
            .partitionedBy(arguments[2].equals("none") ? List.of("bucket(3,pk)") : List.of())
            .quarantiningAtMost(10);
    if (arguments.length > 3) {
      options.withEntities(arguments[3]);
    }
    RunReport report = new Flatten(spark, options.build()).run(new StopInPhase(arguments[2]));
    System.out.println(report.toJson());
    spark.stop();
  }

  private static final class StopInPhase implements ReadProgress {
    private final String phase;
    private String current = "";

    StopInPhase(String phase) {
      this.phase = phase;
    }

    @Override
    public void phase(String name, long totalItems, long totalStoredBytes) {
      current = name;
      if (name.equals(phase) && !name.equals("Writing")) {
        stop();
      }
    }

    @Override
    public void read(long items, long storedBytes) {
      if (current.equals(phase) && items > 0) {
        stop();
      }
    }

    private void stop() {
      System.out.println("stopped in " + phase);
      System.out.flush();
      try {
        Thread.sleep(Long.getLong(MILLIS, Long.MAX_VALUE));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
