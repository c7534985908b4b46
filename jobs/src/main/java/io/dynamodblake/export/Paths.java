package io.dynamodblake.export;

import java.util.List;
import java.util.Locale;

/** Whole paths as {@link io.dynamodblake.io.ObjectStore} uses them. */
final class Paths {
  private static final List<String> PACKED = List.of(".gz", ".zst", ".zstd");

  private Paths() {}

  /** The path without what its name says of the compression, which is told from the bytes. */
  static String unpacked(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    for (String end : PACKED) {
      if (lower.endsWith(end)) {
        return path.substring(0, path.length() - end.length());
      }
    }
    return path;
  }

  static String child(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }
}
