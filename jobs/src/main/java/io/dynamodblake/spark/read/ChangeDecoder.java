package io.dynamodblake.spark.read;

import io.dynamodblake.export.Window;
import io.dynamodblake.flatten.ColumnSink;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.StructType;

/**
 * Puts change records into rows: what happened and when, the columns of the key, and the item after
 * and before as structs. One decoder a thread.
 */
public final class ChangeDecoder {
  /** Name of the column that says what happened: {@code insert}, {@code update} and so on. */
  public static final String OPERATION = "ddb_op";

  /** Name of the column that says when the item was last written. */
  public static final String TIME = "ddb_time";

  /** Name of the struct of the item after the change. */
  public static final String NEW = "new";

  /** Name of the struct of the item before the change. */
  public static final String OLD = "old";

  private static final byte[] INSERT = ascii("insert");
  private static final byte[] UPDATE = ascii("update");
  private static final byte[] PUT = ascii("put");
  private static final byte[] DELETE = ascii("delete");

  private final Window.View view;
  private final int operationOrdinal;
  private final int timeOrdinal;
  private final ItemDecoder keys;
  private final Image newImage;
  private final Image oldImage;
  private final ItemDecoder loneKeys;
  private final UnsafeRowSink nowhere;

  /**
   * @param rowType columns of changes and others, in any order; only the former are put
   * @param view which images the records have
   * @param keys columns of the key
   * @param newImage columns of the struct {@value #NEW}, if the row has it
   * @param oldImage columns of the struct {@value #OLD}, if the row has it
   */
  public ChangeDecoder(
      StructType rowType,
      Window.View view,
      TableSchema keys,
      TableSchema newImage,
      TableSchema oldImage) {
    List<String> names = List.of(rowType.fieldNames());
    this.view = view;
    this.operationOrdinal = ordinal(names, OPERATION);
    this.timeOrdinal = ordinal(names, TIME);
    this.keys = ItemDecoder.forColumns(keys, names);
    this.newImage = new Image(rowType, ordinal(names, NEW), newImage);
    this.oldImage = new Image(rowType, ordinal(names, OLD), oldImage);
    this.loneKeys = ItemDecoder.forSchema(keys);
    this.nowhere = UnsafeRowSink.forSchema(SparkTypes.toStruct(keys));
  }

  private static int ordinal(List<String> names, String wanted) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList().indexOf(wanted);
  }

  /** One of the images as a struct of the row. */
  private static final class Image {
    private final int ordinal;
    private final ItemDecoder decoder; // null if the row does not have it

    Image(StructType rowType, int ordinal, TableSchema schema) {
      this.ordinal = ordinal;
      this.decoder =
          ordinal < 0
              ? null
              : ItemDecoder.forColumns(
                  schema, List.of(((StructType) rowType.apply(ordinal).dataType()).fieldNames()));
    }

    void put(ItemTape image, ColumnSink row) {
      if (decoder != null) {
        ColumnSink struct = row.beginStruct(ordinal);
        decoder.decode(image, struct);
        row.endStruct(ordinal);
      }
    }

    long rescued() {
      return decoder == null ? 0 : sum(decoder);
    }
  }

  /**
   * Decodes one change into the row that the sink has begun.
   *
   * @return false if something is in no column that was asked for: what does not fit the column of
   *     an attribute is kept beside it in its image, and a deleted item of which only the key is
   *     known has none
   */
  public boolean decode(ChangeTape change, ColumnSink sink) {
    if (operationOrdinal >= 0) {
      byte[] operation = operation(change);
      sink.putBytes(operationOrdinal, operation, 0, operation.length);
    }
    if (timeOrdinal >= 0 && change.writeTimeMicros() != ChangeTape.UNKNOWN_TIME) {
      sink.putLong(timeOrdinal, change.writeTimeMicros());
    }
    keys.decode(change.keys(), sink);
    if (change.hasNewImage()) {
      newImage.put(change.newImage(), sink);
    }
    if (change.hasOldImage()) {
      oldImage.put(change.oldImage(), sink);
    }
    return change.hasNewImage() || change.hasOldImage() || fits(change.keys());
  }

  private boolean fits(ItemTape key) {
    nowhere.begin();
    loneKeys.decode(key, nowhere);
    // a key attribute without a column was not asked for
    return loneKeys.rescuedCounts().keySet().stream().allMatch(TableSchema.RESCUED::equals);
  }

  private byte[] operation(ChangeTape change) {
    if (!change.hasNewImage()) {
      return DELETE;
    }
    if (view == Window.View.NEW_IMAGE) {
      return PUT; // nobody knows whether the item was there before
    }
    return change.hasOldImage() ? UPDATE : INSERT;
  }

  /**
   * Returns how many values of images have been rescued; they are counted where the struct has
   * {@code ddb_rescued} or {@code ddb_nulls}.
   */
  public long rescued() {
    return newImage.rescued() + oldImage.rescued();
  }

  private static long sum(ItemDecoder decoder) {
    return decoder.rescuedCounts().values().stream().mapToLong(Long::longValue).sum();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
