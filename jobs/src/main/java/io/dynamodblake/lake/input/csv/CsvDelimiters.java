package io.dynamodblake.lake.input.csv;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;

/** What may stand between the fields of a CSV file: what {@code ImportTable} takes, too. */
public final class CsvDelimiters {
  public static final char DEFAULT = ',';

  static final char[] ALL = {',', ';', '\t', '|', ':', ' '};

  private CsvDelimiters() {}

  /**
   * Returns the delimiter that a word stands for: itself, {@code tab} or {@code space}.
   *
   * @param words how whoever gave it writes options, for messages
   * @throws UsageException if it is none
   */
  public static char of(String word, Words words) {
    for (char delimiter : ALL) {
      if (word.equals(word(delimiter)) || word.equals(String.valueOf(delimiter))) {
        return delimiter;
      }
    }
    throw new UsageException(
        "Cannot read %s: it is one of , ; | : or the words tab and space"
            .formatted(words.of(RestoreKeys.CSV_DELIMITER)));
  }

  /** The word that stands for a delimiter. */
  static String word(char delimiter) {
    return switch (delimiter) {
      case '\t' -> "tab";
      case ' ' -> "space";
      default -> String.valueOf(delimiter);
    };
  }
}
