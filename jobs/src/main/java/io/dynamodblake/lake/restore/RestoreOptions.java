package io.dynamodblake.lake.restore;

import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.input.InputOptions;
import io.dynamodblake.lake.input.csv.CsvDelimiters;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a restore is to do.
 *
 * @param source what is restored
 * @param path where that lies: the folder of a lake table, a file or folder, the name of a table
 * @param schemaFile a {@code schema.json} that says which column is which attribute
 * @param csvDelimiter what stands between the fields of CSV
 * @param csvEmptyAbsent whether an empty field in quotes is no attribute, and not the empty text
 * @param snapshot id of a published snapshot; empty for the current one
 * @param where condition over the columns; only rows for which it holds are restored
 * @param target folder to write to, new or empty
 * @param table name of the DynamoDB table to be made; empty for the one that a lake table came from
 * @param keys key attributes, where the lake table does not know them
 * @param bucket bucket that {@code ImportTable} will read from; empty if the target says it, or
 *     nobody knows yet
 * @param prefix prefix of the data files there; empty if the target says it
 * @param indexesFile JSON file with global secondary indexes for the request
 * @param settings file with what describes the table, or {@code none}; empty for the one beside the
 *     export that the lake table came from
 * @param targetFileBytes bytes of one import file as it is stored, about
 * @param onInvalid what becomes of rows that cannot be items, and of items that share their key
 * @param maxInvalid most of them that may be set aside before the run is refused
 * @param allowLoss restore although some columns cannot come back as they were
 * @param words how whoever asks writes options, for messages
 */
public record RestoreOptions(
    Source source,
    String path,
    Optional<String> schemaFile,
    char csvDelimiter,
    boolean csvEmptyAbsent,
    Optional<String> snapshot,
    Optional<String> where,
    String target,
    Optional<String> table,
    List<KeyAttribute> keys,
    ImportFormat format,
    ImportCompression compression,
    Optional<String> bucket,
    Optional<String> prefix,
    Optional<String> indexesFile,
    Optional<String> settings,
    long targetFileBytes,
    OnBadRecord onInvalid,
    long maxInvalid,
    boolean allowLoss,
    Words words) {
  private static final String TABLE_OF_NO_NAME = "items";

  public static final long DEFAULT_TARGET_FILE_BYTES = 64L << 20;
  public static final long DEFAULT_MAX_INVALID = 1000;

  /** What can be restored. */
  public enum Source {
    /** A lake table, or with a schema other files that Spark reads. */
    FOLDER,
    /** A file, or a folder of files, of CSV with a header. */
    CSV,
    /** A table or view that a catalog of the session knows by its name. */
    TABLE
  }

  public RestoreOptions {
    Objects.requireNonNull(source, "source is null");
    Objects.requireNonNull(path, "path is null");
    Objects.requireNonNull(schemaFile, "schemaFile is null");
    Objects.requireNonNull(snapshot, "snapshot is null");
    Objects.requireNonNull(where, "where is null");
    Objects.requireNonNull(settings, "settings is null");
    Objects.requireNonNull(target, "target is null");
    Objects.requireNonNull(table, "table is null");
    Objects.requireNonNull(format, "format is null");
    Objects.requireNonNull(compression, "compression is null");
    Objects.requireNonNull(onInvalid, "onInvalid is null");
    Objects.requireNonNull(words, "words is null");
    keys = List.copyOf(keys);
  }

  /** What is read, for who knows nothing of restoring. */
  InputOptions input() {
    return new InputOptions(
        path, where, table.orElse(TABLE_OF_NO_NAME), keys, csvDelimiter, csvEmptyAbsent, words);
  }

  /**
   * Returns options with everything else at its default: the whole current snapshot as gzipped
   * DynamoDB JSON, for a table of the name that the lake table came from.
   */
  public static Builder builder(String path, String target) {
    return new Builder(path, target);
  }

  /** Returns the same for a table of another name. */
  public static Builder builder(String path, String target, String table) {
    return new Builder(path, target).forTable(Optional.of(table));
  }

  /** Leaves defaults one by one. */
  public static final class Builder {
    private final String path;
    private final String target;
    private Optional<String> table = Optional.empty();
    private Source source = Source.FOLDER;
    private Optional<String> schemaFile = Optional.empty();
    private char csvDelimiter = CsvDelimiters.DEFAULT;
    private boolean csvEmptyAbsent;
    private Optional<String> snapshot = Optional.empty();
    private Optional<String> where = Optional.empty();
    private List<KeyAttribute> keys = List.of();
    private ImportFormat format = ImportFormat.DYNAMODB_JSON;
    private ImportCompression compression = ImportCompression.GZIP;
    private Optional<String> bucket = Optional.empty();
    private Optional<String> prefix = Optional.empty();
    private Optional<String> indexesFile = Optional.empty();
    private Optional<String> settings = Optional.empty();
    private long targetFileBytes = DEFAULT_TARGET_FILE_BYTES;
    private OnBadRecord onInvalid = OnBadRecord.FAIL;
    private long maxInvalid = DEFAULT_MAX_INVALID;
    private boolean allowLoss;
    private Words words = Words.RESTORE;

    private Builder(String path, String target) {
      this.path = path;
      this.target = target;
    }

    public Builder forTable(Optional<String> name) {
      table = name;
      return this;
    }

    public Builder from(Source kind) {
      source = kind;
      return this;
    }

    public Builder withSchemaFile(Optional<String> file) {
      schemaFile = file;
      return this;
    }

    public Builder withCsvDelimiter(char delimiter) {
      csvDelimiter = delimiter;
      return this;
    }

    public Builder withCsvEmptyAbsent(boolean absent) {
      csvEmptyAbsent = absent;
      return this;
    }

    public Builder withSnapshot(Optional<String> id) {
      snapshot = id;
      return this;
    }

    public Builder where(Optional<String> condition) {
      where = condition;
      return this;
    }

    public Builder withKeys(List<KeyAttribute> attributes) {
      keys = attributes;
      return this;
    }

    public Builder as(ImportFormat importFormat) {
      format = importFormat;
      return this;
    }

    public Builder compressedAs(ImportCompression importCompression) {
      compression = importCompression;
      return this;
    }

    public Builder inBucket(Optional<String> name) {
      bucket = name;
      return this;
    }

    public Builder withPrefix(Optional<String> keyPrefix) {
      prefix = keyPrefix;
      return this;
    }

    public Builder withIndexesFile(Optional<String> path) {
      indexesFile = path;
      return this;
    }

    public Builder withSettings(Optional<String> fileOrNone) {
      settings = fileOrNone;
      return this;
    }

    public Builder withTargetFileBytes(long bytes) {
      targetFileBytes = bytes;
      return this;
    }

    public Builder onInvalid(OnBadRecord action) {
      onInvalid = action;
      return this;
    }

    public Builder withMaxInvalid(long rows) {
      maxInvalid = rows;
      return this;
    }

    public Builder allowingLoss(boolean allow) {
      allowLoss = allow;
      return this;
    }

    public Builder askedBy(Words asker) {
      words = asker;
      return this;
    }

    public RestoreOptions build() {
      return new RestoreOptions(
          source,
          path,
          schemaFile,
          csvDelimiter,
          csvEmptyAbsent,
          snapshot,
          where,
          target,
          table,
          keys,
          format,
          compression,
          bucket,
          prefix,
          indexesFile,
          settings,
          targetFileBytes,
          onInvalid,
          maxInvalid,
          allowLoss,
          words);
    }
  }
}
