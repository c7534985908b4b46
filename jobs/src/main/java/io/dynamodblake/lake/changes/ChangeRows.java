package io.dynamodblake.lake.changes;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/** The changes that a task reads, as {@link MergeRows} has them. */
final class ChangeRows extends LookAhead<InternalRow> {
  private final ChangeFeed.Records records;
  private final List<KeyAttribute> keys;
  private final ItemDigests.Taker keyDigest;
  private final KeyHash.OfItems keyHash;
  private final OldDigests.Taker oldDigest; // null if nobody compares old images

  /**
   * @param keys the attributes that each record has as its key
   * @param table takes digests of old images; null if nobody compares them
   */
  ChangeRows(
      ChangeFeed.Records records,
      List<KeyAttribute> keys,
      ItemDigests keyColumns,
      OldDigests table) {
    this.records = records;
    this.keys = keys;
    this.keyDigest = keyColumns.taker();
    this.keyHash = new KeyHash.OfItems(keyColumns);
    this.oldDigest = table == null ? null : table.taker();
    closeWithTask(records);
  }

  @Override
  protected boolean advance() throws IOException {
    return records.advance();
  }

  @Override
  protected InternalRow take() {
    ItemTape key = records.key();
    requireKeys(key);
    keyDigest.ofItem(key);
    ItemTape newImage = records.newImage();
    ItemTape oldImage = records.oldImage();
    return new GenericInternalRow(
        new Object[] {
          keyDigest.high(),
          keyDigest.low(),
          MergeRows.CHANGE,
          records.major(),
          records.minor(),
          MergeRows.Images.of(newImage != null, oldImage != null, records.oldKnown())
              | records.traits(),
          newImage == null ? null : newImage.exportLine(),
          oldImage == null || oldDigest == null ? null : digest(oldImage),
          keyHash.of(key)
        });
  }

  private void requireKeys(ItemTape key) {
    boolean same = key.childCount(key.item()) == keys.size();
    int child = key.firstChild(key.item());
    for (int i = key.childCount(key.item()); i > 0 && same; i--, child = key.next(child)) {
      String name = key.name(child);
      String descriptor = key.descriptor(child).name();
      same =
          keys.stream()
              .anyMatch(
                  known ->
                      known.attribute().equals(name)
                          && known.descriptor().name().equals(descriptor));
    }
    if (!same) {
      throw new ExportFormatException(
          "Cannot apply changes: a record has other key attributes than the table, which has %s; apply the changes of this table"
              .formatted(keys.stream().map(KeyAttribute::text).collect(Collectors.joining(", "))));
    }
  }

  private byte[] digest(ItemTape item) {
    ItemDigests.Taker digest = oldDigest.ofItem(item);
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(digest.high()).putLong(digest.low()).array();
  }
}
