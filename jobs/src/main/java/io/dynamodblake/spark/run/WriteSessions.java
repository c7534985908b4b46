package io.dynamodblake.spark.run;

import io.dynamodblake.io.hadoop.PlainLocalFileSystem;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Makes the Spark session that files are written in, so that the user's own keeps its settings.
 * Driver only.
 */
public final class WriteSessions {
  private static final Map<String, String> LOCAL_FILES =
      Map.of(
          "fs.file.impl",
          PlainLocalFileSystem.class.getName(),
          "fs.file.impl.disable.cache",
          "true");

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("spark.sql.sources.commitProtocolClass", LakeCommitProtocol.class.getName()),
          Map.entry("spark.sql.sources.partitionOverwriteMode", "STATIC"),
          // Athena's Hive tables know milliseconds; INT96 has no statistics and is misread by some
          Map.entry("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS"),
          // the proleptic Gregorian calendar, as every reader but old Hive has it
          Map.entry("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED"),
          Map.entry("spark.sql.parquet.writeLegacyFormat", "false"),
          Map.entry("spark.sql.parquet.fieldId.write.enabled", "false"),
          // we write none, but Spark 4.1 makes no schema without knowing
          Map.entry("spark.sql.parquet.variant.annotateLogicalType.enabled", "false"),
          Map.entry("spark.sql.parquet.compression.codec", "zstd"),
          Map.entry("spark.sql.adaptive.enabled", "true"),
          // a snapshot is complete because current.json names it; marker files would only be listed
          Map.entry("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false"),
          Map.entry("parquet.summary.metadata.level", "NONE"));

  private static final String S3A_FILE_SYSTEM = "org.apache.hadoop.fs.s3a.S3AFileSystem";
  private static final String S3A_COMMITTER_FACTORY =
      "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory";
  private static final String S3A_COMMITTER_NAME = "fs.s3a.committer.name";
  private static final String FACTORY_PREFIX = "mapreduce.outputcommitter.factory.scheme.";

  private WriteSessions() {}

  /**
   * Makes a copy of a session with what a write to this path needs; committers that the user chose
   * stay.
   */
  public static SparkSession forTarget(SparkSession user, String path) throws IOException {
    SparkSession session = ValueSessions.of(user);
    SETTINGS.forEach((key, value) -> session.conf().set(key, value));
    prepare(session, path);
    return session;
  }

  /**
   * Gives such a session what a write to a further path needs.
   *
   * @param session one that was made here
   */
  public static void prepare(SparkSession session, String path) throws IOException {
    Configuration configuration = session.sessionState().newHadoopConf();
    FileSystem files = new Path(path).getFileSystem(configuration);
    fileSystems(files.getUri().getScheme()).forEach((key, value) -> session.conf().set(key, value));
    if (isS3a(files)) {
      String scheme = files.getUri().getScheme();
      setIfDefault(session, configuration, FACTORY_PREFIX + scheme, S3A_COMMITTER_FACTORY);
      // the default of Hadoop is a rename, which S3 does not have
      setIfDefault(session, configuration, S3A_COMMITTER_NAME, "magic");
    }
  }

  /**
   * Returns the Hadoop settings with which files are written there.
   *
   * @param path whole path of where
   */
  public static Map<String, String> fileSystemsFor(String path) {
    return fileSystems(new Path(path).toUri().getScheme());
  }

  private static Map<String, String> fileSystems(String scheme) {
    return "file".equals(scheme) ? LOCAL_FILES : Map.of();
  }

  private static void setIfDefault(
      SparkSession session, Configuration configuration, String key, String value) {
    String[] sources = configuration.getPropertySources(key);
    boolean chosen =
        sources != null
            && Arrays.stream(sources).noneMatch(source -> source.endsWith("-default.xml"));
    if (configuration.get(key) == null || !chosen) {
      session.conf().set(key, value);
    }
  }

  /** By name, because hadoop-aws need not be there. */
  private static boolean isS3a(FileSystem files) {
    for (Class<?> type = files.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().equals(S3A_FILE_SYSTEM)) {
        return true;
      }
    }
    return false;
  }
}
