package io.dynamodblake.export;

import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.Words;

/** The last words of messages about an export that is not as its manifests say. */
public final class WayOut {
  private WayOut() {}

  /**
   * Says what to do where bytes or counts are not those of the manifests. Reading without a check
   * is named last and as what it is, because what is missing then stays missing.
   */
  public static String exportAgain(Words words) {
    return "; copy it again or export again; "
        + words.of(ReadKeys.VERIFY, "none")
        + " takes what is there unchecked, and items may be missing";
  }

  /** Where only checksums are missing, and the numbers of items can still be checked. */
  static String countsAlone(Words words) {
    return "; export again, or, if others than DynamoDB wrote or reformatted it, use %s to check the numbers of items alone"
        .formatted(words.of(ReadKeys.VERIFY, "counts"));
  }

  /** Where the bytes of a data file are not those of the manifest, which packing anew explains. */
  static String recompressed(Words words) {
    return "; copy it again or export again, or, if it was recompressed on purpose, use %s to check its number of items alone"
        .formatted(words.of(ReadKeys.VERIFY, "counts"));
  }
}
