package io.dynamodblake.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.Window;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.testing.InMemoryObjectStore;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.Tapes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangeCursorTest {
  private static final String OLD = "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}";
  private static final String NEW = "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}";
  private static final String KEYS = "{\"id\":{\"S\":\"a\"}}";

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final List<DataFile> files = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();

  private static IncrementalExport.Change change(String oldImage, String newImage) {
    return new IncrementalExport.Change(
        KEYS, Optional.ofNullable(oldImage), Optional.ofNullable(newImage), 1_731_990_000_123_456L);
  }

  private void file(String... lines) {
    String path = "s3a://bucket/" + files.size();
    store.with(path, String.join("\n", lines));
    files.add(new DataFile(files.size(), path, "file " + files.size(), -1, "", -1));
  }

  private ChangeCursor open(RecordFormat format, Window.View view) {
    return new ChangeCursor(
        store,
        files,
        format,
        ReadOptions.defaults(),
        view,
        new RecordCursor.Listener() {
          @Override
          public boolean badRecord(DataFileReader line, String reason) {
            bad.add("line " + line.line() + ": " + reason);
            return false;
          }

          @Override
          public void fileEnded(DataFileReader file, long records, long badRecords, long nulls) {
            // only the changes matter here
          }

          @Override
          public void moved(RecordCursor cursor) {
            // nor how far it is
          }
        });
  }

  private List<String> read(RecordFormat format, Window.View view) throws IOException {
    List<String> found = new ArrayList<>();
    try (ChangeCursor cursor = open(format, view)) {
      while (cursor.advance()) {
        found.add(text(cursor.tape()));
      }
      assertThat(cursor.changes()).isEqualTo(found.size());
      assertThat(cursor.badRecords()).isEqualTo(bad.size());
    }
    return found;
  }

  private static String text(ChangeTape change) {
    return "%d %s %s -> %s"
        .formatted(
            change.writeTimeMicros(),
            Tapes.toObject(change.keys()),
            change.hasOldImage() ? Tapes.toObject(change.oldImage()) : "none",
            change.hasNewImage() ? Tapes.toObject(change.newImage()) : "none");
  }

  @Test
  void bothFormatsSayTheSame() throws IOException {
    Window.View both = Window.View.NEW_AND_OLD_IMAGES;
    List<IncrementalExport.Change> changes =
        List.of(change(null, NEW), change(OLD, NEW), change(OLD, null));
    file(changes.stream().map(change -> change.line(both)).toArray(String[]::new));
    List<String> json = read(RecordFormat.DYNAMODB_JSON, both);
    assertThat(json)
        .containsExactly(
            "1731990000123456 {id={S=a}} none -> {id={S=a}, n={N=2}}",
            "1731990000123456 {id={S=a}} {id={S=a}, n={N=1}} -> {id={S=a}, n={N=2}}",
            "1731990000123456 {id={S=a}} {id={S=a}, n={N=1}} -> none");
    files.clear();
    file(changes.stream().map(change -> change.ionLine(both)).toArray(String[]::new));
    assertThat(read(RecordFormat.ION, both)).isEqualTo(json);
    assertThat(bad).isEmpty();
  }

  @Test
  void aRecordHasTheImagesOfItsExportsView() throws IOException {
    Window.View both = Window.View.NEW_AND_OLD_IMAGES;
    Window.View lone = Window.View.NEW_IMAGE;
    file(
        change(OLD, NEW).line(both),
        change(OLD, null).line(both),
        change(null, NEW).line(both),
        change(null, null).line(both));
    assertThat(read(RecordFormat.DYNAMODB_JSON, lone)).hasSize(2);
    String old = "an old image, which an export of NEW_IMAGE does not have";
    assertThat(bad).containsExactly("line 1: " + old, "line 2: " + old);
    bad.clear();
    assertThat(read(RecordFormat.DYNAMODB_JSON, both)).hasSize(3);
    assertThat(bad)
        .containsExactly(
            "line 4: neither image, and an export of NEW_AND_OLD_IMAGES has one of them at least");
  }

  @Test
  void whatHoldsNoChangesIsRefusedAsWhatItIs() {
    RecordFormat json = RecordFormat.DYNAMODB_JSON;
    refused(json, "it holds the items of a full export and not changes", "{\"Item\":" + NEW + "}");
    refused(
        RecordFormat.ION,
        "it holds the items of a full export and not changes",
        "$ion_1_0 {Item:{id:\"a\"}}");
    refused(
        json,
        "it is Ion, and its name says DYNAMODB_JSON",
        change(null, NEW).ionLine(Window.View.NEW_IMAGE));
    refused(
        RecordFormat.ION,
        "it is DynamoDB JSON, and its name says ION",
        change(null, NEW).line(Window.View.NEW_IMAGE));
    refused(
        json,
        "it holds the records of a stream and not those of an incremental export",
        "{\"eventName\":\"INSERT\",\"dynamodb\":{}}");
    refused(
        json,
        "it is JSON of several lines, or a list, and an export has one change a line",
        "[{}]");
    refused(json, "it is Parquet", "PAR1xxxx");
  }

  private void refused(RecordFormat format, String message, String line) {
    files.clear();
    file(line);
    assertThatThrownBy(() -> read(format, Window.View.NEW_AND_OLD_IMAGES))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageStartingWith("Cannot read data file: " + message)
        .hasMessageContaining(", in file 0; ");
    assertThat(bad).isEmpty();
  }

  @Test
  void aBadLineIsNotTakenForAnotherKindOfFile() throws IOException {
    file("{}", "nonsense", "{\"Keys\":{}}", change(OLD, NEW).line(Window.View.NEW_AND_OLD_IMAGES));
    assertThat(read(RecordFormat.DYNAMODB_JSON, Window.View.NEW_AND_OLD_IMAGES)).hasSize(1);
    assertThat(bad).hasSize(3);
  }
}
