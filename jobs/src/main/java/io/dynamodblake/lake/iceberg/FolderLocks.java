package io.dynamodblake.lake.iceberg;

import io.dynamodblake.io.hadoop.WriterLock;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.LockManager;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one writer at a time make the next metadata of a table that is a folder: without it two
 * processes could both find that a version is not there yet, and the second would write over the
 * first. Iceberg makes it by its name.
 */
public final class FolderLocks implements LockManager {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLocks.class);

  private final Map<String, WriterLock> held = new ConcurrentHashMap<>();

  @Override
  public void initialize(Map<String, String> properties) {
    // there is nothing to be told
  }

  @Override
  public boolean acquire(String entity, String owner) {
    try {
      held.put(entity + owner, WriterLock.acquire(configuration(), lock(entity)));
      return true;
    } catch (IOException e) {
      LOG.warn("Cannot lock the table of Iceberg for {}", entity, e);
      return false;
    }
  }

  private static Configuration configuration() {
    return SparkSession.active().sessionState().newHadoopConf();
  }

  /** One for all versions. */
  private static String lock(String entity) {
    return entity.substring(0, entity.lastIndexOf('/') + 1) + "version";
  }

  @Override
  public boolean release(String entity, String owner) {
    WriterLock lock = held.remove(entity + owner);
    if (lock == null) {
      return false;
    }
    try {
      lock.close();
      return true;
    } catch (IOException e) {
      LOG.warn("Cannot unlock the table of Iceberg for {}", entity, e);
      return false;
    }
  }

  @Override
  public void close() {
    // locks end with those who hold them
  }
}
