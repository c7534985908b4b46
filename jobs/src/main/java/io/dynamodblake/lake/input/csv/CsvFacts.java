package io.dynamodblake.lake.input.csv;

import java.io.Serializable;

/** What is known of CSV files after reading all of them. */
final class CsvFacts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final CsvProfile[] columns;
  private long lines;

  CsvFacts(int columns) {
    this.columns = new CsvProfile[columns];
    for (int i = 0; i < columns; i++) {
      this.columns[i] = new CsvProfile();
    }
  }

  /** Takes in a line; one that has not as many fields as the header is only counted. */
  void observe(CsvFile file) {
    lines++;
    if (file.size() != columns.length) {
      return;
    }
    for (int i = 0; i < columns.length; i++) {
      String text = file.text(i);
      if (text != null) {
        columns[i].observe(text);
      }
    }
  }

  CsvFacts merge(CsvFacts other) {
    lines += other.lines;
    for (int i = 0; i < columns.length; i++) {
      columns[i].merge(other.columns[i]);
    }
    return this;
  }

  long lines() {
    return lines;
  }

  CsvProfile column(int index) {
    return columns[index];
  }
}
