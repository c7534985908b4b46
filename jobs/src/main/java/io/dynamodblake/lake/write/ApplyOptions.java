package io.dynamodblake.lake.write;

import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.lake.OnBadRecord;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an {@link Apply} is to do.
 *
 * @param changes paths of incremental exports, or prefixes with such
 * @param read how they are read and verified
 * @param target folder of the lake table
 * @param database database of the Athena statements; empty for that of the snapshot before
 * @param hashKey where the key of columns that are hashed with one lies
 * @param targetFileBytes intended size of a data file
 * @param onBadRecord what becomes of a line that is not a change record
 * @param maxBadRecords most lines that may be quarantined before the run is refused
 * @param strict whether a value that does not fit its column, or a change that contradicts the
 *     table, ends the run
 * @param oldImages which old images are compared with the rows of the table
 * @param archive how the archive of a stream is read
 * @param allowEmpty whether a table that has rows may be left without any
 * @param reverse whether the last window is undone instead of one applied
 * @param history whether a history is kept, which a table that has one always goes on with
 * @param mergeMode what a table of Iceberg does about rows that go
 * @param dryRun whether nothing is written
 */
public record ApplyOptions(
    List<String> changes,
    ReadOptions read,
    String target,
    Optional<String> database,
    Optional<HashKeySource> hashKey,
    long targetFileBytes,
    OnBadRecord onBadRecord,
    long maxBadRecords,
    boolean strict,
    OldImages oldImages,
    ArchiveOptions archive,
    boolean allowEmpty,
    boolean reverse,
    boolean history,
    MergeMode mergeMode,
    boolean dryRun) {

  /** What is done about rows that are replaced or deleted. */
  public enum MergeMode {
    /** Their files are written anew without them. */
    COPY_ON_WRITE,
    /** Their positions are written down; only tables of Iceberg know such files. */
    MERGE_ON_READ
  }

  /** Which old images are compared with the rows that they should be equal to. */
  public enum OldImages {
    /** Those of the rows of one file. */
    SAMPLE,
    /** All. */
    ALL,
    /** None. */
    NONE
  }

  public ApplyOptions {
    changes = List.copyOf(changes);
    Objects.requireNonNull(read, "read is null");
    Objects.requireNonNull(target, "target is null");
    Objects.requireNonNull(database, "database is null");
    Objects.requireNonNull(hashKey, "hashKey is null");
    Objects.requireNonNull(onBadRecord, "onBadRecord is null");
    Objects.requireNonNull(oldImages, "oldImages is null");
    Objects.requireNonNull(archive, "archive is null");
    Objects.requireNonNull(mergeMode, "mergeMode is null");
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("Nothing to apply");
    }
  }

  /** Returns how whoever asks writes options, for messages. */
  public Words words() {
    return read.words();
  }

  /** Returns a builder with everything else at its default. */
  public static Builder builder(List<String> changes, String target) {
    return new Builder(changes, target);
  }

  /** Leaves defaults one by one. */
  public static final class Builder {
    private final List<String> changes;
    private final String target;
    private ReadOptions read = ReadOptions.defaults().withWords(Words.ofCommand("apply"));
    private Optional<String> database = Optional.empty();
    private Optional<HashKeySource> hashKey = Optional.empty();
    private long targetFileBytes = FlattenOptions.DEFAULT_TARGET_FILE_BYTES;
    private OnBadRecord onBadRecord = OnBadRecord.FAIL;
    private long maxBadRecords = FlattenOptions.DEFAULT_MAX_BAD_RECORDS;
    private boolean strict;
    private OldImages oldImages = OldImages.SAMPLE;
    private ArchiveOptions archive = ArchiveOptions.DEFAULT;
    private boolean allowEmpty;
    private boolean reverse;
    private boolean history;
    private MergeMode mergeMode = MergeMode.COPY_ON_WRITE;
    private boolean dryRun;

    private Builder(List<String> changes, String target) {
      this.changes = changes;
      this.target = target;
    }

    public Builder reading(ReadOptions options) {
      read = options;
      return this;
    }

    public Builder inDatabase(String name) {
      database = Optional.of(name);
      return this;
    }

    public Builder withHashKey(HashKeySource source) {
      hashKey = Optional.of(source);
      return this;
    }

    public Builder withTargetFileBytes(long bytes) {
      targetFileBytes = bytes;
      return this;
    }

    public Builder onBadRecord(OnBadRecord action) {
      onBadRecord = action;
      return this;
    }

    public Builder withMaxBadRecords(long records) {
      maxBadRecords = records;
      return this;
    }

    public Builder strict(boolean refuse) {
      strict = refuse;
      return this;
    }

    public Builder comparing(OldImages which) {
      oldImages = which;
      return this;
    }

    public Builder readingArchives(ArchiveOptions how) {
      archive = how;
      return this;
    }

    public Builder allowingEmpty(boolean allow) {
      allowEmpty = allow;
      return this;
    }

    public Builder reversing(boolean undo) {
      reverse = undo;
      return this;
    }

    public Builder withHistory(boolean keep) {
      history = keep;
      return this;
    }

    public Builder dryRun(boolean dry) {
      dryRun = dry;
      return this;
    }

    public Builder merging(MergeMode mode) {
      mergeMode = mode;
      return this;
    }

    public ApplyOptions build() {
      return new ApplyOptions(
          changes,
          read,
          target,
          database,
          hashKey,
          targetFileBytes,
          onBadRecord,
          maxBadRecords,
          strict,
          oldImages,
          archive,
          allowEmpty,
          reverse,
          history,
          mergeMode,
          dryRun);
    }
  }
}
