package io.dynamodblake.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The local Spark of the tests: two cores, one session for each JVM of the test run.
 *
 * <p>A test that changes settings, temporary views or the current database takes a {@link
 * #newSession}, which shares the running Spark and nothing else.
 */
public final class SparkTest {

  private SparkTest() {}

  /** The shared session. Its settings are those of a lake table: UTC, milliseconds in Parquet. */
  public static SparkSession session() {
    return Holder.SESSION;
  }

  /** A session with settings and views of its own on the shared Spark. */
  public static SparkSession newSession() {
    return Holder.SESSION.newSession();
  }

  private static final class Holder {
    private static final SparkSession SESSION = started();

    private static SparkSession started() {
      return SparkSession.builder()
          .appName("dynamodb-lake tests")
          .master("local[2]")
          .config("spark.ui.enabled", false)
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.warehouse.dir", warehouse().toString())
          .config("spark.sql.session.timeZone", "UTC")
          .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
          .config("spark.sql.shuffle.partitions", 2)
          .getOrCreate();
    }

    /** Tests run in several JVMs at a time. */
    private static Path warehouse() {
      try {
        return Files.createTempDirectory("spark-warehouse");
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot make a folder for tables of Spark", e);
      }
    }
  }
}
