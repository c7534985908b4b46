package io.dynamodblake.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Verify;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.InMemoryObjectStore;
import io.dynamodblake.testing.Tapes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the files of an Ion export: it is refused, or all of it is read. */
class DamagedIonTest {
  private static final long SEED = 20261129;
  private static final String BUCKET = "s3a://acme-exports";

  @TempDir Path temp;

  private Path folder;
  private List<Path> files;
  private List<Object> whole;

  @BeforeEach
  void anExportOfSeveralFiles() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(
          ("{\"Item\":{\"pk\":{\"S\":\"user#%d\"},\"n\":{\"N\":\"%d.5\"},\"b\":{\"B\":\"AAE%d\"},"
                  + "\"t\":{\"SS\":[\"x%d\",\"y\"]},\"m\":{\"M\":{\"S\":{\"S\":\"é%d\"}}},\"z\":{\"NULL\":true}}}")
              .formatted(i, i, i % 10, i, i));
    }
    folder = ExportFixture.in(temp).ion().items(lines, 3).emptyFile().write();
    try (Stream<Path> all = Files.walk(temp)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.endsWith("_started"))
              .sorted()
              .toList();
    }
    whole = read(new InMemoryObjectStore().withFolder(temp, BUCKET), Verify.MD5);
    assertThat(whole).hasSize(40);
  }

  @Test
  void damagedFilesAreRefusedOrReadWhole() throws IOException {
    Random random = new Random(SEED);
    int refused = 0;
    for (int round = 0; round < 200; round++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] damaged = damaged(Files.readAllBytes(file), random);
      Verify verify = random.nextBoolean() ? Verify.MD5 : Verify.COUNTS;
      Optional<List<Object>> read = readUnlessRefused(file, damaged, verify);
      refused += read.isEmpty() ? 1 : 0;
      if (read.isPresent()) {
        assertThat(read.get()).as("%d: %s, %s", round, file, verify).isEqualTo(whole);
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void damageInsideOfSoundGzipIsFoundByTheChecksumAndNotBlamedOnLines() throws IOException {
    Random random = new Random(SEED);
    List<Path> data = files.stream().filter(file -> file.toString().endsWith(".gz")).toList();
    for (int round = 0; round < 200; round++) {
      Path file = data.get(random.nextInt(3)); // the last is empty
      byte[] content = damaged(unpacked(Files.readAllBytes(file)), random);
      assertThat(readUnlessRefused(file, ExportFixture.gzip(content), Verify.MD5))
          .as("%d: %s", round, file)
          .isEmpty();
    }
  }

  private static byte[] unpacked(byte[] gzip) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    }
  }

  /** A bit turned, an end cut off, a piece zeroed or left out. */
  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(16));
    switch (random.nextInt(4)) {
      case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 2 -> Arrays.fill(damaged, at, to, (byte) 0);
      default -> {
        System.arraycopy(bytes, to, damaged, at, bytes.length - to);
        return Arrays.copyOf(damaged, bytes.length - (to - at));
      }
    }
    return damaged;
  }

  /** Empty if the damage was noticed as such; lines that are blamed for it fail the test. */
  private Optional<List<Object>> readUnlessRefused(Path file, byte[] bytes, Verify verify)
      throws IOException {
    InMemoryObjectStore store = new InMemoryObjectStore().withFolder(temp, BUCKET);
    store.with(BUCKET + "/" + temp.relativize(file), bytes);
    try {
      return Optional.of(read(store, verify));
    } catch (ExportFormatException refused) {
      assertThat(refused.getMessage()).startsWith("Cannot ");
      return Optional.empty();
    }
  }

  private List<Object> read(InMemoryObjectStore store, Verify verify) throws IOException {
    ReadOptions options = ReadOptions.defaults().withVerify(verify);
    ExportManifest manifest =
        new ExportLocator(store, options)
            .locate(BUCKET + "/" + temp.relativize(folder), ExportSelection.newest());
    List<Object> items = new ArrayList<>();
    try (ItemCursor cursor =
        new ItemCursor(
            store, manifest.files(), manifest.recordFormat(), options, null, new Refusal())) {
      while (cursor.advance()) {
        items.add(Tapes.toObject(cursor.tape()));
      }
    }
    return items;
  }

  private static final class Refusal implements RecordCursor.Listener {
    @Override
    public boolean badRecord(DataFileReader line, String reason) {
      throw new DataRefusedException(reason);
    }

    @Override
    public void fileEnded(DataFileReader file, long items, long badRecords, long falseNulls) {
      // only items matter here
    }

    @Override
    public void moved(RecordCursor cursor) {
      // nor how far it is
    }
  }
}
