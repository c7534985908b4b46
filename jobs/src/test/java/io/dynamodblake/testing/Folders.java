package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in local folders. */
public final class Folders {
  private Folders() {}

  /** The only file or folder that a folder holds; fails if there is another, or none. */
  public static Path only(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      List<Path> found = children.toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Paths of all files below a folder that is there, relative to it, sorted. */
  public static List<String> filesBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of the only snapshot that a lake table has of an export. */
  public static Path snapshot(Path lake, String exportId) {
    try (Stream<Path> children = Files.list(lake)) {
      List<Path> found =
          children
              .filter(child -> child.getFileName().toString().startsWith("snapshot=" + exportId))
              .toList();
      assertThat(found).as("snapshots of %s in %s", exportId, lake).hasSize(1);
      return found.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
