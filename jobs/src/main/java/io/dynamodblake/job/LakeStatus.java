package io.dynamodblake.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.aws.ExportOrder;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LedgerEntry;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a lake table stands, or several that are published together: by what they say of themselves,
 * without a look at their data.
 *
 * @param root its folder
 * @param lake what readers see; empty where that cannot be told
 * @param lastRun the last run that wrote a report there
 * @param fault why readers cannot rely on it; empty if nothing is known against it
 */
record LakeStatus(
    String root, Optional<Lake> lake, Optional<LastRun> lastRun, Optional<String> fault) {
  /** How far point-in-time recovery reaches back at most, and with it the begin of a window. */
  private static final Duration REACH = Duration.ofDays(35);

  private static final String REPORT = ".json";

  /**
   * A run, by its report.
   *
   * @param status how far it came, in its own word; {@code running} also of one that was killed
   * @param error why it failed
   */
  record LastRun(
      String runId,
      String command,
      String status,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt,
      Optional<String> error) {

    /** When it ended, or began if it has not. */
    Optional<Instant> time() {
      return finishedAt.or(this::startedAt);
    }
  }

  /**
   * The changes that a table lacks, of one that is kept by incremental exports.
   *
   * @param from where the next one has to begin
   * @param windows exports that DynamoDB has to make until now; 0 if less than the shortest one has
   *     passed
   * @param until where the first of them may end
   * @param reachableUntil when point-in-time recovery loses the begin, at the latest
   */
  record Next(Instant from, int windows, Instant until, Instant reachableUntil) {}

  /** Of a table that is opened. */
  static LakeStatus of(LakeFiles files, Lake lake) throws IOException {
    String root = lake.isPart() ? lake.one().layout().root() : lake.layout().root();
    for (Lake.Table table : lake.tables()) {
      String snapshot = table.layout().root() + "/" + table.current().snapshot().path();
      if (!files.exists(LakeLayout.snapshotSchema(snapshot))) {
        return new LakeStatus(
            root,
            Optional.of(lake),
            lastRun(files, lake.layout()),
            Optional.of(
                "Cannot read the current snapshot: it is gone, %s; bring it back, or publish anew with flatten"
                    .formatted(snapshot)));
      }
    }
    return new LakeStatus(root, Optional.of(lake), lastRun(files, lake.layout()), Optional.empty());
  }

  /** Of a folder in which runs have left something, and none has published. */
  static LakeStatus unpublished(LakeFiles files, LakeLayout layout) throws IOException {
    return new LakeStatus(
        layout.root(),
        Optional.empty(),
        lastRun(files, layout),
        Optional.of(
            "Cannot open lake table: there is no %s; no run has published yet, or it was deleted: run flatten, or bring it back"
                .formatted(layout.current())));
  }

  /** Of one that cannot be looked at. */
  static LakeStatus broken(String root, String fault) {
    return new LakeStatus(root, Optional.empty(), Optional.empty(), Optional.of(fault));
  }

  private static Optional<LastRun> lastRun(LakeFiles files, LakeLayout layout) throws IOException {
    Optional<String> last =
        files.childNames(layout.runs()).stream()
            .filter(name -> name.endsWith(REPORT) && !LakeFiles.isTemporary(name))
            // they begin with the time of the run's start
            .max(Comparator.naturalOrder());
    if (last.isEmpty()) {
      return Optional.empty();
    }
    String id = last.get().substring(0, last.get().length() - REPORT.length());
    return files
        .read(layout.runReport(id))
        .flatMap(JsonDocuments::parseObject)
        .map(
            report ->
                new LastRun(
                    id,
                    report.path("command").asText(),
                    report.path("status").asText(),
                    instant(report, "startedAt"),
                    instant(report, "finishedAt"),
                    JsonDocuments.text(report, "error")));
  }

  private static Optional<Instant> instant(JsonNode report, String key) {
    try {
      return JsonDocuments.text(report, key).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty(); // edited by other hands
    }
  }

  /** What readers see; of several tables as if they were one. */
  Optional<CurrentPointer> current() {
    return lake.map(
        found ->
            found.isOfEntities() && !found.isPart()
                ? found.pointer().together()
                : found.one().current());
  }

  /** The tables that are published together here; none if there is one that is published alone. */
  List<Lake.Table> entities() {
    return lake.filter(found -> found.isOfEntities() && !found.isPart())
        .map(Lake::tables)
        .orElse(List.of());
  }

  /** The moment that it shows. */
  Optional<Instant> time() {
    return current().flatMap(pointer -> pointer.facts().time());
  }

  /** Whether it is not known to be younger. */
  boolean isOlder(Duration age, Instant now) {
    return fault.isEmpty() && isOlder(time(), age, now);
  }

  /** Whether a moment is not known to be younger. */
  static boolean isOlder(Optional<Instant> time, Duration age, Instant now) {
    return time.map(known -> known.plus(age).isBefore(now)).orElse(true);
  }

  /** What the table was last brought to its moment by. */
  Optional<LedgerEntry.Kind> keptBy() {
    return current().map(pointer -> pointer.ledger().last().kind());
  }

  /** What it lacks, if incremental exports keep it and one can begin at its moment. */
  Optional<Next> next(Instant now) {
    return time()
        .filter(time -> keptBy().equals(Optional.of(LedgerEntry.Kind.WINDOW)))
        .filter(time -> time.truncatedTo(ChronoUnit.SECONDS).equals(time))
        .map(
            time -> {
              List<ExportOrder.Window> windows =
                  ExportOrder.windows(time, now.truncatedTo(ChronoUnit.SECONDS));
              return new Next(
                  time,
                  windows.size(),
                  windows.isEmpty() ? time.plus(ExportOrder.SHORTEST) : windows.get(0).until(),
                  time.plus(REACH));
            });
  }
}
