package io.dynamodblake.spark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * An archive on the local disk, read by nothing but what the manifests say, whose checksums and
 * counts have to be right.
 */
record Archive(Path root) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Path exports() {
    return root.resolve("AWSDynamoDB");
  }

  /** The summaries in the order of time. */
  List<JsonNode> summaries() {
    try (Stream<Path> folders = Files.list(exports())) {
      List<JsonNode> summaries = new ArrayList<>();
      for (Path folder : folders.sorted().toList()) {
        if (Files.exists(folder.resolve("manifest-summary.json"))) {
          summaries.add(MAPPER.readTree(proven(folder, "manifest-summary")));
        }
      }
      return summaries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String proven(Path folder, String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name + ".json"));
    assertThat(Files.readString(folder.resolve(name + ".md5"))).isEqualTo(md5(bytes));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The lines of all exports, those of each data file in their order. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (JsonNode summary : summaries()) {
      lines.addAll(lines(summary));
    }
    return lines;
  }

  private List<String> lines(JsonNode summary) {
    List<String> lines = new ArrayList<>();
    try {
      String arn = summary.path("exportArn").asText();
      Path folder = exports().resolve(arn.substring(arn.lastIndexOf('/') + 1));
      for (String entry : proven(folder, "manifest-files").lines().toList()) {
        JsonNode file = MAPPER.readTree(entry);
        byte[] bytes = Files.readAllBytes(root.resolve(file.path("dataFileS3Key").asText()));
        assertThat(file.path("md5Checksum").asText()).isEqualTo(md5(bytes));
        List<String> own = unzipped(bytes);
        assertThat(own).hasSize(file.path("itemCount").asInt());
        lines.addAll(own);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(lines).hasSize(summary.path("itemCount").asInt());
    return lines;
  }

  private static List<String> unzipped(byte[] bytes) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(bytes)), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  List<JsonNode> records() {
    return lines().stream()
        .map(
            line -> {
              try {
                return MAPPER.readTree(line);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  /** The partition keys of all changes, in the order of their sequence numbers. */
  List<String> keys() {
    return records().stream()
        .sorted(Comparator.comparing(record -> record.at("/Metadata/SequenceNumber").asText()))
        .map(record -> record.at("/Keys/pk/S").asText())
        .toList();
  }

  JsonNode checkpoint(String table) {
    try {
      return MAPPER.readTree(Files.readString(root.resolve("_dynamodb-stream/" + table + ".json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that there is no data file that no manifest names, and nothing of a run. */
  void assertNoWaste() {
    Set<String> named = new HashSet<>();
    try (Stream<Path> folders = Files.list(exports())) {
      for (Path folder : folders.toList()) {
        Path manifest = folder.resolve("manifest-files.json");
        if (Files.exists(manifest)) {
          for (String entry : Files.readAllLines(manifest)) {
            String key = MAPPER.readTree(entry).path("dataFileS3Key").asText();
            named.add(key.substring(key.lastIndexOf('/') + 1));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(children("AWSDynamoDB/data")).isSubsetOf(named);
    try (Stream<Path> state = Files.list(root.resolve("_dynamodb-stream"))) {
      for (Path folder : state.filter(Files::isDirectory).toList()) {
        assertThat(folder).isEmptyDirectory();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<String> children(String folder) {
    Set<String> names = new HashSet<>();
    if (Files.exists(root.resolve(folder))) {
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return names;
  }
}
