package io.dynamodblake.export;

/** What the lines of an export's data files are; the names are those of its manifest. */
public enum RecordFormat {
  DYNAMODB_JSON("JSON"),
  ION("Ion");

  private final String words;

  RecordFormat(String words) {
    this.words = words;
  }

  /** Returns the format as a text for people names it. */
  public String words() {
    return words;
  }
}
