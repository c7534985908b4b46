package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares a text with the file it is expected to be, whole. {@code mvn test -Dtest=...
 * -Dgolden.update=true} writes the files anew; the difference is then reviewed like code.
 */
public final class Golden {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private Golden() {}

  /** A file of the folder for golden files. */
  public static void check(String name, String text) throws IOException {
    check(FOLDER.resolve(name), text);
  }

  /** A file anywhere, by its path from the module's folder. */
  public static void check(Path file, String text) throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    }
    assertThat(file).as("run with -Dgolden.update=true if the change is meant").exists();
    assertThat(text).as(file.toString()).isEqualTo(Files.readString(file));
  }
}
