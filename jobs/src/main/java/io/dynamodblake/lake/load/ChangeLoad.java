package io.dynamodblake.lake.load;

/**
 * How changes are loaded.
 *
 * @param reversed whether what was before them is written back
 * @param checked whether a key is written only if its item is what the changes say it was
 * @param readUnitsPerSecond most read units a second for that, of all tasks together; infinite for
 *     no limit
 */
public record ChangeLoad(boolean reversed, boolean checked, double readUnitsPerSecond) {
  /** Whether the old images are needed. */
  boolean needsOldImages() {
    return reversed || checked;
  }
}
