package io.dynamodblake.export;

import static io.dynamodblake.export.StoredBytes.changed;
import static io.dynamodblake.export.StoredBytes.endless;
import static io.dynamodblake.export.StoredBytes.gzip;
import static io.dynamodblake.export.StoredBytes.gzipWithFields;
import static io.dynamodblake.export.StoredBytes.joined;
import static io.dynamodblake.export.StoredBytes.md5;
import static io.dynamodblake.export.StoredBytes.skippable;
import static io.dynamodblake.export.StoredBytes.utf8;
import static io.dynamodblake.export.StoredBytes.zstd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DataFileReaderTest {
  private static final String PATH = "s3a://bucket/data/ab12.json.gz";
  private static final ReadOptions DEFAULTS = ReadOptions.defaults();

  private record Row(String name, byte[] stored, List<String> lines) {}

  @TestFactory
  List<DynamicTest> linesOfFilesAsTheyOccur() {
    List<Row> rows =
        List.of(
            new Row("gzip of nothing", gzip(""), List.of()),
            new Row("object of no bytes", new byte[0], List.of()),
            new Row("one line", gzip("a\n"), List.of("a")),
            new Row("a byte order mark", gzip("\ufeffa\nb\n"), List.of("a", "b")),
            new Row("nothing but a byte order mark", gzip("\ufeff\n"), List.of()),
            new Row("Ion's mark on a line of its own", gzip(" $ion_1_0\r\na\n"), List.of("a")),
            new Row("no line feed at the end", gzip("a\nb"), List.of("a", "b")),
            new Row("blank lines", gzip("\n\na\n \t\n\r\nb\n\n"), List.of("a", "b")),
            new Row("carriage returns stay", gzip("a\r\nb\r\n"), List.of("a\r", "b\r")),
            new Row("not compressed", utf8("a\nb\n"), List.of("a", "b")),
            new Row("one byte, not compressed", utf8("a"), List.of("a")),
            new Row(
                "several members",
                joined(gzip("a\nb"), gzip(""), gzip("c\nd\n"), gzip("e")),
                List.of("a", "bc", "d", "e")),
            new Row(
                "gzip headers with all they may have",
                joined(gzipWithFields("a\nb"), gzipWithFields("c")),
                List.of("a", "bc")),
            new Row("zstd of nothing", zstd(""), List.of()),
            new Row("zstd", zstd("a\n\nb"), List.of("a", "b")),
            new Row(
                "several zstd frames, some without content",
                joined(skippable(), zstd("a\nb"), zstd(""), skippable(), zstd("c\nd\n")),
                List.of("a", "bc", "d")),
            new Row(
                "a plain file that begins nearly like zstd",
                new byte[] {'(', (byte) 0xb5, '/', 'x'},
                List.of("(\ufffd/x")));
    List<DynamicTest> tests = new ArrayList<>();
    for (Row row : rows) {
      for (int chunk : new int[] {1, 7, Integer.MAX_VALUE}) {
        tests.add(
            DynamicTest.dynamicTest(
                row.name() + ", " + chunk + " bytes at once",
                () -> {
                  InMemoryObjectStore store = store(row.stored()).reading(chunk);
                  DataFile file = file(row.stored(), row.lines().size());
                  assertThat(read(store, file, DEFAULTS)).isEqualTo(row.lines());
                }));
      }
    }
    return tests;
  }

  private record Damage(String name, byte[] stored, long count, String md5, String message) {}

  @TestFactory
  List<DynamicTest> damageIsNamedWithTheFileAndTheWayOut() {
    byte[] good = gzip("a\nb\nc\n");
    byte[] flipped = good.clone();
    flipped[good.length - 6] ^= 1; // in the CRC
    byte[] big = gzip("0123456789abcdef\n".repeat(100_000));
    byte[] zstd = zstd("a\nb\nc\n");
    byte[] wrong = zstd.clone();
    wrong[wrong.length - 1] ^= 1; // in the checksum
    byte[] wide = zstd.clone();
    wide[5] = (byte) 0xff; // asks for a window of terabytes
    List<Damage> rows =
        List.of(
            new Damage("too few", good, 4, md5(good), "item count 3 but manifest says 4"),
            new Damage("too many", good, 2, md5(good), "item count 3 or more but manifest says 2"),
            new Damage("md5", good, 3, md5(big), "MD5 " + md5(good) + " but manifest says"),
            row("truncated in the trailer", Arrays.copyOf(good, good.length - 3), "truncated"),
            row("truncated in the data", Arrays.copyOf(big, big.length / 2), "after line"),
            row("truncated in the header", Arrays.copyOf(good, 5), "after line 0"),
            row("wrong CRC", flipped, "truncated or corrupt gzip"),
            row("wrong length", changed(good, good.length - 3, 1), "truncated or corrupt gzip"),
            row("another method", changed(good, 2, 0x0f), "truncated or corrupt gzip"),
            row("unknown flags", changed(good, 3, 0x20), "truncated or corrupt gzip"),
            row("no data behind the header", Arrays.copyOf(good, 10), "truncated or corrupt gzip"),
            row("zero padding", joined(good, new byte[16]), "corrupt gzip"),
            row("garbage after the last member", joined(good, utf8("xyz")), "corrupt gzip"),
            row("second member cut", joined(good, Arrays.copyOf(good, 12)), "corrupt gzip"),
            row("zstd truncated", Arrays.copyOf(zstd, zstd.length - 1), "or corrupt zstd"),
            row("zstd truncated in the header", Arrays.copyOf(zstd, 5), "zstd after line 0"),
            row("zstd with a wrong checksum", wrong, "corrupt zstd"),
            row("zstd with a window beyond memory", wide, "corrupt zstd"),
            row("garbage after the last frame", joined(zstd, utf8("xyzxyz")), "corrupt zstd"),
            row("a line feed after the last frame", joined(zstd, utf8("\n")), "corrupt zstd"),
            row("gzip after the last frame", joined(zstd, good), "corrupt zstd"),
            row("second frame cut", joined(zstd, Arrays.copyOf(zstd, 9)), "corrupt zstd"),
            row(
                "one byte of a second frame",
                joined(zstd, Arrays.copyOf(zstd, 1)),
                "corrupt zstd"));
    List<DynamicTest> tests = new ArrayList<>();
    for (Damage row : rows) {
      tests.add(
          DynamicTest.dynamicTest(
              row.name(),
              () -> {
                DataFile file = new DataFile(0, PATH, "x/ab12.json.gz", row.count(), row.md5(), -1);
                assertThatThrownBy(() -> read(store(row.stored()), file, DEFAULTS))
                    .isInstanceOf(ExportFormatException.class)
                    .hasMessageContaining(row.message())
                    .hasMessageContaining("in x/ab12.json.gz; ");
              }));
    }
    return tests;
  }

  private static Damage row(String name, byte[] stored, String message) {
    return new Damage(name, stored, -1, md5(stored), message);
  }

  @Test
  void countsLeavesTheChecksumAndNoneEverything() throws IOException {
    byte[] stored = gzip("a\nb\n");
    DataFile wrongMd5 = new DataFile(0, PATH, PATH, 2, md5(new byte[0]), -1);
    DataFile wrongCount = new DataFile(0, PATH, PATH, 1, md5(stored), -1);

    assertThat(read(store(stored), wrongMd5, DEFAULTS.withVerify(Verify.COUNTS))).hasSize(2);
    assertThat(read(store(stored), wrongCount, DEFAULTS.withVerify(Verify.NONE))).hasSize(2);
    assertThatThrownBy(() -> read(store(stored), wrongCount, DEFAULTS.withVerify(Verify.COUNTS)))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("manifest says 1");
  }

  @Test
  void aFileOfNoBytesIsRefusedUnlessTheManifestKnowsIt() throws IOException {
    InMemoryObjectStore store = store(new byte[0]);
    for (DataFile cut :
        List.of(
            new DataFile(0, PATH, "ab12.json.gz", -1, "", 0),
            new DataFile(0, PATH, "ab12.json.gz", 1, md5(gzip("a")), -1))) {
      assertThatThrownBy(() -> read(store, cut, DEFAULTS))
          .isInstanceOf(ExportFormatException.class)
          .hasMessage(
              "Cannot read data file: it has no bytes, and even an empty file has some when it is packed, in ab12.json.gz;"
                  + " copy it again or export again");
    }
    assertThat(read(store, new DataFile(0, PATH, PATH, 0, "", -1), DEFAULTS)).isEmpty();
    assertThat(read(store, new DataFile(0, PATH, PATH, 0, md5(new byte[0]), -1), DEFAULTS))
        .isEmpty();
  }

  @Test
  void aFileThatWasUnpackedBesideItsManifestIsReadByItsCount() throws IOException {
    InMemoryObjectStore store =
        new InMemoryObjectStore().with("s3a://bucket/data/ab12.json", "a\nb\n");
    DataFile file = new DataFile(0, PATH, "data/ab12.json.gz", 2, md5(gzip("a\nb\n")), -1);
    assertThat(read(store, file, DEFAULTS.withVerify(Verify.COUNTS))).containsExactly("a", "b");
    assertThatThrownBy(() -> read(store, file, DEFAULTS))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining(
            "it is missing, in data/ab12.json.gz (looked for at "
                + PATH
                + "); ab12.json lies there")
        .hasMessageEndingWith("or use --verify counts to check its number of items alone");
    DataFile wrong = new DataFile(0, PATH, "data/ab12.json.gz", 3, "", -1);
    assertThatThrownBy(() -> read(store, wrong, DEFAULTS.withVerify(Verify.COUNTS)))
        .hasMessageContaining("item count 2 but manifest says 3");
  }

  @Test
  void aFileThatWasUnpackedUnderItsNameIsSaidSo() {
    DataFile file = new DataFile(0, PATH, "ab12.json.gz", 1, md5(gzip("a\n")), -1);
    assertThatThrownBy(() -> read(store(utf8("a\n")), file, DEFAULTS))
        .hasMessageContaining(", and the file is not packed any more, as its name says, in ab12")
        .hasMessageContaining("use --verify counts");
  }

  @Test
  void missingFileNamesKeyAndPath() {
    DataFile file = new DataFile(0, PATH, "x/data/ab12.json.gz", 2, "", -1);
    assertThatThrownBy(() -> DataFileReader.open(new InMemoryObjectStore(), file, DEFAULTS))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("it is missing, in x/data/ab12.json.gz (looked for at " + PATH + ")");
  }

  @Test
  void aFailingStoreIsNotTakenForDamage() {
    byte[] stored = gzip("abc\n".repeat(100));
    InMemoryObjectStore good = store(stored);
    DataFile file = file(stored, 100);
    ObjectStore failing = new FailingStore(good, 20);
    assertThatThrownBy(() -> read(failing, file, DEFAULTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot read data file " + PATH + ": Connection reset");
  }

  @Test
  void aStoreThatFailsInZstdIsNotTakenForDamageEither() {
    byte[] stored = joined(zstd("abc\n"), zstd("abc\n"));
    ObjectStore failing = new FailingStore(store(stored), stored.length - 3);
    assertThatThrownBy(() -> read(failing, file(stored, 2), DEFAULTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot read data file " + PATH + ": Connection reset");
  }

  @Test
  void positionsAreThoseInTheDecompressedFile() throws IOException {
    byte[] stored = joined(gzip("\nfirst\r\n\nsec"), gzip("ond\nthird"));
    try (DataFileReader reader = DataFileReader.open(store(stored), file(stored, 3), DEFAULTS)) {
      assertThat(reader.next()).isTrue();
      assertThat(List.of(reader.line(), reader.offset(), reader.length()))
          .containsExactly(2L, 1L, 6L);
      assertThat(reader.next()).isTrue();
      assertThat(List.of(reader.line(), reader.offset(), reader.length()))
          .containsExactly(4L, 9L, 6L);
      assertThat(reader.next()).isTrue();
      assertThat(List.of(reader.line(), reader.offset(), reader.length()))
          .containsExactly(5L, 16L, 5L);
      assertThat(reader.next()).isFalse();
      assertThat(reader.next()).isFalse();
      assertThat(reader.bytes()).isEqualTo(21);
      assertThat(reader.storedBytes()).isEqualTo(stored.length);
      assertThat(reader.records()).isEqualTo(3);
      assertThat(reader.account(2, 1, 0, Map.of("a", 1L)))
          .isEqualTo(new FileAccount(7, 2, 1, 0, 21, stored.length, true, Map.of("a", 1L)));
    }
  }

  @Test
  void aLineOverTheBoundKeepsItsFirstBytesAndTheNextOneIsWhole() throws IOException {
    for (int length : new int[] {1_001, 5_000, 300_000, 3_000_000}) {
      for (String ending : List.of("\nshort\n", "\n", "")) {
        String line = "0123456789".repeat(length / 10) + "x".repeat(length % 10);
        byte[] stored = gzip("before\n" + line + ending);
        int count = ending.length() > 1 ? 3 : 2;
        ReadOptions options = DEFAULTS.withMaxLineBytes(1_000);
        try (DataFileReader reader =
            DataFileReader.open(store(stored), file(stored, count), options)) {
          assertThat(reader.next()).isTrue();
          assertThat(reader.tooLong()).isFalse();
          assertThat(reader.next()).isTrue();
          assertThat(reader.tooLong()).isTrue();
          assertThat(text(reader)).isEqualTo(line.substring(0, 1_000));
          assertThat(reader.length()).isEqualTo(length);
          assertThat(reader.offset()).isEqualTo(7);
          RejectedRecord rejected = RejectedRecord.of(reader, "line too long");
          assertThat(rejected.truncated()).isTrue();
          if (count == 3) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.tooLong()).isFalse();
            assertThat(text(reader)).isEqualTo("short");
            assertThat(reader.offset()).isEqualTo(8 + length);
            assertThat(reader.line()).isEqualTo(3);
          }
          assertThat(reader.next()).isFalse();
          assertThat(reader.buffer().length).isLessThan(600_000);
        }
      }
    }
  }

  @Test
  void aLineJustAtTheBoundIsWhole() throws IOException {
    String line = "y".repeat(700_000);
    byte[] stored = gzip("a\n" + line + "\nb\n");
    assertThat(read(store(stored), file(stored, 3), DEFAULTS.withMaxLineBytes(700_000)))
        .containsExactly("a", line, "b");
  }

  @Test
  void aLineOf500MegabytesNeedsNoMoreThanTheBound() throws IOException {
    byte[] stored = endless(500L << 20);
    ReadOptions options = DEFAULTS.withMaxLineBytes(1 << 20);
    try (DataFileReader reader = DataFileReader.open(store(stored), file(stored, 1), options)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.tooLong()).isTrue();
      assertThat(reader.length()).isEqualTo(500L << 20);
      assertThat(reader.buffer().length).isLessThan(3 << 20);
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void aFileThatExpandsBeyondTheBoundIsRefused() {
    byte[] stored = endless(10 << 20);
    DataFile file = file(stored, 1);
    assertThatThrownBy(() -> read(store(stored), file, DEFAULTS.withMaxFileBytes(1 << 20)))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("more than 1048576 bytes when decompressed");
  }

  @Test
  void zstdCutAnywhereButBetweenFramesIsRefused() throws IOException {
    byte[] frame = zstd("some text, some text\n".repeat(20_000));
    byte[] two = joined(frame, frame);
    for (int length = 4; length < two.length; length++) {
      byte[] cut = Arrays.copyOf(two, length);
      DataFile file = new DataFile(0, PATH, PATH, -1, md5(cut), -1);
      if (length == frame.length) {
        assertThat(read(store(cut), file, DEFAULTS)).hasSize(20_000);
      } else {
        assertThatThrownBy(() -> read(store(cut), file, DEFAULTS))
            .as("%d bytes", length)
            .isInstanceOf(ExportFormatException.class)
            .hasMessageContaining("truncated or corrupt zstd");
      }
    }
  }

  @Test
  void gzipCutAnywhereButBetweenMembersIsRefused() throws IOException {
    byte[] member = gzipWithFields("some text, some text\n".repeat(2_000));
    byte[] two = joined(member, member);
    for (int length = 2; length < two.length; length++) {
      byte[] cut = Arrays.copyOf(two, length);
      DataFile file = new DataFile(0, PATH, PATH, -1, md5(cut), -1);
      if (length == member.length) {
        assertThat(read(store(cut), file, DEFAULTS)).hasSize(2_000);
      } else {
        assertThatThrownBy(() -> read(store(cut), file, DEFAULTS))
            .as("%d bytes", length)
            .isInstanceOf(ExportFormatException.class)
            .hasMessageContaining("truncated or corrupt gzip");
      }
    }
  }

  @Test
  void zstdThatExpandsBeyondTheBoundIsRefused() {
    byte[] stored = zstd("0".repeat(10 << 20));
    assertThat(stored).hasSizeLessThan(2_000);
    DataFile file = file(stored, 1);
    assertThatThrownBy(() -> read(store(stored), file, DEFAULTS.withMaxFileBytes(1 << 20)))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("more than 1048576 bytes when decompressed");
  }

  @Test
  void anAbandonedFileIsNotVerified() throws IOException {
    byte[] stored = gzip("a\nb\nc\n");
    DataFile file = new DataFile(0, PATH, PATH, 9, "AAAAAAAAAAAAAAAAAAAAAA==", -1);
    DataFileReader reader = DataFileReader.open(store(stored), file, DEFAULTS);
    assertThat(reader.next()).isTrue();
    reader.close();
    assertThat(reader.next()).isFalse();
  }

  @Property(tries = 500)
  void anyMembersReadSizesAndBufferSizesGiveTheSameLines(
      @ForAll("texts") String text,
      @ForAll @Size(max = 6) List<@IntRange(max = 400) Integer> cuts,
      @ForAll @IntRange(min = 1, max = 300) int chunk,
      @ForAll @IntRange(min = 1, max = 100) int buffer,
      @ForAll @IntRange(min = 1, max = 50) int maxLine)
      throws IOException {
    byte[] bytes = utf8(text);
    List<Integer> places = new ArrayList<>(cuts);
    places.replaceAll(cut -> Math.min(cut, bytes.length));
    places.add(0);
    places.add(bytes.length);
    places.sort(null);
    byte[] stored = new byte[0];
    for (int i = 1; i < places.size(); i++) {
      byte[] part = Arrays.copyOfRange(bytes, places.get(i - 1), places.get(i));
      stored = joined(stored, ExportFixture.gzip(part));
    }
    List<List<Object>> expected = new ArrayList<>();
    long line = 0;
    long offset = 0;
    for (String whole : text.split("\n", -1)) {
      line++;
      if (!whole.isBlank() || whole.length() > maxLine) {
        String kept = whole.substring(0, Math.min(whole.length(), maxLine));
        boolean tooLong = whole.length() > maxLine;
        expected.add(List.of(kept, line, offset, (long) whole.length(), tooLong));
      }
      offset += whole.length() + 1;
    }
    DataFile file = file(stored, expected.size());
    List<List<Object>> actual = new ArrayList<>();
    ReadOptions options = DEFAULTS.withMaxLineBytes(maxLine);
    try (DataFileReader reader =
        DataFileReader.open(store(stored).reading(chunk), file, options, buffer)) {
      while (reader.next()) {
        actual.add(
            List.of(
                text(reader), reader.line(), reader.offset(), reader.length(), reader.tooLong()));
      }
      assertThat(reader.bytes()).isEqualTo(bytes.length);
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars('a', 'b', '{', ' ', '\r', '\t', '\n').ofMaxLength(400);
  }

  @Test
  void filesOfAnyFormAreReadWithTheSameMemoryAlsoAfterOneThatWasAbandoned() throws IOException {
    String begun = "x".repeat(3000) + "\nnever read\n";
    List<byte[]> stored =
        List.of(gzip(begun), zstd(begun), utf8(begun), gzip("a\nb\n"), zstd("c\n"), utf8("d\ne"));
    List<String> lines = new ArrayList<>();
    try (ReadMemory memory = new ReadMemory(16)) {
      for (byte[] bytes : stored) {
        DataFile file = file(bytes, -1);
        try (DataFileReader reader = DataFileReader.open(store(bytes), file, DEFAULTS, memory)) {
          while (reader.next()) {
            lines.add(text(reader).substring(0, 1));
            if (reader.length() == 3000) {
              break;
            }
          }
        }
      }
    }

    assertThat(lines).containsExactly("x", "x", "x", "a", "b", "c", "d", "e");
  }

  private static List<String> read(ObjectStore store, DataFile file, ReadOptions options)
      throws IOException {
    List<String> lines = new ArrayList<>();
    try (DataFileReader reader = DataFileReader.open(store, file, options)) {
      while (reader.next()) {
        lines.add(text(reader));
      }
    }
    return lines;
  }

  private static String text(DataFileReader reader) {
    return new String(
        reader.buffer(), reader.start(), reader.end() - reader.start(), StandardCharsets.UTF_8);
  }

  private static InMemoryObjectStore store(byte[] stored) {
    return new InMemoryObjectStore().with(PATH, stored);
  }

  private static DataFile file(byte[] stored, long count) {
    return new DataFile(7, PATH, PATH, count, md5(stored), -1);
  }
}
