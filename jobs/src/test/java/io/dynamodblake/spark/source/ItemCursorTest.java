package io.dynamodblake.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.testing.InMemoryObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemCursorTest {
  private static final String ITEM = "{\"Item\":{\"pk\":{\"S\":\"a\"},\"x\":{\"NULL\":false}}}";

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final List<DataFile> files = new ArrayList<>();
  private final Heard heard = new Heard();

  private static final class Heard implements ItemCursor.Listener {
    private final List<String> events = new ArrayList<>();
    private boolean stops;

    @Override
    public boolean badRecord(DataFileReader line, String reason) {
      events.add("bad line " + line.line() + ": " + reason);
      return stops;
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
    return new ItemCursor(store, files, options, null, heard);
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
}
