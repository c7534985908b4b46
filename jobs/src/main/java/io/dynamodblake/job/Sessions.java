package io.dynamodblake.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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

  static final String EMR_FILE_SYSTEM = "com.amazon.ws.emr.hadoop.fs.EmrFileSystem";
  static final String S3A_FILE_SYSTEM = "org.apache.hadoop.fs.s3a.S3AFileSystem";

  private static final String CATALOG = "spark.sql.catalogImplementation";
  private static final String HIVE = "hive";
  private static final String WAREHOUSE = "spark.sql.warehouse.dir";
  private static final String HIVE_SESSION = "org.apache.spark.sql.hive.HiveSessionStateBuilder";
  private static final String HIVE_CONF = "org.apache.hadoop.hive.conf.HiveConf";

  // where it is, or whose it is: Glue has a class of its own
  private static final List<String> METASTORE_SETTINGS =
      List.of(
          "hive.metastore.uris",
          "hive.metastore.client.factory.class",
          "hive.imetastoreclient.factory.class",
          "javax.jdo.option.ConnectionURL");

  private Sessions() {}

  /** The session that exists, or a new one. */
  static SparkSession open(String command) {
    return opened(() -> create(conf(command)));
  }

  /**
   * The session that exists, or a new one that knows the tables of Hive's metastore, which may be
   * Glue, if one is configured and Spark has its classes. Without a configured one Hive would make
   * a database in the working directory, so then there is only Spark's own catalog.
   */
  static SparkSession openWithCatalog(String command) {
    return opened(
        () -> {
          SparkConf conf = conf(command);
          if (isPresent(HIVE_SESSION) && isPresent(HIVE_CONF) && hasMetastore(conf)) {
            conf.setIfMissing(CATALOG, HIVE);
          }
          if (!conf.get(CATALOG, "").equals(HIVE) && !conf.contains(WAREHOUSE)) {
            // Spark's own catalog makes the folder of its tables when it is first asked
            conf.set(WAREHOUSE, temporaryFolder());
          }
          return create(conf);
        });
  }

  private static String temporaryFolder() {
    try {
      Path folder = Files.createTempDirectory("dynamodb-lake-warehouse");
      folder.toFile().deleteOnExit();
      return folder.toUri().toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  /** By Spark's settings, or by a {@code hive-site.xml} on the class path, as Spark reads them. */
  private static boolean hasMetastore(SparkConf conf) {
    Configuration configuration = new Configuration(SparkHadoopUtil.get().newConfiguration(conf));
    URL site = Thread.currentThread().getContextClassLoader().getResource("hive-site.xml");
    if (site != null) {
      configuration.addResource(site);
    }
    return METASTORE_SETTINGS.stream()
        .anyMatch(key -> !configuration.getTrimmed(key, "").isEmpty());
  }

  private static SparkSession opened(Supplier<SparkSession> creating) {
    SparkSession session = existing().orElseGet(creating);
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

  private static SparkConf conf(String command) {
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
    return conf;
  }

  private static SparkSession create(SparkConf conf) {
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

  static boolean isPresent(String className) {
    try {
      Class.forName(className, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
