package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.FilePacker.Packing;
import io.dynamodblake.testing.AllocatedBytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FilePackerTest {
  private static final long MIB = 1 << 20;
  // a few times those of a file, which stays as it is or is made again with its length
  private static final long MOST_BYTES_A_FILE = 150;
  private static final FilePacker.Lengths UNASKED =
      file -> {
        throw new AssertionError("asked for a length that is known");
      };

  @Test
  void noFilesAreNoTasks() throws IOException {
    assertThat(FilePacker.pack(List.of(), UNASKED, 128 * MIB, 8))
        .isEqualTo(new Packing(List.of(), 0));
  }

  @Test
  void manySmallFilesShareATask() throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      files.add(known(i, 10_000));
    }
    Packing packing = FilePacker.pack(files, UNASKED, 128 * MIB, 4);
    assertThat(packing.tasks()).hasSize(8).allMatch(task -> task.size() == 125);
    assertThat(packing.storedBytes()).isEqualTo(10_000_000);
  }

  @Test
  void fewFilesAreSpreadOverAllCoresButNotIntoSlivers() throws IOException {
    List<DataFile> large =
        List.of(known(0, 40 * MIB), known(1, 40 * MIB), known(2, 40 * MIB), known(3, 40 * MIB));
    assertThat(FilePacker.pack(large, UNASKED, 256 * MIB, 4).tasks()).hasSize(4);
    assertThat(FilePacker.pack(large, UNASKED, 256 * MIB, 100).tasks()).hasSize(4);
    List<DataFile> tiny = List.of(known(0, 100), known(1, 100), known(2, 100), known(3, 100));
    assertThat(FilePacker.pack(tiny, UNASKED, 256 * MIB, 100).tasks()).hasSize(2);
  }

  @Test
  void theLargestComesFirstAndAlone() throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      files.add(known(i, 10 * MIB));
    }
    files.add(known(10, 90 * MIB));
    List<List<DataFile>> tasks = FilePacker.pack(files, UNASKED, 100 * MIB, 1).tasks();
    assertThat(tasks).hasSize(3);
    assertThat(tasks.get(0)).extracting(DataFile::index).containsExactly(10);
    assertThat(tasks.get(1)).hasSize(5).isSortedAccordingTo((a, b) -> a.index() - b.index());
  }

  @Test
  void lengthsAreEstimatedFromFiveFilesAtMost() throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      files.add(counted(i, 1_000L * (i + 1)));
    }
    AtomicInteger asked = new AtomicInteger();
    Packing packing =
        FilePacker.pack(
            files,
            file -> {
              asked.incrementAndGet();
              return file.itemCount() * 70;
            },
            128 * MIB,
            2);
    assertThat(asked).hasValue(5);
    assertThat(packing.storedBytes()).isEqualTo(70L * 1_000 * 5_050);
  }

  @Test
  void filesWithoutItemsAreReadButTellNothingOfLengths() throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      files.add(counted(i, i == 99 ? 1_000 : 0));
    }
    Packing packing = FilePacker.pack(files, file -> 20 + file.itemCount() * 70, 128 * MIB, 2);
    assertThat(packing.tasks().stream().flatMap(List::stream))
        .hasSize(100)
        .anyMatch(file -> file.itemCount() == 0);
    assertThat(packing.storedBytes()).isEqualTo(70_020);
  }

  @Test
  void aMissingFileIsLeftToItsTask() throws IOException {
    FilePacker.Lengths missing =
        file -> {
          throw new FileNotFoundException(file.path());
        };
    assertThat(FilePacker.pack(List.of(counted(0, 10)), missing, MIB, 1).tasks()).hasSize(1);
    FilePacker.Lengths failing =
        file -> {
          throw new IOException("no connection");
        };
    assertThatThrownBy(() -> FilePacker.pack(List.of(counted(0, 10)), failing, MIB, 1))
        .isInstanceOf(IOException.class)
        .hasMessage("no connection");
  }

  @Test
  void tasksDoNotBecomeMoreThanADriverHolds() throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 120_000; i++) {
      files.add(known(i, 100 * MIB));
    }
    List<List<DataFile>> tasks = FilePacker.pack(files, UNASKED, 32 * MIB, 1_000).tasks();
    assertThat(tasks).hasSize(50_000).allMatch(task -> task.size() == 2 || task.size() == 3);
  }

  @Test
  void skewedFilesMakeEvenTasks() throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      // one in ten is a hundred times as large as the others
      files.add(known(i, i % 10 == 0 ? 100 * MIB : MIB));
    }
    List<List<DataFile>> tasks = FilePacker.pack(files, UNASKED, 128 * MIB, 16).tasks();
    double mean = files.stream().mapToLong(DataFile::length).sum() / (double) tasks.size();
    assertThat(tasks).allMatch(task -> task.stream().mapToLong(DataFile::length).sum() <= 2 * mean);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> FilePacker.pack(List.of(), UNASKED, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0 and 1");
  }

  @Test
  void aFileCostsLittleMemoryHoweverManyThereAre() throws IOException {
    Random random = new Random(1);
    int count = 1_000_000;
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(counted(i, 1 + random.nextInt(10_000)));
    }
    long before = AllocatedBytes.ofThisThread();
    Packing packing = FilePacker.pack(files, file -> file.itemCount() * 100, 256 * MIB, 200);
    long allocated = AllocatedBytes.ofThisThread() - before;

    assertThat(packing.tasks()).hasSizeGreaterThan(1_000);
    assertThat(allocated / count).isLessThan(MOST_BYTES_A_FILE);
  }

  @Property(tries = 100)
  void everyFileIsInExactlyOneTaskAndNoTaskIsMuchOverItsShare(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 200) Integer> mebibytes,
      @ForAll @IntRange(min = 1, max = 64) int parallelism)
      throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (int size : mebibytes) {
      files.add(known(files.size(), size * MIB));
    }
    Packing packing = FilePacker.pack(files, UNASKED, 128 * MIB, parallelism);
    assertThat(packing.tasks()).noneMatch(List::isEmpty);
    assertThat(packing.tasks().stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(files);
    long largest = mebibytes.stream().mapToLong(size -> (size + 1) * MIB).max().orElse(0);
    assertThat(packing.tasks())
        .allMatch(
            task ->
                task.stream().mapToLong(file -> file.length() + MIB).sum() <= 128 * MIB + largest);
    assertThat(FilePacker.pack(files, UNASKED, 128 * MIB, parallelism)).isEqualTo(packing);
  }

  private static DataFile known(int index, long length) {
    return new DataFile(index, "s3a://b/" + index, "k" + index, -1, "", length);
  }

  private static DataFile counted(int index, long items) {
    return new DataFile(index, "s3a://b/" + index, "k" + index, items, "", -1);
  }
}
