package io.dynamodblake.export;

/** How much of an export's own bookkeeping is checked against what is read. */
public enum Verify {
  /** Checksums of manifests and data files, and all item counts. */
  MD5,
  /**
   * All item counts and nothing else: for manifests that were reformatted or lack checksums, ARN or
   * time, and for data files that were packed again.
   */
  COUNTS,
  /** Nothing but that manifests and data files can be read at all. Every file is read. */
  NONE
}
