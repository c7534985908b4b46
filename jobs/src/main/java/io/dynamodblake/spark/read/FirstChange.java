package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The first change of an incremental export, which says what a table's key is: manifests do not.
 * Reads the beginning of one data file. Driver only.
 */
public final class FirstChange {
  private FirstChange() {}

  /**
   * Returns the key attributes as the first record has them; none if there is no record.
   *
   * @param manifest of an incremental export
   * @throws IOException if the store fails
   */
  public static List<KeyAttribute> keys(
      ObjectStore store, ExportManifest manifest, ReadOptions options) throws IOException {
    Window.View view = manifest.window().orElseThrow().view();
    List<DataFile> files = manifest.files().stream().filter(file -> file.itemCount() != 0).toList();
    try (ChangeCursor cursor =
        new ChangeCursor(store, files, manifest.recordFormat(), options, view, new Anything())) {
      return cursor.advance() ? keys(cursor.tape().keys()) : List.of();
    }
  }

  private static List<KeyAttribute> keys(ItemTape tape) {
    List<KeyAttribute> keys = new ArrayList<>();
    int node = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0; i--, node = tape.next(node)) {
      keys.add(new KeyAttribute(tape.name(node), tape.descriptor(node)));
    }
    return keys;
  }

  /** Passes over bad lines: whoever reads all of them says what they are. */
  private static final class Anything implements RecordCursor.Listener {
    @Override
    public boolean badRecord(DataFileReader line, String reason) {
      return false;
    }

    @Override
    public void fileEnded(DataFileReader file, long records, long bad, long falseNulls) {
      // it will be read again
    }

    @Override
    public void moved(RecordCursor cursor) {
      // nobody waits for it
    }
  }
}
