package io.dynamodblake.lake.compare;

import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.KeyAttribute;
import java.util.List;

/**
 * What to compare and how.
 *
 * @param keys by which items are paired; empty for those that a lake table knows
 * @param show most differing keys that are described
 * @param showValues whether values of items may be shown
 * @param taskBytes stored bytes of an export that one task should read
 */
public record ComparisonOptions(
    Side a,
    Side b,
    List<KeyAttribute> keys,
    int show,
    boolean showValues,
    ReadOptions reading,
    long taskBytes) {

  public ComparisonOptions {
    keys = List.copyOf(keys);
  }

  /** How whoever asks writes options, for messages. */
  Words words() {
    return reading.words();
  }
}
