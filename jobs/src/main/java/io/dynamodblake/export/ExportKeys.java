package io.dynamodblake.export;

import io.dynamodblake.conf.ReadKeys;
import java.util.Locale;

/**
 * Turns the keys of one export's manifests, which are relative to the root of the bucket it was
 * written to, into paths.
 *
 * <p>A key inside the export's own prefix is always read from where the manifest itself lies: what
 * follows its last {@code AWSDynamoDB/} is attached to the folder above the export. For an export
 * in its place that is the key itself; for a moved or copied one it is the only place that can be
 * right. That holds for the data files of incremental exports, too, which lie beside the export in
 * {@code AWSDynamoDB/data/}.
 *
 * <p>Others than DynamoDB write keys that are relative to the export's folder, or to the prefix.
 * Such a key is read from the folder where the manifest lies.
 */
final class ExportKeys {
  static final String ROOT_FOLDER = "AWSDynamoDB";
  private static final String ROOT_SEGMENT = ROOT_FOLDER + "/";
  private static final String SHARED_DATA = "data/";

  private final ExportSummary summary;
  private final ReadOptions options;
  private final boolean allowRelative;
  private final String ownPrefix; // null if its keys are not as DynamoDB writes them
  private final String ownFolder;
  private boolean relative;

  /**
   * @param allowRelative whether a key may be relative although that of the manifest is not; then
   *     nobody can tell what its writer meant
   */
  ExportKeys(ExportSummary summary, ReadOptions options, boolean allowRelative) {
    this.summary = summary;
    this.options = options;
    this.allowRelative = allowRelative;
    String key = summary.manifestFilesKey();
    this.ownPrefix = prefix(key);
    // file systems drop empty segments, so a place is compared without them
    this.ownFolder = key.substring(0, Math.max(0, key.lastIndexOf('/'))).replaceAll("/+", "/");
  }

  /**
   * The path of an object named by a manifest.
   *
   * @param manifest file name of the manifest, for messages
   * @throws ExportFormatException if the key is malformed, or outside the export and that is not
   *     allowed
   */
  String path(String key, String manifest) {
    String prefix = prefix(key);
    boolean inside =
        prefix != null
            && (prefix.equals(ownPrefix) || trimSlashes(prefix).equals(summary.prefix()));
    // a prefix that was given with a trailing slash may show as an empty segment, so an own prefix
    // is taken as it is
    String unchecked = prefix == null ? "" : prefix.equals(ownPrefix) ? prefix : "";
    String fault = fault(key.substring(unchecked.length()));
    if (fault == null) {
      fault = dotFault(unchecked);
    }
    if (fault != null) {
      throw new ExportFormatException(
          "Cannot read "
              + manifest
              + ": the key "
              + printable(key)
              + " "
              + fault
              + ", in "
              + summary.folder()
              + "; nothing is read from such a place, export again");
    }
    // in a folder of another name what lies beside it is none of the export's
    boolean placed =
        prefix != null
            && (key.startsWith(summary.exportId() + "/", prefix.length() + ROOT_SEGMENT.length())
                || Paths.name(Paths.parent(summary.folder())).equals(ROOT_FOLDER)
                || isShared(key, prefix));
    if (inside && placed) {
      return rebased(key.substring(prefix.length() + ROOT_SEGMENT.length()));
    }
    if (prefix == null && ownPrefix == null && key.startsWith(ownFolder + "/")) {
      return summary.folder() + key.substring(ownFolder.length());
    }
    String bucketRoot = bucketRoot();
    // of an export that was moved, nothing but its own folder can be meant
    boolean moved = options.allowOutside() && bucketRoot == null;
    boolean mayBeRelative =
        prefix == null
            ? ownPrefix == null || allowRelative || moved
            : allowRelative && placed && prefix.isEmpty();
    if (mayBeRelative && (!options.allowOutside() || bucketRoot == null)) {
      relative = true;
      return rebased(prefix == null ? key : key.substring(ROOT_SEGMENT.length()), key);
    }
    if (!options.allowOutside()) {
      throw new ExportFormatException(
          "Cannot read "
              + manifest
              + ": the key "
              + printable(key)
              + " is outside the export's own prefix "
              + (summary.prefix().isEmpty() ? "(none)" : "'" + summary.prefix() + "'")
              + ", in "
              + summary.folder()
              + "; export again or copy the export whole, or, if you trust this manifest, use "
              + options.words().of(ReadKeys.ALLOW_OUTSIDE)
              + " to read the key from the bucket's root"
              + (prefix == null
                  ? ", or "
                      + options.words().of(ReadKeys.VERIFY, "counts")
                      + " to read it from the export's folder"
                  : ""));
    }
    return bucketRoot != null
        ? bucketRoot + "/" + key
        : rebased(key.substring(prefix.length() + ROOT_SEGMENT.length()));
  }

  /**
   * Whether a data file lies in the folder beside the export that all incremental ones of a prefix
   * share. Where the export's folder has kept its name, the shared one was copied with it.
   */
  private boolean isShared(String key, String prefix) {
    return summary.incremental()
        && Paths.name(summary.folder()).equals(summary.exportId())
        && key.startsWith(SHARED_DATA, prefix.length() + ROOT_SEGMENT.length());
  }

  /** Whether the export lies elsewhere than where its summary says. */
  boolean moved() {
    if (ownFolder.isEmpty()) {
      return false; // whatever it says of its place is relative
    }
    if (bucketRoot() == null) {
      return true;
    }
    String bucket = bucket(summary.folder());
    return bucket != null && summary.bucket().map(own -> !own.equals(bucket)).orElse(false);
  }

  /** Whether a key was taken for relative to the export's folder. */
  boolean relative() {
    return relative;
  }

  /** Inside the export's folder in any case. */
  private String rebased(String rest, String key) {
    String own = summary.exportId() + "/";
    return summary.folder() + "/" + (rest.startsWith(own) ? rest.substring(own.length()) : key);
  }

  private String rebased(String rest) {
    String folder = summary.folder();
    String own = summary.exportId() + "/";
    return rest.startsWith(own)
        ? folder + "/" + rest.substring(own.length())
        : Paths.parent(folder) + "/" + rest;
  }

  /**
   * Where the root of the bucket lies, if the export lies under the same key as when it was
   * written; otherwise null.
   */
  private String bucketRoot() {
    String suffix = "/" + ownFolder;
    String folder = summary.folder();
    return folder.endsWith(suffix) ? folder.substring(0, folder.length() - suffix.length()) : null;
  }

  private static String bucket(String path) {
    if (!path.toLowerCase(Locale.ROOT).startsWith("s3")) {
      return null;
    }
    int start = path.indexOf("://");
    if (start < 0) {
      return null;
    }
    int end = path.indexOf('/', start + "://".length());
    return path.substring(start + "://".length(), end < 0 ? path.length() : end);
  }

  /** The folder that keys of DynamoDB name behind {@code AWSDynamoDB/}; null if they are others. */
  static String exportId(String key) {
    String prefix = prefix(key);
    if (prefix == null) {
      return null;
    }
    String rest = key.substring(prefix.length() + ROOT_SEGMENT.length());
    int slash = rest.indexOf('/');
    return slash <= 0 ? null : rest.substring(0, slash);
  }

  /**
   * What stands before the last {@code AWSDynamoDB/}, with its slash; null if the key has no such
   * segment.
   */
  private static String prefix(String key) {
    for (int at = key.lastIndexOf(ROOT_SEGMENT);
        at >= 0;
        at = key.lastIndexOf(ROOT_SEGMENT, at - 1)) {
      if (at == 0 || key.charAt(at - 1) == '/') {
        return key.substring(0, at);
      }
    }
    return null;
  }

  private static String fault(String key) {
    if (key.isEmpty()) {
      return "is empty";
    }
    int start = 0;
    for (int i = 0; i <= key.length(); i++) {
      if (i < key.length() && Character.isISOControl(key.charAt(i))) {
        return "has a control character";
      }
      if (i == key.length() || key.charAt(i) == '/') {
        if (i == start) {
          return "has an empty segment";
        }
        start = i + 1;
      }
    }
    return dotFault(key);
  }

  private static String dotFault(String key) {
    int start = 0;
    for (int i = 0; i <= key.length(); i++) {
      if (i == key.length() || key.charAt(i) == '/') {
        int length = i - start;
        if ((length == 1 && key.charAt(start) == '.')
            || (length == 2 && key.startsWith("..", start))) {
          return "has a '" + key.substring(start, i) + "' segment";
        }
        start = i + 1;
      }
    }
    return null;
  }

  static String trimSlashes(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && text.charAt(start) == '/') {
      start++;
    }
    while (end > start && text.charAt(end - 1) == '/') {
      end--;
    }
    return text.substring(start, end);
  }

  /** A key as a message may show it: on one line, and not endless. */
  static String printable(String key) {
    StringBuilder text = new StringBuilder("'");
    for (int i = 0; i < Math.min(key.length(), 200); i++) {
      char character = key.charAt(i);
      text.append(Character.isISOControl(character) ? '?' : character);
    }
    return text.append(key.length() > 200 ? "...'" : "'").toString();
  }
}
