package io.dynamodblake.testing;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The local Spark of the tests: two cores, one session for the whole test run.
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
    private static final Path TARGET = BuildFolder.PATH;

    private static final SparkSession SESSION =
        SparkSession.builder()
            .appName("dynamodb-lake tests")
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", TARGET.resolve("spark-warehouse").toString())
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
  }
}
