package io.dynamodblake.lake.write;

import io.dynamodblake.lake.CsvDialect;
import java.util.OptionalInt;

/**
 * What files of CSV are to be like.
 *
 * @param most files in a folder; empty for as many as their size asks for
 */
public record CsvFiles(CsvDialect dialect, OptionalInt most) {
  /** Unless somebody says otherwise. */
  public static final CsvFiles USUAL = new CsvFiles(CsvDialect.USUAL, OptionalInt.empty());

  /** Whether they seem to be made for people, who open them in a program for tables. */
  boolean isForPeople() {
    return most.isPresent() || dialect.byteOrderMark() || dialect.escapesFormulas();
  }

  /** Returns a text that no other choice has. */
  String text() {
    return "csv %s at most %s".formatted(dialect, most);
  }
}
