package io.dynamodblake.lake.load;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.run.KeySort;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemPath;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Makes of each item a row: the hash of its key and its size, or what is wrong with it.
 *
 * @param digested whether a hash of the whole item is wanted, too
 */
record CheckedRows(
    ItemKeys keys, List<LoadTarget.IndexKey> indexKeys, boolean digested, LiveReads.Counter counter)
    implements ExportItems.Maker<InternalRow> {
  private static final int BYTES = 2;
  private static final int ITEM_HIGH = 3;
  private static final int ITEM_LOW = 4;
  static final int DEFECT = 5;
  static final int PLACE = 6;

  /** The rows by their keys. */
  static final KeySort SORT =
      new KeySort(
          KeySort.KEY
              .add("bytes", DataTypes.LongType, false)
              .add("itemHigh", DataTypes.LongType, false)
              .add("itemLow", DataTypes.LongType, false)
              .add("defect", DataTypes.StringType, true)
              .add("place", DataTypes.StringType, true),
          2);

  /** Whether the table would refuse the item. */
  static boolean isDefect(InternalRow row) {
    return !row.isNullAt(DEFECT);
  }

  /** Why it would. */
  static String defect(InternalRow row) {
    return row.getUTF8String(DEFECT).toString();
  }

  /** Where such an item is. */
  static String place(InternalRow row) {
    return row.getUTF8String(PLACE).toString();
  }

  /** The size of the item as DynamoDB counts it. */
  static long bytes(InternalRow row) {
    return row.getLong(BYTES);
  }

  /** The first half of the hash of the whole item; 0 if none is wanted. */
  static long itemHigh(InternalRow row) {
    return row.getLong(ITEM_HIGH);
  }

  /** The second half. */
  static long itemLow(InternalRow row) {
    return row.getLong(ITEM_LOW);
  }

  @Override
  public Function<ItemTape, InternalRow> get() {
    return get(() -> "");
  }

  @Override
  public Function<ItemTape, InternalRow> get(Supplier<String> place) {
    return new Checking(this, place);
  }

  private static final class Checking implements Function<ItemTape, InternalRow> {
    private final CheckedRows rows;
    private final Supplier<String> place;
    private final byte[][] indexNames;
    private final CanonicalItem canonical = new CanonicalItem();
    private final TapeValues values = new TapeValues();
    private final JsonItemWriter writer = new JsonItemWriter();
    private final ItemCheck check;
    private final GenericInternalRow row = new GenericInternalRow(SORT.type().length());

    Checking(CheckedRows rows, Supplier<String> place) {
      this.rows = rows;
      this.place = place;
      this.check = new ItemCheck(rows.keys().attributes(), writer);
      this.indexNames =
          ItemKeys.names(rows.indexKeys().stream().map(LoadTarget.IndexKey::attribute).toList());
    }

    @Override
    public InternalRow apply(ItemTape tape) {
      rows.counter().item();
      writer.reset();
      values.writeItem(tape, check);
      String defect = check.defect() == null ? indexDefect(tape) : check.defect();
      if (defect != null || !rows.keys().digest(canonical, tape)) {
        // it has no key to be paired by
        canonical.digestItem(tape);
      }
      row.update(0, canonical.high());
      row.update(1, canonical.low());
      row.update(BYTES, check.size());
      if (rows.digested()) {
        canonical.digestItem(tape);
      }
      row.update(ITEM_HIGH, rows.digested() ? canonical.high() : 0L);
      row.update(ITEM_LOW, rows.digested() ? canonical.low() : 0L);
      row.update(DEFECT, defect == null ? null : UTF8String.fromString(defect));
      row.update(PLACE, defect == null ? null : UTF8String.fromString(place.get()));
      return row;
    }

    /** DynamoDB refuses items whose attributes cannot be keys of its indexes. */
    private String indexDefect(ItemTape tape) {
      for (int i = 0; i < indexNames.length; i++) {
        int node = CanonicalItem.attribute(tape, indexNames[i]);
        if (node < 0) {
          continue;
        }
        LoadTarget.IndexKey key = rows.indexKeys().get(i);
        Descriptor descriptor = tape.descriptor(node);
        if (!descriptor.name().equals(key.type())) {
          return "%s is %s, not %s as declared".formatted(name(key), descriptor, key.type());
        }
        long length = tape.valueEnd(node) - tape.valueStart(node);
        if (descriptor == Descriptor.B) {
          // of Base64 text
          length = length * 3 / 4 - padding(tape, node);
        }
        if (length == 0) {
          return name(key) + " is empty";
        }
        if (descriptor != Descriptor.N && length > key.mostBytes()) {
          return "%s is longer than %d bytes".formatted(name(key), key.mostBytes());
        }
      }
      return null;
    }

    private static String name(LoadTarget.IndexKey key) {
      return "index key attribute " + ItemPath.ofAttribute(key.attribute());
    }

    private static int padding(ItemTape tape, int node) {
      int padding = 0;
      for (int end = tape.valueEnd(node);
          end > tape.valueStart(node) && tape.valueBytes(node)[end - 1] == '=';
          end--) {
        padding++;
      }
      return padding;
    }
  }
}
