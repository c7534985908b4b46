package io.dynamodblake.export;

/** How much of an export's own bookkeeping is checked against what is read. */
public enum Verify {
  /** Checksums of manifests and data files, and all item counts. */
  MD5,
  /** Checksums of manifests and all item counts; data files are not digested. */
  COUNTS,
  /** Nothing but that manifests and data files can be read at all. */
  NONE
}
