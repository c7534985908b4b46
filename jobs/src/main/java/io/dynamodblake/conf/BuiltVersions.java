package io.dynamodblake.conf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions that the build has written down: of this program, and of what it was built for. */
public final class BuiltVersions {
  private static final String RESOURCE = "version.properties";

  private BuiltVersions() {}

  /** Returns the version of dynamodb-lake. */
  public static String program() {
    return of("version");
  }

  /**
   * Returns the version that the build has written down for a name.
   *
   * @param name {@code version} for this program, else {@code spark}, {@code hadoop}, or {@code
   *     iceberg} for the coordinates of its runtime
   */
  public static String of(String name) {
    Properties properties = new Properties();
    try (InputStream in = BuiltVersions.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty(name);
  }
}
