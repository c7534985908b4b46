package io.dynamodblake.export;

import io.dynamodblake.io.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the export that a path means and reads its manifests. Driver only.
 *
 * <p>A path may be an export's folder, its {@code manifest-summary.json}, a prefix or {@code
 * AWSDynamoDB} folder with several exports, or a folder of data files (or one data file) without
 * any manifest. An export that was moved or copied is read from where it lies. With a manifest
 * nothing is listed and no data file is looked at.
 *
 * <p>A filtered export by DynamoDB cannot be told from a full one: its manifests do not say that
 * items or attributes were left out. Those of our own scans do.
 */
public final class ExportLocator {
  static final Pattern EXPORT_ID = Pattern.compile("\\d{14}-[0-9a-f]{8}");
  private static final String STARTED = "_started";
  private static final Pattern COPY = Pattern.compile(" \\(\\d+\\)(?=\\.|$)");
  private static final int NAMED_IN_MESSAGES = 20;

  private final ObjectStore store;
  private final ReadOptions options;
  private final ManifestReader manifests;

  /** Makes one that reads manifests in a store, and checks what the options ask for. */
  public ExportLocator(ObjectStore store, ReadOptions options) {
    this.store = Objects.requireNonNull(store, "store is null");
    this.options = Objects.requireNonNull(options, "options is null");
    this.manifests = new ManifestReader(store, options);
  }

  /**
   * Finds the one export that a path and a selection mean.
   *
   * @param path as a user wrote it
   * @throws ExportFormatException if there is no such export, or it is damaged, incomplete or of a
   *     kind that is not read
   * @throws IOException if the store fails
   */
  public ExportManifest locate(String path, ExportSelection selection) throws IOException {
    String whole = whole(path);
    String name = Paths.name(whole);
    if (name.equals(ManifestReader.SUMMARY) || name.equals(ManifestReader.FILES)) {
      return direct(Paths.parent(whole), selection)
          .orElseThrow(() -> missingSummary(Paths.parent(whole)));
    }
    Optional<ExportManifest> direct = direct(whole, selection);
    if (direct.isPresent()) {
      return direct.get();
    }
    List<ObjectStore.Entry> children = store.list(whole);
    if (children.isEmpty() || (children.size() == 1 && children.get(0).path().equals(whole))) {
      return singleFile(whole, selection);
    }
    return folder(whole, children, selection);
  }

  /**
   * Returns whether a path is that of one export, its folder or a manifest of it, and not of a
   * prefix.
   */
  public boolean isExport(String path) throws IOException {
    String whole = whole(path);
    return Paths.name(whole).equals(ManifestReader.SUMMARY)
        || Paths.name(whole).equals(ManifestReader.FILES)
        || store.exists(Paths.child(whole, ManifestReader.SUMMARY));
  }

  /**
   * Finds the one export that a path and a selection mean, as {@link #locate} does; but an
   * incremental one that is given by its folder, one of its manifests, or its id is taken, too.
   */
  public ExportManifest locateEither(String path, ExportSelection selection) throws IOException {
    String whole = whole(path);
    String name = Paths.name(whole);
    boolean manifest = name.equals(ManifestReader.SUMMARY) || name.equals(ManifestReader.FILES);
    List<String> named = new ArrayList<>(List.of(manifest ? Paths.parent(whole) : whole));
    selection.exportId().map(id -> Paths.child(whole, id)).ifPresent(named::add);
    selection
        .exportId()
        .map(id -> Paths.child(Paths.child(whole, ExportKeys.ROOT_FOLDER), id))
        .ifPresent(named::add);
    for (String folder : named) {
      Optional<ExportSummary> summary = manifests.summaryIfAny(folder);
      if (summary.isPresent() && summary.get().incremental() && selection.matches(summary.get())) {
        return manifests.changes(summary.get(), List.of());
      }
    }
    return locate(path, selection);
  }

  /**
   * Finds all incremental exports of one table that a path and a selection mean, in the order of
   * their windows. A path is an export's folder, one of its manifests, or a prefix or {@code
   * AWSDynamoDB} folder with several exports, of which those that are not finished are passed over.
   *
   * @param path as a user wrote it
   * @return at least one, unless the selection asks for windows that end after some time; each with
   *     its window
   * @throws ExportFormatException if there is none, or one is damaged, or holds items
   * @throws IOException if the store fails
   */
  public List<ExportManifest> changes(String path, ChangeSelection selection) throws IOException {
    return new ChangeLocator(store, manifests).locate(whole(path), selection);
  }

  /** Finds all incremental exports that a path means, as {@link #changes} does. */
  public List<ExportManifest> changes(String path) throws IOException {
    return changes(path, ChangeSelection.all());
  }

  private String whole(String path) throws IOException {
    try {
      return store.qualify(path);
    } catch (IllegalArgumentException e) {
      throw new ExportFormatException(
          "Cannot find an export: "
              + ExportKeys.printable(path)
              + " is no path; give one such as s3://bucket/prefix or a local folder",
          e);
    }
  }

  private Optional<ExportManifest> direct(String folder, ExportSelection selection)
      throws IOException {
    Optional<ExportSummary> found = manifests.summaryIfAny(folder);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ExportSummary summary = found.get();
    if (!selection.matches(summary)) {
      throw new ExportFormatException(
          "Cannot find an export"
              + selection.describe()
              + ": the path is that of export "
              + summary.describe()
              + ", in "
              + folder
              + "; give the prefix with all exports, or drop the condition");
    }
    return Optional.of(manifests.manifest(summary, List.of()));
  }

  private ExportManifest folder(
      String folder, List<ObjectStore.Entry> children, ExportSelection selection)
      throws IOException {
    if (isBegun(folder, children)) {
      throw missingSummary(folder);
    }
    Optional<ObjectStore.Entry> root =
        children.stream()
            .filter(child -> child.directory() && child.name().equals(ExportKeys.ROOT_FOLDER))
            .findFirst();
    if (root.isPresent()) {
      return choose(root.get().path(), store.list(root.get().path()), selection);
    }
    if (Paths.name(folder).equals(ExportKeys.ROOT_FOLDER)
        || children.stream()
            .anyMatch(child -> child.directory() && EXPORT_ID.matcher(child.name()).matches())) {
      return choose(folder, children, selection);
    }
    return dataFiles(folder, children, selection);
  }

  /** Whether a folder without a summary is that of an export all the same. */
  static boolean isBegun(String folder, List<ObjectStore.Entry> children) {
    boolean looksLikeExport = EXPORT_ID.matcher(Paths.name(folder)).matches();
    return children.stream()
        .map(ObjectStore.Entry::name)
        .anyMatch(
            name ->
                name.equals(STARTED)
                    || (looksLikeExport && name.equals(TableSettings.FILE))
                    || name.equals(ManifestReader.FILES)
                    || (looksLikeExport && name.equals("data")));
  }

  private static ExportFormatException missingSummary(String folder) {
    return new ExportFormatException(
        "Cannot read export: "
            + ManifestReader.SUMMARY
            + " is missing, so the export is not finished or was not copied whole, in "
            + folder
            + "; wait until it is COMPLETED, export again, or give its data folder to read what is there unchecked");
  }

  // ---- several exports

  private ExportManifest choose(
      String root, List<ObjectStore.Entry> children, ExportSelection selection) throws IOException {
    List<String> folders =
        children.stream()
            .filter(child -> child.directory() && !child.name().equals("data"))
            .map(ObjectStore.Entry::path)
            .toList();
    Optional<String> wanted = selection.exportId();
    if (wanted.isPresent()) {
      Optional<String> named =
          folders.stream().filter(folder -> Paths.name(folder).equals(wanted.get())).findFirst();
      if (named.isPresent()) {
        return direct(named.get(), selection).orElseThrow(() -> missingSummary(named.get()));
      }
    }
    List<String> incomplete = new ArrayList<>();
    List<ExportSummary> summaries = manifests.summaries(folders, incomplete);
    List<ExportSummary> matching =
        summaries.stream()
            .filter(summary -> !summary.incremental() || wanted.isPresent())
            .filter(selection::matches)
            .toList();
    if (matching.isEmpty()) {
      throw noneMatches(root, selection, summaries, incomplete);
    }
    if (matching.size() > 1) {
      requireOrder(root, matching);
    }
    TreeSet<String> tables =
        matching.stream()
            .flatMap(summary -> summary.tableArn().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    if (tables.size() > 1) {
      throw new ExportFormatException(
          "Cannot choose an export: there are full exports of "
              + tables.size()
              + " tables ("
              + some(List.copyOf(tables))
              + "), in "
              + root
              + "; choose by table ARN or export id");
    }
    ExportSummary newest =
        matching.stream()
            .max(
                Comparator.comparing(
                        (ExportSummary summary) -> summary.exportTime().orElse(Instant.MIN))
                    .thenComparing(ExportSummary::exportId))
            .orElseThrow();
    List<String> warnings = new ArrayList<>();
    for (String folder : incomplete) {
      // ids begin with the time the export was started, so a smaller one is history
      if (Paths.name(folder).compareTo(newest.exportId()) > 0) {
        warnings.add("A newer export is not finished and was passed over: " + Paths.name(folder));
      }
    }
    List<String> increments =
        summaries.stream()
            .filter(ExportSummary::incremental)
            .filter(summary -> summary.tableArn().equals(newest.tableArn()))
            .filter(summary -> summary.exportId().compareTo(newest.exportId()) > 0)
            .map(ExportSummary::exportId)
            .sorted()
            .toList();
    if (!increments.isEmpty()) {
      warnings.add(
          "Newer incremental exports of the table lie beside the full one and are not part of it: "
              + some(increments));
    }
    return manifests.manifest(newest, warnings);
  }

  /** Of several exports each has to say what it is of, or the newest cannot be told. */
  private static void requireOrder(String root, List<ExportSummary> matching) {
    List<String> vague =
        matching.stream()
            .filter(summary -> summary.tableArn().isEmpty() || summary.exportTime().isEmpty())
            .map(ExportSummary::describe)
            .toList();
    if (!vague.isEmpty()) {
      throw new ExportFormatException(
          "Cannot choose an export: %d of %d do not say of which table or time they are (%s), in %s; choose by export id, or give the folder of one"
              .formatted(vague.size(), matching.size(), some(vague), root));
    }
  }

  private static ExportFormatException noneMatches(
      String root,
      ExportSelection selection,
      List<ExportSummary> summaries,
      List<String> incomplete) {
    List<String> known = known(summaries, incomplete);
    return new ExportFormatException(
        "Cannot find a full export"
            + selection.describe()
            + ", in "
            + root
            + "; there "
            + (known.isEmpty() ? "is none at all" : "are: " + some(known)));
  }

  /** The exports of a prefix in words, the newest first. */
  static List<String> known(List<ExportSummary> summaries, List<String> incomplete) {
    List<String> known = new ArrayList<>();
    summaries.stream()
        .sorted(Comparator.comparing(ExportSummary::exportId).reversed())
        .forEach(summary -> known.add(summary.describe()));
    incomplete.forEach(folder -> known.add(Paths.name(folder) + " (not finished)"));
    return known;
  }

  static String some(List<String> names) {
    String text = names.stream().limit(NAMED_IN_MESSAGES).collect(Collectors.joining(", "));
    return names.size() > NAMED_IN_MESSAGES
        ? text + " and " + (names.size() - NAMED_IN_MESSAGES) + " more"
        : text;
  }

  // ---- data files without a manifest

  private ExportManifest dataFiles(
      String folder, List<ObjectStore.Entry> children, ExportSelection selection)
      throws IOException {
    List<ObjectStore.Entry> visible =
        children.stream()
            .filter(child -> !child.directory())
            .filter(child -> !child.name().startsWith("_") && !child.name().startsWith("."))
            .filter(child -> isDataFile(child.name()))
            .toList();
    if (visible.isEmpty()) {
      throw new ExportFormatException(
          "Cannot find an export: no "
              + ManifestReader.SUMMARY
              + ", no "
              + ExportKeys.ROOT_FOLDER
              + " folder and no data files (*.json or *.ion, also with .gz or .zst, or *.gz), in "
              + folder
              + "; it holds: "
              + some(
                  children.stream()
                      .map(child -> child.directory() ? child.name() + "/" : child.name())
                      .toList()));
    }
    long ion = visible.stream().filter(child -> isIon(child.name())).count();
    long bare = visible.stream().filter(child -> isBare(child.name())).count();
    if (ion > 0 && ion + bare < visible.size()) {
      throw new ExportFormatException(
          "Cannot read data files: "
              + ion
              + " of "
              + visible.size()
              + " are Ion and the others DynamoDB JSON, in "
              + folder
              + "; put each format into a folder of its own");
    }
    List<String> warnings = new ArrayList<>();
    return withoutManifest(folder, withoutCopies(visible, warnings), warnings, selection);
  }

  /** A file that was downloaded twice is read once. */
  private List<ObjectStore.Entry> withoutCopies(
      List<ObjectStore.Entry> entries, List<String> warnings) throws IOException {
    Map<String, List<ObjectStore.Entry>> byName = new TreeMap<>();
    for (ObjectStore.Entry entry : entries) {
      byName
          .computeIfAbsent(uncopied(entry.name()) + " " + entry.length(), name -> new ArrayList<>())
          .add(entry);
    }
    Set<String> repeated = new HashSet<>();
    for (List<ObjectStore.Entry> alike : byName.values()) {
      Set<String> seen = new HashSet<>();
      for (ObjectStore.Entry entry : alike.size() > 1 ? alike : List.<ObjectStore.Entry>of()) {
        if (!seen.add(md5(entry.path()))) {
          repeated.add(entry.path());
          warnings.add("A file lies there twice, byte by byte, and is read once: " + entry.path());
        }
      }
    }
    return entries.stream().filter(entry -> !repeated.contains(entry.path())).toList();
  }

  private String md5(String path) throws IOException {
    MessageDigest digest = Digests.md5();
    try (InputStream in = new DigestInputStream(store.open(path), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** By the names, or where they say nothing, by the first line. */
  private RecordFormat format(List<DataFile> files) throws IOException {
    Optional<DataFile> named =
        files.stream().filter(file -> !isBare(Paths.name(file.path()))).findFirst();
    if (named.isPresent()) {
      return isIon(Paths.name(named.get().path())) ? RecordFormat.ION : RecordFormat.DYNAMODB_JSON;
    }
    for (DataFile file : files) {
      try (DataFileReader reader = DataFileReader.open(store, file, options)) {
        if (reader.next()) {
          return ForeignContent.isIon(reader) ? RecordFormat.ION : RecordFormat.DYNAMODB_JSON;
        }
      }
    }
    return RecordFormat.DYNAMODB_JSON;
  }

  private ExportManifest singleFile(String path, ExportSelection selection) throws IOException {
    if (!isDataFile(Paths.name(path)) || store.isDirectory(path) || !store.exists(path)) {
      throw new ExportFormatException(
          "Cannot find an export: there is nothing to read, at "
              + path
              + "; give an export's folder, its "
              + ManifestReader.SUMMARY
              + ", a prefix with exports, or a folder of data files");
    }
    return withoutManifest(
        Paths.parent(path),
        List.of(new ObjectStore.Entry(path, false, store.length(path))),
        List.of(),
        selection);
  }

  private ExportManifest withoutManifest(
      String folder,
      List<ObjectStore.Entry> entries,
      List<String> earlierWarnings,
      ExportSelection selection)
      throws IOException {
    if (!selection.isEmpty()) {
      throw new ExportFormatException(
          "Cannot find an export"
              + selection.describe()
              + ": these are data files without a manifest, in "
              + folder
              + "; drop the condition or give the export's own folder");
    }
    List<DataFile> files = new ArrayList<>();
    for (ObjectStore.Entry entry : entries) {
      files.add(new DataFile(files.size(), entry.path(), entry.path(), -1, "", entry.length()));
    }
    StringBuilder warning =
        new StringBuilder("There is no manifest, so nobody can check that these data files")
            .append(" are complete and unchanged: ")
            .append(folder);
    String above = Paths.parent(folder);
    if (Paths.name(folder).equals("data")
        && store.exists(Paths.child(above, ManifestReader.SUMMARY))) {
      warning.append("; a manifest lies above them, give that folder instead: ").append(above);
    }
    List<String> warnings = new ArrayList<>(List.of(warning.toString()));
    warnings.addAll(earlierWarnings);
    return new ExportManifest(
        folder,
        Paths.name(folder),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        -1,
        format(files).name(),
        Extent.UNSAID,
        files,
        warnings);
  }

  private static boolean isDataFile(String name) {
    String stem = stem(name);
    return stem.endsWith(".json") || stem.endsWith(".jsonl") || isIon(name) || isBare(name);
  }

  private static boolean isIon(String name) {
    return stem(name).endsWith(".ion");
  }

  /** Packed, and the name says nothing of what is in it. */
  private static boolean isBare(String name) {
    String stem = stem(name);
    return stem.indexOf('.') < 0 && stem.length() < uncopied(name).length();
  }

  /** The name without its compression, in lower case. */
  private static String stem(String name) {
    return Paths.unpacked(uncopied(name)).toLowerCase(Locale.ROOT);
  }

  /** The name without what a browser puts into that of a second download: {@code x (1).json.gz}. */
  private static String uncopied(String name) {
    return COPY.matcher(name).replaceAll("");
  }
}
