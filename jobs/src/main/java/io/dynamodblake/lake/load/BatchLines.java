package io.dynamodblake.lake.load;

import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.items.ItemKeys;

/** Hands lines of DynamoDB JSON, as one task gets them, to the batches that write them. */
final class BatchLines {
  private final WriteBatches batches;
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();
  private final TapeValues values = new TapeValues();
  private final ItemCheck check;

  BatchLines(ItemKeys keys, WriteBatches batches) {
    this.batches = batches;
    this.check = new ItemCheck(keys.attributes(), batches.items());
  }

  /**
   * Puts an item.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if it is not as it was checked
   */
  void put(byte[] line) {
    read(line);
    if (check.defect() != null) {
      throw LoadFindings.changed();
    }
    batches.put(check.key(), check.size(), line.length);
  }

  /** Deletes the item of a key. */
  void delete(byte[] key) {
    read(key);
    batches.delete(check.key(), key.length);
  }

  private void read(byte[] line) {
    try {
      scanner.scan(line, 0, line.length, tape);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("A line that was written as an item is none now", e);
    }
    values.writeItem(tape, check);
  }
}
