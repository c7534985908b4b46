package io.dynamodblake.export;

import io.dynamodblake.io.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** All lines of all data files of an export. */
final class DataLines {
  private DataLines() {}

  static List<String> of(ObjectStore store, ExportManifest manifest) throws IOException {
    List<String> lines = new ArrayList<>();
    for (DataFile file : manifest.files()) {
      try (DataFileReader reader = DataFileReader.open(store, file, ReadOptions.defaults())) {
        while (reader.next()) {
          lines.add(
              new String(
                  reader.buffer(),
                  reader.start(),
                  reader.end() - reader.start(),
                  StandardCharsets.UTF_8));
        }
      }
    }
    return lines;
  }
}
