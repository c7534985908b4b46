package io.dynamodblake.spark.scan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The account of a scan that came to its end.
 *
 * @param runId of this run
 * @param folder the export that was written
 * @param beganAt when the first run of it started
 * @param startedAt when this run did
 * @param segments all of them
 * @param segmentsBefore those that earlier runs had read
 * @param readUnits what the service says was consumed, by all runs
 * @param readUnitsNow the same by this run alone
 * @param elapsed of this run
 * @param cap read units a second of all tasks; empty if there was none
 */
public record ScanReport(
    String runId,
    String folder,
    String tableArn,
    Instant beganAt,
    Instant startedAt,
    Instant finishedAt,
    boolean consistent,
    boolean partial,
    int segments,
    int segmentsBefore,
    int tasks,
    long items,
    long pages,
    long storedBytes,
    double readUnits,
    double readUnitsNow,
    Duration elapsed,
    OptionalDouble cap) {
  private static final Envelope ENVELOPE = new Envelope("scan-report", 2);

  /** Returns the read units a second of this run, on average. */
  public double meanReadUnits() {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds > 0 ? readUnitsNow / seconds : 0;
  }

  public String toJson() {
    ObjectNode tree =
        ENVELOPE.begin(
            new Envelope.Run(
                runId, "scan", "done", Optional.empty(), startedAt, Optional.of(finishedAt)));
    tree.put("export", folder);
    tree.put("tableArn", tableArn);
    tree.put("beganAt", beganAt.toString());
    tree.put("consistent", consistent);
    tree.put("partial", partial);
    tree.put("segments", segments);
    tree.put("segmentsOfEarlierRuns", segmentsBefore);
    tree.put("tasks", tasks);
    tree.put("items", items);
    tree.put("pages", pages);
    tree.put("storedBytes", storedBytes);
    tree.put("consumedReadUnits", readUnits);
    tree.put("consumedReadUnitsOfThisRun", readUnitsNow);
    tree.put("seconds", elapsed.toMillis() / 1000.0);
    tree.put("meanReadUnitsPerSecond", meanReadUnits());
    cap.ifPresent(units -> tree.put("maxReadUnitsPerSecond", units));
    return JsonDocuments.print(tree);
  }
}
