package io.dynamodblake.job;

import io.dynamodblake.conf.BuiltVersions;
import io.dynamodblake.job.text.Terminal;
import java.util.List;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.package$;

/** Versions of this program and of what it runs with. */
final class Versions {
  private Versions() {}

  /** Version of dynamodb-lake. */
  static String program() {
    return BuiltVersions.program();
  }

  static List<String> lines() {
    return List.of(
        Terminal.PROGRAM + " " + program(),
        "Spark "
            + package$.MODULE$.SPARK_VERSION()
            + " (built for "
            + BuiltVersions.of("spark")
            + ")",
        "Hadoop " + VersionInfo.getVersion() + " (built for " + BuiltVersions.of("hadoop") + ")",
        "Java " + Runtime.version() + ", " + System.getProperty("java.vendor"));
  }
}
