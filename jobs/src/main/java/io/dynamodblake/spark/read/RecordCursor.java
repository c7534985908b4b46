package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ForeignContent;
import io.dynamodblake.export.ReadMemory;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.ion.MalformedIonException;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LiveReads;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The records of some data files, one after the other, in the order of the files and their lines:
 * all that is the same whatever a line is taken for. Knows nothing of Spark. Not safe for use by
 * several threads.
 */
public abstract class RecordCursor implements Closeable {

  /** Hears of what is no record, and of files that were read to their end. */
  interface Listener {
    int LINES_A_MOVE = 1024;

    /**
     * Hears that the cursor stands on a line that is no record.
     *
     * @param reason why it is none; holds no value of the line
     * @return true to stop at the line as if it were one, false to go on with the next
     */
    boolean badRecord(DataFileReader line, String reason) throws IOException;

    /**
     * Hears that every line of a file was read and the file verified as far as the options ask for
     * it.
     */
    void fileEnded(DataFileReader file, long records, long badRecords, long falseNulls)
        throws IOException;

    /** Hears that another {@value #LINES_A_MOVE} lines were read. */
    void moved(RecordCursor cursor);
  }

  private final ObjectStore store;
  private final ReadOptions options;
  private final Listener listener;
  private final RecordKind kind;
  private final RecordFormat format;

  private final Iterator<DataFile> files;
  private final ReadMemory memory = new ReadMemory();
  private DataFileReader reader;
  private long fileRecords;
  private long fileBadRecords;
  private long fileFalseNulls;
  private boolean onRecord;
  private int lines;

  // of the files before the present one
  private long records;
  private long badRecords;
  private long storedBytes;
  private long bytes;

  RecordCursor(
      ObjectStore store,
      List<DataFile> files,
      RecordKind kind,
      RecordFormat format,
      ReadOptions options,
      Listener listener) {
    this.store = Objects.requireNonNull(store, "store is null");
    this.files = files.iterator();
    this.options = Objects.requireNonNull(options, "options is null");
    this.kind = kind;
    this.format = Objects.requireNonNull(format, "format is null");
    this.listener = Objects.requireNonNull(listener, "listener is null");
  }

  /**
   * Reads the line that a reader stands on onto the tape.
   *
   * @return how many {@code {"NULL":false}} there are
   * @throws MalformedRecordException if it is no record
   * @throws MalformedIonException likewise
   */
  abstract int scanLine(DataFileReader line) throws MalformedRecordException, MalformedIonException;

  /**
   * Moves to the next record, or to the next line that the listener stops at.
   *
   * @return false after the last one
   * @throws io.dynamodblake.export.ExportFormatException if a file is damaged
   * @throws IOException if the store fails
   */
  public final boolean advance() throws IOException {
    while (true) {
      if (reader == null) {
        if (!files.hasNext()) {
          return false;
        }
        reader = DataFileReader.open(store, files.next(), options, memory);
      }
      if (!reader.next()) {
        endFile();
      } else if (scan()) {
        return true;
      }
    }
  }

  private boolean scan() throws IOException {
    if (++lines % Listener.LINES_A_MOVE == 0) {
      listener.moved(this);
    }
    String reason;
    if (reader.tooLong()) {
      reason =
          "a line of %d bytes is longer than the %d that are read"
              .formatted(reader.length(), options.maxLineBytes());
    } else {
      try {
        fileFalseNulls += scanLine(reader);
        fileRecords++;
        onRecord = true;
        return true;
      } catch (MalformedRecordException | MalformedIonException malformed) {
        reason = malformed.getMessage();
      }
    }
    fileBadRecords++;
    onRecord = false;
    if (reader.records() == 1) {
      Optional<ExportFormatException> foreign = ForeignContent.of(reader, kind, format);
      if (foreign.isPresent()) {
        throw foreign.get();
      }
    }
    try {
      return listener.badRecord(reader, reason);
    } catch (DataRefusedException refused) {
      throw unlessDamaged(refused);
    }
  }

  /**
   * Returns what is to be said of a record or a line that was refused: the refusal, unless the file
   * it is in turns out to be damaged.
   *
   * @throws io.dynamodblake.export.ExportFormatException if the file is damaged
   * @throws IOException if the store fails
   */
  public final DataRefusedException unlessDamaged(DataRefusedException refused) throws IOException {
    reader.verifyRest();
    return refused;
  }

  /** Tells whoever watches the task how far it is: all that was read so far. */
  final void tell(LiveReads.Counter counter) {
    counter.at(records() + badRecords(), storedBytes());
  }

  private void endFile() throws IOException {
    DataFileReader ended = reader;
    listener.fileEnded(ended, fileRecords, fileBadRecords, fileFalseNulls);
    records += fileRecords;
    badRecords += fileBadRecords;
    storedBytes += ended.storedBytes();
    bytes += ended.bytes();
    fileRecords = 0;
    fileBadRecords = 0;
    fileFalseNulls = 0;
    reader = null;
    ended.close();
  }

  /** Whether the cursor stands on a record, and not on a line that is none. */
  final boolean onRecord() {
    return onRecord;
  }

  /** Returns the line that the cursor stands on. */
  public final DataFileReader line() {
    return reader;
  }

  /** Returns where the line is that the cursor stands on, for messages. */
  public final String place() {
    return BadRecords.place(reader);
  }

  /** Returns the number of records so far. */
  public final long records() {
    return records + fileRecords;
  }

  /** Returns the number of lines so far that were none. */
  public final long badRecords() {
    return badRecords + fileBadRecords;
  }

  /** Returns the number of bytes read so far, as they are stored. */
  public final long storedBytes() {
    return storedBytes + (reader == null ? 0 : reader.storedBytes());
  }

  /** Returns the number of bytes read so far, decompressed. */
  public final long bytes() {
    return bytes + (reader == null ? 0 : reader.bytes());
  }

  /** Abandons the file begun, unverified. */
  @Override
  public final void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
    memory.close();
  }
}
