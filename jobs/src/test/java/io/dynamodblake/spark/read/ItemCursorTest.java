package io.dynamodblake.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RejectedRecord;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.InMemoryObjectStore;
import io.dynamodblake.testing.Tapes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemCursorTest {
  private static final String ITEM = "{\"Item\":{\"pk\":{\"S\":\"a\"},\"x\":{\"NULL\":false}}}";

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final List<DataFile> files = new ArrayList<>();
  private final Heard heard = new Heard();

  private static final class Heard implements RecordCursor.Listener {
    private final List<String> events = new ArrayList<>();
    private boolean stops;
    private boolean refuses;
    private int moves;

    @Override
    public boolean badRecord(DataFileReader line, String reason) {
      events.add("bad line " + line.line() + ": " + reason);
      if (refuses) {
        throw new DataRefusedException("refused");
      }
      return stops;
    }

    @Override
    public void moved(RecordCursor cursor) {
      moves++;
    }

    @Override
    public void fileEnded(DataFileReader file, long items, long badRecords, long falseNulls) {
      events.add(
          "%s: %d items, %d bad, %d false nulls"
              .formatted(file.file().key(), items, badRecords, falseNulls));
    }
  }

  private void file(String... lines) {
    String path = "s3a://bucket/" + files.size();
    store.with(path, String.join("\n", lines));
    files.add(new DataFile(files.size(), path, "file " + files.size(), -1, "", -1));
  }

  private ItemCursor open(ReadOptions options) {
    return open(RecordFormat.DYNAMODB_JSON, options);
  }

  private ItemCursor open(RecordFormat format, ReadOptions options) {
    return new ItemCursor(store, files, format, options, null, heard);
  }

  @Test
  void tellsEveryThousandLinesOrSoHowFarItIs() throws IOException {
    String[] lines = new String[3 * ItemCursor.Listener.LINES_A_MOVE + 1];
    Arrays.fill(lines, ITEM);
    file(lines);
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      while (cursor.advance()) {
        // all of it
      }
    }
    assertThat(heard.moves).isEqualTo(3);
  }

  @Test
  void walksThroughAllFilesAndTellsWhenEachHasEnded() throws IOException {
    file(ITEM, ITEM);
    file();
    file("nonsense", ITEM);
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      int items = 0;
      while (cursor.advance()) {
        items++;
      }

      assertThat(items).isEqualTo(3);
      assertThat(cursor.items()).isEqualTo(3);
      assertThat(cursor.badRecords()).isEqualTo(1);
      assertThat(cursor.bytes()).isEqualTo(3L * ITEM.length() + 2 + "nonsense".length());
      assertThat(cursor.advance()).isFalse();
    }
    assertThat(heard.events)
        .containsExactly(
            "file 0: 2 items, 0 bad, 2 false nulls",
            "file 1: 0 items, 0 bad, 0 false nulls",
            "bad line 1: not a JSON object at $",
            "file 2: 1 items, 1 bad, 1 false nulls");
  }

  @Test
  void stopsAtABadLineIfTheListenerSaysSo() throws IOException {
    heard.stops = true;
    file(ITEM, "nonsense", ITEM);
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      List<Boolean> stops = new ArrayList<>();
      while (cursor.advance()) {
        stops.add(cursor.onItem());
      }

      assertThat(stops).containsExactly(true, false, true);
    }
  }

  @Test
  void aLineThatIsTooLongIsBadAndTheNextOneIsNot() throws IOException {
    file("x".repeat(5000), ITEM);
    try (ItemCursor cursor = open(ReadOptions.defaults().withMaxLineBytes(1024))) {
      assertThat(cursor.advance()).isTrue();
      assertThat(cursor.line().line()).isEqualTo(2);
    }
    assertThat(heard.events)
        .containsExactly("bad line 1: a line of 5000 bytes is longer than the 1024 that are read");
  }

  @Test
  void aFileThatIsAbandonedIsNotReportedAsRead() throws IOException {
    file(ITEM, ITEM);
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThat(cursor.advance()).isTrue();
    }
    assertThat(heard.events).isEmpty();
  }

  private void stored(byte[] bytes, long count, String md5) {
    store.with("s3a://bucket/stored", bytes);
    files.add(new DataFile(0, "s3a://bucket/stored", "stored.json.gz", count, md5, -1));
  }

  @Test
  void aDamagedFileIsBlamedBeforeItsLines() throws IOException {
    heard.refuses = true;
    byte[] good = ExportFixture.gzip((ITEM + "\n" + ITEM + "\n").getBytes(StandardCharsets.UTF_8));
    byte[] bad = ExportFixture.gzip((ITEM + "\nbroken\n").getBytes(StandardCharsets.UTF_8));
    stored(bad, 2, ExportFixture.md5(good));
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThat(cursor.advance()).isTrue();
      assertThatThrownBy(cursor::advance)
          .isInstanceOf(ExportFormatException.class)
          .hasMessageStartingWith("Cannot read data file: MD5 ")
          .hasMessageContaining(", in stored.json.gz; copy it again or export again");
    }
  }

  @Test
  void aBadLineThatSplitsALineInTwoIsDamageTooAndNotACount() throws IOException {
    byte[] good = ExportFixture.gzip((ITEM + "\n").getBytes(StandardCharsets.UTF_8));
    byte[] bad = ExportFixture.gzip((ITEM + "\n}\n}\n").getBytes(StandardCharsets.UTF_8));
    stored(bad, 1, ExportFixture.md5(good));
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThat(cursor.advance()).isTrue();
      assertThatThrownBy(cursor::advance)
          .isInstanceOf(ExportFormatException.class)
          .hasMessageStartingWith("Cannot read data file: MD5 ");
    }
    assertThat(heard.events).isEmpty();
  }

  @Test
  void withoutManifestTheChecksumOfGzipSpeaksFirst() throws IOException {
    heard.refuses = true;
    byte[] bad = ExportFixture.gzip("broken\n".getBytes(StandardCharsets.UTF_8));
    bad[bad.length - 6] ^= 1;
    stored(bad, -1, "");
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThatThrownBy(cursor::advance)
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("truncated or corrupt gzip");
    }
  }

  @Test
  void aBadLineOfASoundFileIsRefusedAsSuch() throws IOException {
    heard.refuses = true;
    byte[] sound = ExportFixture.gzip(("broken\n" + ITEM).getBytes(StandardCharsets.UTF_8));
    stored(sound, 2, ExportFixture.md5(sound));
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThatThrownBy(cursor::advance)
          .isInstanceOf(DataRefusedException.class)
          .hasMessage("refused");
    }
  }

  @Test
  void aMissingFileIsDamage() {
    files.add(new DataFile(0, "s3a://bucket/none", "none.json.gz", 1, "", -1));
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThatThrownBy(cursor::advance)
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("none.json.gz");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void refused(RecordFormat format, String message, String... lines) throws IOException {
    files.clear();
    file(lines);
    try (ItemCursor cursor = open(format, ReadOptions.defaults())) {
      assertThatThrownBy(
              () -> {
                while (cursor.advance()) {
                  // up to what is refused
                }
              })
          .as(message)
          .isInstanceOf(ExportFormatException.class)
          .hasMessageStartingWith("Cannot read data file: " + message)
          .hasMessageContaining(", in file 0; ");
    }
    assertThat(heard.events).isEmpty();
  }

  @Test
  void whatIsNoExportIsRefusedAsWhatItIs() throws IOException {
    RecordFormat json = RecordFormat.DYNAMODB_JSON;
    String changes = "it holds the changes of an incremental export and not items";
    refused(
        json,
        changes,
        "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1\"}},\"Keys\":{\"pk\":{\"S\":\"a\"}}}");
    refused(RecordFormat.ION, changes, "$ion_1_0 {Record:{Keys:{pk:\"a\"},Metadata:{}}}");
    refused(json, "it is JSON of several lines", "{", "  \"Item\": {", "}}");
    refused(json, "it is JSON of several lines", "[" + ITEM + "]");
    refused(
        json,
        "it is what a Scan or Query answers",
        "{\"Items\":[{\"pk\":{\"S\":\"a\"}}],\"Count\":1}");
    refused(
        json,
        "it has items without the member 'Item'",
        "{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}");
    refused(json, "it holds the records of a stream", "{\"eventName\":\"INSERT\",\"dynamodb\":{}}");
    refused(json, "it is UTF-16 text without its mark", "{\0\"\0I\0");
    refused(json, "it is Parquet", "PAR1xxxx");
    refused(json, "it is XML or HTML", "<?xml version=\"1.0\"?>", "<Error>");
    refused(json, "it is bytes of zero, as of a copy that broke off", "\0".repeat(64));
    refused(json, "it has several items on a line", ITEM + ITEM + ITEM);
    refused(json, "it has several items on a line", String.join("\r", ITEM, ITEM, ITEM));
    refusedBytes("it is xz", new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0, 0, 4});
    refusedBytes("it is UTF-32 text", new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 0, '{', 0, 0, 0});
    files.clear();
    stored(("\ufeff" + ITEM).getBytes(StandardCharsets.UTF_16LE), -1, "");
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThatThrownBy(cursor::advance)
          .hasMessage(
              "Cannot read data file: it is UTF-16 text, in stored.json.gz; write it as UTF-8, as iconv -f UTF-16 does");
    }
  }

  private void refusedBytes(String message, byte[] bytes) throws IOException {
    files.clear();
    stored(bytes, -1, "");
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      assertThatThrownBy(cursor::advance)
          .hasMessageStartingWith("Cannot read data file: " + message + ", in stored.json.gz; ");
    }
  }

  @Test
  void aBadLineIsNotTakenForAnotherKindOfFile() throws IOException {
    file("{}", "{", ITEM);
    file(ITEM + ITEM);
    file("{\"Item\":{\"pk\":{\"X\":\"a\"}}}");
    file("{\"a\":1}", "nonsense");
    try (ItemCursor cursor = open(ReadOptions.defaults())) {
      while (cursor.advance()) {
        // all of it
      }
      assertThat(cursor.badRecords()).isEqualTo(6);
    }
  }

  @Test
  void jsonIsNotReadAsIonNorIonAsJson() throws IOException {
    refused(
        RecordFormat.ION,
        "line 2 is DynamoDB JSON, and its name says ION",
        "$ion_1_0 {Item:{pk:\"a\",m:{S:\"b\"}}}",
        "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1e999\"}}}");
    refused(
        RecordFormat.DYNAMODB_JSON,
        "it is Ion, and its name says DYNAMODB_JSON",
        "$ion_1_0 {Item:{pk:\"a\"}}");
    refused(
        RecordFormat.DYNAMODB_JSON,
        "it is Ion, and its name says DYNAMODB_JSON",
        "$ion_1_0",
        "{Item:{pk:\"a\"}}");
    files.clear();
    byte[] json = ExportFixture.gzip((ITEM + "\n").getBytes(StandardCharsets.UTF_8));
    stored(json, 1, ExportFixture.md5(json));
    try (ItemCursor cursor = open(RecordFormat.ION, ReadOptions.defaults())) {
      assertThatThrownBy(cursor::advance)
          .hasMessageEndingWith("export again, or correct outputFormat in the manifest");
    }
  }

  @Test
  void linesOfIonKeepTheirPlaceAndTheirBytes() throws IOException {
    heard.stops = true;
    file(" $ion_1_0 {Item:{pk:\"a\",n:600.}}", "", "{Item:{pk:1e0}}", "{Item:{pk:2d2}}\r");
    try (ItemCursor cursor = open(RecordFormat.ION, ReadOptions.defaults())) {
      assertThat(cursor.advance()).isTrue();
      assertThat(Tapes.toObject(cursor.tape()))
          .isEqualTo(Map.of("pk", Map.of("S", "a"), "n", Map.of("N", "600")));

      assertThat(cursor.advance()).isTrue();
      assertThat(cursor.onItem()).isFalse();
      assertThat(cursor.line().line()).isEqualTo(3);
      assertThat(cursor.line().offset()).isEqualTo(34);
      RejectedRecord rejected = RejectedRecord.of(cursor.line(), "reason");
      assertThat(Base64.getDecoder().decode(rejected.base64()))
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("{Item:{pk:1e0}}");

      assertThat(cursor.advance()).isTrue();
      assertThat(cursor.line().line()).isEqualTo(4);
      assertThat(Tapes.toObject(cursor.tape())).isEqualTo(Map.of("pk", Map.of("N", "200")));
      assertThat(cursor.advance()).isFalse();
    }
    assertThat(heard.events)
        .containsExactly(
            "bad line 3: an Ion float, which is no type of DynamoDB at $.Item.pk",
            "file 0: 2 items, 1 bad, 0 false nulls");
  }

  @Test
  void aShortLineOfIonMustNotBecomeALongOneOfJson() throws IOException {
    file("{Item:{n:[" + "1d125,".repeat(100) + "]}}");
    try (ItemCursor cursor =
        open(RecordFormat.ION, ReadOptions.defaults().withMaxLineBytes(5_000))) {
      assertThat(cursor.advance()).isFalse();
    }
    assertThat(heard.events.get(0))
        .startsWith(
            "bad line 1: as DynamoDB JSON the line is longer than the 5000 bytes that are read at $.Item.n[");
  }
}
