package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ForeignContent;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.ion.IonRecordReader;
import io.dynamodblake.ion.MalformedIonException;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.json.NameTable;
import io.dynamodblake.schema.KeyAttribute;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The items of some data files of a full export, one after the other, in the order of the files and
 * their lines. Knows nothing of Spark. Not safe for use by several threads.
 */
public final class ItemCursor extends RecordCursor {
  private final NameTable wanted; // null for all attributes
  private final IonRecordReader ion; // null unless the lines are Ion
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();
  private List<KeyAttribute> keys = List.of();
  private List<byte[]> keyNames = List.of();

  /**
   * @param format what the lines of the files are
   * @param wanted the attributes to be put on the tape; null for all, and only then are whole lines
   *     checked
   */
  public ItemCursor(
      ObjectStore store,
      List<DataFile> files,
      RecordFormat format,
      ReadOptions options,
      NameTable wanted,
      Listener listener) {
    super(store, files, RecordKind.ITEM, format, options, listener);
    this.ion = format == RecordFormat.ION ? new IonRecordReader(options.maxLineBytes()) : null;
    this.wanted = wanted;
  }

  /**
   * Takes an item without one of these attributes for none, as DynamoDB does. All attributes have
   * to be wanted.
   */
  public ItemCursor requiring(List<KeyAttribute> keys) {
    this.keys = keys;
    this.keyNames =
        keys.stream().map(key -> key.attribute().getBytes(StandardCharsets.UTF_8)).toList();
    return this;
  }

  @Override
  int scanLine(DataFileReader line) throws MalformedRecordException, MalformedIonException {
    if (ion == null) {
      scanner.scan(line.buffer(), line.start(), line.end(), tape, wanted);
    } else {
      ion.read(line.buffer(), line.start(), line.end());
      if (ion.isDynamoDbJson()) {
        throw ForeignContent.jsonForIon(line);
      }
      scanner.scan(ion.json(), 0, ion.length(), tape, wanted);
    }
    for (int i = 0; i < keys.size(); i++) {
      int node = CanonicalItem.attribute(tape, keyNames.get(i));
      if (node < 0 || tape.descriptor(node) != keys.get(i).descriptor()) {
        throw new MalformedRecordException(
            "no key attribute '%s' of type %s at $.Item"
                .formatted(keys.get(i).attribute(), keys.get(i).descriptor()),
            0);
      }
    }
    return tape.falseNulls();
  }

  /** Whether the cursor stands on an item, and not on a line that is none. */
  public boolean onItem() {
    return onRecord();
  }

  /** Returns the item that the cursor stands on. */
  public ItemTape tape() {
    return tape;
  }

  /** Returns the number of items so far. */
  public long items() {
    return records();
  }
}
