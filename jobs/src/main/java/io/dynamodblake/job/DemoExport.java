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

/**
 * The sample export inside the jar: a small invented shop in one DynamoDB table, as DynamoDB would
 * export it.
 */
final class DemoExport {
  static final String EXPORT_ID = "01731900000000-0a1b2c3d";

  private static final String FOLDER = "AWSDynamoDB/" + EXPORT_ID + "/";
  private static final String RESOURCES = "/io/dynamodblake/demo/" + FOLDER;
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

  /** Paths of all objects under the export's folder. */
  static List<String> objects() {
    List<String> objects =
        new ArrayList<>(
            List.of(
                "_started",
                "manifest-summary.json",
                "manifest-summary.md5",
                "manifest-files.json",
                "manifest-files.md5"));
    // a folder inside a jar cannot be listed, but an export lists itself
    Matcher files =
        DATA_FILE.matcher(new String(bytes("manifest-files.json"), StandardCharsets.UTF_8));
    while (files.find()) {
      objects.add(files.group(1));
    }
    return objects;
  }

  static byte[] bytes(String object) {
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
