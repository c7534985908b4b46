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
 * right.
 */
final class ExportKeys {
  static final String ROOT_FOLDER = "AWSDynamoDB";
  private static final String ROOT_SEGMENT = ROOT_FOLDER + "/";

  private final ExportSummary summary;
  private final ReadOptions options;
  private final String ownPrefix;
  private final String ownFolder;

  ExportKeys(ExportSummary summary, ReadOptions options) {
    this.summary = summary;
    this.options = options;
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
                || Paths.name(Paths.parent(summary.folder())).equals(ROOT_FOLDER));
    if (inside && placed) {
      return rebased(key.substring(prefix.length() + ROOT_SEGMENT.length()));
    }
    if (prefix == null && isRelative(key)) {
      throw new ExportFormatException(
          "Cannot read "
              + manifest
              + ": the key "
              + printable(key)
              + " is relative to the export's folder, where DynamoDB writes whole keys of the bucket, in "
              + summary.folder()
              + "; give the folder of its data files to read what is there unchecked");
    }
    String bucketRoot = bucketRoot();
    if (prefix == null && bucketRoot == null) {
      throw new ExportFormatException(
          "Cannot find "
              + printable(key)
              + ": the export was moved and the key has no "
              + ROOT_SEGMENT
              + " to attach it by, in "
              + summary.folder()
              + "; read the export from the place it was written to");
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
              + "; use "
              + options.words().of(ReadKeys.ALLOW_OUTSIDE)
              + " if you trust this manifest");
    }
    return bucketRoot != null
        ? bucketRoot + "/" + key
        : rebased(key.substring(prefix.length() + ROOT_SEGMENT.length()));
  }

  /** Whether others than DynamoDB wrote it: no bucket has the files of an export at its root. */
  private static boolean isRelative(String key) {
    return key.indexOf('/') < 0 || key.startsWith("data/");
  }

  /** Whether the export lies elsewhere than where its summary says. */
  boolean moved() {
    if (bucketRoot() == null) {
      return true;
    }
    String bucket = bucket(summary.folder());
    return bucket != null && summary.bucket().map(own -> !own.equals(bucket)).orElse(false);
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
