package io.dynamodblake.lake.write;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Extent;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.archive.TakenFiles;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;

/**
 * Which files of an archive are read: those that the table has not taken, and of the others those
 * whose last change is not older than what may come late.
 *
 * @param root the folder of the archive, or its only file
 * @param mark the moment that the table shows
 * @param files what is read, those first that are read again
 * @param again how many those are
 * @param before how many files the table has taken
 * @param form of the records that were taken before; empty if nobody knows
 */
record ArchiveChoice(
    String root, Instant mark, ExportManifest files, int again, int before, String form) {
  /** Times of streams are whole seconds, and about right. */
  private static final Duration PRECISION = Duration.ofSeconds(2);

  /**
   * Chooses.
   *
   * @throws ExportFormatException if the table takes another archive, or one of the files is not
   *     what it was
   */
  static ArchiveChoice of(
      LakeFiles store, LakeLayout layout, CurrentPointer table, String path, Duration lateness)
      throws IOException {
    String root = store.qualify(path);
    Instant mark = Chain.mark(table, layout.root());
    List<LedgerEntry> applied = applied(table, root, layout);
    Map<String, TakenFiles.Taken> taken = new HashMap<>();
    String form = "";
    for (LedgerEntry entry : applied) {
      TakenFiles run = taken(store, layout, entry);
      run.files().forEach(file -> taken.put(file.key(), file));
      form = run.form().isEmpty() ? form : run.form();
    }
    long cutoff = cutoff(mark, lateness);
    List<DataFile> again = new ArrayList<>();
    List<DataFile> fresh = new ArrayList<>();
    int before = taken.size();
    for (FileStatus status : listed(store, root)) {
      String place = status.getPath().toString();
      String key = key(root, place);
      TakenFiles.Taken known = taken.remove(key);
      DataFile file = new DataFile(0, place, key, -1, "", status.getLen());
      if (known == null) {
        fresh.add(file);
      } else if (known.length() != status.getLen()) {
        throw new ExportFormatException(
            "Cannot apply archive: file %s had %,d bytes when the lake table took it and has %,d, in %s; files of an archive must not change: put it back, or flatten a newer full export"
                .formatted(key, known.length(), status.getLen(), root));
      } else if (known.lastMicros() >= cutoff) {
        again.add(file);
      }
    }
    if (!fresh.isEmpty()) {
      refuseGone(taken, cutoff, root);
    }
    List<DataFile> all = new ArrayList<>();
    again.forEach(file -> all.add(numbered(file, all.size())));
    fresh.forEach(file -> all.add(numbered(file, all.size())));
    if (fresh.isEmpty()) {
      all.clear();
    }
    return new ArchiveChoice(root, mark, manifest(root, all), again.size(), before, form);
  }

  private static List<LedgerEntry> applied(CurrentPointer table, String root, LakeLayout layout) {
    List<LedgerEntry> applied = new ArrayList<>();
    for (LedgerEntry entry : table.ledger().entries()) {
      if (entry.kind() == LedgerEntry.Kind.ARCHIVE && isPlace(entry)) {
        if (!entry.exportId().equals(root)) {
          throw new ExportFormatException(
              "Cannot apply archive %s: since its full export, the lake table takes the changes of %s, at %s; give that one, or flatten a newer full export and begin with the other"
                  .formatted(root, entry.exportId(), layout.root()));
        }
        applied.add(entry);
      }
    }
    return applied;
  }

  /** Whether an entry is of an archive by others, which has a place and no id. */
  static boolean isPlace(LedgerEntry entry) {
    return entry.exportId().contains("/");
  }

  private static TakenFiles taken(LakeFiles store, LakeLayout layout, LedgerEntry entry)
      throws IOException {
    String path = layout.changes(entry.runId());
    Optional<String> text = store.read(path);
    if (text.isEmpty() || !Fingerprint.of(text.get()).equals(entry.fingerprint())) {
      throw new DataRefusedException(
          "Cannot apply archive: the list of files that the lake table has taken is %s, at %s; copy the whole folder of the lake table again, or flatten a newer full export"
              .formatted(text.isEmpty() ? "missing" : "not the one that was written", path));
    }
    return TakenFiles.fromJson(text.get(), path);
  }

  private static List<FileStatus> listed(LakeFiles store, String root) throws IOException {
    List<FileStatus> below = store.filesBelow(root);
    below.stream()
        .map(file -> file.getPath())
        .filter(path -> path.getName().equals("manifest-summary.json"))
        .findFirst()
        .ifPresent(
            manifest -> {
              throw new ExportFormatException(
                  "Cannot apply archive: there is an export below, at %s, in %s; give the folder of that export, or of the archive alone"
                      .formatted(manifest.getParent(), root));
            });
    return below.stream()
        .filter(file -> file.getLen() > 0)
        .filter(file -> !isHidden(key(root, file.getPath().toString())))
        .sorted(Comparator.comparing(file -> file.getPath().toString()))
        .toList();
  }

  private static boolean isHidden(String key) {
    for (String part : key.split("/")) {
      if (part.startsWith("_") || part.startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static String key(String root, String place) {
    return place.length() > root.length() + 1 && place.startsWith(root)
        ? place.substring(root.length()).replaceFirst("^/", "")
        : place.substring(place.lastIndexOf('/') + 1);
  }

  private static void refuseGone(Map<String, TakenFiles.Taken> gone, long cutoff, String root) {
    gone.values().stream()
        .filter(file -> file.lastMicros() >= cutoff)
        .findFirst()
        .ifPresent(
            file -> {
              throw new ExportFormatException(
                  "Cannot apply archive: file %s is gone, which has changes from around the moment that the lake table shows, in %s; put it back, or flatten a newer full export"
                      .formatted(file.key(), root));
            });
  }

  private static DataFile numbered(DataFile file, int number) {
    return new DataFile(number, file.path(), file.key(), -1, "", file.length());
  }

  private static ExportManifest manifest(String root, List<DataFile> files) {
    return new ExportManifest(
        root,
        root.substring(root.lastIndexOf('/') + 1),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        -1,
        "DYNAMODB_JSON",
        Extent.UNSAID,
        files,
        List.of());
  }

  /** Whether there is nothing that the table has not taken. */
  boolean isEmpty() {
    return files.files().isEmpty();
  }

  /** Whether the table has taken files of the archive before. */
  boolean continues() {
    return before > 0;
  }

  /** The time from which on records count, in microseconds since 1970. */
  long cutoff(Duration lateness) {
    return cutoff(mark, lateness);
  }

  private static long cutoff(Instant mark, Duration lateness) {
    return Instants.toMicros(mark.truncatedTo(ChronoUnit.SECONDS).minus(PRECISION).minus(lateness));
  }
}
