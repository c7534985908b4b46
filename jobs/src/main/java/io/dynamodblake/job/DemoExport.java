package io.dynamodblake.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sample export inside the jar: a small invented shop in one DynamoDB table, as DynamoDB would
 * export it, and what changed in it within a day.
 */
final class DemoExport {
  static final String EXPORT_ID = "01731900000000-0a1b2c3d";

  /** The incremental export of the day after it. */
  static final String DAY_ID = "01731987300000-9f8e7d6c";

  private static final String EXPORTS = "AWSDynamoDB/";
  private static final String FOLDER = EXPORTS + EXPORT_ID + "/";
  private static final String RESOURCES = "/io/dynamodblake/demo/";
  private static final Pattern DATA_FILE =
      Pattern.compile("\"dataFileS3Key\":\"[^\"]*/(data/[^\"/]+)\"");

  private DemoExport() {}

  /**
   * Copies the export.
   *
   * @return the folder with the manifests, {@code <directory>/AWSDynamoDB/<export-id>}
   * @throws IOException if the directory cannot be written
   */
  static Path copyTo(Path directory) throws IOException {
    for (String object : objects()) {
      Path target = directory.resolve(FOLDER + object);
      Files.createDirectories(target.getParent());
      Files.write(target, bytes(object));
    }
    return directory.resolve(FOLDER);
  }

  /**
   * Copies the incremental export of the day after.
   *
   * @return the folder with the manifests, beside that of the export
   * @throws IOException if the directory cannot be written
   */
  static Path copyDayTo(Path directory) throws IOException {
    for (String object : dayObjects()) {
      Path target = directory.resolve(EXPORTS + object);
      Files.createDirectories(target.getParent());
      Files.write(target, dayBytes(object));
    }
    return directory.resolve(EXPORTS + DAY_ID);
  }

  /** Paths of all objects under the export's folder. */
  static List<String> objects() {
    return objects(FOLDER, "");
  }

  static byte[] bytes(String object) {
    return resource(FOLDER + object);
  }

  /** Paths of all objects of the incremental export under {@code AWSDynamoDB}. */
  static List<String> dayObjects() {
    return objects(EXPORTS, DAY_ID + "/");
  }

  static byte[] dayBytes(String object) {
    return resource(EXPORTS + object);
  }

  /** A folder inside a jar cannot be listed, but an export lists itself. */
  private static List<String> objects(String root, String manifests) {
    List<String> objects =
        new ArrayList<>(
            Stream.of(
                    "_started",
                    "manifest-summary.json",
                    "manifest-summary.md5",
                    "manifest-files.json",
                    "manifest-files.md5")
                .map(name -> manifests + name)
                .toList());
    String list =
        new String(resource(root + manifests + "manifest-files.json"), StandardCharsets.UTF_8);
    Matcher files = DATA_FILE.matcher(list);
    while (files.find()) {
      objects.add(files.group(1));
    }
    return objects;
  }

  private static byte[] resource(String object) {
    try (InputStream in = DemoExport.class.getResourceAsStream(RESOURCES + object)) {
      if (in == null) {
        throw new IllegalStateException("The demo export lacks " + object);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
