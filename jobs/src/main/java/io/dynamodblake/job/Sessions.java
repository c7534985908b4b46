package io.dynamodblake.job;

import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Makes the Spark session of a command. What {@code spark-submit} or {@code spark-defaults.conf}
 * say stays, except where a lake table would come out wrong.
 */
final class Sessions {
  // Without these two, timestamps depend on the machine and Athena cannot read all of them.
  private static final Map<String, String> NEEDED =
      Map.of(
          "spark.sql.session.timeZone", "UTC",
          "spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS");

  private static final String EMR_FILE_SYSTEM = "com.amazon.ws.emr.hadoop.fs.EmrFileSystem";
  private static final String S3A_FILE_SYSTEM = "org.apache.hadoop.fs.s3a.S3AFileSystem";

  private Sessions() {}

  /** The session that exists, or a new one. */
  static SparkSession open(String command) {
    SparkSession session = existing().orElseGet(() -> create(command));
    NEEDED.forEach((key, value) -> session.conf().set(key, value));
    return session;
  }

  static boolean exists() {
    return existing().isPresent();
  }

  private static Optional<SparkSession> existing() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    // one whose context was stopped is still remembered
    return session.isDefined() && !session.get().sparkContext().isStopped()
        ? Optional.of(session.get())
        : Optional.empty();
  }

  private static SparkSession create(String command) {
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.app.name", "dynamodb-lake " + command);
    conf.setIfMissing("spark.master", "local[*]");
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
      // a laptop changes its name and address with its network, and Spark would look for itself
      // under the old one
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    findS3(conf);
    NEEDED.forEach(conf::set);
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** What file systems are opened with, without starting Spark if it has not started. */
  static Configuration hadoopConfiguration() {
    Optional<SparkSession> session = existing();
    if (session.isPresent()) {
      return session.get().sessionState().newHadoopConf();
    }
    SparkConf conf = new SparkConf();
    findS3(conf);
    return SparkHadoopUtil.get().newConfiguration(conf);
  }

  private static void findS3(SparkConf conf) {
    if (!isPresent(EMR_FILE_SYSTEM)) {
      // s3:// is what consoles and manifests say; outside EMR only s3a:// has an implementation
      conf.setIfMissing("spark.hadoop.fs.s3.impl", S3A_FILE_SYSTEM);
    }
  }

  private static boolean isPresent(String className) {
    try {
      Class.forName(className, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
