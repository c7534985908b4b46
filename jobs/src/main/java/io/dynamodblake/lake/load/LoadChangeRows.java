package io.dynamodblake.lake.load;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.spark.read.RunChanges;
import io.dynamodblake.spark.run.KeySort;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;

/** The changes that a task reads, each as a row: its key, what was before and what comes after. */
final class LoadChangeRows extends LookAhead<InternalRow> {
  static final int MAJOR = 2;
  static final int KEY_LINE = 3;
  static final int AFTER = 4;
  static final int HAD_BEFORE = 5;
  static final int BEFORE_HIGH = 6;
  static final int BEFORE_LOW = 7;
  static final int BYTES = 8;
  static final int ITEM_HIGH = 9;
  static final int ITEM_LOW = 10;
  static final int DEFECT = 11;
  static final int PLACE = 12;

  /** The rows by their keys, and those of one key in the order of their windows. */
  static final KeySort SORT =
      new KeySort(
          KeySort.KEY
              .add("major", DataTypes.LongType, false)
              .add("key", DataTypes.BinaryType, false)
              .add("after", DataTypes.BinaryType, true)
              .add("hadBefore", DataTypes.BooleanType, false)
              .add("beforeHigh", DataTypes.LongType, false)
              .add("beforeLow", DataTypes.LongType, false)
              .add("bytes", DataTypes.LongType, false)
              .add("itemHigh", DataTypes.LongType, false)
              .add("itemLow", DataTypes.LongType, false)
              .add("defect", DataTypes.StringType, true)
              .add("place", DataTypes.StringType, true),
          MAJOR + 1);

  private final RunChanges.Changes changes;
  private final ItemKeys keys;
  private final Function<ItemTape, InternalRow> checks;
  private final long major;
  private final boolean reversed;
  private final CanonicalItem canonical = new CanonicalItem();

  /**
   * @param checks what makes rows of items that are to be put, and of keys to be deleted
   * @param number of the window, by which changes of a key are ordered
   * @param reversed whether what was before comes after
   */
  LoadChangeRows(RunChanges.Changes changes, CheckedRows checks, long number, boolean reversed) {
    this.changes = changes;
    this.keys = checks.keys();
    this.checks = checks.get(changes::place);
    this.major = reversed ? -number : number;
    this.reversed = reversed;
    closeWithTask(changes);
  }

  @Override
  protected boolean advance() throws IOException {
    return changes.advance();
  }

  @Override
  protected InternalRow take() {
    ChangeTape tape = changes.tape();
    ItemTape key = tape.keys();
    requireKey(key);
    long high = canonical.high();
    long low = canonical.low();
    ItemTape newImage = tape.hasNewImage() ? tape.newImage() : null;
    ItemTape oldImage = tape.hasOldImage() ? tape.oldImage() : null;
    ItemTape before = reversed ? newImage : oldImage;
    ItemTape after = reversed ? oldImage : newImage;
    InternalRow checked = checks.apply(after == null ? key : after);
    boolean defect = CheckedRows.isDefect(checked);
    Object[] row = new Object[SORT.type().length()];
    row[0] = high;
    row[1] = low;
    row[MAJOR] = major;
    row[KEY_LINE] = key.exportLine();
    row[AFTER] = after == null ? null : after.exportLine();
    row[HAD_BEFORE] = before != null;
    if (before != null) {
      canonical.digestItem(before);
    }
    row[BEFORE_HIGH] = before == null ? 0L : canonical.high();
    row[BEFORE_LOW] = before == null ? 0L : canonical.low();
    row[BYTES] = after == null ? 0L : CheckedRows.bytes(checked);
    row[ITEM_HIGH] = CheckedRows.itemHigh(checked);
    row[ITEM_LOW] = CheckedRows.itemLow(checked);
    row[DEFECT] = defect ? checked.getUTF8String(CheckedRows.DEFECT).copy() : null;
    row[PLACE] = defect ? checked.getUTF8String(CheckedRows.PLACE).copy() : null;
    return new GenericInternalRow(row);
  }

  /** Takes the digest of a key that is one of the table. */
  private void requireKey(ItemTape key) {
    if (key.childCount(key.item()) != keys.size() || !keys.digest(canonical, key)) {
      throw new ExportFormatException(
          "Cannot load changes: a record has other key attributes than the table, which has %s; load them into a table with the same keys"
              .formatted(
                  keys.attributes().stream()
                      .map(attribute -> attribute.text())
                      .collect(Collectors.joining(", "))));
    }
  }
}
