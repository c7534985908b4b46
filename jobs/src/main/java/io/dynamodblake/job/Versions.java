package io.dynamodblake.job;

import io.dynamodblake.conf.BuiltVersions;
import io.dynamodblake.job.text.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import org.apache.hadoop.util.VersionInfo;

/** Versions of this program and of what it runs with. */
final class Versions {
  private Versions() {}

  /** Version of dynamodb-lake. */
  static String program() {
    return BuiltVersions.program();
  }

  /** What Spark says of itself, without its classes, which take seconds. */
  static String spark() {
    Properties properties = new Properties();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream file = loader.getResourceAsStream("spark-version-info.properties")) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException e) {
      return "of an unknown version";
    }
    return properties.getProperty("version", "of an unknown version");
  }

  static List<String> lines() {
    return List.of(
        Terminal.PROGRAM + " " + program(),
        "Spark " + spark() + " (built for " + BuiltVersions.of("spark") + ")",
        "Hadoop " + VersionInfo.getVersion() + " (built for " + BuiltVersions.of("hadoop") + ")",
        "Java " + Runtime.version() + ", " + System.getProperty("java.vendor"));
  }
}
