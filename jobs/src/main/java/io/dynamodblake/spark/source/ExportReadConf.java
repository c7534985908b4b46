package io.dynamodblake.spark.source;

import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Verify;
import io.dynamodblake.spark.read.ReadMode;
import io.dynamodblake.spark.read.ReadPlan;
import io.dynamodblake.spark.read.RunAccounts;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * What the options of one read and the session say, checked. Driver only; not for executors, which
 * get a {@link ReadPlan}.
 */
final class ExportReadConf {
  private static final String HADOOP_PREFIX = "spark.hadoop.";
  private static final String FILE_SYSTEM_PREFIX = "fs.";
  private static final String CORRUPT_COLUMN_CONF = "spark.sql.columnNameOfCorruptRecord";

  private final SparkSession spark;
  private final CaseInsensitiveStringMap options;

  ExportReadConf(SparkSession spark, Map<String, String> options) {
    this.spark = spark;
    this.options = new CaseInsensitiveStringMap(options);
  }

  String path() {
    if (options.containsKey("paths")) {
      throw new UsageException(
          "Cannot read several paths at once: dynamodb-export takes one export; unite the data sets instead");
    }
    return find(ExportSourceKeys.PATH)
        .orElseThrow(
            () ->
                new UsageException(
                    "Missing path: give the export to load(), or as option 'path' in SQL"));
  }

  ExportSelection selection() {
    ExportSelection selection = ExportSelection.newest();
    Optional<String> exportId = find(ExportSourceKeys.EXPORT_ID);
    if (exportId.isPresent()) {
      selection = selection.withExportId(exportId.get());
    }
    Optional<String> tableArn = find(ExportSourceKeys.TABLE_ARN);
    if (tableArn.isPresent()) {
      selection = selection.withTableArn(tableArn.get());
    }
    return find(ExportSourceKeys.EXPORT_TIME).map(selection::withAtOrBefore).orElse(selection);
  }

  ReadOptions readOptions() {
    return ReadOptions.defaults()
        .withVerify(Verify.valueOf(value(ExportSourceKeys.VERIFY).toUpperCase(Locale.ROOT)))
        .withMaxLineBytes(Math.toIntExact(value(ExportSourceKeys.MAX_LINE_BYTES)))
        .withMaxFileBytes(value(ExportSourceKeys.MAX_FILE_BYTES))
        .withAllowOutside(value(ExportSourceKeys.ALLOW_OUTSIDE));
  }

  ReadMode mode() {
    return ReadMode.valueOf(value(ExportSourceKeys.MODE));
  }

  /** The column that gets the text of bad lines, if the schema has it. */
  String corruptColumn() {
    return options.containsKey(ExportSourceKeys.CORRUPT_COLUMN.key())
        ? value(ExportSourceKeys.CORRUPT_COLUMN)
        : spark.conf().get(CORRUPT_COLUMN_CONF, value(ExportSourceKeys.CORRUPT_COLUMN));
  }

  /** Whether an observed schema gets the corrupt-record column too. */
  boolean wantsCorruptColumn() {
    return options.containsKey(ExportSourceKeys.CORRUPT_COLUMN.key());
  }

  Optional<String> schemaPath() {
    return find(ExportSourceKeys.SCHEMA);
  }

  long maxPartitionBytes() {
    return value(ExportSourceKeys.MAX_PARTITION_BYTES);
  }

  int parallelism() {
    return Math.max(1, spark.sparkContext().defaultParallelism());
  }

  Optional<RunAccounts> runAccounts() {
    return Optional.ofNullable(options.get(RunAccounts.ID_OPTION)).map(RunAccounts::of);
  }

  Optional<String> quarantinePath() {
    return Optional.ofNullable(options.get(RunAccounts.QUARANTINE_PATH_OPTION));
  }

  /** Bad lines that one task may meet before it fails. */
  long maxBadRecords() {
    String text = options.get(RunAccounts.MAX_BAD_RECORDS_OPTION);
    return text == null ? Long.MAX_VALUE : Long.parseLong(text);
  }

  /** The Hadoop settings of context, session and options, the later winning. */
  Configuration hadoopConfiguration() {
    Configuration configuration = hadoopConfiguration(spark);
    options
        .asCaseSensitiveMap()
        .forEach(
            (key, text) -> {
              if (key.startsWith(FILE_SYSTEM_PREFIX)) {
                configuration.set(key, text);
              }
            });
    return configuration;
  }

  /** The Hadoop settings of a session; its own ones win over those of the context. */
  static Configuration hadoopConfiguration(SparkSession spark) {
    Configuration configuration = new Configuration(spark.sparkContext().hadoopConfiguration());
    // Scala's own iterator: the converters to Java differ from one Scala to the next
    Iterator<Tuple2<String, String>> settings = spark.conf().getAll().iterator();
    while (settings.hasNext()) {
      Tuple2<String, String> setting = settings.next();
      String key = setting._1();
      if (key.startsWith(HADOOP_PREFIX)) {
        configuration.set(key.substring(HADOOP_PREFIX.length()), setting._2());
      } else if (key.startsWith(FILE_SYSTEM_PREFIX)) {
        configuration.set(key, setting._2());
      }
    }
    return configuration;
  }

  private <T> Optional<T> find(Option<T> option) {
    String text = options.get(option.key());
    return text == null
        ? option.defaultValue()
        : Optional.of(option.parse(text, "option '" + option.key() + "'"));
  }

  private <T> T value(Option<T> option) {
    return find(option).orElseThrow();
  }
}
