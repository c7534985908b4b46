package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.testing.SampleExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Exports as they are met: ours of the test resources, and real ones where they are. */
class SampleExportsTest {
  private final HadoopObjectStore local =
      new HadoopConfiguration(new Configuration(false)).connect();

  @Test
  void anExportWithoutChecksumsAndExportTypeIsReadFromItsNewPlace() throws IOException {
    ExportManifest manifest = locate(SampleExports.tenTypes());
    assertThat(manifest.tableName()).contains("every-type");
    assertThat(manifest.exportId()).isEqualTo("01715685260608-5a3c9e17");
    assertThat(manifest.warnings())
        .containsExactly(
            "There is no checksum object for manifest-summary.json, so its bytes are not verified",
            "The export was moved or copied from bucket acme-exports; its data files are read from"
                + " where its manifest lies",
            "There is no checksum object for manifest-files.json, so its bytes are not verified");
    assertThat(DataLines.of(local, manifest))
        .containsExactly(
            "{\"Item\":{\"id\":{\"S\":\"first\"},\"count\":{\"N\":\"0\"}}}",
            SampleExports.EVERY_TYPE,
            "{\"Item\":{\"id\":{\"S\":\"last\"},\"count\":{\"N\":\"42\"}}}");
  }

  @Test
  void anExportOfSeveralFilesIsReadWithAllChecksums() throws IOException {
    Path folder = SampleExports.flat().resolve("AWSDynamoDB/01732662110643-7d21f0b4");
    assertThat(folder.resolve("_started")).isEmptyFile();
    assertThat(folder.resolve("manifest-files.md5")).isNotEmptyFile();

    ExportManifest manifest = locate(SampleExports.flat());
    assertThat(manifest.exportTime()).contains(Instant.parse("2026-11-26T23:01:50Z"));
    assertThat(manifest.warnings()).isEmpty();
    assertThat(manifest.files())
        .extracting(DataFile::itemCount)
        .containsExactlyInAnyOrder(7L, 12L, 10L, 11L);
    List<String> expected = new ArrayList<>();
    for (int person = 0; person < 40; person++) {
      String role = person % 5 == 0 ? "admin" : "reader";
      expected.add(
          "{\"Item\":{\"user_id\":{\"S\":\"user_%d\"},\"role\":{\"S\":\"%s\"},\"mail\":{\"S\":\"user_%d@example.com\"}}}"
              .formatted(person, role, person));
    }
    assertThat(DataLines.of(local, manifest)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void theRealExportOfTenTypesIsReadFromItsNewPlace() throws IOException {
    ExportManifest manifest = locate(real("ten-types"));
    assertThat(manifest.tableName()).contains("S3ExportTest");
    assertThat(manifest.warnings()).hasSize(3).last().asString().contains("checksum");
    assertThat(DataLines.of(local, manifest))
        .hasSize(3)
        .allMatch(line -> line.startsWith("{\"Item\":{"));
  }

  @Test
  void theRealExportOf98ItemsIsReadWithAllChecksums() throws IOException {
    ExportManifest manifest = locate(real("flat-98").resolve("gurlon"));
    assertThat(manifest.exportId()).isEqualTo("01732662110643-26e512e8");
    assertThat(manifest.exportTime()).contains(Instant.parse("2024-11-26T23:01:50Z"));
    assertThat(manifest.files()).hasSize(4);
    assertThat(DataLines.of(local, manifest)).hasSize(98).doesNotHaveDuplicates();
  }

  private static Path real(String name) {
    Path real = SampleExports.real(name);
    assumeTrue(Files.isDirectory(real), SampleExports.NO_REAL_EXPORT);
    return real;
  }

  private ExportManifest locate(Path path) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults())
        .locate(path.toAbsolutePath().toString(), ExportSelection.newest());
  }
}
