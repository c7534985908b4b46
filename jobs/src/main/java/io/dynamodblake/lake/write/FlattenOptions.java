package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Unnesting;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@link Flatten} is asked to do. Columns may be named by their attribute or by their column
 * name.
 *
 * @param export export folder, its {@code manifest-summary.json}, a prefix with exports, or a
 *     folder of data files
 * @param selection which export of a prefix
 * @param read how the export is read and verified
 * @param target folder of the lake table
 * @param table name of the lake table, {@code [a-z_][a-z0-9_]*}
 * @param database database of the Athena statements, if they should name one
 * @param keys key attributes of the DynamoDB table; empty when unknown
 * @param schemaFile a {@code schema.json} to use as it is; without it the columns are observed
 * @param suggest whether columns that are new become what {@link
 *     io.dynamodblake.schema.Suggestions} say
 * @param unnesting how far the fields of structs become columns; empty for what the lake table says
 * @param hashKey where the key of columns that are hashed with one lies
 * @param entities a file with the rules by which items go into tables of their own, or {@link
 *     #DETECTED}; empty for one table, or for the rules that the lake has
 * @param partitionBy columns, {@code year|month|day|hour(column)} or {@code bucket(n,column)}
 * @param sortBy columns by which rows are sorted inside each file
 * @param format file format of the data files
 * @param csv what files of CSV are to be like
 * @param catalog the catalog of Spark that a table of Iceberg is in; empty for the folder
 * @param tag how long a tag of Iceberg keeps the snapshot; empty for none
 * @param targetFileBytes intended size of a data file
 * @param onBadRecord what becomes of a line that is not an item
 * @param maxBadRecords most lines that may be quarantined before the run is refused
 * @param strict whether a value that does not fit its column ends the run
 * @param replace whether an export may be published again by another plan, or after a newer one
 * @param assumeTable whether an input that does not say of which table it is may be published over
 *     a table that is known
 * @param allowEmpty whether a table that has rows may be left without any
 * @param allowRepeatedKeys whether several items with the same key may be published
 * @param history whether a history is kept, which a table that has one always goes on with
 */
public record FlattenOptions(
    String export,
    ExportSelection selection,
    ReadOptions read,
    String target,
    String table,
    Optional<String> database,
    List<KeyAttribute> keys,
    Optional<String> schemaFile,
    boolean suggest,
    Optional<Unnesting> unnesting,
    Optional<HashKeySource> hashKey,
    Optional<String> entities,
    List<String> partitionBy,
    List<String> sortBy,
    OutputFormat format,
    CsvFiles csv,
    Optional<String> catalog,
    Optional<Duration> tag,
    long targetFileBytes,
    OnBadRecord onBadRecord,
    long maxBadRecords,
    boolean strict,
    boolean replace,
    boolean assumeTable,
    boolean allowEmpty,
    boolean allowRepeatedKeys,
    boolean history) {
  public static final long DEFAULT_TARGET_FILE_BYTES = 256L << 20;
  public static final long DEFAULT_MAX_BAD_RECORDS = 1000;

  /** Stands for rules that are found in the export itself. */
  public static final String DETECTED = "auto";

  private static final long SMALLEST_FILE = 1 << 10;

  public FlattenOptions {
    Objects.requireNonNull(export, "export is null");
    Objects.requireNonNull(selection, "selection is null");
    Objects.requireNonNull(read, "read is null");
    Objects.requireNonNull(target, "target is null");
    Objects.requireNonNull(table, "table is null");
    Objects.requireNonNull(database, "database is null");
    Objects.requireNonNull(schemaFile, "schemaFile is null");
    Objects.requireNonNull(unnesting, "unnesting is null");
    Objects.requireNonNull(hashKey, "hashKey is null");
    Objects.requireNonNull(entities, "entities is null");
    Objects.requireNonNull(format, "format is null");
    Objects.requireNonNull(csv, "csv is null");
    Objects.requireNonNull(catalog, "catalog is null");
    Objects.requireNonNull(tag, "tag is null");
    Objects.requireNonNull(onBadRecord, "onBadRecord is null");
    keys = List.copyOf(keys);
    partitionBy = List.copyOf(partitionBy);
    sortBy = List.copyOf(sortBy);
    if (targetFileBytes < SMALLEST_FILE) {
      throw new IllegalArgumentException(
          "Invalid target file size " + targetFileBytes + ": at least " + SMALLEST_FILE + " bytes");
    }
    if (maxBadRecords < 0) {
      throw new IllegalArgumentException(
          "Invalid limit of bad records " + maxBadRecords + ": 0 or more");
    }
  }

  /** The database that statements name if nobody has said which. */
  static String databaseOr(Optional<String> given) {
    return given.or(FlattenKeys.DATABASE::defaultValue).orElseThrow();
  }

  /** Returns how whoever asks writes options, for messages. */
  public Words words() {
    return read.words();
  }

  /**
   * Returns a builder with everything else at its default: full verification, Parquet,
   * unpartitioned, the first bad record ends the run.
   */
  public static Builder builder(String export, String target, String table) {
    return new Builder(export, target, table);
  }

  /** The same, with keys that are known from elsewhere where none were given. */
  FlattenOptions orKeys(List<KeyAttribute> known) {
    return keys.isEmpty() && !known.isEmpty() ? new Builder(this).withKeys(known).build() : this;
  }

  /** The same, with the keys that the manifest of an export tells where none were given. */
  FlattenOptions orKeysOf(ExportManifest export) {
    return orKeys(export.keys().stream().map(KeyAttribute::parse).toList());
  }

  /** The same, with fields as columns as others have them where nothing was said. */
  FlattenOptions orUnnesting(Optional<Unnesting> known) {
    return unnesting.isEmpty() && known.isPresent()
        ? new Builder(this).unnesting(known.get()).build()
        : this;
  }

  /** The same for one of several tables. */
  FlattenOptions ofTable(String name, List<String> partitions, List<String> sortColumns) {
    return new Builder(this, name).partitionedBy(partitions).sortedBy(sortColumns).build();
  }

  /** Leaves defaults one by one. */
  public static final class Builder {
    private final String export;
    private final String target;
    private final String table;
    private ExportSelection selection = ExportSelection.newest();
    private ReadOptions read = ReadOptions.defaults();
    private Optional<String> database = Optional.empty();
    private List<KeyAttribute> keys = List.of();
    private Optional<String> schemaFile = Optional.empty();
    private boolean suggest;
    private Optional<Unnesting> unnesting = Optional.empty();
    private Optional<HashKeySource> hashKey = Optional.empty();
    private Optional<String> entities = Optional.empty();
    private List<String> partitionBy = List.of();
    private List<String> sortBy = List.of();
    private OutputFormat format = OutputFormat.PARQUET;
    private CsvFiles csv = CsvFiles.USUAL;
    private Optional<String> catalog = Optional.empty();
    private Optional<Duration> tag = Optional.empty();
    private long targetFileBytes = DEFAULT_TARGET_FILE_BYTES;
    private OnBadRecord onBadRecord = OnBadRecord.FAIL;
    private long maxBadRecords = DEFAULT_MAX_BAD_RECORDS;
    private boolean strict;
    private boolean replace;
    private boolean assumeTable;
    private boolean allowEmpty;
    private boolean allowRepeatedKeys;
    private boolean history;

    private Builder(String export, String target, String table) {
      this.export = export;
      this.target = target;
      this.table = table;
    }

    private Builder(FlattenOptions options) {
      this(options, options.table);
    }

    private Builder(FlattenOptions options, String tableName) {
      this(options.export, options.target, tableName);
      selection = options.selection;
      read = options.read;
      database = options.database;
      keys = options.keys;
      schemaFile = options.schemaFile;
      suggest = options.suggest;
      unnesting = options.unnesting;
      hashKey = options.hashKey;
      entities = options.entities;
      partitionBy = options.partitionBy;
      sortBy = options.sortBy;
      format = options.format;
      csv = options.csv;
      catalog = options.catalog;
      tag = options.tag;
      targetFileBytes = options.targetFileBytes;
      onBadRecord = options.onBadRecord;
      maxBadRecords = options.maxBadRecords;
      strict = options.strict;
      replace = options.replace;
      assumeTable = options.assumeTable;
      allowEmpty = options.allowEmpty;
      allowRepeatedKeys = options.allowRepeatedKeys;
      history = options.history;
    }

    public Builder selecting(ExportSelection exports) {
      selection = exports;
      return this;
    }

    public Builder reading(ReadOptions options) {
      read = options;
      return this;
    }

    public Builder inDatabase(String name) {
      database = Optional.of(name);
      return this;
    }

    public Builder withKeys(List<KeyAttribute> attributes) {
      keys = attributes;
      return this;
    }

    public Builder withSchemaFile(String path) {
      schemaFile = Optional.of(path);
      return this;
    }

    /** Takes the suggestions for columns that are new. */
    public Builder suggesting(boolean take) {
      suggest = take;
      return this;
    }

    /** Makes columns of the fields of structs. */
    public Builder unnesting(Unnesting fields) {
      unnesting = Optional.of(fields);
      return this;
    }

    public Builder withHashKey(HashKeySource source) {
      hashKey = Optional.of(source);
      return this;
    }

    /** Takes items apart by their kind: by the rules of a file, or {@link #DETECTED} ones. */
    public Builder withEntities(String rules) {
      entities = Optional.of(rules);
      return this;
    }

    public Builder partitionedBy(List<String> fields) {
      partitionBy = fields;
      return this;
    }

    public Builder sortedBy(List<String> columns) {
      sortBy = columns;
      return this;
    }

    public Builder as(OutputFormat dataFormat) {
      format = dataFormat;
      return this;
    }

    /** Writes CSV, and says what its files are to be like. */
    public Builder asCsv(CsvFiles files) {
      csv = files;
      return as(OutputFormat.CSV);
    }

    /** Keeps a table of Iceberg in a catalog that Spark knows. */
    public Builder inCatalog(String name) {
      catalog = Optional.of(name);
      return this;
    }

    /** Keeps the snapshot reachable by a tag of Iceberg. */
    public Builder taggedFor(Duration kept) {
      tag = Optional.of(kept);
      return this;
    }

    public Builder withTargetFileBytes(long bytes) {
      targetFileBytes = bytes;
      return this;
    }

    public Builder quarantiningAtMost(long records) {
      onBadRecord = OnBadRecord.QUARANTINE;
      maxBadRecords = records;
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

    public Builder withHistory(boolean keep) {
      history = keep;
      return this;
    }

    public Builder replacing(boolean again) {
      replace = again;
      return this;
    }

    /** Takes an input that does not say of which table it is for one of this table. */
    public Builder assumingTable(boolean assume) {
      assumeTable = assume;
      return this;
    }

    /** Lets a table that has rows become empty. */
    public Builder allowingEmpty(boolean allow) {
      allowEmpty = allow;
      return this;
    }

    /** Publishes several items with the same key. */
    public Builder allowingRepeatedKeys(boolean allow) {
      allowRepeatedKeys = allow;
      return this;
    }

    public FlattenOptions build() {
      return new FlattenOptions(
          export,
          selection,
          read,
          target,
          table,
          database,
          keys,
          schemaFile,
          suggest,
          unnesting,
          hashKey,
          entities,
          partitionBy,
          sortBy,
          format,
          csv,
          catalog,
          tag,
          targetFileBytes,
          onBadRecord,
          maxBadRecords,
          strict,
          replace,
          assumeTable,
          allowEmpty,
          allowRepeatedKeys,
          history);
    }
  }
}
