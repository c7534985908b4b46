package io.dynamodblake.lake;

import io.dynamodblake.conf.BuiltVersions;
import io.dynamodblake.conf.UsageException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.apache.spark.sql.SparkSession;

/**
 * Reads snapshots that Iceberg keeps. It is found as a service, because Iceberg's classes are there
 * only where Spark was started with them. Driver only.
 */
public interface IcebergReader {
  /** Returns how Iceberg's classes get to Spark, as the way out of messages. */
  static String wayOut() {
    return "start Spark with spark.jars.packages=%s, on EMR with the classification iceberg-defaults, on Glue with the data lake format iceberg"
        .formatted(BuiltVersions.of("iceberg"));
  }

  /**
   * Returns the reader.
   *
   * @throws UsageException if Spark was started without Iceberg
   */
  static IcebergReader find() {
    return find(IcebergReader.class.getClassLoader());
  }

  /** As {@link #find()}, by another class loader. */
  static IcebergReader find(ClassLoader classes) {
    try {
      // our own classes may load without Iceberg's, and fail in the middle of a run
      Class.forName("org.apache.iceberg.spark.SparkCatalog", false, classes);
      Iterator<IcebergReader> found = ServiceLoader.load(IcebergReader.class, classes).iterator();
      if (found.hasNext()) {
        return found.next();
      }
    } catch (ClassNotFoundException | ServiceConfigurationError | LinkageError e) {
      throw new UsageException(
          "Cannot use Iceberg: its classes are not on Spark's class path; " + wayOut(), e);
    }
    throw new UsageException(
        "Cannot use Iceberg: the job jar lacks its reader; build it again with mvn package");
  }

  /**
   * Lists the files of a snapshot, and looks whether they are there.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if the table, the snapshot or a file is
   *     gone
   */
  SnapshotContents contents(SparkSession session, LakeLayout layout, IcebergVersion version)
      throws IOException;

  /**
   * Lists the files of the snapshot that readers of the table see now, whose rows have to be those
   * of a snapshot of ours: it is that one, or what others have made of it without changing a row,
   * as a compaction does.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if somebody else has changed rows since
   */
  SnapshotContents head(SparkSession session, LakeLayout layout, IcebergVersion version)
      throws IOException;

  /**
   * Where the documents of a table lie by which a catalog knows it.
   *
   * @param current the one that readers begin with
   * @param previous the one before, if there is one
   */
  record Metadata(String current, Optional<String> previous) {}

  /**
   * Returns by which document readers of the table find the rows of a snapshot of ours, or what
   * others have made of them without changing a row.
   *
   * @throws io.dynamodblake.schema.DataRefusedException as {@link #head} does
   */
  Metadata metadata(SparkSession session, LakeLayout layout, IcebergVersion version)
      throws IOException;

  /** Returns the rows of a snapshot, with what tells where they lie. */
  PlacedRows rows(SparkSession session, LakeLayout layout, IcebergVersion version)
      throws IOException;
}
