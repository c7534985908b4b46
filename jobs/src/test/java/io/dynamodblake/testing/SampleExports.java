package io.dynamodblake.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Two small exports among the test resources, in the forms that real ones have and {@link
 * ExportFixture} does not write by itself. They are files and not made by each test, so that a
 * change of the fixture cannot change what is proved about them; {@link #main} has written them.
 *
 * <p>Real exports lie beside the project where it is developed. They are read too where they are.
 */
public final class SampleExports {
  private static final Path RESOURCES = Path.of("src", "test", "resources", "exports");
  private static final Path REAL = Path.of("..", "..", "shared", "samples");

  /** Why a test of a real export is skipped. */
  public static final String NO_REAL_EXPORT =
      "SKIPPED: there is no real export here, only the one of the same form in the test resources";

  /** The one item of {@link #tenTypes()} that has all types. */
  public static final String EVERY_TYPE =
      "{\"Item\":{\"id\":{\"S\":\"every\"},\"flag\":{\"BOOL\":false},\"nothing\":{\"NULL\":true},"
          + "\"texts\":{\"SS\":[\"blue\",\"green\"]},\"numbers\":{\"NS\":[\"3\",\"2.5\"]},"
          + "\"list\":{\"L\":[{\"N\":\"1\"},{\"S\":\"one\"}]},"
          + "\"map\":{\"M\":{\"h\":{\"NULL\":true},\"i\":{\"BOOL\":true},\"g\":{\"N\":\"9\"}}},"
          + "\"bytes\":{\"B\":\"3q2+7w==\"},\"chunks\":{\"BS\":[\"AA==\",\"/w==\"]}}}";

  private SampleExports() {}

  /**
   * Three items; no checksum objects and no export type, as exports had them once; its keys begin
   * with a prefix that it does not lie under any more.
   */
  public static Path tenTypes() {
    return RESOURCES.resolve("ten-types");
  }

  /** Forty flat items in four files, with a start marker and checksum objects. */
  public static Path flat() {
    return RESOURCES.resolve("flat").resolve("people");
  }

  /** The items of {@link #flat()}, in their files. */
  private static List<List<String>> flatLines() {
    List<List<String>> files = new ArrayList<>();
    int[] sizes = {7, 12, 10, 11};
    int person = 0;
    for (int size : sizes) {
      List<String> lines = new ArrayList<>();
      while (lines.size() < size) {
        lines.add(
            "{\"Item\":{\"user_id\":{\"S\":\"user_%d\"},\"role\":{\"S\":\"%s\"},\"mail\":{\"S\":\"user_%d@example.com\"}}}"
                .formatted(person, person % 5 == 0 ? "admin" : "reader", person));
        person++;
      }
      files.add(lines);
    }
    return files;
  }

  /** A real export, or a folder that is not there. */
  public static Path real(String name) {
    return REAL.resolve(name).toAbsolutePath().normalize();
  }

  /**
   * Writes both exports anew into a folder that does not have them.
   *
   * @param args the folder
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Path bucket = Files.createTempDirectory("bucket");
    ExportFixture.in(bucket)
        .prefix("nightly-exports")
        .table("every-type")
        .exportId("01715685260608-5a3c9e17")
        .exportTime(Instant.parse("2026-05-14T11:14:20.608Z"))
        .file(
            "{\"Item\":{\"id\":{\"S\":\"first\"},\"count\":{\"N\":\"0\"}}}",
            EVERY_TYPE,
            "{\"Item\":{\"id\":{\"S\":\"last\"},\"count\":{\"N\":\"42\"}}}")
        .withoutChecksums()
        .summaryField("exportType", null)
        .write();
    Files.createDirectories(folder.resolve("ten-types"));
    Files.move(
        bucket.resolve("nightly-exports/AWSDynamoDB"), folder.resolve("ten-types/AWSDynamoDB"));
    Files.delete(
        folder.resolve("ten-types/AWSDynamoDB/01715685260608-5a3c9e17").resolve("_started"));
    ExportFixture flat =
        ExportFixture.in(folder.resolve("flat"))
            .prefix("people")
            .table("people")
            .exportId("01732662110643-7d21f0b4")
            .exportTime(Instant.parse("2026-11-26T23:01:50Z"))
            .summaryField("exportType", null);
    flatLines().forEach(flat::file);
    flat.write();
  }
}
