package io.dynamodblake.spark.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The account of a run that read a stream.
 *
 * @param export the folder that was written; empty where there was nothing to write, as in a first
 *     run that begins with the present
 * @param coveredFrom every change from then on
 * @param coveredTo and before then was read
 * @param missingFrom where the table has another stream than before: up to when the earlier one was
 *     read; what was changed from then on and before {@code coveredFrom} is in neither
 * @param shards how many the stream has
 * @param shardsRead how many of them were read by this run
 * @param shardsEnded how many of them are read to their end
 * @param expired removes of items whose time to live had passed, which are among the removes
 * @param pages how many were read, empty ones too: each is a request
 */
public record StreamReport(
    String runId,
    Optional<String> export,
    String tableArn,
    String streamArn,
    String view,
    Instant coveredFrom,
    Instant coveredTo,
    Optional<Instant> missingFrom,
    Instant startedAt,
    Instant finishedAt,
    int shards,
    int shardsRead,
    int shardsEnded,
    int tasks,
    long inserts,
    long modifies,
    long removes,
    long expired,
    long pages,
    int files,
    long storedBytes) {
  private static final Envelope ENVELOPE = new Envelope("stream-report", 1);

  /** Returns how many changes were written. */
  public long records() {
    return inserts + modifies + removes;
  }

  /** Returns how long the run took. */
  public Duration elapsed() {
    return Duration.between(startedAt, finishedAt);
  }

  public String toJson() {
    ObjectNode tree =
        ENVELOPE.begin(
            new Envelope.Run(
                runId, "stream", "done", Optional.empty(), startedAt, Optional.of(finishedAt)));
    JsonDocuments.put(tree, "export", export);
    tree.put("tableArn", tableArn);
    tree.put("streamArn", streamArn);
    tree.put("view", view);
    tree.put("coveredFrom", coveredFrom.toString());
    tree.put("coveredTo", coveredTo.toString());
    JsonDocuments.putInstant(tree, "missingFrom", missingFrom);
    tree.put("shards", shards);
    tree.put("shardsRead", shardsRead);
    tree.put("shardsEnded", shardsEnded);
    tree.put("tasks", tasks);
    tree.put("records", records());
    tree.put("inserts", inserts);
    tree.put("modifies", modifies);
    tree.put("removes", removes);
    tree.put("expired", expired);
    tree.put("pages", pages);
    tree.put("files", files);
    tree.put("storedBytes", storedBytes);
    tree.put("seconds", elapsed().toMillis() / 1000.0);
    return JsonDocuments.print(tree);
  }
}
