package io.dynamodblake.lake.write;

import io.dynamodblake.conf.CompareKeys;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Extent;
import io.dynamodblake.export.Window;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.changes.ChangeMerge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The windows of changes that continue a lake table, in their order. A window may follow only if it
 * begins at the very instant that the table shows: one that begins earlier would leave keys that
 * were inserted and deleted inside of the overlap, because an export has no record of them; one
 * that begins later lacks changes.
 *
 * @param windows to be applied, in order
 * @param applied of those given, how many the table is made of already
 * @param notes what the user may want to know
 */
record Chain(List<ExportManifest> windows, int applied, List<String> notes) {
  private static final Words EXPORT = Words.ofCommand("export");

  // that a run of an archive may go on after the moment that it covers
  private static final Duration RUNS_BEFORE = Duration.ofHours(1);

  Chain {
    windows = List.copyOf(windows);
    notes = List.copyOf(notes);
  }

  /**
   * An incremental export that was given.
   *
   * @param named whether it was named and so has to be applied, or to have been; otherwise it is
   *     taken if it continues the table, as of a prefix with the exports of months
   */
  record Given(ExportManifest export, boolean named) {
    Window window() {
      return Chain.window(export);
    }
  }

  /**
   * Chooses what is to be applied.
   *
   * @param given incremental exports, each of which has a window
   * @throws ExportFormatException if one is of another table, leaves a gap, overlaps, or cannot be
   *     trusted to have all changes
   */
  static Chain of(CurrentPointer table, List<Given> given, String place) {
    Instant mark = mark(table, place);
    List<Given> candidates = new ArrayList<>();
    int applied = 0;
    for (Given one : given) {
      if (!one.named() && isOfOther(table.facts(), one.export())) {
        continue; // a prefix may hold the exports of several tables
      }
      requireSameTable(table.facts(), one.export(), place);
      if (isApplied(table, one.export())) {
        applied++;
      } else {
        candidates.add(one);
      }
    }
    candidates.sort(
        Comparator.comparing((Given one) -> one.window().from())
            .thenComparing(one -> one.window().to(), Comparator.reverseOrder())
            .thenComparing(one -> one.export().exportId(), Comparator.reverseOrder()));
    List<ExportManifest> chosen = new ArrayList<>();
    List<ExportManifest> before = new ArrayList<>(); // runs of an archive that lead to the mark
    List<String> notes = new ArrayList<>();
    for (Given one : candidates) {
      ExportManifest export = one.export();
      Window window = one.window();
      if (chosen.isEmpty() && leadsTo(window, mark, table)) {
        if (!before.isEmpty() && !endOf(before).equals(window.from())) {
          before.clear(); // what was between them is not there
        }
        before.add(export);
        continue;
      }
      if (!chosen.isEmpty()
          && window(chosen.get(0)).compacted() != window.compacted()
          && window.to().isAfter(mark)) {
        requireOneKind(one, place);
        notes.add(notYet(export, mark));
        break;
      }
      if (continues(window, mark, isOfArchive(table) && chosen.isEmpty(), table)) {
        requireAll(export);
        if (chosen.isEmpty() && !before.isEmpty() && endOf(before).equals(window.from())) {
          chosen.addAll(before);
        }
        chosen.add(export);
        mark = window.to();
      } else if (one.named() || (chosen.isEmpty() && window.to().isAfter(mark))) {
        throw refused(export, mark, table, place);
      } else if (window.to().isAfter(mark)) {
        notes.add(notYet(export, mark));
        break;
      }
    }
    if (chosen.isEmpty() && !before.isEmpty()) {
      throw endsTooEarly(before.get(before.size() - 1), mark, place);
    }
    return new Chain(chosen, applied, notes);
  }

  /** Returns from when on windows may matter to a table, though they end before its moment. */
  static Instant earliest(CurrentPointer table, Instant mark) {
    return isOfArchive(table) ? mark : mark.minus(RUNS_BEFORE);
  }

  /**
   * Whether it is a run of an archive that ends before the table's moment, but may hold changes
   * that came after it: a run reads to the end of the stream and tells when it began. They do no
   * harm if the runs that follow are there, and are lost without.
   */
  private static boolean leadsTo(Window window, Instant mark, CurrentPointer table) {
    return !window.compacted()
        && !window.to().isAfter(mark)
        && window.to().isAfter(earliest(table, mark));
  }

  private static Instant endOf(List<ExportManifest> windows) {
    return window(windows.get(windows.size() - 1)).to();
  }

  private static ExportFormatException endsTooEarly(
      ExportManifest last, Instant mark, String place) {
    return new ExportFormatException(
        "Cannot apply export %s: the archive ends at %s and the lake table shows %s, so its changes would take rows back in time, at %s; run stream again and apply what is there then"
            .formatted(last.exportId(), window(last).to(), mark, place));
  }

  /**
   * An export has to begin where the table is. In an archive every write is a change of its own, so
   * that what the table has already does no harm in it. Where exactly an archive ends, nobody
   * knows, so that after one only those changes follow that were found by comparing these rows.
   */
  private static boolean continues(
      Window window, Instant mark, boolean afterArchive, CurrentPointer table) {
    return window.compacted()
        ? window.from().equals(mark)
            && (!afterArchive || window.snapshot().equals(table.snapshot().id()))
        : !window.from().isAfter(mark) && window.to().isAfter(mark);
  }

  private static boolean isOfArchive(CurrentPointer table) {
    return table.ledger().last().kind() == LedgerEntry.Kind.ARCHIVE;
  }

  private static void requireOneKind(Given one, String place) {
    if (one.named()) {
      throw new ExportFormatException(
          "Cannot apply export %s: some of those given are exports by DynamoDB and others are of the archive of a stream, at %s; give one kind at a time"
              .formatted(one.export().exportId(), place));
    }
  }

  private static String notYet(ExportManifest export, Instant mark) {
    Window window = window(export);
    return "Export %s does not continue the table after %s and was not applied: its window is %s to %s"
        .formatted(export.exportId(), mark, window.from(), window.to());
  }

  /** What the order of the changes means, and what of them the table has. */
  ChangeMerge.Source source(CurrentPointer table) {
    Window first = window(windows.get(0));
    if (first.compacted()) {
      return ChangeMerge.Source.WINDOWS;
    }
    // of two runs of the archive, the later one has what the earlier one has not
    return isOfArchive(table) && table.facts().time().equals(Optional.of(first.from()))
        ? ChangeMerge.Source.EVENTS
        : ChangeMerge.Source.OVERLAPPING_EVENTS;
  }

  static Instant mark(CurrentPointer table, String place) {
    return table
        .facts()
        .time()
        .orElseThrow(
            () ->
                new ExportFormatException(
                    "Cannot apply changes: nobody knows which moment the lake table shows, because it was made of data files without manifests, at %s; flatten a full export with its manifests first"
                        .formatted(place)));
  }

  static Window window(ExportManifest export) {
    return export.window().orElseThrow(() -> new IllegalArgumentException("An export of items"));
  }

  private static boolean isOfOther(TableFacts facts, ExportManifest export) {
    return facts.arn().isPresent()
        && export.tableArn().isPresent()
        && !facts.arn().equals(export.tableArn());
  }

  private static boolean isApplied(CurrentPointer table, ExportManifest export) {
    return table.ledger().find(export.exportId(), LakeTarget.fingerprint(export)).isPresent();
  }

  private static void requireSameTable(TableFacts facts, ExportManifest export, String place) {
    if (facts.arn().isEmpty() || export.tableArn().isEmpty()) {
      throw new ExportFormatException(
          "Cannot apply export %s: %s does not say of which table it is, at %s; flatten and apply exports with their manifests"
              .formatted(
                  export.exportId(),
                  facts.arn().isEmpty() ? "the lake table" : "the export",
                  facts.arn().isEmpty() ? place : export.root()));
    }
    if (isOfOther(facts, export)) {
      throw new ExportFormatException(
          "Cannot apply export %s: it is of %s and the lake table of %s, at %s; apply it to the lake table of its own table"
              .formatted(export.exportId(), export.tableArn().get(), facts.arn().get(), place));
    }
    if (facts.id().isPresent()
        && export.tableId().isPresent()
        && !facts.id().equals(export.tableId())) {
      throw new ExportFormatException(
          "Cannot apply export %s: the table was deleted and made again since the lake table's last export (its id was %s and is %s), so the chain of changes ends, at %s; export it in full and flatten that"
              .formatted(export.exportId(), facts.id().get(), export.tableId().get(), place));
    }
  }

  /** Only our own say it; whether DynamoDB filtered an export, its manifest does not tell. */
  private static void requireAll(ExportManifest export) {
    if (export.extent() == Extent.PARTIAL) {
      throw new ExportFormatException(
          "Cannot apply export %s: it is filtered, so a change that took an item out of the filter is not in it, in %s; export the window without a filter"
              .formatted(export.exportId(), export.root()));
    }
  }

  private static ExportFormatException refused(
      ExportManifest export, Instant mark, CurrentPointer table, String place) {
    TableFacts facts = table.facts();
    Window window = window(export);
    String shows =
        "Cannot apply export %s: its window is %s to %s and the lake table shows %s"
            .formatted(export.exportId(), window.from(), window.to(), mark);
    if (!window.to().isAfter(mark)) {
      return new ExportFormatException(
          "%s, so that is older than what the table has, at %s; apply those that begin at %s"
              .formatted(shows, place, mark));
    }
    if (!window.compacted()) {
      return new ExportFormatException(
          "%s, so the changes of %s are missing, at %s; apply the runs of the archive between them first, or flatten a full export if those are gone"
              .formatted(shows, text(Duration.between(mark, window.from())), place));
    }
    if (isOfArchive(table)) {
      return new ExportFormatException(
          "%s by the archive of a stream, which may hold changes from after that moment, so no export continues it exactly, at %s; go on with the archive, or flatten a full export, or apply what compare finds between the lake table and one with %s"
              .formatted(shows, place, Words.COMPARE.of(CompareKeys.CHANGES_TO, "DIR")));
    }
    if (window.from().isBefore(mark)) {
      return new ExportFormatException(
          "%s, so they overlap: a key that came and went in the overlap would stay for ever, at %s; export the window from %s on: %s"
              .formatted(shows, place, mark, remedy(facts, export, mark, Optional.empty())));
    }
    return new ExportFormatException(
        "%s, so the changes of %s are missing, at %s; export that window and apply it first: %s"
            .formatted(
                shows,
                text(Duration.between(mark, window.from())),
                place,
                remedy(facts, export, mark, Optional.of(window.from()))));
  }

  /** The commands that make the window that is wanted: that of AWS, and ours. */
  private static String remedy(
      TableFacts facts, ExportManifest export, Instant from, Optional<Instant> to) {
    String table = facts.arn().or(export::tableArn).orElse("ARN");
    return "aws dynamodb export-table-to-point-in-time --table-arn %1$s --s3-bucket BUCKET --export-type INCREMENTAL_EXPORT --incremental-export-specification ExportFromTime=%2$s%3$s,ExportViewType=NEW_AND_OLD_IMAGES, or dynamodb-lake export %4$s %6$s %7$s%5$s"
        .formatted(
            table,
            from,
            to.map(end -> ",ExportToTime=" + end).orElse(""),
            table.substring(table.lastIndexOf('/') + 1),
            to.map(end -> " " + EXPORT.of(ServiceKeys.UNTIL, end.toString())).orElse(""),
            EXPORT.of(ServiceKeys.BUCKET, "BUCKET"),
            EXPORT.of(ServiceKeys.FROM, from.toString()));
  }

  private static String text(Duration duration) {
    if (duration.toDays() > 0) {
      return "%d days and %d hours".formatted(duration.toDays(), duration.toHoursPart());
    }
    return duration.toHours() > 0
        ? "%d hours and %d minutes".formatted(duration.toHours(), duration.toMinutesPart())
        : "%d minutes and %d seconds".formatted(duration.toMinutes(), duration.toSecondsPart());
  }
}
