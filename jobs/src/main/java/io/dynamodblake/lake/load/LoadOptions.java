package io.dynamodblake.lake.load;

import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ReadOptions;
import java.util.Optional;

/**
 * What to load and how it is read.
 *
 * @param path of import files, a lake table or an export
 * @param snapshot which one of a lake table; empty for the current one
 * @param allowLoss whether a lake table may be loaded that does not hold the items as they were
 * @param state folder to remember in which parts are in the table already; empty to remember
 *     nothing
 * @param taskBytes stored bytes of an export that one task should read
 */
public record LoadOptions(
    String path,
    Optional<String> snapshot,
    boolean allowLoss,
    Optional<String> state,
    ReadOptions reading,
    long taskBytes) {
  /** How whoever asks writes options, for messages. */
  Words words() {
    return reading.words();
  }
}
