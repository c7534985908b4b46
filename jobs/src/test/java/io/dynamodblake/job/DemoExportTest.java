package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.DemoDayGenerator;
import io.dynamodblake.testing.DemoExportGenerator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoExportTest {
  private static final Path COMMITTED =
      Path.of("src/main/resources/io/dynamodblake/demo", DemoExportGenerator.ROOT);

  private static final Map<String, byte[]> GENERATED = new DemoExportGenerator().objects();
  private static final Path COMMITTED_DAY = COMMITTED.getParent();
  private static final Map<String, byte[]> DAY = new DemoDayGenerator().objects();

  /**
   * {@code mvn test -Dtest=DemoExportTest -Dgolden.update=true} writes the committed export anew.
   */
  @BeforeAll
  static void update() throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      write(COMMITTED, GENERATED);
      write(COMMITTED_DAY, DAY);
    }
  }

  private static void write(Path folder, Map<String, byte[]> objects) throws IOException {
    for (Map.Entry<String, byte[]> object : objects.entrySet()) {
      Path path = folder.resolve(object.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, object.getValue());
    }
  }

  @Test
  void committedDayIsWhatTheGeneratorMakes() throws IOException {
    assertThat(DemoExport.dayObjects()).containsExactlyInAnyOrderElementsOf(DAY.keySet());
    for (String object : DAY.keySet()) {
      assertThat(text(object, DemoExport.dayBytes(object)))
          .as(object)
          .isEqualTo(text(object, DAY.get(object)));
    }
  }

  @Test
  void theDayHasAFewHundredChangesOfEveryKind() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String object : DAY.keySet()) {
      if (object.endsWith(".gz")) {
        all.append(text(object, DAY.get(object)));
      }
    }
    List<String> lines = all.toString().lines().toList();
    assertThat(lines).hasSizeBetween(100, 400);
    assertThat(lines).anyMatch(line -> !line.contains("\"OldImage\""));
    assertThat(lines).anyMatch(line -> !line.contains("\"NewImage\""));
    assertThat(lines)
        .anyMatch(line -> line.matches(".*NewImage(?!.*coupon.*OldImage).*OldImage.*coupon.*"));
    assertThat(DAY.values().stream().mapToInt(bytes -> bytes.length).sum()).isLessThan(60_000);
  }

  @Test
  void committedExportIsWhatTheGeneratorMakes() throws IOException {
    assertThat(DemoExport.objects()).containsExactlyInAnyOrderElementsOf(GENERATED.keySet());
    for (String object : GENERATED.keySet()) {
      assertThat(text(object, DemoExport.bytes(object)))
          .as(object)
          .isEqualTo(text(object, GENERATED.get(object)));
    }
  }

  /**
   * Compressed bytes depend on the zlib that a JDK was built with, and so do their checksums; the
   * content must not.
   */
  private static String text(String object, byte[] bytes) throws IOException {
    if (object.endsWith(".gz")) {
      try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    if (object.endsWith("manifest-files.md5")) {
      return "24 bytes";
    }
    return new String(bytes, StandardCharsets.UTF_8)
        .replaceAll("\"md5Checksum\":\"[^\"]{24}\"", "\"md5Checksum\":\"\"");
  }

  @Test
  void committedChecksumsAreThoseOfTheCommittedBytes() throws Exception {
    for (String manifest : new String[] {"manifest-files", "manifest-summary"}) {
      assertThat(new String(DemoExport.bytes(manifest + ".md5"), StandardCharsets.US_ASCII))
          .isEqualTo(md5(DemoExport.bytes(manifest + ".json")));
    }
    Matcher files =
        Pattern.compile("\"md5Checksum\":\"([^\"]*)\".*?/(data/[^\"]*)\"")
            .matcher(new String(DemoExport.bytes("manifest-files.json"), StandardCharsets.UTF_8));
    int count = 0;
    while (files.find()) {
      assertThat(files.group(1))
          .as(files.group(2))
          .isEqualTo(md5(DemoExport.bytes(files.group(2))));
      count++;
    }
    assertThat(count).isEqualTo(4);
  }

  @Test
  void exportIsSmallEnoughForTheJar() {
    assertThat(
            DemoExport.objects().stream()
                .mapToLong(object -> DemoExport.bytes(object).length)
                .sum())
        .isLessThan(200_000);
  }

  @Test
  void everyDescriptorOccurs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String object : GENERATED.keySet()) {
      if (object.endsWith(".gz")) {
        all.append(text(object, GENERATED.get(object)));
      }
    }
    assertThat(all.toString().lines()).hasSize(1000);
    for (String descriptor :
        new String[] {"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"}) {
      assertThat(all).contains("{\"" + descriptor + "\":");
    }
  }

  @Test
  void copyIsTheExport(@TempDir Path directory) throws IOException {
    Path copy = DemoExport.copyTo(directory);
    assertThat(copy).isEqualTo(directory.resolve(DemoExportGenerator.ROOT));
    for (String object : DemoExport.objects()) {
      assertThat(copy.resolve(object)).hasBinaryContent(DemoExport.bytes(object));
    }
  }

  private static String md5(byte[] bytes) throws Exception {
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
  }
}
