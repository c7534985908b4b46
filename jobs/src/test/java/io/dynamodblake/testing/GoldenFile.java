package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A committed text that a test makes again and compares whole, so that a reviewer reads the text
 * and not assertions. After a wanted change run the test with {@code -Dgolden.update=true}, which
 * writes the file instead, and read the difference before committing it.
 */
public final class GoldenFile {
  private GoldenFile() {}

  /** Compares the text with the file, a path from the module's folder, or writes it. */
  public static void assertSame(Path file, String text) {
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text);
        return;
      }
      if (!Files.exists(file)) {
        fail("No golden file %s; make it with -Dgolden.update=true", file);
      }
      assertThat(text)
          .as("%s (to accept the change run with -Dgolden.update=true)", file)
          .isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
