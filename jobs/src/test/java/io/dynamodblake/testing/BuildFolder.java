package io.dynamodblake.testing;

import java.nio.file.Path;

/** Where the build writes: each line of Spark has a folder of its own. */
public final class BuildFolder {
  /** Absolute; {@code target} outside of Maven. */
  public static final Path PATH =
      Path.of(System.getProperty("build.directory", "target")).toAbsolutePath();

  private BuildFolder() {}
}
