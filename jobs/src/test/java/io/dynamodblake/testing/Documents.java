package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Our JSON documents as {@code golden/documents.txt} lists them: a line for each kind, with its
 * version and its keys in their order; keys with {@code ?} may be missing. Who reads our documents
 * relies on it: a key that gets another name or meaning is another version.
 */
public final class Documents {
  private static final Path LIST = Path.of("src/test/resources/golden/documents.txt");
  private static final String PROGRAM = "dynamodb-lake/";

  /** A kind of document; the keys without those that all begin with. */
  public record Kind(int version, List<String> keys) {
    /** Whether it tells of a run. */
    public boolean isOfRun() {
      return keys.get(0).equals("runId") && keys.get(1).equals("command");
    }
  }

  private Documents() {}

  /** All kinds, by name. */
  public static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(LIST)) {
        String[] parts = line.split("[ :]+");
        kinds.put(
            parts[0],
            new Kind(Integer.parseInt(parts[1]), List.of(parts).subList(2, parts.length)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kinds;
  }

  /** Reads a document, and checks that it has the keys of the list and obeys its schema. */
  public static JsonNode read(String text) {
    return checked(JsonDocuments.parseObject(text).orElseThrow());
  }

  /** Reads a document, and checks that it has the keys of the list and obeys its schema. */
  public static JsonNode read(Path file) {
    try {
      return read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** True for what {@link #checked} takes. */
  public static boolean isOurs(JsonNode document) {
    return document.path("format").asText().startsWith(PROGRAM);
  }

  /** Checks that a document has the keys of the list and obeys its schema. */
  public static JsonNode checked(JsonNode document) {
    String format = document.path("format").asText();
    assertThat(format).startsWith(PROGRAM);
    Kind kind = kinds().get(format.substring(PROGRAM.length()));
    assertThat(kind).as("a document that %s does not list: %s", LIST, format).isNotNull();
    assertThat(document.path("formatVersion").asInt()).as(format).isEqualTo(kind.version());
    List<String> expected = new ArrayList<>(List.of("format", "formatVersion"));
    for (String key : kind.keys()) {
      String name = key.replace("?", "");
      if (name.equals(key) || document.has(name)) {
        expected.add(name);
      }
    }
    List<String> keys = new ArrayList<>();
    document.fieldNames().forEachRemaining(keys::add);
    assertThat(keys).as(format).isEqualTo(expected);
    DocumentSchemas.check(format.substring(PROGRAM.length()), document);
    return document;
  }
}
