package io.dynamodblake.spark.run;

import io.dynamodblake.spark.convert.SparkLine;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Makes the Spark session that values are read and compared in: what values and expressions mean
 * there does not depend on how somebody has configured their own. Driver only.
 */
public final class ValueSessions {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.session.timeZone",
          "UTC",
          "spark.sql.ansi.enabled",
          "false",
          // 007 in the name of a folder is no number
          "spark.sql.sources.partitionColumnTypeInference.enabled",
          "false");

  private ValueSessions() {}

  /** Returns a copy of a session with these settings; the session itself stays as it is. */
  public static SparkSession of(SparkSession user) {
    SparkSession session = SparkLine.cloned(user);
    SETTINGS.forEach((key, value) -> session.conf().set(key, value));
    return session;
  }
}
