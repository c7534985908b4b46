package io.dynamodblake.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.package$;

/** Versions of this program and of what it runs with. */
final class Versions {
  private static final String RESOURCE = "version.properties";

  private Versions() {}

  /** Version of dynamodb-lake. */
  static String program() {
    return built("version");
  }

  static List<String> lines() {
    return List.of(
        CommandLines.PROGRAM + " " + program(),
        "Spark " + package$.MODULE$.SPARK_VERSION() + " (built for " + built("spark") + ")",
        "Hadoop " + VersionInfo.getVersion() + " (built for " + built("hadoop") + ")",
        "Java " + Runtime.version() + ", " + System.getProperty("java.vendor"));
  }

  private static String built(String key) {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty(key);
  }
}
