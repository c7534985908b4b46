package io.dynamodblake.spark.read;

import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.schema.DataRefusedException;

/** The words for lines that are no records. */
final class BadRecords {
  private BadRecords() {}

  /** Where a line is and what is wrong with it, without any of its values. */
  static String describe(DataFileReader line, String reason) {
    return reason + ", " + place(line);
  }

  static String place(DataFileReader line) {
    return "line %d, byte offset %d of %s".formatted(line.line(), line.offset(), line.file().key());
  }

  static DataRefusedException refusal(
      RecordKind kind, DataFileReader line, String reason, Words words) {
    return new DataRefusedException(
        "Cannot read %s: %s; %s".formatted(kind.word(), describe(line, reason), wayOut(words)));
  }

  static DataRefusedException tooMany(
      RecordKind kind, long count, long max, String first, Words words) {
    return new DataRefusedException(
        "Cannot read %ss: %d bad lines and at most %d are allowed; first: %s; allow more with %s"
            .formatted(kind.word(), count, max, first, words.of(FlattenKeys.MAX_BAD_RECORDS)));
  }

  private static String wayOut(Words words) {
    return words.has(ExportSourceKeys.MODE)
        ? "leave bad lines out with " + words.of(ExportSourceKeys.MODE, "DROPMALFORMED")
        : "set bad lines aside with " + words.of(FlattenKeys.ON_BAD_RECORD, "quarantine");
  }
}
