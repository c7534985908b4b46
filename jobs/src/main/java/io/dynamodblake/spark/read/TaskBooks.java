package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.export.RejectedRecord;
import io.dynamodblake.spark.run.LiveReads;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;

/**
 * What one task does with bad lines, by the mode of the read, and the accounts of the files it has
 * read.
 */
public final class TaskBooks implements RecordCursor.Listener, Closeable {
  private final BadLines bad;
  private final Configuration settings;
  private final FileAccounts accounts; // null where nobody keeps books
  private final LiveReads.Counter counter; // null with them

  private Supplier<Map<String, Long>> rescuedSoFar = Map::of;
  private Map<String, Long> rescuedBefore = Map.of(); // in the files before the present one
  private QuarantineFile quarantine; // of the present file, once it has a bad line
  private long badRecords;
  private String firstBadRecord;

  TaskBooks(
      BadLines bad, Configuration settings, FileAccounts accounts, LiveReads.Counter counter) {
    this.bad = bad;
    this.settings = settings;
    this.accounts = accounts;
    this.counter = counter;
  }

  /** Returns books that nobody asks for, where only the mode of the read counts. */
  public static TaskBooks unkept(
      RecordKind kind, ReadMode mode, ReadOptions options, Configuration settings) {
    BadLines bad = new BadLines(kind, mode, options, "", Long.MAX_VALUE);
    return new TaskBooks(bad, settings, null, null);
  }

  /** Says where the numbers of rescued values come from. */
  public void countRescuedBy(Supplier<Map<String, Long>> totals) {
    rescuedSoFar = totals;
  }

  @Override
  public boolean badRecord(DataFileReader line, String reason) throws IOException {
    switch (bad.mode()) {
      case FAILFAST -> throw BadRecords.refusal(bad.kind(), line, reason, bad.options().words());
      case PERMISSIVE -> {
        return true;
      }
      case DROPMALFORMED -> {
        setAside(line, reason);
        return false;
      }
    }
    throw new IllegalStateException("Unknown mode: " + bad.mode());
  }

  private void setAside(DataFileReader line, String reason) throws IOException {
    if (firstBadRecord == null) {
      firstBadRecord = BadRecords.describe(line, reason);
    }
    if (++badRecords > bad.max()) {
      throw BadRecords.tooMany(
          bad.kind(), badRecords, bad.max(), firstBadRecord, bad.options().words());
    }
    if (bad.quarantinePath().isEmpty()) {
      return;
    }
    if (quarantine == null) {
      quarantine = QuarantineFile.create(settings, bad.quarantinePath(), line.file().index());
    }
    quarantine.write(RejectedRecord.of(line, reason));
  }

  @Override
  public void fileEnded(DataFileReader file, long items, long fileBadRecords, long falseNulls)
      throws IOException {
    if (quarantine != null) {
      QuarantineFile finished = quarantine;
      quarantine = null;
      finished.publish();
    }
    if (accounts != null) {
      Map<String, Long> rescuedNow = rescuedSoFar.get();
      Map<String, Long> rescuedHere = new HashMap<>(rescuedNow);
      rescuedBefore.forEach(
          (column, count) ->
              rescuedHere.computeIfPresent(
                  column, (name, total) -> total > count ? total - count : null));
      rescuedBefore = rescuedNow;
      accounts.add(file.account(items, fileBadRecords, falseNulls, rescuedHere));
    }
  }

  @Override
  public void moved(RecordCursor cursor) {
    if (counter != null) {
      cursor.tell(counter);
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
