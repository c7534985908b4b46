package io.dynamodblake.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Whole folders of local files. */
final class Directories {
  private Directories() {}

  /** Deletes a file or folder, if there is one. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  static long bytes(Path path) throws IOException {
    long sum = 0;
    for (Path file : dataFiles(path)) {
      sum += Files.size(file);
    }
    return sum;
  }

  /** The files that hold data, however deep: none whose name says that it is hidden. */
  static List<Path> dataFiles(Path path) throws IOException {
    try (Stream<Path> tree = Files.walk(path)) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(file -> !file.getFileName().toString().startsWith("_"))
          .sorted()
          .toList();
    }
  }
}
