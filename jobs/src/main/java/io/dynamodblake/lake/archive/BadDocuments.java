package io.dynamodblake.lake.archive;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.export.DocumentReader;
import io.dynamodblake.export.RejectedRecord;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.read.QuarantineFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.apache.hadoop.conf.Configuration;

/** What one task does with what is no record. */
final class BadDocuments implements Closeable {
  private final ArchiveReading reading;
  private final Configuration settings;
  private QuarantineFile quarantine; // of the present file, once it has something bad
  private long all;
  private String first;

  BadDocuments(ArchiveReading reading, Configuration settings) {
    this.reading = reading;
    this.settings = settings;
  }

  /**
   * Sets something aside, or fails.
   *
   * @param bytes what it is, or its first bytes, from {@code start} to {@code end}
   * @param length of the whole
   * @throws DataRefusedException if it fails the run, or there are too many
   */
  void add(DocumentReader reader, String reason, byte[] bytes, int start, int end, long length)
      throws IOException {
    String described =
        "%s, in document %d at byte offset %d of %s"
            .formatted(reason, reader.number(), reader.offset(), reader.file().key());
    if (reading.quarantine().isEmpty()) {
      throw new DataRefusedException(
          "Cannot read change: %s; set bad records aside with %s"
              .formatted(
                  described,
                  reading.options().words().of(FlattenKeys.ON_BAD_RECORD, "quarantine")));
    }
    first = first == null ? described : first;
    if (++all > reading.mostOfTask()) {
      throw new DataRefusedException(
          "Cannot read changes: %d bad records and at most %d are allowed; first: %s; allow more with %s"
              .formatted(
                  all,
                  reading.mostOfTask(),
                  first,
                  reading.options().words().of(FlattenKeys.MAX_BAD_RECORDS)));
    }
    if (quarantine == null) {
      quarantine = QuarantineFile.create(settings, reading.quarantine(), reader.file().index());
    }
    quarantine.write(
        new RejectedRecord(
            reader.file().key(),
            reader.number(),
            reader.offset(),
            reason,
            length,
            Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, start, end)),
            end - start < length));
  }

  void fileEnded() throws IOException {
    if (quarantine != null) {
      QuarantineFile finished = quarantine;
      quarantine = null;
      finished.publish();
    }
  }

  @Override
  public void close() throws IOException {
    if (quarantine != null) {
      quarantine.abandon();
      quarantine = null;
    }
  }
}
