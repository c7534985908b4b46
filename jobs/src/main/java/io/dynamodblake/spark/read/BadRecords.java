package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.schema.DataRefusedException;

/** The words for lines that are no items. */
final class BadRecords {
  private BadRecords() {}

  /** Where a line is and what is wrong with it, without any of its values. */
  static String describe(DataFileReader line, String reason) {
    return reason + ", " + place(line);
  }

  static String place(DataFileReader line) {
    return "line %d, byte offset %d of %s".formatted(line.line(), line.offset(), line.file().key());
  }

  static DataRefusedException refusal(DataFileReader line, String reason) {
    return new DataRefusedException(
        "Cannot read item: "
            + describe(line, reason)
            + "; set bad lines aside with mode DROPMALFORMED or --on-bad-record quarantine");
  }

  static DataRefusedException tooMany(long count, long max, String first) {
    return new DataRefusedException(
        "Cannot read items: %d bad lines and at most %d are allowed; first: %s; allow more with --max-bad-records"
            .formatted(count, max, first));
  }
}
