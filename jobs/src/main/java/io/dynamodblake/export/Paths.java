package io.dynamodblake.export;

/** Whole paths as {@link io.dynamodblake.io.ObjectStore} uses them. */
final class Paths {
  private Paths() {}

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
