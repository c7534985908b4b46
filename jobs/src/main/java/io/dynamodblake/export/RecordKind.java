package io.dynamodblake.export;

/** What the lines of an export's data files are. */
public enum RecordKind {
  /** The items of a table: a full export. */
  ITEM("item"),
  /** What became of items during a window: an incremental export. */
  CHANGE("change");

  private final String word;

  RecordKind(String word) {
    this.word = word;
  }

  /** Returns what messages call one. */
  public String word() {
    return word;
  }
}
