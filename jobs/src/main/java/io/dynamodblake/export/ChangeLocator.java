package io.dynamodblake.export;

import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.ParallelReads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the incremental exports that a path means. What belongs to them is said by their manifests
 * alone: the data files of all incremental exports of a prefix lie in one folder, which is never
 * listed.
 */
final class ChangeLocator {
  private static final String SHARED_DATA = "data";

  private final ObjectStore store;
  private final ManifestReader manifests;

  ChangeLocator(ObjectStore store, ManifestReader manifests) {
    this.store = store;
    this.manifests = manifests;
  }

  /** An incremental export whose window is known. */
  private record Found(ExportSummary summary, Window window) {}

  List<ExportManifest> locate(String whole, ChangeSelection selection) throws IOException {
    String name = Paths.name(whole);
    boolean manifest = name.equals(ManifestReader.SUMMARY) || name.equals(ManifestReader.FILES);
    String folder = manifest ? Paths.parent(whole) : whole;
    Optional<ExportSummary> direct = manifests.summaryIfAny(folder);
    if (direct.isPresent()) {
      return List.of(direct(direct.get(), selection));
    }
    List<ObjectStore.Entry> children = manifest ? List.of() : store.list(folder);
    if (manifest || ExportLocator.isBegun(folder, children)) {
      throw notFinished(folder);
    }
    Optional<String> root =
        children.stream()
            .filter(child -> child.directory() && child.name().equals(ExportKeys.ROOT_FOLDER))
            .map(ObjectStore.Entry::path)
            .findFirst();
    return root.isPresent()
        ? choose(root.get(), store.list(root.get()), selection)
        : choose(folder, children, selection);
  }

  private ExportManifest direct(ExportSummary summary, ChangeSelection selection)
      throws IOException {
    if (!selection.names(summary)) {
      throw new ExportFormatException(
          "Cannot find changes%s: the path is that of export %s, in %s; give the prefix with all exports, or drop the condition"
              .formatted(selection.describe(), summary.describe(), summary.folder()));
    }
    return manifests.changes(summary, List.of());
  }

  private static ExportFormatException notFinished(String folder) {
    return new ExportFormatException(
        "Cannot read changes: %s is missing, so the export is not finished or was not copied whole, in %s; wait until it is COMPLETED, or export the same window again"
            .formatted(ManifestReader.SUMMARY, folder));
  }

  private List<ExportManifest> choose(
      String root, List<ObjectStore.Entry> children, ChangeSelection selection) throws IOException {
    List<String> folders =
        children.stream()
            .filter(child -> child.directory() && !child.name().equals(SHARED_DATA))
            .map(ObjectStore.Entry::path)
            .toList();
    Optional<String> wanted =
        selection
            .exportId()
            .flatMap(
                id -> folders.stream().filter(folder -> Paths.name(folder).equals(id)).findFirst());
    if (wanted.isPresent()) {
      ExportSummary summary =
          manifests.summaryIfAny(wanted.get()).orElseThrow(() -> notFinished(wanted.get()));
      return List.of(direct(summary, selection));
    }
    List<String> unfinished = new ArrayList<>();
    List<ExportSummary> summaries = manifests.summaries(folders, unfinished);
    List<ExportSummary> named =
        summaries.stream()
            .filter(summary -> summary.incremental() && selection.names(summary))
            .toList();
    if (named.isEmpty()) {
      throw noneMatches(root, selection, summaries, unfinished);
    }
    requireOneTable(root, named);
    List<Found> found = new ArrayList<>();
    for (ExportSummary summary : named) {
      Window window = summary.increment().orElseThrow().window(summary.folder());
      if (selection.reaches(window)) {
        found.add(new Found(summary, window));
      }
    }
    found.sort(
        Comparator.comparing((Found one) -> one.window().from())
            .thenComparing(one -> one.window().to())
            .thenComparing(one -> one.summary().exportId()));
    List<String> warnings = passedOver(named, unfinished);
    if (found.isEmpty()) {
      return List.of();
    }
    Found last = found.get(found.size() - 1);
    return ParallelReads.all(
        "manifests",
        ManifestReader.CONCURRENT_READS,
        found,
        one -> manifests.changes(one.summary(), one.equals(last) ? warnings : List.of()));
  }

  /** Ids begin with the time the export was begun, so that smaller ones are history. */
  private static List<String> passedOver(List<ExportSummary> finished, List<String> unfinished) {
    String newest =
        finished.stream().map(ExportSummary::exportId).max(Comparator.naturalOrder()).orElseThrow();
    return unfinished.stream()
        .map(Paths::name)
        .filter(id -> ExportLocator.EXPORT_ID.matcher(id).matches() && id.compareTo(newest) > 0)
        .map(id -> "A newer export is not finished and was passed over: " + id)
        .toList();
  }

  private static void requireOneTable(String root, List<ExportSummary> summaries) {
    TreeSet<String> tables =
        summaries.stream()
            .map(summary -> summary.tableArn().orElse("a table that is not named"))
            .collect(Collectors.toCollection(TreeSet::new));
    if (tables.size() > 1) {
      throw new ExportFormatException(
          "Cannot choose changes: there are incremental exports of %d tables (%s), in %s; choose by table ARN or export id"
              .formatted(tables.size(), ExportLocator.some(List.copyOf(tables)), root));
    }
  }

  private static ExportFormatException noneMatches(
      String root,
      ChangeSelection selection,
      List<ExportSummary> summaries,
      List<String> unfinished) {
    List<String> known = ExportLocator.known(summaries, unfinished);
    return new ExportFormatException(
        "Cannot find an incremental export%s, in %s; there %s"
            .formatted(
                selection.describe(),
                root,
                known.isEmpty() ? "is none at all" : "are: " + ExportLocator.some(known)));
  }
}
