package io.dynamodblake.spark.stream;

import java.io.Serializable;
import java.time.Duration;

/**
 * How often a shard is read, and when it is taken to have no more for now.
 *
 * @param between time from one read of a shard to the next; a shard allows five reads a second, of
 *     all who read it
 * @param emptyPages so many empty pages in a row are the tip of a shard that is open. A few of them
 *     are not: the service also answers with one where it has come to no record within a call
 */
public record StreamPace(Duration between, int emptyPages) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Leaves a shard's other readers a read a second. */
  public static final StreamPace USUAL = new StreamPace(Duration.ofMillis(250), 20);
}
