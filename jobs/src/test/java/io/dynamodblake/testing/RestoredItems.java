package io.dynamodblake.testing;

import com.github.luben.zstd.ZstdInputStream;
import io.dynamodblake.ion.IonRecordReader;
import io.dynamodblake.ion.MalformedIonException;
import io.dynamodblake.json.MalformedRecordException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What a restore wrote, read without the code that a restore or a comparison reads it with. */
public final class RestoredItems {
  private static final int LONGEST_LINE = 4 << 20;

  private RestoredItems() {}

  /** The lines of all files of a {@code data} folder, Ion turned into DynamoDB JSON. */
  public static List<String> lines(Path data) throws IOException, MalformedIonException {
    List<Path> files;
    try (Stream<Path> found = Files.list(data)) {
      files = found.sorted().toList();
    }
    IonRecordReader ion = new IonRecordReader(LONGEST_LINE);
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      try (InputStream stored = Files.newInputStream(file);
          InputStream bytes =
              name.endsWith(".gz")
                  ? new GZIPInputStream(stored)
                  : name.endsWith(".zst") ? new ZstdInputStream(stored) : stored;
          BufferedReader reader =
              new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (name.contains(".ion")) {
            byte[] text = line.getBytes(StandardCharsets.UTF_8);
            ion.read(text, 0, text.length);
            line = new String(ion.json(), 0, ion.length(), StandardCharsets.UTF_8).strip();
          }
          lines.add(line);
        }
      }
    }
    return lines;
  }

  /**
   * Items by their {@code pk}, each in a form that is equal if DynamoDB takes them for equal.
   *
   * @throws IllegalStateException if a key stands twice
   */
  public static Map<Object, Object> byKey(List<String> lines) throws MalformedRecordException {
    Map<Object, Object> items = new HashMap<>();
    for (String line : lines) {
      Map<?, ?> item = (Map<?, ?>) Tapes.toComparable(Tapes.ofLine(line));
      if (items.put(item.get("pk"), item) != null) {
        throw new IllegalStateException("Twice: " + item.get("pk"));
      }
    }
    return items;
  }

  /** The first few keys whose items are not the same, with both; empty if all are. */
  public static List<String> differences(Map<Object, Object> expected, Map<Object, Object> actual) {
    List<String> differences = new ArrayList<>();
    Stream.concat(expected.keySet().stream(), actual.keySet().stream())
        .distinct()
        .filter(key -> !expected.getOrDefault(key, "").equals(actual.get(key)))
        .limit(3)
        .forEach(key -> differences.add(expected.get(key) + "\n  became " + actual.get(key)));
    return differences;
  }
}
