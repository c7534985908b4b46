package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.ion.IonChangeReader;
import io.dynamodblake.ion.MalformedIonException;
import io.dynamodblake.json.ChangeScanner;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.MalformedRecordException;
import java.util.List;
import java.util.Objects;

/**
 * The change records of some data files of an incremental export, one after the other, in the order
 * of the files and their lines, which is no order of the changes. A record has the images that the
 * view of the export gives it; one that has others is none. Knows nothing of Spark. Not safe for
 * use by several threads.
 */
public final class ChangeCursor extends RecordCursor {
  private final Window.View view;
  private final boolean compacted; // else there has to be an order of the changes of an item
  private final IonChangeReader ion; // null unless the lines are Ion
  private final ChangeScanner scanner = new ChangeScanner();
  private final ChangeTape tape = new ChangeTape();

  /**
   * @param format what the lines of the files are
   * @param view which images the records have
   */
  public ChangeCursor(
      ObjectStore store,
      List<DataFile> files,
      RecordFormat format,
      ReadOptions options,
      Window.View view,
      Listener listener) {
    this(store, files, format, options, view, true, listener);
  }

  ChangeCursor(
      ObjectStore store,
      List<DataFile> files,
      RecordFormat format,
      ReadOptions options,
      Window.View view,
      boolean compacted,
      Listener listener) {
    super(store, files, RecordKind.CHANGE, format, options, listener);
    this.compacted = compacted;
    this.view = Objects.requireNonNull(view, "view is null");
    this.ion = format == RecordFormat.ION ? new IonChangeReader(options.maxLineBytes()) : null;
  }

  @Override
  int scanLine(DataFileReader line) throws MalformedRecordException, MalformedIonException {
    if (ion == null) {
      scanner.scan(line.buffer(), line.start(), line.end(), tape);
    } else {
      ion.read(line.buffer(), line.start(), line.end());
      scanner.scan(ion.json(), 0, ion.length(), tape);
    }
    if (!compacted && tape.sequence() == null) {
      throw new MalformedRecordException(
          "no 'SequenceNumber', without which nobody knows which change of an item is the last", 0);
    }
    if (view == Window.View.NEW_IMAGE) {
      if (tape.hasOldImage()) {
        throw new MalformedRecordException(
            "an old image, which an export of NEW_IMAGE does not have", 0);
      }
    } else if (!tape.hasNewImage() && !tape.hasOldImage()) {
      throw new MalformedRecordException(
          "neither image, and an export of NEW_AND_OLD_IMAGES has one of them at least", 0);
    }
    return tape.falseNulls();
  }

  /** Whether the cursor stands on a change, and not on a line that is none. */
  public boolean onChange() {
    return onRecord();
  }

  /** Returns the change that the cursor stands on. */
  public ChangeTape tape() {
    return tape;
  }

  /** Returns the number of changes so far. */
  public long changes() {
    return records();
  }
}
