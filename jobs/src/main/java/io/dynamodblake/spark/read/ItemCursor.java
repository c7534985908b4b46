package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ForeignContent;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.ion.IonRecordReader;
import io.dynamodblake.ion.MalformedIonException;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.json.NameTable;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LiveReads;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The items of some data files, one after the other, in the order of the files and their lines.
 * Knows nothing of Spark. Not safe for use by several threads.
 */
public final class ItemCursor implements Closeable {

  /** Hears of what is not an item, and of files that were read to their end. */
  interface Listener {
    int LINES_A_MOVE = 1024;

    /**
     * Hears that the cursor stands on a line that is not an item.
     *
     * @param reason why it is none; holds no value of the line
     * @return true to stop at the line as if it were an item, false to go on with the next
     */
    boolean badRecord(DataFileReader line, String reason) throws IOException;

    /**
     * Hears that every line of a file was read and the file verified as far as the options ask for
     * it.
     */
    void fileEnded(DataFileReader file, long items, long badRecords, long falseNulls)
        throws IOException;

    /** Hears that another {@value #LINES_A_MOVE} lines were read. */
    void moved(ItemCursor cursor);
  }

  private final ObjectStore store;
  private final ReadOptions options;
  private final NameTable wanted; // null for all attributes
  private final Listener listener;
  private final RecordFormat format;
  private final IonRecordReader ion; // null unless the lines are Ion
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();

  private final Iterator<DataFile> files;
  private DataFileReader reader;
  private long fileItems;
  private long fileBadRecords;
  private long fileFalseNulls;
  private boolean onItem;
  private int lines;

  // of the files before the present one
  private long items;
  private long badRecords;
  private long storedBytes;
  private long bytes;

  /**
   * @param format what the lines of the files are
   * @param wanted the attributes to be put on the tape; null for all, and only then are whole lines
   *     checked
   */
  public ItemCursor(
      ObjectStore store,
      List<DataFile> files,
      RecordFormat format,
      ReadOptions options,
      NameTable wanted,
      Listener listener) {
    this.store = Objects.requireNonNull(store, "store is null");
    this.files = files.iterator();
    this.options = Objects.requireNonNull(options, "options is null");
    this.format = Objects.requireNonNull(format, "format is null");
    this.ion = format == RecordFormat.ION ? new IonRecordReader(options.maxLineBytes()) : null;
    this.wanted = wanted;
    this.listener = Objects.requireNonNull(listener, "listener is null");
  }

  /**
   * Moves to the next item, or to the next line that the listener stops at.
   *
   * @return false after the last one
   * @throws io.dynamodblake.export.ExportFormatException if a file is damaged
   * @throws IOException if the store fails
   */
  public boolean advance() throws IOException {
    while (true) {
      if (reader == null) {
        if (!files.hasNext()) {
          return false;
        }
        reader = DataFileReader.open(store, files.next(), options);
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
        scanLine();
        fileItems++;
        fileFalseNulls += tape.falseNulls();
        onItem = true;
        return true;
      } catch (MalformedRecordException | MalformedIonException malformed) {
        reason = malformed.getMessage();
      }
    }
    fileBadRecords++;
    onItem = false;
    if (reader.records() == 1) {
      Optional<ExportFormatException> foreign = ForeignContent.of(reader, format);
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
   * What is to be said of an item or a line that was refused: nothing, if the file it is in turns
   * out to be damaged.
   *
   * @throws io.dynamodblake.export.ExportFormatException if the file is damaged
   * @throws IOException if the store fails
   */
  DataRefusedException unlessDamaged(DataRefusedException refused) throws IOException {
    reader.verifyRest();
    return refused;
  }

  /** Tells whoever watches the task how far it is: all that was read so far. */
  void tell(LiveReads.Counter counter) {
    counter.at(items() + badRecords(), storedBytes());
  }

  private void scanLine() throws MalformedRecordException, MalformedIonException {
    if (ion == null) {
      scanner.scan(reader.buffer(), reader.start(), reader.end(), tape, wanted);
    } else {
      ion.read(reader.buffer(), reader.start(), reader.end());
      if (ion.isDynamoDbJson()) {
        throw ForeignContent.jsonForIon(reader);
      }
      scanner.scan(ion.json(), 0, ion.length(), tape, wanted);
    }
  }

  private void endFile() throws IOException {
    DataFileReader ended = reader;
    listener.fileEnded(ended, fileItems, fileBadRecords, fileFalseNulls);
    items += fileItems;
    badRecords += fileBadRecords;
    storedBytes += ended.storedBytes();
    bytes += ended.bytes();
    fileItems = 0;
    fileBadRecords = 0;
    fileFalseNulls = 0;
    reader = null;
    ended.close();
  }

  /** Whether the cursor stands on an item, and not on a line that is none. */
  public boolean onItem() {
    return onItem;
  }

  /** Returns the item that the cursor stands on. */
  public ItemTape tape() {
    return tape;
  }

  /** Returns the line that the cursor stands on. */
  public DataFileReader line() {
    return reader;
  }

  /** Returns the number of items so far. */
  public long items() {
    return items + fileItems;
  }

  /** Returns the number of lines so far that were not items. */
  public long badRecords() {
    return badRecords + fileBadRecords;
  }

  /** Returns the number of bytes read so far, as they are stored. */
  public long storedBytes() {
    return storedBytes + (reader == null ? 0 : reader.storedBytes());
  }

  /** Returns the number of bytes read so far, decompressed. */
  public long bytes() {
    return bytes + (reader == null ? 0 : reader.bytes());
  }

  /** Abandons the file begun, unverified. */
  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
