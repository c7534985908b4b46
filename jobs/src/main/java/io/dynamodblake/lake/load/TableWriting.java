package io.dynamodblake.lake.load;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.spark.run.JavaBytes;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDDLike;

/**
 * How a table is written.
 *
 * @param settings with the region
 * @param userAgent what the service's logs call us
 * @param table name or ARN, as the user has it
 * @param unitsPerSecond most write units a second, of all tasks together
 */
public record TableWriting(
    AwsSettings settings, String userAgent, String table, double unitsPerSecond)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  // a share that is smaller makes batches small
  private static final double SMALLEST_SHARE = 50;

  /** What one task writes. Shipped to executors. */
  interface Task<T> extends Serializable {
    /**
     * Writes all of it.
     *
     * @param clients for whoever has to read, too
     * @return what the service has acknowledged
     * @throws IOException if a file system fails
     */
    Written write(Iterator<T> own, WriteBatches batches, AwsClients clients) throws IOException;
  }

  /** How many tasks write: no more than run at a time, so that their shares make up the rate. */
  int tasks(int parallelism) {
    return (int) Math.max(1, Math.min(parallelism, Math.floor(unitsPerSecond / SMALLEST_SHARE)));
  }

  /**
   * Writes, each partition with an equal share of the rate.
   *
   * @param indexes how many the table has
   */
  <T> Written write(JavaRDDLike<T, ?> partitions, int indexes, Task<T> task) {
    double share = unitsPerSecond / partitions.getNumPartitions();
    return partitions
        .mapPartitions(
            own -> {
              try (AwsClients clients = new AwsClients(settings, userAgent)) {
                WriteBatches batches =
                    new WriteBatches(clients, Pauses.REAL, table, indexes, share);
                return List.of(JavaBytes.of(task.write(own, batches, clients))).iterator();
              }
            })
        .collect()
        .stream()
        .map(written -> JavaBytes.to(Written.class, written))
        .reduce(Written.NOTHING, Written::plus);
  }
}
