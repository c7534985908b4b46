package io.dynamodblake.lake.compare;

import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.KeyAttribute;
import java.util.List;
import java.util.Optional;

/**
 * What to compare and how.
 *
 * @param keys by which items are paired; empty for those that a lake table knows
 * @param show most differing keys that are described
 * @param showValues whether values of items may be shown
 * @param taskBytes stored bytes of an export that one task should read
 * @param changesTo prefix of exports, where an incremental one is written that leads from A to B;
 *     empty for none
 */
public record ComparisonOptions(
    Side a,
    Side b,
    List<KeyAttribute> keys,
    int show,
    boolean showValues,
    ReadOptions reading,
    long taskBytes,
    Optional<String> changesTo) {

  public ComparisonOptions {
    keys = List.copyOf(keys);
  }

  /** Without writing changes. */
  public ComparisonOptions(
      Side a,
      Side b,
      List<KeyAttribute> keys,
      int show,
      boolean showValues,
      ReadOptions reading,
      long taskBytes) {
    this(a, b, keys, show, showValues, reading, taskBytes, Optional.empty());
  }

  /** Returns the same, with the place for the changes that lead from A to B. */
  public ComparisonOptions writingChangesTo(String place) {
    return new ComparisonOptions(
        a, b, keys, show, showValues, reading, taskBytes, Optional.of(place));
  }

  /** How whoever asks writes options, for messages. */
  Words words() {
    return reading.words();
  }
}
