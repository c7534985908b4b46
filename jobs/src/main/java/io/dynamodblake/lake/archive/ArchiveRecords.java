package io.dynamodblake.lake.archive;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DocumentReader;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.json.StreamRecord;
import io.dynamodblake.json.StreamRecordScanner;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.spark.run.LiveReads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/** The change records of some files of an archive, one after the other. */
final class ArchiveRecords implements ChangeFeed.Records {
  private static final int RECORDS_A_LOOK = 1024;

  private final ArchiveReading reading;
  private final ArchiveFacts facts;
  private final LiveReads.Counter counter;
  private final HadoopObjectStore store;
  private final Iterator<DataFile> files;
  private final BadDocuments bad;
  private final StreamRecordScanner scanner;
  private final PlainRecords plain;
  private final StreamRecord record = new StreamRecord();
  private final TaskContext task = TaskContext.get();

  private DocumentReader reader; // of the present file
  private FileFacts file;
  private long good; // records of it
  private long wrong;
  private long falseNulls;
  private boolean within; // a document, which may have more records
  private long looks;
  private long storedBefore;

  // of the present record
  private ChangeTape change;
  private long major;
  private byte[] minor;
  private int traits;
  private boolean oldKnown;
  private int element; // its number in its document

  ArchiveRecords(
      ArchiveReading reading,
      ArchiveFacts facts,
      LiveReads.Counter counter,
      Configuration settings,
      List<DataFile> files) {
    this.reading = reading;
    this.facts = facts;
    this.counter = counter;
    this.store = new HadoopObjectStore(settings);
    this.files = files.iterator();
    this.bad = new BadDocuments(reading, settings);
    this.scanner = new StreamRecordScanner(reading.fields(), reading.onlyPlain());
    this.plain = new PlainRecords(reading.schema(), reading.fields());
  }

  @Override
  public boolean advance() throws IOException {
    while (true) {
      if (within) {
        if (nextRecord()) {
          return true;
        }
      } else if (reader == null) {
        if (!files.hasNext()) {
          return false;
        }
        reader = DocumentReader.open(store, files.next(), reading.options());
        file = new FileFacts();
      } else if (!reader.next()) {
        endFile();
      } else if (reader.damaged()) {
        wrong++;
        bad.add(
            reader,
            reader.damage(),
            reader.buffer(),
            reader.start(),
            reader.end(),
            reader.length());
      } else {
        scanner.begin(reader.buffer(), reader.start(), reader.end());
        within = true;
        element = 0;
      }
    }
  }

  /** Moves to the next record of the document that counts; false if there is none. */
  private boolean nextRecord() throws IOException {
    while (true) {
      look();
      try {
        if (!scanner.next(record)) {
          within = false;
          return false;
        }
        element++;
        change = record.change();
        if (record.form() == StreamRecord.Form.PLAIN) {
          change = plain.read(record);
        }
        falseNulls += change.falseNulls();
        good++;
        if (counts()) {
          return true;
        }
      } catch (MalformedRecordException malformed) {
        if (scanner.undelivered()) {
          throw undelivered();
        }
        wrong++;
        bad.add(
            reader,
            malformed.getMessage(),
            record.bytes(),
            record.start(),
            record.end(),
            record.end() - record.start());
      }
    }
  }

  private ExportFormatException undelivered() {
    return new ExportFormatException(
        "Cannot read archive: %s holds records that Firehose could not deliver, which are no changes; give the folder of the archive without Firehose's error prefix"
            .formatted(reader.file().key()));
  }

  private void look() {
    if (++looks % RECORDS_A_LOOK == 0) {
      if (task != null && task.isInterrupted()) {
        throw new TaskKilledException("not needed any more");
      }
      counter.at(looks, storedBefore + reader.storedBytes());
    }
  }

  /** Whether the record is none that the table has anyway; finds out its order. */
  private boolean counts() {
    long micros = change.writeTimeMicros();
    file.see(micros);
    if (micros < reading.cutoffMicros()) {
      if (reader.file().index() >= reading.taken()) {
        if (reading.continues()) {
          file.passLate(micros);
        } else {
          file.passOlder();
        }
      }
      return false;
    }
    file.take(record, micros);
    boolean expired = change.expired() && !change.hasNewImage();
    traits = reading.keepExpired() && expired ? ChangeFeed.PASSED_OVER : 0;
    oldKnown = record.oldKnown();
    switch (record.form()) {
      case STREAMS -> {
        major = 0;
        minor = change.sequence();
      }
      case KINESIS -> {
        major = micros;
        minor = record.eventId().getBytes(StandardCharsets.UTF_8);
        traits |= ChangeFeed.UNORDERED;
      }
      case PLAIN -> {
        major = micros;
        minor = place();
        oldKnown = false; // what came twice has no mark, and would seem not to follow itself
        plain.losses().forEach(file::lost);
        traits |= plain.lossy() ? ChangeFeed.LOSSY : 0;
      }
    }
    return true;
  }

  /** Where the record stands: whoever writes such files names them by the time. */
  private byte[] place() {
    byte[] key = reader.file().key().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(key.length + 1 + Long.BYTES + Integer.BYTES)
        .put(key)
        .put((byte) 0)
        .putLong(reader.offset())
        .putInt(element)
        .array();
  }

  private void endFile() throws IOException {
    bad.fileEnded();
    file.end(reader.account(good, wrong, falseNulls));
    facts.add(file);
    storedBefore += reader.storedBytes();
    good = 0;
    wrong = 0;
    falseNulls = 0;
    DocumentReader ended = reader;
    reader = null;
    ended.close();
  }

  @Override
  public ItemTape key() {
    return change.keys();
  }

  @Override
  public ItemTape newImage() {
    return change.hasNewImage() ? change.newImage() : null;
  }

  @Override
  public ItemTape oldImage() {
    return change.hasOldImage() ? change.oldImage() : null;
  }

  @Override
  public boolean oldKnown() {
    return oldKnown;
  }

  @Override
  public long major() {
    return major;
  }

  @Override
  public byte[] minor() {
    return minor;
  }

  @Override
  public int traits() {
    return traits;
  }

  @Override
  public void close() throws IOException {
    try (bad) {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
