package io.dynamodblake.lake.write;

import io.dynamodblake.export.ReadProgress;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Applies changes in a process of its own, which can be killed. */
public final class ApplyMain {
  private ApplyMain() {}

  /** Arguments: changes, lake. */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    ApplyOptions options = ApplyOptions.builder(List.of(arguments[0]), arguments[1]).build();
    System.out.println(new Apply(spark, options).run(ReadProgress.NONE).toJson());
    spark.stop();
  }
}
