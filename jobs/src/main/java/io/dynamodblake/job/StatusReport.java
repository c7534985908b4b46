package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.PublishedSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code status} says of the lake tables below a folder.
 *
 * @param prefix the folder
 * @param found what lies below it
 * @param maxAge how old the moment of a table may be, if that matters
 * @param now the present
 */
record StatusReport(String prefix, LakeSearch found, Optional<Duration> maxAge, Instant now) {
  private static final Envelope ENVELOPE = new Envelope("status", 1);
  private static final int NAMED = 10;

  private List<LakeStatus> broken() {
    return found.tables().stream().filter(table -> table.fault().isPresent()).toList();
  }

  private boolean isOld(LakeStatus table) {
    return maxAge.isPresent() && table.isOlder(maxAge.get(), now);
  }

  private boolean isOld(LakeSearch.Archive archive) {
    return maxAge.isPresent()
        && LakeStatus.isOlder(Optional.of(archive.stream().coveredTo()), maxAge.get(), now);
  }

  private List<String> old() {
    return Stream.concat(
            found.tables().stream().filter(this::isOld).map(table -> named(table.root())),
            found.archives().stream().filter(this::isOld).map(this::named))
        .toList();
  }

  /** The moment of the table that is oldest. */
  Optional<Instant> oldest() {
    return found.tables().stream().flatMap(table -> table.time().stream()).min(Instant::compareTo);
  }

  /** Why not all is well, for one sentence that names what is not; empty if it is. */
  Optional<String> complaint() {
    List<String> reasons = new ArrayList<>();
    List<String> old = old();
    if (!old.isEmpty()) {
      reasons.add(
          "%s not known to be younger than %s (%s)"
              .formatted(isOrAre(old.size()), Quantities.age(maxAge.orElseThrow()), some(old)));
    }
    List<String> broken = broken().stream().map(table -> named(table.root())).toList();
    if (!broken.isEmpty()) {
      reasons.add("%s broken (%s)".formatted(isOrAre(broken.size()), some(broken)));
    }
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Cannot vouch for all lake tables under %s: %s; run again what keeps the old ones current, and do what the output says of broken ones"
                .formatted(prefix, String.join(", ", reasons)));
  }

  private static String isOrAre(int count) {
    return count + (count == 1 ? " is" : " are");
  }

  private static String some(List<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() > NAMED
        ? "%s and %s more".formatted(first, Quantities.count(names.size() - NAMED))
        : first;
  }

  private String named(LakeSearch.Archive archive) {
    return "%s of %s".formatted(named(archive.root()), archive.stream().table());
  }

  /** A folder as it is seen from the prefix. */
  private String named(String root) {
    String above = prefix.endsWith("/") ? prefix : prefix + "/";
    return root.startsWith(above) && root.length() > above.length()
        ? root.substring(above.length())
        : root.substring(root.lastIndexOf('/') + 1);
  }

  // ---- text

  List<String> lines(Terminal terminal) {
    List<String> lines = new ArrayList<>();
    lines.add(terminal.bold(TextTable.printable("Lake tables under " + prefix)));
    lines.add("");
    if (!found.tables().isEmpty()) {
      lines.addAll(tables(terminal));
    }
    if (!found.archives().isEmpty()) {
      lines.add("");
      lines.addAll(archives(terminal));
    }
    for (LakeStatus table : found.tables()) {
      table
          .lastRun()
          .flatMap(LakeStatus.LastRun::error)
          .ifPresent(error -> more(lines, terminal, table, "the last run failed. " + error));
      table.fault().ifPresent(fault -> more(lines, terminal, table, fault));
    }
    lines.add("");
    lines.add(sum());
    if (found.deeper() > 0) {
      lines.add(
          "%s deeper down %s not looked at; --depth looks deeper"
              .formatted(
                  Quantities.count(found.deeper(), "folder"),
                  found.deeper() == 1 ? "was" : "were"));
    }
    return lines;
  }

  private void more(List<String> lines, Terminal terminal, LakeStatus table, String text) {
    lines.add("");
    lines.add(
        terminal.red(TextTable.printable(named(table.root())))
            + ": "
            + TextTable.printable(text.replaceAll("\\s+", " ")));
  }

  private List<String> tables(Terminal terminal) {
    TextTable shown =
        new TextTable(
            List.of("TABLE", "SHOWS", "AGE", "ROWS", "SIZE", "LAST RUN", "NEXT"),
            List.of(
                TextTable.Column.FLEXIBLE,
                TextTable.Column.LEFT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE));
    for (LakeStatus table : found.tables()) {
      Optional<CurrentPointer> current = table.current();
      shown.add(
          named(table.root())
              + (table.entities().isEmpty()
                  ? ""
                  : " (%s)".formatted(Quantities.count(table.entities().size(), "table"))),
          table.fault().isPresent() && current.isEmpty()
              ? "broken"
              : table.time().map(Instant::toString).orElse("unknown"),
          age(table.time()) + (isOld(table) ? " old" : ""),
          current.map(pointer -> Quantities.count(pointer.snapshot().rows())).orElse(""),
          current.map(pointer -> Quantities.bytes(pointer.snapshot().bytes())).orElse(""),
          table.lastRun().map(this::lastRun).orElse(""),
          next(table));
    }
    return shown.lines(terminal.width(), terminal::bold);
  }

  private List<String> archives(Terminal terminal) {
    TextTable shown =
        new TextTable(
            List.of("ARCHIVE", "OF TABLE", "READ UNTIL", "AGE"),
            List.of(
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.LEFT,
                TextTable.Column.RIGHT));
    for (LakeSearch.Archive archive : found.archives()) {
      Instant until = archive.stream().coveredTo();
      shown.add(
          named(archive.root()),
          archive.stream().table(),
          until.toString(),
          age(Optional.of(until)) + (isOld(archive) ? " old" : ""));
    }
    return shown.lines(terminal.width(), terminal::bold);
  }

  private String age(Optional<Instant> time) {
    return time.map(known -> Quantities.age(Duration.between(known, now))).orElse("");
  }

  private String lastRun(LakeStatus.LastRun run) {
    String time = age(run.time());
    return "%s %s%s"
        .formatted(
            run.command(),
            run.status(),
            time.isEmpty()
                ? ""
                : run.finishedAt().isPresent() ? ", %s ago".formatted(time) : " since " + time);
  }

  private String next(LakeStatus table) {
    Optional<LakeStatus.Next> next = table.next(now);
    if (next.isEmpty()) {
      boolean archived = table.keptBy().equals(Optional.of(LedgerEntry.Kind.ARCHIVE));
      boolean windows = table.keptBy().equals(Optional.of(LedgerEntry.Kind.WINDOW));
      return archived ? "its archive" : windows ? "none: no whole second" : "";
    }
    if (next.get().reachableUntil().isBefore(now)) {
      return "a full export";
    }
    return next.get().windows() == 0
        ? "in " + Quantities.age(Duration.between(now, next.get().until()))
        : Quantities.count(next.get().windows(), "window");
  }

  private String sum() {
    List<String> parts = new ArrayList<>();
    parts.add(Quantities.count(found.tables().size(), "lake table"));
    if (!found.archives().isEmpty()) {
      parts.add(Quantities.count(found.archives().size(), "stream"));
    }
    maxAge.ifPresent(
        age ->
            parts.add(
                "%d not known to be younger than %s".formatted(old().size(), Quantities.age(age))));
    parts.add(broken().size() + " broken");
    return String.join(", ", parts);
  }

  // ---- the document

  /** Returns the document, described in {@code docs/documents.md}. */
  String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("prefix", prefix);
    tree.put("at", now.toString());
    maxAge.ifPresent(age -> tree.put("maxAgeSeconds", age.toSeconds()));
    tree.put("deeperFolders", found.deeper());
    ArrayNode tables = tree.putArray("tables");
    found.tables().forEach(table -> putTable(tables.addObject(), table));
    ArrayNode archives = tree.putArray("archives");
    for (LakeSearch.Archive archive : found.archives()) {
      ObjectNode node = archives.addObject();
      node.put("root", archive.root());
      node.put("tableArn", archive.stream().tableArn());
      putTime(node, "coveredTo", Optional.of(archive.stream().coveredTo()), isOld(archive));
    }
    return JsonDocuments.printAnswer(tree) + "\n";
  }

  private void putTime(ObjectNode node, String key, Optional<Instant> time, boolean old) {
    JsonDocuments.putInstant(node, key, time);
    time.ifPresent(known -> node.put("ageSeconds", Duration.between(known, now).toSeconds()));
    maxAge.ifPresent(age -> node.put("old", old));
  }

  private void putTable(ObjectNode node, LakeStatus table) {
    node.put("root", table.root());
    JsonDocuments.put(node, "fault", table.fault());
    table.current().ifPresent(current -> putCurrent(node, table, current));
    table
        .lastRun()
        .ifPresent(
            run -> {
              ObjectNode last = node.putObject("lastRun");
              last.put("runId", run.runId());
              last.put("command", run.command());
              last.put("status", run.status());
              JsonDocuments.put(last, "error", run.error());
              JsonDocuments.putInstant(last, "startedAt", run.startedAt());
              JsonDocuments.putInstant(last, "finishedAt", run.finishedAt());
            });
    table
        .next(now)
        .ifPresent(
            next -> {
              ObjectNode window = node.putObject("nextWindow");
              window.put("exportFromTime", next.from().toString());
              window.put("exportToTime", next.until().toString());
              window.put("windows", next.windows());
              window.put("reachableUntil", next.reachableUntil().toString());
            });
  }

  private void putCurrent(ObjectNode node, LakeStatus table, CurrentPointer current) {
    node.put("table", current.table());
    JsonDocuments.put(node, "tableArn", current.facts().arn());
    putTime(node, "tableTime", table.time(), isOld(table));
    putSnapshot(node, current.snapshot());
    node.put("publishedAt", current.snapshot().publishedAt().toString());
    node.put("dataFormat", current.snapshot().dataFormat().key());
    current.snapshot().iceberg().ifPresent(version -> version.putInto(node));
    if (!table.entities().isEmpty()) {
      ArrayNode entities = node.putArray("entities");
      for (Lake.Table one : table.entities()) {
        ObjectNode entity = entities.addObject();
        entity.put("name", one.name());
        entity.put("table", one.current().table());
        putSnapshot(entity, one.current().snapshot());
      }
    }
    node.put("keptBy", current.ledger().last().kind().key());
  }

  private static void putSnapshot(ObjectNode node, PublishedSnapshot snapshot) {
    node.put("rows", snapshot.rows());
    node.put("files", snapshot.files());
    node.put("bytes", snapshot.bytes());
    node.put("snapshotId", snapshot.id());
  }
}
